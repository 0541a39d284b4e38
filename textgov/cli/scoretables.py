"""Evaluations in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textgov.cli.output import console, printable

if TYPE_CHECKING:
    from rich.console import Console

    from textgov.evaluation.reports import Evaluation


def print_rows(rows: Sequence[Mapping[str, Any]], title: str, out: Console | None = None) -> None:
    """Rows as a table under a title; nothing where there are none."""
    if not rows:
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = out or console()
    out.print(Text(printable(title), style="bold"), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in rows[0]:
        left = isinstance(rows[0][name], str) and not str(rows[0][name])[:1].isdigit()
        table.add_column(name, justify="left" if left else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(_cell(value))) for value in row.values()))
    out.print(table)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def print_evaluation(found: Evaluation, *, thresholds: bool = False) -> None:
    """Scores, differences, confusion and calibration of an evaluation."""
    from textgov.evaluation.reports import (
        averages,
        calibration_rows,
        confusion_rows,
        difference_rows,
        score_rows,
        threshold_rows,
    )

    out = console()
    print_rows(score_rows(found.scores), f"{found.name}: scores with 95 % intervals", out)
    for name, value in averages(found.scores):
        out.print(f"{name}: {value}", markup=False)
    out.print("")
    if found.differences:
        against = found.against or "other"
        rows = difference_rows(found.differences, found.name, against)
        print_rows(rows, f"F1 beside {against}, the same texts", out)
    if found.confusion is not None:
        labels = [one.label for one in found.scores.labels]
        print_rows(
            confusion_rows(labels, found.confusion), "Gold classes in rows, found ones in columns", out
        )
    if found.calibration is not None:
        title = (
            f"Calibration: expected error {found.calibration.error:.3f}, Brier {found.calibration.brier:.3f}"
        )
        print_rows(calibration_rows(found.calibration), title, out)
    if thresholds and found.curves:
        print_rows(threshold_rows(found.curves), "Scores by threshold", out)
