"""Time lines: shares, intervals, years without documents, trends."""

from __future__ import annotations

import pytest

from textgov.analysis.gapmap import AxisValue
from textgov.analysis.presence import Presence
from textgov.analysis.timeline import timeline

STRIKE = AxisValue("strike", "Strike", 0)


def papers(*years: tuple[int | None, int, int]) -> list[Presence]:
    """For each year so many documents, of which so many have a strike."""
    return [
        Presence(f"{year}-{n}", year, (("strike",) if n < having else (),))
        for year, total, having in years
        for n in range(total)
    ]


def test_years_without_documents_are_there_and_undated_documents_are_counted():
    found = timeline(papers((2010, 4, 1), (2012, 2, 2), (None, 3, 1)), [STRIKE])
    assert (found.years, found.totals, found.undated) == ((2010, 2011, 2012), (4, 0, 2), 3)
    points = found.series[0].points
    assert [(p.documents, p.share) for p in points] == [(1, 0.25), (0, None), (2, 1.0)]
    assert points[1].low is None


def test_intervals_are_those_of_wilson():
    [point] = timeline(papers((2010, 10, 0)), [STRIKE]).series[0].points
    # Wilson's upper bound for 0 of 10 is z^2 / (n + z^2).
    assert (point.low, point.high) == (pytest.approx(0), pytest.approx(3.8415 / 13.8415, abs=1e-4))


def test_the_trend_has_its_direction():
    rising = timeline(papers((2010, 20, 2), (2011, 20, 10), (2012, 20, 18)), [STRIKE]).series[0]
    falling = timeline(papers((2010, 20, 18), (2011, 20, 10), (2012, 20, 2)), [STRIKE]).series[0]
    assert rising.trend == pytest.approx(-falling.trend)
    assert rising.trend > 4
    assert rising.p_value < 0.001
    level = timeline(papers((2010, 20, 10), (2014, 20, 10)), [STRIKE]).series[0]
    assert (level.trend, level.p_value) == (pytest.approx(0), pytest.approx(1))


@pytest.mark.parametrize(
    "years", [[(2010, 3, 1)], [(2010, 3, 3), (2011, 2, 2)], [(2010, 3, 0), (2011, 2, 0)], []]
)
def test_without_variation_there_is_no_trend(years):
    assert [(s.trend, s.p_value) for s in timeline(papers(*years), [STRIKE]).series] == [(None, None)]


def test_without_a_field():
    found = timeline([Presence("a", 2010, ()), Presence("b", None, ())], [])
    assert (found.years, found.totals, found.series, found.undated) == ((2010,), (1,), (), 1)
