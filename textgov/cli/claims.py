"""`textgov claims`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_codebook_option, index_option, within_option
from textgov.cli.output import console, plural, say, write_rows

if TYPE_CHECKING:
    from textgov.workflows.claims import ClaimRequest

SHOWN = 20


@click.command("claims")
@click.argument("query", default="*")
@index_option
@index_codebook_option
@within_option
@click.option(
    "--having",
    multiple=True,
    metavar="CELL:VALUE",
    help="Only claims with this value, such as actor:union or direction:worsens; may be repeated.",
)
@click.option("--tied", is_flag=True, help="Only claims in which a relation ties two cells.")
@click.option("--citations", is_flag=True, help="Which source is cited for which claim, instead of claims.")
@click.option(
    "--sort",
    type=click.Choice(["document", "year"]),
    default="document",
    show_default=True,
    help="Order of the documents.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help=f"Most rows to show; {SHOWN} on a terminal, all with --json and --csv.",
)
@click.option(
    "--offset", type=click.IntRange(0), default=0, metavar="N", help="Rows to pass over, for paging."
)
@click.option("--json", "form", flag_value="json", help="Write JSON lines.")
@click.option("--csv", "form", flag_value="csv", help="Write CSV.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all rows to this file: .csv, .xlsx, .jsonl, .html; citations also .gexf, .graphml.",
)
def command(query: str, index_path: Path, form: str | None, output: Path | None, **how: Any) -> int:
    """List who governs by what means, with what outcome, and who says so.

    One row is one claim, and each cell of it has the words that it rests on. Actors, targets and outcomes are
    tied to a mechanism by relations; where none ties them, they are left empty. QUERY is that of `search`, and
    keeps the claims of its hits. A source that is cited is looked up in the document's own reference list.

    \b
    Examples:
      textgov claims
      textgov claims 'place:PAK AND kind:paper' -o claims.xlsx
      textgov claims --having actor:union --having voice:own --csv
      textgov claims --citations -o cited.gexf
    """
    from textgov.index.store import Index
    from textgov.workflows.claims import ClaimRequest

    request = ClaimRequest(query, how["within"], how["having"], how["tied"], how["sort"], how["codebook"])
    with Index.open(index_path, read_only=True) as index:
        if output is not None:
            _write(index, request, output, citations=how["citations"])
        elif how["citations"]:
            _show_citations(index, request, form, how["limit"], how["offset"])
        else:
            _show_claims(index, request, form, how["limit"], how["offset"])
    return 0


def _write(index: Any, request: ClaimRequest, output: Path, *, citations: bool) -> None:
    from textgov.workflows.claims import citations_chart, claims_chart
    from textgov.workflows.maps import write_map

    chart = citations_chart(index, request) if citations else claims_chart(index, request)
    write_map(chart, output)
    say(f"{output}: {plural(len(chart.tables[0].rows), 'row')}")


def _show_claims(index: Any, request: ClaimRequest, form: str | None, limit: int | None, offset: int) -> None:
    from textgov.export.claims import CLAIM_COLUMNS, LINE_COLUMNS, summary
    from textgov.workflows.claims import claim_rows

    if form:
        write_rows(list(claim_rows(index, request, limit, offset)), form, CLAIM_COLUMNS)
        return
    # One more than is shown tells whether there are more.
    wanted = limit or SHOWN
    rows = list(claim_rows(index, request, wanted + 1, offset))
    shown = rows[:wanted]
    _print_table(LINE_COLUMNS, [summary(row) for row in shown])
    more = "; --offset or -n show more, -o writes all" if len(rows) > wanted else ""
    say(f"{plural(len(shown), 'claim')} shown{more}" if shown else "no claim found")


def _show_citations(
    index: Any, request: ClaimRequest, form: str | None, limit: int | None, offset: int
) -> None:
    from textgov.export.claims import CITATION_COLUMNS
    from textgov.workflows.claims import citations_chart

    chart = citations_chart(index, request)
    rows = list(chart.tables[0].rows)
    last = None if limit is None and form else offset + (limit or SHOWN)
    shown = rows[offset:last]
    if form:
        write_rows(shown, form, CITATION_COLUMNS)
        return
    lines: list[tuple[str, ...]] = [
        (
            f"{row['work_authors'] or row['according_to']} {row['work_year'] or ''}".strip(),
            row["work_title"] or "(not in the reference list)",
            ", ".join(row["mechanism"] or row["outcome"] or ()),
            Path(row["document"]).name,
            row["quote"],
        )
        for row in shown
    ]
    _print_table(("work", "title", "cited for", "in", "quote"), lines)
    say(f"{len(shown):,} of {plural(len(rows), 'citation')} shown; {chart.notes[0]}")


def _print_table(columns: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    if not lines:
        return
    out = console()
    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False, show_lines=out.is_terminal)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    out.print(table)
