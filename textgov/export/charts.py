"""Charts: a picture with the tables behind it, written in whatever form a file's name asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textgov.export.pages import render
from textgov.export.pictures import FORMATS, as_data, save
from textgov.export.tables import write_csv, write_jsonl
from textgov.export.xlsx import Sheet, table_sheet, write_workbook

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN: Final = 500
"""Most rows of a table on a page; the other forms hold all of them."""

TABLE_FORMS: Final = frozenset({".csv", ".jsonl", ".xlsx"})
GRAPH_FORMS: Final = frozenset({".gexf", ".graphml"})


@dataclass(frozen=True)
class Table:
    """A table behind a picture: its name, columns and rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Chart:
    """A picture and its tables, the first of which is written where one alone fits.

    `kind` says what it is, `lead` what it counts, `notes` what must be known to judge it. `page` makes a page
    of its own where the common one does not do, `graph` is the network where it is one, `matrix` the numbers by
    rows and columns, heads included, for the first sheet of a workbook.
    """

    kind: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    codebook: str
    notes: tuple[str, ...] = ()
    figure: Callable[[], Figure] | None = None
    page: Callable[[], str] | None = None
    graph: Any = None
    matrix: Sequence[Sequence[Any]] = ()

    def forms(self) -> list[str]:
        """The endings of file names that it can be written to."""
        pictures = FORMATS if self.figure else frozenset[str]()
        graphs = GRAPH_FORMS if self.graph is not None else frozenset[str]()
        return [".html", *sorted(pictures), *sorted(TABLE_FORMS), *sorted(graphs)]


def write_chart(chart: Chart, path: Path) -> None:
    """Write a chart in the form that the file's name asks for, one of `Chart.forms`."""
    form = path.suffix.lower()
    if form == ".html":
        path.write_text(chart_page(chart), encoding="utf-8")
    elif form in FORMATS and chart.figure is not None:
        save(chart.figure(), path)
    elif form == ".xlsx":
        write_workbook(path, _sheets(chart))
    elif form in GRAPH_FORMS:
        _write_graph(chart.graph, path)
    else:
        table = chart.tables[0]
        with path.open("w", encoding="utf-8", newline="") as stream:
            if form == ".csv":
                write_csv(table.rows, stream, table.columns)
            else:
                write_jsonl(table.rows, stream)


def _sheets(chart: Chart) -> list[Sheet]:
    about = [["", chart.title], ["Counts", chart.lead], *map(list, chart.facts)]
    about += [["Note", note] for note in chart.notes]
    tables = [table_sheet(table.name, table.columns, map(dict, table.rows)) for table in chart.tables]
    matrix = [Sheet("Matrix", chart.matrix)] if chart.matrix else []
    return [*matrix, *tables, Sheet("About", about)]


def _write_graph(graph: Any, path: Path) -> None:
    import networkx as nx  # noqa: PLC0415 - slow to import

    if path.suffix.lower() == ".graphml":
        nx.write_graphml(graph, path, encoding="utf-8")
        return
    # networkx writes the day into the file, which would differ from one day to the next.
    text = "\n".join(nx.generate_gexf(graph, encoding="utf-8"))
    path.write_text(_undated(text) + "\n", encoding="utf-8")


def _undated(text: str) -> str:
    return re.sub(r' lastmodifieddate="[^"]*"', "", text)


def chart_page(chart: Chart) -> str:
    """A chart as a page of HTML that needs nothing but itself; the same chart gives the same page."""
    if chart.page is not None:
        return chart.page()
    return render(
        "chart.html.j2",
        styles=("map.css",),
        kind=chart.kind,
        title=chart.title,
        lead=chart.lead,
        facts=chart.facts,
        notes=chart.notes,
        codebook=chart.codebook,
        picture=as_data(chart.figure()) if chart.figure else "",
        # Summaries are short: a reader wants them before the long tables.
        tables=[_shown(table) for table in sorted(chart.tables, key=lambda table: len(table.rows))],
    )


def _shown(table: Table) -> dict[str, Any]:
    rows = [[_text(row.get(column)) for column in table.columns] for row in table.rows[:SHOWN]]
    numbers = {
        column
        for column in table.columns
        if table.rows and all(isinstance(row.get(column), int | float | None) for row in table.rows)
    }
    return {
        "name": table.name,
        "columns": table.columns,
        "rows": rows,
        "numbers": numbers,
        "total": len(table.rows),
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


class Link(NamedTuple):
    """An entry of a page of contents: the file beside the page, its title, and what it is."""

    file: str
    title: str
    about: str


def contents_page(
    title: str, lead: str, facts: Sequence[tuple[str, str]], groups: Iterable[tuple[str, Sequence[Link]]]
) -> str:
    """A page that links files beside it, in groups under headings; groups without entries are left out."""
    return render(
        "contents.html.j2",
        styles=("map.css",),
        title=title,
        lead=lead,
        facts=facts,
        groups=[(heading, entries) for heading, entries in groups if entries],
    )
