"""Whether probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Probabilities from `low` to `high`: how many, their mean, the share that came true, and its 95 % interval.

    The interval is Wilson's, of independent texts.
    """

    low: float
    high: float
    count: int
    predicted: float
    observed: float
    observed_low: float
    observed_high: float


@dataclass(frozen=True)
class Calibration:
    """Reliability by bins, expected calibration error (Naeini et al. 2015) and mean Brier score."""

    bins: tuple[Bin, ...]
    error: float
    brier: float


def calibration(
    gold: NDArray[Any], probabilities: NDArray[Any], *, exclusive: bool, bins: int = BINS
) -> Calibration:
    """Calibration over all labels.

    Args:
        gold: (texts, labels) of 0 and 1.
        probabilities: the same, from 0 to 1.
        exclusive: each text has one label, and only the probability of the likeliest counts; otherwise that of every
            label of every text does.
        bins: number of bins of equal width.
    """
    if exclusive:
        best = probabilities.argmax(axis=1)
        stated = probabilities.max(axis=1)
        true = gold[np.arange(len(gold)), best].astype(float)
    else:
        stated, true = probabilities.ravel(), gold.ravel().astype(float)
    place = np.minimum((stated * bins).astype(int), bins - 1)
    found = [_bin(number, bins, stated[place == number], true[place == number]) for number in range(bins)]
    filled = tuple(one for one in found if one.count)
    error = sum(one.count * abs(one.predicted - one.observed) for one in filled) / max(len(stated), 1)
    brier = float(
        np.mean(np.square(probabilities - gold).sum(axis=1) if exclusive else np.square(stated - true))
    )
    return Calibration(filled, float(error), brier)


def _bin(number: int, bins: int, stated: NDArray[Any], true: NDArray[Any]) -> Bin:
    low, high = number / bins, (number + 1) / bins
    if not len(stated):
        return Bin(low, high, 0, 0.0, 0.0, 0.0, 0.0)
    bounds: Sequence[float] = proportion_confint(true.sum(), len(true), method="wilson")
    return Bin(
        low, high, len(stated), float(stated.mean()), float(true.mean()), float(bounds[0]), float(bounds[1])
    )
