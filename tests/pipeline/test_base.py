"""The base model: which package gives it, and what is parsed."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from golden import base
from spacy.language import Language

from textgov.errors import TextgovError
from textgov.pipeline import base as module
from textgov.pipeline.base import BASE_PACKAGES, PARSED_LAYERS, SelectiveParser, load_base
from textgov.pipeline.drafts import DRAFTS, Draft
from textgov.pipeline.network import CONTEXT_WIDTH, Ops


def test_only_the_parts_that_are_used_are_loaded(base_model: Language) -> None:
    assert base_model.pipe_names == ["tok2vec", "tagger", "parser"]


def test_all_parts_compute_by_the_fast_products(base_model: Language) -> None:
    for name in base_model.pipe_names:
        model = base_model.get_pipe(name).model  # type: ignore[attr-defined]
        assert all(isinstance(node.ops, Ops) for node in model.walk())


def test_the_base_gives_vectors_of_the_width_that_the_finder_reads(base_model: Language) -> None:
    doc = base_model("Mills pay.")
    assert doc.tensor.shape == (3, CONTEXT_WIDTH)
    assert np.abs(doc.tensor).max() > 0


def test_without_a_model_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BASE_PACKAGES", ("no_such_model_a", "no_such_model_b"))
    with pytest.raises(TextgovError) as caught:
        load_base()
    assert str(caught.value) == "no English model; install one of no_such_model_a, no_such_model_b"


def test_the_first_package_that_is_installed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = [name for name in BASE_PACKAGES if importlib.util.find_spec(name)]
    assert installed
    asked: list[str] = []
    find = importlib.util.find_spec

    def spy(name: str, package: str | None = None) -> object:
        asked.append(name)
        return find(name, package)

    monkeypatch.setattr(module, "BASE_PACKAGES", ("no_such_model_a", installed[0], "no_such_model_b"))
    monkeypatch.setattr(importlib.util, "find_spec", spy)
    nlp = load_base()
    assert "parser" in nlp.pipe_names
    assert "no_such_model_a" in asked
    assert "no_such_model_b" not in asked


@pytest.mark.parametrize("layer", [*sorted(PARSED_LAYERS), "actor", "place", None])
@pytest.mark.parametrize("everywhere", [False, True])
def test_documents_are_parsed_where_a_parsed_layer_is_mentioned(layer: str | None, everywhere: bool) -> None:
    nlp = base()
    docs = [nlp.make_doc("Audits fail."), nlp.make_doc("Mills pay.")]
    encoder = nlp.get_pipe("tok2vec")
    encoder.set_annotations(docs, encoder.predict(docs))  # type: ignore[attr-defined]
    if layer is not None:
        docs[1].user_data[DRAFTS] = [Draft(0, 1, layer, "x", "x", "rule")]
    parser = SelectiveParser(nlp, everywhere=everywhere)
    parser.tag(docs)
    assert [doc.has_annotation("TAG") for doc in docs] == [True, True]
    assert [doc.has_annotation("DEP") for doc in docs] == [False, False]
    parser.parse(docs)
    assert [doc.has_annotation("DEP") for doc in docs] == [everywhere, everywhere or layer in PARSED_LAYERS]


def test_a_batch_is_tagged_and_parsed_as_its_documents_alone() -> None:
    nlp = base()
    texts = ["The buyer's code forbids night work.", "No audit was announced."]
    docs = [nlp.make_doc(text) for text in texts]
    encoder = nlp.get_pipe("tok2vec")
    encoder.set_annotations(docs, encoder.predict(docs))  # type: ignore[attr-defined]
    parser = SelectiveParser(nlp, everywhere=True)
    parser.tag(docs)
    parser.parse(docs)
    for doc, text in zip(docs, texts, strict=True):
        alone = nlp(text)
        assert [(t.tag_, t.dep_, t.head.i) for t in doc] == [(t.tag_, t.dep_, t.head.i) for t in alone]


def test_no_documents_nothing_to_parse() -> None:
    parser = SelectiveParser(base(), everywhere=True)
    parser.parse([])
