"""Pictures of evaluations: scores of labels, calibration, thresholds, learning curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textgov.evaluation.calibration import Calibration
from textgov.evaluation.metrics import LabelScore, ThresholdPoint
from textgov.export.pictures import LINE, SOFT, colour, new_figure, settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from textgov.classify.learning_curve import CurvePoint


def score_figure(
    scores: Sequence[LabelScore],
    title: str,
    beside: Sequence[LabelScore] = (),
    names: tuple[str, str] = ("", ""),
) -> Figure:
    """F1 of each label with its interval; a second one's beside it."""
    with settings():
        figure = new_figure(7, 1.4 + 0.36 * len(scores))
        axes = figure.add_subplot()
        for place, rows in enumerate((scores, beside)):
            if not rows:
                continue
            shift = (0.14 if place else -0.14) if beside else 0.0
            heights = [number + shift for number in range(len(rows))]
            values = [one.f1.value for one in rows]
            errors = [
                [max(0.0, one.f1.value - one.f1.low) for one in rows],
                [max(0.0, one.f1.high - one.f1.value) for one in rows],
            ]
            axes.errorbar(
                values, heights, xerr=errors, fmt="os"[place], color=colour(place), ecolor=colour(place),
                elinewidth=1.2, capsize=2.5, markersize=5, label=names[place] or None,
            )  # fmt: skip
        axes.set_yticks(range(len(scores)), [f"{one.label} ({one.gold:,})" for one in scores])
        axes.invert_yaxis()
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("F1, with 95 % interval")
        axes.grid(axis="x", color=LINE, linewidth=0.6)
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        if beside:
            figure.legend(loc="outside lower right", ncols=2, frameon=False)
    return figure


def calibration_figure(found: Calibration, title: str) -> Figure:
    """How often what was said with some probability came true, and how often each was said."""
    with settings():
        figure = new_figure(5, 5)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        upper.plot([0, 1], [0, 1], color=SOFT, linewidth=0.8, linestyle="--")
        x = [one.predicted for one in found.bins]
        y = [one.observed for one in found.bins]
        errors = [
            [max(0.0, one.observed - one.observed_low) for one in found.bins],
            [max(0.0, one.observed_high - one.observed) for one in found.bins],
        ]
        upper.errorbar(x, y, yerr=errors, fmt="o-", color=colour(0), capsize=2.5, markersize=5, linewidth=1.2)
        upper.set_ylabel("share that came true")
        upper.set_ylim(-0.02, 1.02)
        upper.set_title(f"{title}: error {found.error:.3f}", loc="left", fontsize=11, fontweight="bold")
        middles = [(one.low + one.high) / 2 for one in found.bins]
        lower.bar(middles, [one.count for one in found.bins], width=0.09, color=colour(7))
        lower.set_yscale("log")
        lower.set_ylabel("how many")
        lower.set_xlabel("probability")
        lower.set_xlim(0, 1)
    return figure


def threshold_figure(curves: Mapping[str, Sequence[ThresholdPoint]], title: str) -> Figure:
    """Precision, recall and F1 of each label by the threshold from which it is given."""
    columns = min(3, len(curves))
    rows = -(-len(curves) // columns)
    with settings():
        figure = new_figure(2.7 * columns, 2.2 * rows + 0.7)
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
        for axes, (label, points) in zip(grid, curves.items(), strict=False):
            x = [point.threshold for point in points]
            for place, (name, style) in enumerate((("precision", "--"), ("recall", ":"), ("f1", "-"))):
                values = [getattr(point, name) for point in points]
                shown = {"precision": "precision", "recall": "recall", "f1": "F1"}[name]
                axes.plot(x, values, style, color=colour(place), linewidth=1.4, label=shown)
            axes.set_title(label, fontsize=9)
            axes.grid(color=LINE, linewidth=0.5)
        for axes in grid[len(curves) :]:
            axes.set_visible(False)
        grid[0].set_ylim(-0.02, 1.02)
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
        figure.supxlabel("threshold", fontsize=9)
        handles, labels = grid[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower right", ncols=3, frameon=False)
    return figure


def curve_figure(points: Sequence[CurvePoint], title: str) -> Figure:
    """Macro F1 by the number of texts that were learnt from, of the model and the baseline."""
    with settings():
        figure = new_figure(5.5, 3.6)
        axes = figure.add_subplot()
        x = [point.texts for point in points]
        for place, (name, values) in enumerate(
            (("model", [point.f1 for point in points]), ("baseline", [point.plain for point in points]))
        ):
            means = [sum(some) / len(some) for some in values]
            axes.plot(x, means, "o-" if place == 0 else "s--", color=colour(place), label=name, markersize=4)
            axes.fill_between(
                x,
                [min(some) for some in values],
                [max(some) for some in values],
                color=colour(place),
                alpha=0.15,
            )
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("texts learnt from")
        axes.set_ylabel("macro F1, held out")
        axes.grid(color=LINE, linewidth=0.6)
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        axes.legend(frameon=False, loc="lower right")
    return figure
