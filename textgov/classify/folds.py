"""Folds that never divide a group, and are alike in their labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from textgov.errors import UsageError

IntArray = NDArray[np.int_]
Fold = tuple[IntArray, IntArray]


def strata(targets: NDArray[np.int8]) -> IntArray:
    """The rarest label that each text has, as a number; that after the last where it has none."""
    counts = np.where(targets.sum(axis=0) > 0, targets.sum(axis=0), np.iinfo(np.int64).max)
    order = np.argsort(counts, kind="stable")
    ranked = targets[:, order]
    first = ranked.argmax(axis=1)
    return np.asarray(np.where(ranked.any(axis=1), order[first], targets.shape[1]))


def grouped_folds(targets: NDArray[np.int8], groups: Sequence[str], count: int, seed: int) -> list[Fold]:
    """Places of training and of testing, for each fold (scikit-learn's StratifiedGroupKFold by the rarest label).

    Args:
        targets: (texts, labels) of 0 and 1.
        groups: group of each text.
        count: number of folds; fewer where there are fewer groups.
        seed: how groups are shuffled.

    Raises:
        UsageError: there is only one group.
    """
    numbers = np.unique(np.asarray(groups), return_inverse=True)[1]
    different = int(numbers.max()) + 1
    if different < 2:
        raise UsageError(
            "all texts belong to one group, so that none are left to test on; group them otherwise"
        )
    splitter = StratifiedGroupKFold(min(count, different), shuffle=True, random_state=seed)
    classes = _spreadable(strata(targets), splitter.n_splits)
    blank = np.zeros(len(classes))
    return [(train, test) for train, test in splitter.split(blank, classes, numbers) if len(test)]


def _spreadable(classes: IntArray, splits: int) -> IntArray:
    """Strata too rare to be in every fold joined to the most common one, which scikit-learn would warn of."""
    counts = np.bincount(classes)
    if counts.max() < splits:
        return np.zeros_like(classes)
    return np.asarray(np.where(counts[classes] >= splits, classes, counts.argmax()))
