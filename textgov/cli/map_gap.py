"""`textgov map gap`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.map_options import (
    form_options,
    map_options,
    print_facts,
    print_table,
    put_out,
    request_of,
    top_option,
)
from textgov.cli.output import say

if TYPE_CHECKING:
    from textgov.analysis.gapmap import GapMap

GAPS_SHOWN = 10


@click.command("gap")
@click.option("--rows", required=True, metavar="FIELD", help="Field of the rows, such as mechanism.")
@click.option("--columns", required=True, metavar="FIELD", help="Field of the columns, such as sector.")
@click.option(
    "--colour", "--color", "colour", metavar="FIELD", help="Field of the colours, such as status or stance."
)
@map_options
@top_option
@click.option(
    "--quotes",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    metavar="N",
    help="Most quotes of a document in a cell.",
)
@click.option("--evidence", is_flag=True, help="Let CSV and JSON lines hold the quotes, not the cells.")
@form_options
def gap(
    rows: str,
    columns: str,
    colour: str | None,
    index_path: Path,
    outputs: tuple[Path, ...],
    form: str | None,
    evidence: bool,
    **how: Any,
) -> int:
    """Where the literature is, and where it is silent: rows by columns.

    A cell counts the documents in which its row and its column stand in one passage, or whatever --within
    says. FIELD is a layer of the codebook (actor, mechanism, sector, place), `country`, `path`, a property
    (status, stance, form, scope, direction, kind, year), or an end of relations (from, through, to); a property
    such as status is read of the mention, path or relation beside it. Written to a page of HTML, each cell
    opens its documents, quotes and pages; -o also takes .svg, .png, .pdf, .csv, .jsonl and .xlsx, the last with
    all quotes. Without -o, the table is printed.

    \b
    Examples:
      textgov map gap --rows mechanism --columns sector --colour status -o gap.html
      textgov map gap --rows mechanism --columns country --query 'actor:union' -o gap.xlsx -o gap.svg
      textgov map gap --rows from --columns to --colour through --within document
    """
    from textgov.export.gapmap import left_out_of
    from textgov.index.store import Index
    from textgov.workflows.maps import gap_chart, gap_of

    request = request_of(**how)
    with Index.open(index_path, read_only=True) as index:
        made = gap_of(index, rows, columns, colour, request)
        chart = gap_chart(made, index, request)
        if evidence:
            chart = replace(chart, tables=chart.tables[::-1])
        put_out(chart, form, outputs, lambda: _print(made))
    print_facts(chart, notes=False)
    for line in left_out_of(made):
        say(line)
    return 0


def _print(made: GapMap) -> None:
    if not made.documents:
        say("nothing found")
        return
    columns = [column for column in made.columns if column.documents]
    lines = [
        [row.label, *(made.documents_in(row.value, column.value) or "·" for column in columns), row.documents]
        for row in made.rows
    ]
    names = [column.label for column in columns]
    print_table(["", *names, "documents"], lines, [*names, "documents"])
    if made.gaps:
        say("gaps, by the documents that would be expected:")
    labels = {value.value: value.label for value in (*made.rows, *made.columns)}
    for one in made.gaps[:GAPS_SHOWN]:
        say(f"  {labels[one.row]} x {labels[one.column]}: {one.expected:.1f}")
