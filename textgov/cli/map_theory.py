"""`textgov map table1`, `table2` and `figure1`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.map_options import (
    form_options,
    output_option,
    print_facts,
    print_table,
    put_out,
)
from textgov.cli.options import index_codebook_option, index_option, within_option
from textgov.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textgov.workflows.theory_maps import Shape

SHOWN = 5
DIFFERENCES_SHOWN = 25


def theory_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that the three share."""
    added = [
        index_option,
        click.option(
            "--query", "--where", default="*", metavar="QUERY", help="Map only the hits of this search."
        ),
        click.option(
            "--against",
            metavar="QUERY",
            help="Compare with the hits of this search: differences of shares, with intervals.",
        ),
        within_option,
        index_codebook_option,
        click.option("--title", metavar="TEXT", help="Heading; by default, what it shows."),
        output_option,
        form_options,
    ]
    for option in reversed(added):
        function = option(function)
    return function


@click.command("table1")
@theory_options
def table1(**how: Any) -> int:
    """Actors and mechanisms by form and scope of governance.

    Cells are those of Table 1 of Gereffi and Lee (2016): private, social and public by horizontal and
    vertical. On a page of HTML each number opens its quotes, with document and page, and the search that
    finds all of them; -o also takes .svg, .png, .pdf, .csv, .jsonl and .xlsx. Without -o, it is printed.

    \b
    Examples:
      textgov map table1 -o table1.html
      textgov map table1 --query 'place:PAK' -o table1.svg -o table1.xlsx
      textgov map table1 --where 'kind:paper' --against 'kind:abstract' --within document
    """
    return _run("table1", **how)


@click.command("table2")
@theory_options
def table2(**how: Any) -> int:
    """Each path with the drivers, mechanisms, actors and limits found.

    Paths of social upgrading are those of Table 2 of Gereffi and Lee (2016). Where passages are coded with
    paths, what stands in those passages is counted; otherwise what stands beside a mechanism and an actor that
    the codebook lists for the path. Drivers and limits are found by queries of the codebook. Forms of output as
    for table1.

    \b
    Examples:
      textgov map table2 -o table2.html
      textgov map table2 --query 'file:smith-2014.pdf'
      textgov map table2 --where 'kind:paper' --against 'kind:abstract' -o papers-abstracts.csv
    """
    return _run("table2", **how)


@click.command("figure1")
@theory_options
def figure1(**how: Any) -> int:
    """The confluence of actors, with their relations.

    Actors stand by form and scope, as in Figure 1 of Gereffi and Lee (2016): the horizontal axis is the cluster
    and the vertical one the chain. Arrows are relations between actors, wider the more documents have them.
    Forms of output as for table1; on a page of HTML each actor and arrow opens its quotes.

    \b
    Examples:
      textgov map figure1 -o figure1.html
      textgov map figure1 --query 'year:[2010 TO *]' -o figure1.png
    """
    return _run("figure1", **how)


def _run(
    shape: Shape,
    index_path: Path,
    outputs: tuple[Path, ...],
    form: str | None,
    against: str | None,
    **how: Any,
) -> int:
    from textgov.index.store import Index
    from textgov.workflows.theory_maps import TheoryRequest, comparison_chart, theory_chart

    request = TheoryRequest(how["query"], how["within"], how["codebook"], how["title"])
    with Index.open(index_path, read_only=True) as index:
        if against is None:
            chart = theory_chart(index, shape, request)
        else:
            chart = comparison_chart(index, shape, request, against)
        rows = chart.tables[0].rows
        put_out(chart, form, outputs, lambda: _print(rows, compared=against is not None))
    print_facts(chart, notes=any(row.get("documents", True) for row in rows))
    return 0


def _print(rows: Sequence[Mapping[str, Any]], *, compared: bool) -> None:
    if compared:
        _print_differences(rows)
        return
    found = [row for row in rows if row["documents"]]
    if not found:
        say("nothing found")
        return
    lines, seen = [], dict[tuple[str, str], int]()
    for row in found:
        place = row["group_label"], row["part"]
        seen[place] = seen.get(place, 0) + 1
        if seen[place] <= SHOWN:
            mark = "" if row["in_theory"] is not False else "not in theory"
            lines.append([*place, row["label"], f"{row['documents']:,}", f"{row['times']:,}", mark])
    columns = ["group", "part", "found", "documents", "times", ""]
    print_table(columns, lines, ["documents", "times"])
    if len(lines) < len(found):
        say(f"the {SHOWN} most frequent of each part are shown; --csv or -o write all")


def _print_differences(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        say("nothing found")
        return
    lines = [
        [
            row["group_label"],
            row["part"],
            row["label"],
            f"{row['share']:.0%}",
            f"{row['against_share']:.0%}",
            f"{100 * row['difference']:+.0f}",
            f"{100 * row['low']:+.0f} to {100 * row['high']:+.0f}",
            "*" if row["differs"] else "",
        ]
        for row in rows[:DIFFERENCES_SHOWN]
    ]
    columns = ["group", "part", "found", "first", "against", "points", "95 % interval", ""]
    print_table(columns, lines, columns[3:7])
    if len(rows) > len(lines):
        say(f"the {DIFFERENCES_SHOWN} greatest of {len(rows):,} differences are shown; --csv or -o write all")
