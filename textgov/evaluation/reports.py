"""An evaluation as records and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from textgov.evaluation.calibration import Calibration
from textgov.evaluation.metrics import COMMON, Difference, LabelScore, Scores, ThresholdPoint

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Evaluation:
    """All that is known of how well something codes; what could not be computed is None or empty.

    Attributes:
        name: what was evaluated.
        scores: of each label and averaged.
        calibration: of its probabilities.
        confusion: texts by gold and found class, where each text has one.
        curves: scores by threshold, for each label.
        against: name of what it is compared with.
        differences: what it scores more, on the same texts.
    """

    name: str
    scores: Scores
    calibration: Calibration | None = None
    confusion: tuple[tuple[int, ...], ...] | None = None
    curves: Mapping[str, Sequence[ThresholdPoint]] | None = None
    against: str | None = None
    differences: tuple[Difference, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Numbers, text, lists and mappings only, for JSON."""
        return asdict(self)


def averages(scores: Scores) -> list[tuple[str, str]]:
    """Averages over labels, with their names."""
    rows = [("macro F1", str(scores.macro))]
    if scores.common is not None and any(one.gold < COMMON for one in scores.labels):
        rows.append((f"macro F1 over labels with at least {COMMON} texts", str(scores.common)))
    return [*rows, ("micro F1", str(scores.micro)), ("all labels of a text right", str(scores.exact))]


def score_rows(scores: Scores) -> Rows:
    """A row for each label."""
    return [_score_row(one) for one in scores.labels]


def _score_row(one: LabelScore) -> dict[str, Any]:
    row = {
        "label": one.label,
        "texts": one.gold,
        "found": one.found,
        "right": one.right,
        "precision": str(one.precision),
        "recall": str(one.recall),
        "F1": str(one.f1),
    }
    if one.average_precision is not None:
        row["average precision"] = f"{one.average_precision:.3f}"
    return row


def difference_rows(differences: Iterable[Difference], first: str, second: str) -> Rows:
    """A row for each label and average that two are compared by."""
    return [
        {
            "": one.name,
            first: f"{one.first:.3f}",
            second: f"{one.second:.3f}",
            "difference": f"{one.difference.value:+.3f} [{one.difference.low:+.3f}, {one.difference.high:+.3f}]",
            "p": f"{one.p:.3f}",
        }
        for one in differences
    ]


def confusion_rows(labels: Sequence[str], matrix: Sequence[Sequence[int]]) -> Rows:
    """A row for each gold class, a column for each found one."""
    return [
        {"gold": label, **dict(zip(labels, counts, strict=True))}
        for label, counts in zip(labels, matrix, strict=True)
    ]


def calibration_rows(found: Calibration) -> Rows:
    """A row for each filled bin of probabilities."""
    return [
        {
            "probability": f"{one.low:.1f}-{one.high:.1f}",
            "count": one.count,
            "mean": f"{one.predicted:.3f}",
            "came true": f"{one.observed:.3f} [{one.observed_low:.3f}, {one.observed_high:.3f}]",
        }
        for one in found.bins
    ]


def threshold_rows(curves: Mapping[str, Sequence[ThresholdPoint]]) -> Rows:
    """A row for each label and threshold."""
    return [{"label": label, **asdict(point)} for label, points in curves.items() for point in points]


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a table of Markdown."""
    if not rows:
        return ""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([row.get(name, "") for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines)


def _escaped(cell: Any) -> str:
    return " ".join(str(cell).split()).replace("|", "\\|")
