"""What the network reads, and that its output depends on the document alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_small import LABELS, VECTORS, matches, rule, small_finder, token_vectors
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from textgov.pipeline.features import (
    CONTEXT_LAYERS,
    LIKELY,
    NEAR,
    SURE,
    VectorTable,
    lexicon_columns,
    set_features,
    surrounding_features,
)
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.network import COLUMNS, SURROUNDINGS, Ops

WORKER, FIRM = 0, 1
TEXTS = (
    "The buyer sent an audit to the mill",
    "Workers struck",
    "worker",
    "An audit , an audit and a worker's audit by the buyers of the worker",
)


def prepared(nlp: Language, text: str) -> Doc:
    doc = token_vectors(nlp.make_doc(text))
    set_features(doc, LABELS, VECTORS)
    return doc


def columns_of(doc: Doc, layer: int) -> list[int]:
    """The lexicon column of a layer; the last is that of the surroundings."""
    first = -1 - lexicon_columns(LABELS)
    return [int(value) for value in doc.user_data[COLUMNS][:, first + layer]]


def label(code: int, level: int, inside: int = 0) -> int:
    """Number that stands for a code, how sure its match is, and whether the token continues it."""
    return 1 + 8 * code + 2 * level + inside


# Static vectors


def test_row_zero_is_for_unknown_words_and_the_others_are_scaled() -> None:
    assert VECTORS.rows.tolist() == [[0, 0, 0], [0.5, 1, 1.5], [2, 2.5, 3], [-3.5, 4, 63.5]]
    assert VECTORS.rows.dtype == np.float32


@pytest.mark.parametrize(
    ("word", "row"),
    [
        ("worker", 1),
        ("buyer", 2),
        ("workers", 1),
        ("co-worker", 1),
        ("mill", 0),
        ("mills", 0),
        ("", 0),
        ("-", 0),
        ("audits", 3),
        ("Worker", 0),
    ],
)
def test_lookup(word: str, row: int) -> None:
    assert VECTORS.lookup([word]) == [row]


def test_a_short_word_is_no_plural() -> None:
    table = VectorTable(("ga", "gas", "mil"), np.ones((3, 2), dtype=np.int8), 1.0)
    assert table.lookup(["gas", "mils", "gas"]) == [2, 0, 2]


@given(st.lists(st.text(max_size=8), max_size=10))
def test_any_word_has_a_row(words: list[str]) -> None:
    rows = VECTORS.lookup(words)
    assert len(rows) == len(words)
    assert all(0 <= row < len(VECTORS.rows) for row in rows)


# Lexicon features


def test_every_token_has_word_lexicon_and_vector_columns(nlp: Language) -> None:
    doc = prepared(nlp, "The worker left")
    columns = doc.user_data[COLUMNS]
    assert columns.shape == (3, 4 + lexicon_columns(LABELS) + 1)
    assert columns.dtype == np.uint64
    assert columns[:, -1].tolist() == [0, 1, 0]
    assert columns[0, 0] == nlp.vocab["the"].norm
    assert doc.user_data[SURROUNDINGS].shape == (3, surrounding_features(LABELS))


def test_documents_without_matches_or_tokens_have_empty_features(nlp: Language) -> None:
    assert columns_of(prepared(nlp, "a b"), 0) == [0, 0]
    empty = prepared(nlp, "")
    assert empty.user_data[COLUMNS].shape == (0, 4 + lexicon_columns(LABELS) + 1)
    assert empty.user_data[SURROUNDINGS].shape == (0, surrounding_features(LABELS))


@pytest.mark.parametrize(("confidence", "level"), [(1.0, 2), (SURE, 2), (SURE - 0.01, 1), (0.1, 1)])
def test_a_match_shows_its_code_its_place_and_how_sure_it_is(
    nlp: Language, confidence: float, level: int
) -> None:
    doc = nlp.make_doc("the big buyer left")
    matches(doc, ("big buyer", rule("firm", confidence=confidence)))
    set_features(doc, LABELS, VECTORS)
    assert columns_of(doc, 0) == [0, label(FIRM, level), label(FIRM, level, 1), 0]
    assert columns_of(doc, 1) == [0, 0, 0, 0]


def test_a_match_whose_context_does_not_fit_is_shown_as_such(nlp: Language) -> None:
    doc = nlp.make_doc("the worker")
    doc.user_data[CANDIDATES] = [Candidate(1, 2, rule("worker"), fits=False)]
    set_features(doc, LABELS, VECTORS)
    assert columns_of(doc, 0) == [0, label(WORKER, 0)]


@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        (Candidate(0, 3, rule("worker"), False), Candidate(1, 2, rule("firm", confidence=0.1), True)),
        (Candidate(1, 2, rule("worker"), True), Candidate(0, 3, rule("firm", confidence=0.1), True)),
        (Candidate(1, 2, rule("worker", confidence=0.8), True), Candidate(1, 2, rule("firm"), True)),
    ],
)
def test_fitting_matches_hide_others_and_long_ones_short_ones(
    nlp: Language, weak: Candidate, strong: Candidate
) -> None:
    shown = []
    for order in ([weak, strong], [strong, weak], [strong]):
        doc = nlp.make_doc("big dye buyer")
        doc.user_data[CANDIDATES] = order
        set_features(doc, LABELS, VECTORS)
        shown.append(columns_of(doc, 0))
    middle = {row[1] for row in shown}
    assert len(middle) == 1
    assert middle.pop() > 8
    assert shown[0] == shown[1]


def test_matches_of_other_layers_and_codes_are_not_shown(nlp: Language) -> None:
    doc = nlp.make_doc("worker worker")
    matches(doc, ("worker", rule("ngo")), ("worker", rule("worker", layer="sector")))
    set_features(doc, LABELS, VECTORS)
    assert columns_of(doc, 0) == columns_of(doc, 1) == [0, 0]


@pytest.mark.parametrize("layer", CONTEXT_LAYERS)
def test_places_sectors_and_groups_share_a_column(nlp: Language, layer: str) -> None:
    doc = nlp.make_doc("in the Dorrin valley")
    matches(doc, ("Dorrin valley", rule("x", layer=layer)))
    set_features(doc, LABELS, VECTORS)
    number = 1 + CONTEXT_LAYERS.index(layer)
    assert columns_of(doc, len(LABELS)) == [0, 0, number, number]


# Surroundings


def test_a_code_is_seen_near_and_anywhere(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["x"] * NEAR + ["buyer"] + ["x"] * (NEAR + 2))
    matches(doc, ("buyer", rule("firm", confidence=LIKELY)))
    set_features(doc, LABELS, VECTORS)
    seen = doc.user_data[SURROUNDINGS]
    codes = surrounding_features(LABELS) // 2
    assert seen[:, FIRM].tolist() == [1] * (2 * NEAR + 1) + [0, 0]
    assert seen[:, codes + FIRM].tolist() == [1] * len(doc)
    others = [n for n in range(2 * codes) if n not in (FIRM, codes + FIRM)]
    assert not seen[:, others].any()


@pytest.mark.parametrize(("fits", "confidence"), [(False, 1.0), (True, LIKELY - 0.01)])
def test_what_is_unsure_is_not_seen_around(nlp: Language, fits: bool, confidence: float) -> None:
    doc = nlp.make_doc("the worker")
    doc.user_data[CANDIDATES] = [Candidate(1, 2, rule("worker", confidence=confidence), fits)]
    set_features(doc, LABELS, VECTORS)
    assert not doc.user_data[SURROUNDINGS].any()


def test_two_matches_of_one_code_count_once(nlp: Language) -> None:
    doc = nlp.make_doc("worker and worker")
    doc.user_data[CANDIDATES] = [Candidate(n, n + 1, rule("worker"), True) for n in (0, 2)]
    set_features(doc, LABELS, VECTORS)
    assert doc.user_data[SURROUNDINGS].max() == 1


# The network


def node(network: Model, name: str) -> Model:
    return next(n for n in network.walk() if n.name == name)


def outputs(docs: Sequence[Doc]) -> list[np.ndarray]:
    return small_finder().networks[0].predict(list(docs))


def test_a_document_gets_the_same_scores_in_any_batch(nlp: Language) -> None:
    docs = [prepared(nlp, text) for text in TEXTS]
    together = outputs(docs)
    alone = [outputs([doc])[0] for doc in docs]
    turned = outputs(docs[::-1])[::-1]
    twice = outputs([*docs, *docs])[len(docs) :]
    for one, *others in zip(together, alone, turned, twice, strict=True):
        assert np.abs(one).max() > 0.1
        for other in others:
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_what_stands_beyond_the_window_does_not_matter_and_a_neighbour_does(nlp: Language) -> None:
    long, other, neighbour = outputs(
        [
            prepared(nlp, f"{end} b c d e f g worker{last}")
            for end, last in (("a", " x"), ("z", " x"), ("a", " y"))
        ]
    )
    np.testing.assert_allclose(long[-2], other[-2], atol=1e-5)
    assert np.abs(long[-2] - neighbour[-2]).max() > 1e-3


@pytest.mark.parametrize("changed", ["word", "lexicon", "vector", "tensor", "surroundings"])
def test_every_kind_of_feature_reaches_the_output(nlp: Language, changed: str) -> None:
    doc, other = (prepared(nlp, "mill") for _ in range(2))
    match changed:
        case "word":
            other.user_data[COLUMNS][0, 0] += 1
        case "lexicon":
            other.user_data[COLUMNS][0, 4] = 3
        case "vector":
            other.user_data[COLUMNS][0, -1] = 3
        case "tensor":
            other.tensor = other.tensor + 1
        case "surroundings":
            other.user_data[SURROUNDINGS] = other.user_data[SURROUNDINGS] + 1
    one, two = outputs([doc, other])
    assert np.abs(one - two).max() > 1e-4


def by_type(nlp: Language) -> tuple[Model, list[Doc], np.ndarray]:
    layer = node(small_finder().networks[0], "textgov_by_type")
    docs = [prepared(nlp, text) for text in TEXTS]
    return layer, docs, np.vstack([doc.user_data[COLUMNS] for doc in docs])


def test_computing_each_distinct_row_once_is_computing_all_rows(nlp: Language) -> None:
    layer, docs, rows = by_type(nlp)
    assert len(np.unique(rows, axis=0)) < len(rows)
    np.testing.assert_allclose(np.vstack(layer.predict(docs)), layer.layers[0].predict(rows), atol=1e-5)


def test_gradients_of_equal_rows_add_up(nlp: Language) -> None:
    layer, docs, rows = by_type(nlp)
    words = layer.layers[0]
    scores, back = layer.begin_update(docs)
    gradients = [
        np.random.default_rng(n).normal(size=s.shape).astype(np.float32) for n, s in enumerate(scores)
    ]
    back(gradients)
    grouped = {
        (n, name): part.get_grad(name).copy()
        for n, part in enumerate(words.walk())
        for name in part.grad_names
    }
    for part in words.walk():
        for name in part.grad_names:
            part.get_grad(name)[...] = 0
    _, direct = words.begin_update(rows)
    direct(np.vstack(gradients))
    assert len(grouped) > 10
    for (number, name), gradient in grouped.items():
        expected = list(words.walk())[number].get_grad(name)
        assert np.abs(expected).max() > 0, name
        np.testing.assert_allclose(gradient, expected, atol=1e-4, err_msg=name)


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=30))
def test_rows_that_differ_in_small_numbers_are_told_apart(rows: list[tuple[int, ...]]) -> None:
    """The lexicon's numbers are small: keys that are sums of multiples of one number would coincide."""
    from textgov.pipeline.network import _row_keys

    columns = np.zeros((len(rows) + 2, 8), dtype=np.uint64)
    columns[: len(rows), 4:] = rows
    columns[-2, 4:6] = (11, 0)
    columns[-1, 4:6] = (0, 9)
    keys = _row_keys(columns)
    assert len(set(keys.tolist())) == len(np.unique(columns, axis=0))


def test_the_context_layer_is_a_linear_one(nlp: Language) -> None:
    layer = node(small_finder().networks[0], "textgov_context")
    linear = layer.layers[0]
    docs = [prepared(nlp, text) for text in TEXTS]
    inputs = [np.hstack([doc.tensor, doc.user_data[SURROUNDINGS]]) for doc in docs]
    scores, back = layer.begin_update(docs)
    for part, rows in zip(scores, inputs, strict=True):
        np.testing.assert_allclose(part, rows @ linear.get_param("W").T + linear.get_param("b"), atol=1e-4)
    back([np.ones_like(part) for part in scores])
    np.testing.assert_allclose(
        linear.get_grad("W"),
        np.tile(np.vstack(inputs).sum(axis=0), (len(linear.get_grad("W")), 1)),
        atol=1e-3,
    )


def test_layers_side_by_side_share_the_gradient_by_their_columns(nlp: Language) -> None:
    network = small_finder().networks[0]
    beside = node(network, "textgov_side_by_side")
    docs = [prepared(nlp, text) for text in TEXTS]
    parts = [layer.predict(docs) for layer in beside.layers]
    scores, back = beside.begin_update(docs)
    for n, score in enumerate(scores):
        np.testing.assert_allclose(score, np.hstack([part[n] for part in parts]), atol=1e-5)
    linear = node(network, "textgov_context").layers[0]
    gradient = [np.zeros_like(score) for score in scores]
    for part in gradient:
        part[:, -1] = 1
    back(gradient)
    expected = np.zeros(16, dtype=np.float32)
    expected[-1] = sum(map(len, docs))
    np.testing.assert_allclose(linear.get_grad("b"), expected)


@pytest.mark.parametrize(("first", "second"), [(False, False), (True, False), (False, True), (True, True)])
def test_matrix_products(first: bool, second: bool) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(3, 4)).astype(np.float32), rng.normal(size=(4, 5)).astype(np.float32)
    left, right = (x.T.copy() if first else x), (y.T.copy() if second else y)
    out = np.zeros((3, 5), dtype=np.float32)
    np.testing.assert_allclose(Ops().gemm(left, right, trans1=first, trans2=second), x @ y, rtol=1e-6)
    assert Ops().gemm(left, right, out=out, trans1=first, trans2=second) is out
    np.testing.assert_allclose(out, x @ y, rtol=1e-6)


def test_all_nodes_compute_alike() -> None:
    assert all(isinstance(part.ops, Ops) for part in small_finder().networks[0].walk())
