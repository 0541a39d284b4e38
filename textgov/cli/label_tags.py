"""What `textgov tag --model FOLDER` does with a model that `textgov train` wrote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgov.cli.output import plural, printable, progress, say, write_rows

if TYPE_CHECKING:
    from textgov.index.store import Index


def tag_by_labels(index: Index, folder: Path, documents: Sequence[str], form: str | None) -> int:
    """Tag all documents, and list those asked for: a row a passage as JSON, else counts of labels a document."""
    from textgov.workflows.label_tags import label_rows, tag_with_labels

    with progress("tagging") as update:
        report = tag_with_labels(index, folder, update)
    before = f", {plural(report.known, 'document')} tagged before" if report.known else ""
    say(
        f"{plural(report.documents, 'document')} with {plural(report.passages, 'passage')} tagged by "
        f"{report.model}{before}"
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in label_rows(index, folder, documents or None):
        if form:
            write_rows([row], form)
        else:
            counts[row["file"]].update(row["labels"] or ["no label"])
    for file, found in counts.items():
        listed = ", ".join(f"{label} {count:,}" for label, count in found.most_common())
        click.echo(printable(f"{file}  {listed}"))
    return 0 if report.documents or report.known else 3
