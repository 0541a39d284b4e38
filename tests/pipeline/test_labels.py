"""Labels: what is encoded is decoded, and no sequence of probabilities gives an inside without its begin."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgov.pipeline.labels import OUTSIDE, LabelSet

ONE = LabelSet("actor", ("a",))
TWO = LabelSet("actor", ("a", "b"))
Span = tuple[int, int, str]


@st.composite
def texts(draw: st.DrawFn) -> tuple[int, list[Span]]:
    """A length, and spans apart from each other; some touch."""
    spans: list[Span] = []
    end = 0
    for gap, length, code in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from(TWO.codes)), max_size=8)
    ):
        spans.append((end + gap, end + gap + length, code))
        end += gap + length
    return end + draw(st.integers(0, 2)), spans


def sure(labels: np.ndarray, size: int) -> np.ndarray:
    return np.log(np.eye(size, dtype=np.float32)[labels] + np.float32(1e-6))


def is_valid(labels: list[int]) -> bool:
    """Whether every inside label follows a begin or inside of its code; written as the rule reads."""
    before = [OUTSIDE, *labels]
    return all(
        label == OUTSIDE or label % 2 == 1 or last in (label - 1, label)
        for last, label in zip(before, labels, strict=False)
    )


def best_valid(scores: np.ndarray) -> list[int]:
    """The best of all valid sequences, by trying all."""
    length, size = scores.shape
    valid = [p for p in product(range(size), repeat=length) if is_valid(list(p))]
    return list(
        max(valid, key=lambda path: float(scores[np.arange(length), list(path)].sum(dtype=np.float64)))
    )


def spans_of(labels: list[int], codes: tuple[str, ...]) -> list[Span]:
    spans: list[Span] = []
    for place, label in enumerate(labels):
        if label % 2 == 1:
            spans.append((place, place + 1, codes[(label - 1) // 2]))
        elif label != OUTSIDE:
            spans[-1] = (spans[-1][0], place + 1, spans[-1][2])
    return spans


def test_size_is_outside_and_two_labels_a_code() -> None:
    assert [LabelSet("x", ()).size, ONE.size, TWO.size] == [1, 3, 5]


def test_encoding_marks_begin_and_inside_of_each_code() -> None:
    assert TWO.encode(6, [(0, 3, "b"), (3, 4, "b"), (5, 6, "a")]).tolist() == [3, 4, 4, 3, 0, 1]


def test_spans_of_other_layers_are_not_encoded() -> None:
    assert TWO.encode(3, [(0, 2, "c"), (2, 3, "a")]).tolist() == [0, 0, 1]


@given(texts())
@example((2, [(0, 1, "a"), (1, 2, "a")]))
def test_what_is_encoded_is_decoded(text: tuple[int, list[Span]]) -> None:
    length, spans = text
    assert TWO.decode(sure(TWO.encode(length, spans), TWO.size)) == spans


@pytest.mark.parametrize("labels", [TWO, LabelSet("x", ())])
def test_no_tokens_no_spans(labels: LabelSet) -> None:
    assert labels.encode(0, []).tolist() == []
    assert labels.decode(np.zeros((0, labels.size), dtype=np.float32)) == []


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_scores_whose_best_labels_are_in_order_are_taken_as_they_are(seed: int, length: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, TWO.size)).astype(np.float32)
    best = scores.argmax(axis=1).tolist()
    if is_valid(best):
        assert TWO.decode(scores) == spans_of(best_valid(scores), TWO.codes) == spans_of(best, TWO.codes)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_a_text_without_outside_gets_the_best_of_all_sequences(seed: int, length: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, TWO.size)).astype(np.float32)
    scores[:, OUTSIDE] = -3
    assert TWO.decode(scores) == spans_of(best_valid(scores), TWO.codes)


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_only_stretches_out_of_order_are_searched(seed: int, length: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, ONE.size)).astype(np.float32)
    best = scores.argmax(axis=1).tolist()
    edges = [n for n, label in enumerate(best) if n == 0 or label == OUTSIDE]
    expected: list[int] = []
    for start, end in zip(edges, [*edges[1:], length], strict=True):
        stretch = best[start:end]
        expected += stretch if is_valid(stretch) else best_valid(scores[start:end])
    assert ONE.decode(scores) == spans_of(expected, ONE.codes)


@pytest.mark.parametrize(
    ("best", "second", "spans"),
    [
        ([0, 2, 2], 1, [(1, 3, "a")]),
        ([2, 2, 0], 1, [(0, 2, "a")]),
        ([1, 4, 0], 2, [(0, 2, "a")]),
        ([4, 4, 4], 0, []),
        ([0, 2, 0, 2, 0], 0, []),
    ],
)
def test_an_inside_without_begin_is_repaired(best: list[int], second: int, spans: list[Span]) -> None:
    scores = np.full((len(best), TWO.size), -9, dtype=np.float32)
    scores[:, second] = -1
    scores[np.arange(len(best)), best] = 0
    assert TWO.decode(scores) == spans


def test_decoding_leaves_the_scores_as_they_were() -> None:
    scores = np.array([[-3, -2, -1], [-3, -2, -1]], dtype=np.float32)
    before = scores.copy()
    assert ONE.decode(scores) == [(0, 2, "a")]
    assert (scores == before).all()
