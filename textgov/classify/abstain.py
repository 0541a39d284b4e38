"""Between which scores a classifier is unsure: conformal prediction, so that the share of errors is known.

For each path, passages that have it and passages that have not are calibrated apart (Mondrian; Vovk et al. 2005, the
package crepes). A score that conforms to both, or to neither, is in doubt.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIGNIFICANCE = 0.1
"""Share of passages that have (or have not) a path, whose scores are taken for those of the others, at most."""

_GRID = np.round(np.linspace(0.0, 1.0, 1001), 3)


def doubt_bands(
    targets: NDArray[np.int8], scores: NDArray[np.float64], significance: float = SIGNIFICANCE
) -> tuple[tuple[float, float], ...]:
    """For each path the scores between which both answers, or none, conform.

    Args:
        targets: (passages, paths) of 0 and 1.
        scores: held-out scores between 0 and 1, of the same shape.
        significance: tolerated share of errors in each class.

    Returns:
        Ranges around 0.5 at least; a path that all or none of the passages have is never sure.
    """
    return tuple(
        _band(target, score, significance) for target, score in zip(targets.T, scores.T, strict=True)
    )


def _band(target: NDArray[np.int8], score: NDArray[np.float64], significance: float) -> tuple[float, float]:
    if len(np.unique(target)) < 2:
        return 0.0, 1.0
    has = p_values(score[target == 1], 1.0)
    has_not = p_values(score[target == 0], 0.0)
    # What is below conforms to not having the path alone, what is above to having it alone.
    below = _GRID[(has <= significance) & (has_not > significance)]
    above = _GRID[(has > significance) & (has_not <= significance)]
    low = float(below[below < 0.5].max(initial=0.0))
    high = float(above[above > 0.5].min(initial=1.0))
    return low, high


def p_values(scores: NDArray[np.float64], answer: float) -> NDArray[np.float64]:
    """How well each score of a fine grid conforms to those of passages with one answer; share of them as far off."""
    # Its import takes a second, and models that are only used do not need it.
    from crepes import ConformalClassifier  # noqa: PLC0415

    conformal = ConformalClassifier()
    conformal.fit(np.abs(answer - scores))
    alphas = np.abs(answer - _GRID)[:, None]
    return np.asarray(conformal.predict_p(alphas, all_classes=True, smoothing=False))[:, 0]
