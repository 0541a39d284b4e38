"""Documents by year and by the values of a field, with shares, their intervals, and a test of trend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from textgov.analysis.gapmap import AxisValue
from textgov.analysis.presence import Presence

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Point:
    """Documents of a year that have a value, and their share of the year's with Wilson's 95 % interval.

    A year without documents has no share.
    """

    year: int
    documents: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Series:
    """A value through the years. `trend` is the z of the linear trend of its share, `p_value` two-sided."""

    value: AxisValue
    points: tuple[Point, ...]
    trend: float | None
    p_value: float | None


@dataclass(frozen=True)
class Timeline:
    """Documents of each year, gaps filled, and the series; `undated` documents have no year."""

    years: tuple[int, ...]
    totals: tuple[int, ...]
    series: tuple[Series, ...]
    undated: int


def timeline(found: Sequence[Presence], values: Sequence[AxisValue]) -> Timeline:
    """The time line of documents by the values of their first axis; of all documents alone without values."""
    dated = [one for one in found if one.year is not None]
    totals = Counter(one.year for one in dated)
    known = sorted(year for year in totals if year is not None)
    years = tuple(range(known[0], known[-1] + 1)) if known else ()
    series = []
    for value in values:
        counts = Counter(one.year for one in dated if value.value in one.values[0])
        points = tuple(_point(year, counts[year], totals[year]) for year in years)
        series.append(Series(value, points, *_trend(points, [totals[year] for year in years])))
    return Timeline(years, tuple(totals[year] for year in years), tuple(series), len(found) - len(dated))


def _point(year: int, count: int, total: int) -> Point:
    from statsmodels.stats.proportion import (  # noqa: PLC0415 - slow to import
        proportion_confint,
    )

    if not total:
        return Point(year, count, None, None, None)
    low, high = proportion_confint(count, total, alpha=1 - CONFIDENCE, method="wilson")
    return Point(year, count, count / total, float(low), float(high))


def _trend(points: Sequence[Point], totals: Sequence[int]) -> tuple[float | None, float | None]:
    """The test of Cochran and Armitage; nothing where there is no variation to test."""
    from statsmodels.stats.contingency_tables import Table  # noqa: PLC0415

    have = np.array([point.documents for point in points], dtype=float)
    lack = np.array(totals, dtype=float) - have
    dated = have + lack > 0
    if dated.sum() < 2 or not have.sum() or not lack.sum():
        return None, None
    table = Table(np.vstack([lack[dated], have[dated]]), shift_zeros=False)
    years = np.array([point.year for point in points], dtype=float)[dated]
    tested = table.test_ordinal_association(row_scores=np.array([0.0, 1.0]), col_scores=years - years[0])
    return float(tested.zscore), float(tested.pvalue)
