"""When to stop: screening by the criterion of Callaghan and Müller-Hansen (2020), labelling when models settle."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from sklearn.metrics import cohen_kappa_score

from textgov.errors import UsageError

RECALL = 0.95
CONFIDENCE = 0.95
STEADY = 0.99
"""Agreement from which on the predictions of successive models count as settled (Bloodgood and Vijay-Shanker 2009)."""
WINDOW = 3


@dataclass(frozen=True)
class Stopping:
    """Whether screening may stop.

    Attributes:
        p: probability to have seen this if the target recall were missed; 0 when nothing is left to screen.
        stop: whether `p` is below 1 - confidence.
        screened: texts screened.
        found: relevant ones among them.
        total: texts there are.
        recall: the target.
        confidence: the confidence asked for.
    """

    p: float
    stop: bool
    screened: int
    found: int
    total: int
    recall: float
    confidence: float

    def __str__(self) -> str:
        """One line for a user."""
        state = f"{self.screened:,} of {self.total:,} screened, {self.found:,} relevant"
        goal = f"{self.recall:.0%} of the relevant ones have been found"
        if self.screened >= self.total:
            return f"{state}; nothing is left"
        if self.stop:
            return (
                f"{state}; you may stop: that {goal} is likely enough (p = {self.p:.3f} of having missed it)"
            )
        return f"{state}; go on: that {goal} is not yet sure at {self.confidence:.0%} (p = {self.p:.3f})"


def available() -> bool:
    """Whether the extra `screening` is installed."""
    return find_spec("buscarpy") is not None


def stopping(
    labels: Sequence[int], total: int, *, recall: float = RECALL, confidence: float = CONFIDENCE
) -> Stopping:
    """Test the hypothesis that the target recall was missed.

    The criterion takes what was screened last as drawn no worse than at random from what was left, which holds for
    any order that puts likelier texts first; it needs no estimate of how many relevant texts there are.

    Args:
        labels: 1 for relevant and 0 for irrelevant, in the order in which they were screened.
        total: number of texts, screened or not.
        recall: share of the relevant texts that is to be found, above 0 and below 1.
        confidence: with which to have found it, above 0 and below 1.

    Raises:
        UsageError: the extra `screening` is not installed, or a number is out of range.
    """
    if not available():
        raise UsageError("the stopping rule needs the extra `screening`: pip install 'textgov[screening]'")
    for name, value in (("recall", recall), ("confidence", confidence)):
        if not 0 < value < 1:
            raise UsageError(f"{name} {value:g}: give a share above 0 and below 1")
    if len(labels) > total:
        raise UsageError(f"{len(labels):,} texts were screened of {total:,}; count all texts")
    seen = np.asarray(labels, dtype=np.int64)
    p = _p_value(seen, total, recall)
    return Stopping(p, p < 1 - confidence, len(seen), int(seen.sum()), total, recall, confidence)


def _p_value(seen: np.ndarray[tuple[int], np.dtype[np.int64]], total: int, recall: float) -> float:
    if len(seen) >= total:
        return 0.0
    if not len(seen):
        return 1.0
    # The smallest number of relevant texts among which those found would miss the target.
    missing = int(np.floor(seen.sum() / recall + 1)) - int(seen.sum())
    if missing > total - len(seen):
        return 0.0
    from buscarpy import calculate_h0  # noqa: PLC0415 - an extra, and slow to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(calculate_h0(seen, total, recall))


def steadiness(decisions: Sequence[np.ndarray[tuple[int, int], np.dtype[np.int8]]]) -> float | None:
    """Mean agreement (Cohen's kappa) of each of the last models with the one before, over a whole pool.

    Args:
        decisions: (texts, labels) of 0 and 1 for each model, oldest first.

    Returns:
        The mean over the last `WINDOW` pairs and all labels; None if there are fewer.
    """
    if len(decisions) <= WINDOW:
        return None
    recent = decisions[-WINDOW - 1 :]
    found = [
        _kappa(before[:, label], after[:, label])
        for before, after in pairwise(recent)
        for label in range(before.shape[1])
    ]
    return float(np.mean(found))


def _kappa(
    first: np.ndarray[tuple[int], np.dtype[np.int8]], second: np.ndarray[tuple[int], np.dtype[np.int8]]
) -> float:
    if np.array_equal(first, second):
        return 1.0
    return float(cohen_kappa_score(first, second, labels=[0, 1]))
