"""Scores of spans, against a matcher that tries everything."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from textgov.evaluation.spans import CodedSpan, Spans, score_spans

SPAN = st.builds(
    lambda start, length, code: (start, start + length, code),
    st.integers(0, 8),
    st.integers(0, 4),
    st.sampled_from("ab"),
)
ANY = st.lists(SPAN, max_size=4)


@st.composite
def apart(draw: st.DrawFn) -> list[CodedSpan]:
    """Spans that do not overlap, as one coder gives them."""
    spans: list[CodedSpan] = []
    end = 0
    for gap, length, code in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from("ab")), max_size=4)
    ):
        spans.append((end + gap, end + gap + length, code))
        end += gap + length
    return spans


def shared(one: CodedSpan, two: CodedSpan) -> int:
    """Characters of both, counted one by one; none where the codes differ."""
    return len(set(range(*one[:2])) & set(range(*two[:2]))) if one[2] == two[2] else 0


def most_pairs(gold: list[CodedSpan], found: list[CodedSpan]) -> int:
    """The greatest number of one-to-one pairs that share a character, by trying all."""
    short, long = sorted((gold, found), key=len)
    return max(
        (sum(shared(a, b) > 0 for a, b in zip(short, order, strict=False)) for order in permutations(long)),
        default=0,
    )


def longest_first(gold: list[CodedSpan], found: list[CodedSpan]) -> tuple[int, int]:
    """The rule as it reads: take the pair that shares most, of equals one that is exact, until none is left."""
    left, right = list(gold), list(found)
    overlap = exact = 0
    while True:
        pairs = [(shared(g, f), g[:2] == f[:2], g, f) for g in left for f in right if shared(g, f)]
        if not pairs:
            return overlap, exact
        most = max(pairs, key=lambda pair: pair[:2])
        left.remove(most[2])
        right.remove(most[3])
        overlap += 1
        exact += most[1]


@given(apart(), apart())
@example([(0, 4, "a"), (4, 8, "a")], [(3, 8, "a"), (0, 1, "a")])
def test_against_all_pairs(gold: list[CodedSpan], found: list[CodedSpan]) -> None:
    score = score_spans(gold, found)
    assert (score.gold, score.found) == (len(gold), len(found))
    assert score.exact == len(set(gold) & set(found))
    most = most_pairs(gold, found)
    assert most / 2 <= score.overlap <= most
    assert score.exact <= score.overlap


@given(apart(), apart())
def test_the_longest_overlap_is_taken_first(gold: list[CodedSpan], found: list[CodedSpan]) -> None:
    lengths = [shared(g, f) for g in gold for f in found if shared(g, f)]
    if len(set(lengths)) == len(lengths):
        score = score_spans(gold, found)
        assert (score.overlap, score.exact) == longest_first(gold, found)


@given(ANY, ANY)
def test_overlapping_spans_of_one_coder_are_matched_one_to_one(
    gold: list[CodedSpan], found: list[CodedSpan]
) -> None:
    score = score_spans(gold, found)
    assert score.exact <= score.overlap <= most_pairs(gold, found) <= min(len(gold), len(found))
    assert 0 <= score.exact_f1 <= score.overlap_f1 <= 1


@given(st.lists(SPAN.filter(lambda span: span[1] > span[0]), max_size=5))
def test_what_is_the_same_scores_one(spans: list[CodedSpan]) -> None:
    score = score_spans(spans, spans[::-1])
    assert score == Spans(len(spans), len(spans), len(spans), len(spans))
    assert score.exact_f1 == score.overlap_f1 == (1.0 if spans else 0.0)


@given(apart(), apart())
def test_both_sides_count_alike(gold: list[CodedSpan], found: list[CodedSpan]) -> None:
    one, two = score_spans(gold, found), score_spans(found, gold)
    assert (one.gold, one.found, one.exact) == (two.found, two.gold, two.exact)


@pytest.mark.parametrize(
    ("gold", "found", "overlap", "exact"),
    [
        ([(0, 5, "a")], [(0, 5, "a")], 1, 1),
        ([(0, 5, "a")], [(0, 5, "b")], 0, 0),
        ([(0, 5, "a")], [(4, 9, "a")], 1, 0),
        ([(0, 5, "a")], [(5, 9, "a")], 0, 0),
        ([(5, 9, "a")], [(0, 5, "a")], 0, 0),
        # one found span is not two, and two are not one
        ([(0, 9, "a")], [(0, 3, "a"), (4, 9, "a")], 1, 0),
        ([(0, 3, "a"), (4, 9, "a")], [(0, 9, "a")], 1, 0),
        # the longest overlap first, even where fewer are matched by it
        ([(0, 10, "a"), (10, 20, "a")], [(2, 17, "a"), (0, 2, "a")], 1, 0),
        # of equal overlaps the equal span
        ([(0, 4, "a"), (0, 9, "a")], [(0, 4, "a")], 1, 1),
        ([(0, 9, "a"), (0, 4, "a")], [(0, 4, "a")], 1, 1),
        ([(0, 4, "a")], [(0, 9, "a"), (0, 4, "a")], 1, 1),
        # the same span twice needs to be found twice
        ([(0, 4, "a"), (0, 4, "a")], [(0, 4, "a")], 1, 1),
        # an empty span shares nothing
        ([(3, 3, "a")], [(3, 3, "a")], 0, 0),
        ([], [(0, 4, "a")], 0, 0),
        ([(0, 4, "a")], [], 0, 0),
        ([], [], 0, 0),
    ],
)
def test_pairs(gold: list[CodedSpan], found: list[CodedSpan], overlap: int, exact: int) -> None:
    assert score_spans(gold, found) == Spans(len(gold), len(found), overlap, exact)


def test_scores_are_added_before_the_f1_is_taken() -> None:
    total = Spans(3, 1, 1, 1) + Spans(1, 5, 3, 0)
    assert total == Spans(4, 6, 4, 1)
    assert total.overlap_f1 == pytest.approx(2 * 4 / 10)
    assert total.exact_f1 == pytest.approx(2 * 1 / 10)
    assert Spans().overlap_f1 == Spans().exact_f1 == 0.0
    assert Spans() + total == total


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(matched: int, missed: int, extra: int) -> None:
    spans = Spans(matched + missed, matched + extra, matched, 0)
    if matched:
        precision, recall = matched / (matched + extra), matched / (matched + missed)
        assert spans.overlap_f1 == pytest.approx(2 * precision * recall / (precision + recall))
    else:
        assert spans.overlap_f1 == 0.0
