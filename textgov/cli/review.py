"""`textgov review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_option
from textgov.cli.output import plural, say, text_output

if TYPE_CHECKING:
    from textgov.workflows.review import ReviewReport

STRATEGIES = ("uncertain", "diverse", "evidence")
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command("review")
@click.argument("pool", required=False, type=click.Path(path_type=Path), metavar="[POOL]")
@click.option("--label", "label", multiple=True, required=True, metavar="NAME",
              help="A label to be given or not; may be repeated.")  # fmt: skip
@click.option("--done", "batches", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="A batch that was labelled; repeat it for each, in their order.")  # fmt: skip
@click.option("-n", "--next", "count", type=click.IntRange(0, 100_000), default=20, show_default=True,
              metavar="N", help="How many texts to propose.")  # fmt: skip
@click.option("--strategy", type=click.Choice(STRATEGIES), default="uncertain", show_default=True,
              help="Propose the least sure, unlike ones among these, or the likeliest.")  # fmt: skip
@click.option("--recall", type=SHARE, default=0.95, show_default=True, metavar="SHARE",
              help="With evidence: the share of the relevant texts to be found.")  # fmt: skip
@click.option("--confidence", type=SHARE, default=0.95, show_default=True, metavar="SHARE",
              help="With evidence: how sure to be of that.")  # fmt: skip
@click.option("--text", metavar="COLUMN", help="The column of texts in POOL; found by its name otherwise.")
@click.option("--id", "identity", default="id", show_default=True, metavar="COLUMN",
              help="The column of ids in POOL; rows are numbered without it.")  # fmt: skip
@click.option("--coder", metavar="NAME", help="Without POOL: store the labels in the index under this name.")
@click.option("--layer", default="review", show_default=True, metavar="LAYER",
              help="With --coder: the layer to store them under.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, metavar="N",
              help="Of the choice among equals.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the proposals to this .csv or .jsonl file; CSV to standard output otherwise.")  # fmt: skip
@index_option
def command(
    pool: Path | None, label: tuple[str, ...], output: Path | None, index_path: Path, **others: Any
) -> int:
    """Propose what to label next, learn from it, and say when to stop.

    POOL is a CSV or JSON lines file of texts; without it, the passages of the index are reviewed. The proposals
    have an empty column for each --label: fill in 0 or 1, and give the file back by --done. `uncertain` and
    `diverse` teach a model best, and stop when its predictions have settled. `evidence` finds what is relevant
    soonest; it stops when the share --recall has been found, by the criterion of Callaghan and Müller-Hansen (2020).

    \b
    Examples:
      textgov review pool.csv --label relevant --next 20 -o batch-1.csv
      textgov review pool.csv --label relevant --done done-1.csv --strategy evidence -o batch-2.csv
    """
    from textgov.classify.labels import Columns
    from textgov.index.store import Index
    from textgov.workflows.review import ReviewRequest, review

    if others["coder"] and pool is not None:
        raise click.UsageError("--coder stores labels of passages of the index; leave POOL out")
    request = ReviewRequest(
        labels=label,
        pool=pool,
        batches=others["batches"],
        count=others["count"],
        strategy=others["strategy"],
        columns=Columns(text=others["text"], id=others["identity"]),
        recall=others["recall"],
        confidence=others["confidence"],
        seed=others["seed"],
        layer=others["layer"],
        coder=others["coder"],
    )
    if pool is not None:
        report = review(request)
    else:
        with Index.open(index_path, read_only=others["coder"] is None) as index:
            report = review(request, index)
    _tell(report, output)
    return 0


def _tell(report: ReviewReport, output: Path | None) -> None:
    from textgov.export.tables import write_csv, write_jsonl
    from textgov.workflows.export import format_of, replaced

    for note in report.notes:
        say(note)
    names = list(report.rows[0]) if report.rows else []
    if output is None:
        if names:
            write_csv(report.rows, text_output(), names)
    else:
        form = format_of(output)
        if form == "parquet":
            raise click.UsageError("name the file .csv or .jsonl, so that it can be filled in")
        with replaced(output) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
            if form == "jsonl":
                write_jsonl(report.rows, stream)
            else:
                write_csv(report.rows, stream, names)
        say(f"{output}: {plural(len(report.rows), 'text')} to label")
    counts = ", ".join(f"{label} {count:,}" for label, count in report.counts.items())
    say(f"{report.labelled:,} of {plural(report.total, 'text')} labelled ({counts})")
    if report.stored:
        say(f"{plural(report.stored, 'coding')} stored in the index")
    for line in report.advice:
        say(line)
