"""Measures of held-out predictions of paths, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, cohen_kappa_score, f1_score

from textgov.classify.paths import GIVEN

DRAWS = 1000
BINS = 10
Floats = NDArray[np.float64]
Targets = NDArray[np.int8]


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def macro_f1(targets: Targets, scores: Floats) -> float:
    """F1 of each path at 0.5, averaged."""
    return float(f1_score(targets, scores >= GIVEN, average="macro", zero_division=0))


def exact(targets: Targets, scores: Floats) -> float:
    """Share of passages whose paths are exactly right."""
    return float(((scores >= GIVEN) == (targets == 1)).all(axis=1).mean())


def calibration_error(targets: Targets, scores: Floats) -> float:
    """Expected calibration error over ten bins of equal width, all paths together."""
    y, p = targets.ravel(), scores.ravel()
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = [abs(y[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())]
    return float(sum(gaps))


def interval(
    measure: Callable[[Targets, Floats], float], targets: Targets, scores: Floats, groups: Sequence[str]
) -> Interval:
    """A measure with the interval of a bootstrap that draws authors, not passages."""
    noise = np.random.default_rng(0)
    names = np.array(groups)
    places = [np.flatnonzero(names == name) for name in sorted(set(groups))]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([places[k] for k in noise.integers(len(places), size=len(places))])
        drawn.append(measure(targets[rows], scores[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(measure(targets, scores), float(low), float(high))


def difference(
    measure: Callable[[Targets, Floats], float],
    targets: Targets,
    one: Floats,
    other: Floats,
    groups: Sequence[str],
) -> Interval:
    """By how much a measure is greater for `one` than for `other`, paired: each draw of authors serves both."""
    width = one.shape[1]

    def gain(drawn: Targets, scores: Floats) -> float:
        return measure(drawn, scores[:, :width]) - measure(drawn, scores[:, width:])

    return interval(gain, targets, np.hstack([one, other]), groups)


def by_path(labels: Sequence[str], targets: Targets, scores: Floats) -> list[dict[str, float | str]]:
    """F1, kappa and average precision of each path."""
    return [
        {
            "path": label,
            "passages": int(y.sum()),
            "F1": round(float(f1_score(y, p >= GIVEN)), 3),
            "kappa": round(float(cohen_kappa_score(y, p >= GIVEN)), 3),
            "AP": round(float(average_precision_score(y, p)), 3),
        }
        for label, y, p in zip(labels, targets.T, scores.T, strict=True)
    ]


def doubt(targets: Targets, scores: Floats, bands: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Shares of answers in doubt, and of errors (in each class) among those that are not."""
    low, high = np.array(bands).T
    unsure = (scores > low) & (scores < high)
    return {
        "unsure": round(float(unsure.mean()), 3),
        "missed though sure": round(float(((scores <= low) & (targets == 1)).sum() / targets.sum()), 3),
        "given wrongly though sure": round(
            float(((scores >= high) & (targets == 0)).sum() / (1 - targets).sum()), 3
        ),
    }


def stance_accuracy(true: Sequence[Mapping[str, str]], found: Sequence[Mapping[str, str]]) -> float:
    """Share of right stances, of the paths that passages have."""
    pairs = [(stance, found[place][path]) for place, one in enumerate(true) for path, stance in one.items()]
    return float(np.mean([a == b for a, b in pairs]))


def reliability_figure(labels: Sequence[str], targets: Targets, scores: Floats, target: Path) -> None:
    """How often passages of a score have the path, drawn beside what the score says."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "textgov"
    figure, axes = pyplot.subplots(figsize=(4.5, 4.5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, label="as it says")
    for label, y, p in zip(labels, targets.T, scores.T, strict=True):
        share, mean = calibration_curve(y, p, n_bins=5, strategy="quantile")
        axes.plot(mean, share, marker="o", markersize=3, linewidth=1, label=label)
    axes.set(xlabel="score", ylabel="share of passages that have the path", xlim=(0, 1), ylim=(0, 1))
    axes.legend(fontsize=8)
    figure.savefig(target, metadata={"Date": None})
    pyplot.close(figure)
