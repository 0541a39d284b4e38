"""Shares of two groups of documents, and the intervals of their differences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.analysis.comparison import compare
from textgov.analysis.theory import Item, TheoryMap
from textgov.errors import UsageError


def made(searched, query="q", **counts):
    items = [
        Item(key, "g", "p", key, key, number, number, f"{query}:{key}") for key, number in counts.items()
    ]
    return TheoryMap(tuple(items), searched, query, "passage")


def test_the_example_of_newcombe():
    # Newcombe (1998), table II, contrast (a), method 10.
    [found] = compare(made(70, x=56), made(80, x=48), 0).items
    assert (found.first_share, found.second_share) == (0.8, 0.6)
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_the_greatest_difference_comes_first_and_absence_is_nought():
    found = compare(made(10, "a", x=5, y=9, z=0), made(20, "b", x=10, w=20, z=0), 3)
    assert [(one.item.key, one.first, one.second) for one in found.items] == [
        ("w", 0, 20),
        ("y", 9, 0),
        ("x", 5, 10),
    ]
    assert (found.first, found.second, found.common) == (10, 20, 3)
    assert [one.differs for one in found.items] == [True, True, False]
    assert found.items[0].second_query == "b:w"


def test_values_are_adjusted_for_all_that_is_compared():
    alone = compare(made(20, x=12), made(20, x=5), 0).items[0]
    others = {f"n{n}": 9 for n in range(9)}
    among = compare(made(20, x=12, **others), made(20, x=5, **others), 0)
    [crowded] = [one for one in among.items if one.item.key == "x"]
    assert crowded.p_value > alone.p_value


@pytest.mark.parametrize("empty", [(made(0), made(5, x=1)), (made(5, x=1), made(0))])
def test_a_group_without_documents_cannot_be_compared(empty):
    with pytest.raises(UsageError, match="no document matches 'q'"):
        compare(*empty, 0)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_the_other_way_round_everything_turns(first, second, data):
    one, other = data.draw(st.integers(1, first)), data.draw(st.integers(0, second))
    [there] = compare(made(first, x=one), made(second, x=other), 0).items
    [back] = compare(made(second, x=other), made(first, x=one), 0).items
    assert there.difference == pytest.approx(-back.difference)
    assert (there.low, there.high) == (pytest.approx(-back.high), pytest.approx(-back.low))
    assert there.low - 1e-9 <= there.difference <= there.high + 1e-9
    assert there.p_value == pytest.approx(back.p_value)
