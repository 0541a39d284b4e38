"""`textgov map crosstab`, `timeline` and `places`."""

from __future__ import annotations

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
    from textgov.analysis.crosstab import Crosstab
    from textgov.analysis.timeline import Timeline
    from textgov.export.charts import Chart

BARS = " ▁▂▃▄▅▆▇█"
PLACES_SHOWN = 40


@click.command("crosstab")
@click.option("--rows", required=True, metavar="FIELD", help="Field of the rows.")
@click.option("--columns", required=True, metavar="FIELD", help="Field of the columns.")
@map_options
@top_option
@click.option(
    "--permutations",
    type=click.IntRange(99, 99_999),
    default=999,
    show_default=True,
    metavar="N",
    help="Permutations of the test, where documents have several values.",
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the permutations.")
@form_options
def crosstab(
    rows: str, columns: str, index_path: Path, outputs: tuple[Path, ...], form: str | None, **how: Any
) -> int:
    """Test whether two fields go together, document by document.

    The unit is the document: it has a value if any of its hits has it. Printed are documents / expected
    documents and, in brackets, adjusted standardized residuals; * marks cells that differ from what is expected
    at a false discovery rate of 5 %. Where documents have several values of a field, as of actors, the
    chi-square is the sum over the tables of two by two and its p-value comes from permutations; otherwise it is
    Pearson's. A property beside its layer (mechanism by status) is read of one mention and permuted within
    documents. -o takes .html, .svg, .png, .pdf, .csv, .jsonl and .xlsx.

    \b
    Examples:
      textgov map crosstab --rows actor --columns kind
      textgov map crosstab --rows mechanism --columns status --query 'place:BGD' -o status.xlsx
    """
    from textgov.index.store import Index
    from textgov.workflows.maps import crosstab_chart

    with Index.open(index_path, read_only=True) as index:
        made, chart = crosstab_chart(index, rows, columns, request_of(**how))
        put_out(chart, form, outputs, lambda: _print_crosstab(made))
    print_facts(chart)
    return 0


def _print_crosstab(made: Crosstab) -> None:
    if not made.rows or not made.columns:
        say("nothing found")
        return
    cells = {(cell.row, cell.column): cell for cell in made.cells}
    lines = []
    for row in made.rows:
        line = [row.label]
        for column in made.columns:
            cell = cells[row.value, column.value]
            residual = "" if cell.residual is None else f" ({cell.residual:+.1f})"
            line.append(f"{cell.documents} / {cell.expected:.1f}{residual}{'*' if cell.marked else ''}")
        lines.append([*line, str(row.documents)])
    names = [column.label for column in made.columns]
    print_table(["", *names, "documents"], lines, [*names, "documents"])


@click.command("timeline")
@click.option("--by", metavar="FIELD", help="Field by whose values documents are counted as well.")
@map_options
@click.option(
    "--top",
    type=click.IntRange(1, 500),
    default=8,
    show_default=True,
    metavar="N",
    help="Most values; the most frequent are kept.",
)
@form_options
def timeline(
    by: str | None, index_path: Path, outputs: tuple[Path, ...], form: str | None, **how: Any
) -> int:
    """Count documents year by year, by the values of a field.

    Shares are those of a year's documents, with Wilson's 95 % intervals; the trend of each is tested by the
    test of Cochran and Armitage. Documents without a year are left out, and said. -o takes .html, .svg, .png,
    .pdf, .csv, .jsonl and .xlsx.

    \b
    Examples:
      textgov map timeline
      textgov map timeline --by mechanism --query 'actor:union' -o timeline.html
    """
    from textgov.index.store import Index
    from textgov.workflows.maps import timeline_chart

    with Index.open(index_path, read_only=True) as index:
        made, chart = timeline_chart(index, by, request_of(**how))
        put_out(chart, form, outputs, lambda: _print_timeline(made))
    print_facts(chart)
    return 0


def _print_timeline(made: Timeline) -> None:
    if not made.years:
        say("no document has a year" if made.undated else "nothing found")
        return
    span = f"{made.years[0]}-{made.years[-1]}"
    lines = [["all documents", _bars(made.totals), str(sum(made.totals)), ""]]
    for series in made.series:
        counts = [point.documents for point in series.points]
        trend = "" if series.trend is None else f"z {series.trend:+.1f}, p {_p(series.p_value)}"
        lines.append([series.value.label, _bars(counts), str(sum(counts)), trend])
    print_table(["", span, "documents", "trend"], lines, ["documents"])


def _p(p_value: float | None) -> str:
    from textgov.workflows.maps import p_in_words

    return "" if p_value is None else p_in_words(p_value)


def _bars(counts: tuple[int, ...] | list[int]) -> str:
    most = max(counts, default=0)
    return "".join(BARS[-(-count * (len(BARS) - 1) // most) if most else 0] for count in counts)


@click.command("places")
@map_options
@form_options
def places(index_path: Path, outputs: tuple[Path, ...], form: str | None, **how: Any) -> int:
    """Count documents by country, as a map and a table.

    The map is a grid with a tile for each country, about where it lies, and needs no map data. -o takes .html,
    .svg, .png, .pdf, .csv, .jsonl and .xlsx.

    \b
    Examples:
      textgov map places
      textgov map places --query 'mechanism:strike' -o strikes.html -o strikes.svg
    """
    from textgov.index.store import Index
    from textgov.workflows.maps import places_chart

    with Index.open(index_path, read_only=True) as index:
        chart = places_chart(index, request_of(**how))
    put_out(chart, form, outputs, lambda: _print_places(chart))
    print_facts(chart, notes=bool(chart.tables[0].rows))
    return 0


def _print_places(chart: Chart) -> None:
    rows = chart.tables[0].rows
    if not rows:
        say("nothing found")
        return
    shown = [[row["code"], row["country"], row["documents"]] for row in rows[:PLACES_SHOWN]]
    print_table(["code", "country", "documents"], shown, ["documents"])
    if len(rows) > PLACES_SHOWN:
        say(f"{len(rows) - PLACES_SHOWN} more countries; -o FILE writes all")
