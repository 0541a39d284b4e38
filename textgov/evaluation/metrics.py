"""Scores of labels given to texts, with bootstrap intervals over groups, and paired comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, confusion_matrix
from statsmodels.stats.multitest import multipletests

Matrix = NDArray[Any]
DRAWS = 1_000
LEVEL = 0.95
_BLOCK = 100
"""Draws at a time, so that memory does not grow with them."""
COMMON = 50
"""A macro average is given over labels with so many texts, beside that over all: those of rare ones are noise."""


@dataclass(frozen=True)
class Interval:
    """A figure with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class LabelScore:
    """Scores of one label: how many texts have it, got it, and got it rightly; None where there is no probability."""

    label: str
    gold: int
    found: int
    right: int
    precision: Interval
    recall: Interval
    f1: Interval
    average_precision: float | None = None


@dataclass(frozen=True)
class Scores:
    """Scores of all labels and of all together; `common` is macro F1 over labels with `COMMON` texts, if any."""

    texts: int
    labels: tuple[LabelScore, ...]
    macro: Interval
    common: Interval | None
    micro: Interval
    exact: Interval


@dataclass(frozen=True)
class Difference:
    """One's F1 less the other's on the same texts: with its interval, and the two-sided p-value of the bootstrap.

    Those of single labels are corrected for their number by Holm's method.
    """

    name: str
    first: float
    second: float
    difference: Interval
    p: float


@dataclass(frozen=True)
class _Sums:
    """Right, found and gold by label, exact and all texts: what all scores are made of, and adds up over groups.

    A row is a group, a draw of groups, or all of them.
    """

    right: Matrix
    found: Matrix
    gold: Matrix
    exact: Matrix
    texts: Matrix

    def times(self, weights: Matrix) -> _Sums:
        """Sums over groups, a row for each row of how often each group counts."""
        parts = self._parts()
        product = weights.astype(float) @ np.hstack(parts)
        return _Sums(*np.split(product, np.cumsum([part.shape[1] for part in parts])[:-1], axis=1))

    def drawn(self, seed: int, draws: int) -> _Sums:
        """Sums over groups drawn with replacement; equal seeds draw equal groups."""
        random, size = np.random.default_rng(seed), len(self.texts)
        parts = []
        for first in range(0, draws, _BLOCK):
            rows = min(_BLOCK, draws - first)
            parts.append(self.times(random.multinomial(size, np.full(size, 1 / size), size=rows)))
        return _Sums(*(np.vstack(same) for same in zip(*(part._parts() for part in parts), strict=True)))

    def _parts(self) -> tuple[Matrix, ...]:
        return self.right, self.found, self.gold, self.exact, self.texts

    @property
    def precision(self) -> Matrix:
        return _ratio(self.right, self.found)

    @property
    def recall(self) -> Matrix:
        return _ratio(self.right, self.gold)

    @property
    def f1(self) -> Matrix:
        return _ratio(2 * self.right, self.found + self.gold)

    @property
    def micro(self) -> Matrix:
        return _ratio(2 * self.right.sum(axis=1), (self.found + self.gold).sum(axis=1))

    @property
    def exact_share(self) -> Matrix:
        return _ratio(self.exact, self.texts)[:, 0]


def _sums(gold: Matrix, found: Matrix, groups: Sequence[str] | None) -> _Sums:
    clusters = (
        np.arange(len(gold)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    )
    size = int(clusters.max()) + 1
    exact = (gold == found).all(axis=1, keepdims=True)
    parts = ((gold == 1) & (found == 1), found == 1, gold == 1, exact, np.ones((len(gold), 1)))
    return _Sums(*(_summed(part, clusters, size) for part in parts))


def score(
    labels: Sequence[str],
    gold: Matrix,
    found: Matrix,
    *,
    groups: Sequence[str] | None = None,
    probabilities: Matrix | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Scores:
    """Precision, recall and F1 of each label and averaged, with intervals by bootstrap.

    Args:
        labels: names of the columns.
        gold: (texts, labels) of 0 and 1.
        found: the same, as it was predicted.
        groups: whole groups are drawn, since texts of one are alike; single texts where None.
        probabilities: (texts, labels), for average precision.
        seed: of the draws.
        draws: their number.
    """
    by_group = _sums(gold, found, groups)
    whole, drawn = by_group.times(np.ones((1, len(by_group.texts)))), by_group.drawn(seed, draws)
    common = gold.sum(axis=0) >= COMMON
    rows = [
        LabelScore(
            label,
            int(whole.gold[0, k]),
            int(whole.found[0, k]),
            int(whole.right[0, k]),
            _interval(whole.precision[0, k], drawn.precision[:, k]),
            _interval(whole.recall[0, k], drawn.recall[:, k]),
            _interval(whole.f1[0, k], drawn.f1[:, k]),
            _average_precision(gold[:, k], None if probabilities is None else probabilities[:, k]),
        )
        for k, label in enumerate(labels)
    ]
    return Scores(
        len(gold),
        tuple(rows),
        _interval(whole.f1.mean(), drawn.f1.mean(axis=1)),
        _interval(whole.f1[:, common].mean(), drawn.f1[:, common].mean(axis=1)) if common.any() else None,
        _interval(whole.micro[0], drawn.micro),
        _interval(whole.exact_share[0], drawn.exact_share),
    )


def compare(
    labels: Sequence[str],
    gold: Matrix,
    first: Matrix,
    second: Matrix,
    *,
    groups: Sequence[str] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> list[Difference]:
    """Differences of macro F1, of that over common labels, and of each label's F1, on the same texts.

    Intervals and p-values come from one paired bootstrap over groups.
    """
    pair = [_sums(gold, found, groups) for found in (first, second)]
    whole = [one.times(np.ones((1, len(one.texts)))).f1 for one in pair]
    drawn = [one.drawn(seed, draws).f1 for one in pair]
    f1 = (whole, drawn)
    common = gold.sum(axis=0) >= COMMON
    chosen = {"macro F1": np.ones(len(labels), dtype=bool)}
    if common.any() and not common.all():
        chosen[f"macro F1, labels with {COMMON} texts"] = common
    rows = [_difference(name, f1, mask) for name, mask in chosen.items()]
    single = [_difference(label, f1, np.arange(len(labels)) == k) for k, label in enumerate(labels)]
    corrected = multipletests([one.p for one in single], method="holm")[1]
    return rows + [replace(one, p=float(p)) for one, p in zip(single, corrected, strict=True)]


def confusion(gold: Matrix, found: Matrix) -> NDArray[np.int64]:
    """Texts by gold class (rows) and found class (columns), each text having one."""
    size = gold.shape[1]
    return np.asarray(confusion_matrix(gold.argmax(axis=1), found.argmax(axis=1), labels=range(size)))


@dataclass(frozen=True)
class ThresholdPoint:
    """Scores of a label that is given from a probability on."""

    threshold: float
    precision: float
    recall: float
    f1: float


def threshold_curve(
    gold: NDArray[Any], probability: NDArray[Any], step: float = 0.05
) -> list[ThresholdPoint]:
    """Precision, recall and F1 of one label at thresholds from `step` to 1 - `step`."""
    points = []
    for threshold in np.arange(step, 1 - step / 2, step):
        found = probability >= threshold
        right = float((found & (gold == 1)).sum())
        precision = right / found.sum() if found.any() else 0.0
        recall = right / gold.sum() if gold.any() else 0.0
        f1 = 2 * right / max(float(found.sum() + gold.sum()), 1.0)
        points.append(ThresholdPoint(round(float(threshold), 2), float(precision), float(recall), f1))
    return points


def _difference(name: str, f1: tuple[list[Matrix], list[Matrix]], mask: Matrix) -> Difference:
    first, second = (float(part[:, mask].mean()) for part in f1[0])
    drawn = f1[1][0][:, mask].mean(axis=1) - f1[1][1][:, mask].mean(axis=1)
    # One is added so that no finite number of draws makes a p-value of 0.
    below, above = ((drawn <= 0).sum() + 1) / (len(drawn) + 1), ((drawn >= 0).sum() + 1) / (len(drawn) + 1)
    p = float(min(1.0, 2 * min(below, above)))
    return Difference(name, first, second, _interval(first - second, drawn), p)


def _average_precision(gold: Matrix, probability: Matrix | None) -> float | None:
    if probability is None or not gold.any():
        return None
    return float(average_precision_score(gold, probability))


def _summed(values: Matrix, clusters: Matrix, size: int) -> Matrix:
    total = np.zeros((size, values.shape[1]))
    np.add.at(total, clusters, values.astype(float))
    return total


def _ratio(part: Matrix, whole: Matrix) -> Matrix:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=whole > 0))


def _interval(value: float, drawn: Matrix) -> Interval:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(value), float(low), float(high))
