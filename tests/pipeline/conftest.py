"""What the tests of the pipeline share: models, loaded once, and small codebooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from golden import base
from pipeline_small import CodebookOf, small_codebook
from spacy.language import Language

from textgov.codebook.loader import Codebook
from textgov.pipeline.build import Pipeline


@pytest.fixture(scope="session")
def nlp() -> Language:
    """English tokens and nothing else."""
    return spacy.blank("en")


@pytest.fixture(scope="session")
def base_model() -> Language:
    """The base model as the pipeline uses it."""
    return base()


@pytest.fixture
def codebook_of(tmp_path: Path) -> CodebookOf:
    """Loads the small codebook with terms, names or form cues replaced."""
    names: Iterator[str] = (f"codebook-{n}" for n in range(1000))

    def make(**changes) -> Codebook:
        return small_codebook(tmp_path / next(names), **changes)

    return make


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    """The small codebook as it is."""
    return small_codebook(tmp_path_factory.mktemp("small") / "codebook")


@pytest.fixture(scope="session")
def default_pipeline() -> Pipeline:
    """The pipeline that users get."""
    return Pipeline()
