"""Options and output that the maps share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from textgov.cli.options import index_codebook_option, index_option, within_option
from textgov.cli.output import console, say, text_output

if TYPE_CHECKING:
    from textgov.export.charts import Chart
    from textgov.workflows.maps import MapRequest

Function = TypeVar("Function", bound=Callable[..., Any])


def map_options(function: Function) -> Function:
    """The options of all maps of one index: which index, which hits, and where to write to."""
    added = [
        index_option,
        click.option("--query", default="*", metavar="QUERY", help="Map only the hits of this search."),
        within_option,
        index_codebook_option,
        click.option("--title", metavar="TEXT", help="Heading; by default, what the rows and columns are."),
        output_option,
    ]
    for option in reversed(added):
        function = option(function)
    return function


def output_option(function: Function) -> Function:
    """`-o FILE`, which may be repeated."""
    return click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write to this file, in the form that its name tells; may be repeated.",
    )(function)


def top_option(function: Function) -> Function:
    """`--top N`."""
    return click.option(
        "--top",
        type=click.IntRange(1, 100),
        default=30,
        show_default=True,
        metavar="N",
        help="Most rows, and most columns; the most frequent are kept.",
    )(function)


def request_of(query: str, within: str, codebook: str | None, title: str | None, **more: Any) -> MapRequest:
    """What the options ask for."""
    from textgov.analysis.gapmap import MapOptions
    from textgov.index.keys import Scope
    from textgov.workflows.maps import MapRequest

    scope = cast("Scope", within)
    options = MapOptions(query, scope, more.pop("top", 30), more.pop("quotes", 3))
    return MapRequest(options, codebook, title, **more)


def put_out(chart: Chart, form: str | None, outputs: Sequence[Path], show: Callable[[], None]) -> None:
    """Write a chart as asked: its first table as CSV or JSON lines, to files, or else as `show` prints it."""
    if form:
        write_first(chart, form)
    elif not outputs:
        show()
    write_all(chart, outputs)


def write_all(chart: Chart, outputs: Sequence[Path]) -> None:
    """Write a chart to each file, saying so; all names are looked at first."""
    from textgov.workflows.export import suffix_of
    from textgov.workflows.maps import write_map

    for path in outputs:
        suffix_of(path, chart.forms())
    for path in outputs:
        write_map(chart, path)
        say(f"{path}: written")


def print_facts(chart: Chart, *, notes: bool = True) -> None:
    """What a chart was made of, and what must be known to judge it, on standard error."""
    say("; ".join(f"{name}: {value}" for name, value in chart.facts))
    for note in chart.notes if notes else ():
        say(note)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[str] = ()) -> None:
    """A table on standard output."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console().print(table)


def write_first(chart: Chart, form: str) -> None:
    """The first table of a chart on standard output, as CSV or JSON lines."""
    from textgov.export.tables import write_csv, write_jsonl

    table = chart.tables[0]
    if form == "csv":
        write_csv(table.rows, text_output(), table.columns)
    else:
        write_jsonl(table.rows, text_output())


def form_options(function: Function) -> Function:
    """`--json` and `--csv`."""
    function = click.option("--csv", "form", flag_value="csv", help="Write CSV to standard output.")(function)
    return click.option("--json", "form", flag_value="json", help="Write JSON lines to standard output.")(
        function
    )
