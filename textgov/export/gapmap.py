"""A gap map as a page of HTML that needs nothing but itself, and as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, get_args

from textgov.documents import DocumentKind, Status
from textgov.export.pages import render
from textgov.export.shapes import GapMap, Quote
from textgov.index.units import is_everything

CELL_COLUMNS: Final = (
    "row",
    "row_label",
    "column",
    "column_label",
    "colour",
    "colour_label",
    "documents",
    "expected",
    "query",
)
EVIDENCE_COLUMNS: Final = (
    "row",
    "column",
    "colour",
    "status",
    "document",
    "title",
    "authors",
    "year",
    "kind",
    "file",
    "page",
    "section",
    "quote",
)
_ROLES: Final = {"": 0, "row": 1, "column": 2}


def title_of(made: GapMap) -> str:
    """What a map shows, in words."""
    title = f"{made.design.rows.label} by {lower(made.design.columns.label)}"
    return title + (f", coloured by {lower(made.design.colour.label)}" if made.design.colour else "")


def lower(label: str) -> str:
    """A label within a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def gap_page(made: GapMap, codebook: str, title: str | None = None) -> str:
    """The page, as text in UTF-8; the same map gives the same page.

    Args:
        made: the map.
        codebook: id and version of the codebook, as they are shown.
        title: the heading; by default the names of the axes.
    """
    rows = [
        {
            "label": row.label,
            "documents": row.documents,
            "counts": [made.documents_in(row.value, column.value) for column in made.columns],
        }
        for row in made.rows
    ]
    data = _Data(made)
    return render(
        "gapmap.html.j2",
        styles=("map.css", "gapmap.css"),
        script="gapmap.js",
        title=title or title_of(made),
        lead=lead_of(made),
        facts=_facts(made, codebook),
        countries=data.country_choices(),
        years=data.years(),
        kinds=data.kind_choices(),
        statuses=[
            (n, status.capitalize(), data.status_counts[status]) for n, status in enumerate(data.statuses)
        ],
        colours=[colour.label for colour in made.colours if colour.value],
        colour_label=made.design.colour.label if made.design.colour else "",
        has_others=data.has_others(),
        surprising=f"{made.surprising:g}",
        shown=len(made.documents),
        rows=rows,
        columns=made.columns,
        row_label=made.design.rows.label,
        column_label=made.design.columns.label,
        notes=notes_of(made),
        codebook=codebook,
        data=data.as_json(),
    )


def counted(documents: int) -> str:
    """A number of documents in words."""
    return f"{documents:,} document" + ("" if documents == 1 else "s")


def lead_of(made: GapMap) -> str:
    """One sentence on what a cell counts."""
    unit = made.options.within
    if made.design.is_bound:
        what = f"in which a {made.design.rows.field.entity} has both its row and its column"
    elif unit == "document":
        what = "that have both its row and its column"
    else:
        what = f"in which its row and its column stand in one {unit}"
    return f"Each cell counts the documents {what}. Click a cell for its documents, quotes and pages."


def left_out_of(made: GapMap) -> list[str]:
    """A line for each axis of which some values are not shown."""
    return [
        f"{axis.label}: the {made.options.top} most frequent are shown, {left} more have documents."
        for left, axis in zip(made.left_out, (made.design.rows, made.design.columns), strict=True)
        if left
    ]


def notes_of(made: GapMap) -> list[str]:
    """What a reader must know to judge the numbers."""
    notes = left_out_of(made)
    if made.design.colour is not None:
        notes.append("A document that has several colours in a cell counts in each of them.")
    notes.append(
        f"A dashed ring marks an empty cell where {made.surprising:g} documents or more would be expected, were rows "
        "and columns independent of each other."
    )
    return [
        *notes,
        "Country of the document: any country with at least a tenth of the document's mentions of countries.",
    ]


def _facts(made: GapMap, codebook: str) -> list[tuple[str, str]]:
    query = made.options.query
    return [
        ("Query", "everything" if is_everything(query) else query),
        ("Searched", counted(made.searched)),
        ("In the map", counted(len(made.documents))),
        ("Quotes", f"{len(made.quotes):,}"),
        ("Codebook", codebook),
    ]


class _Data:
    """What the page's script works on: lists of labels, and items that are places in them."""

    def __init__(self, made: GapMap) -> None:
        self.made = made
        self.names = made.country_names
        kinds = {document.kind for document in made.documents}
        self.kinds = [kind for kind in get_args(DocumentKind) if kind in kinds]
        known = {status.value for status in made.statuses}
        self.statuses = [status for status in get_args(Status) if status in known]
        self.status_counts = {status.value: status.documents for status in made.statuses}
        self.country_counts = Counter(code for document in made.documents for code in document.countries)
        self.countries = sorted(self.country_counts, key=lambda code: self.names[code])

    def country_choices(self) -> list[tuple[int, str, int]]:
        """Place in the list, name and documents of each country."""
        return [
            (place, self.names[code], self.country_counts[code]) for place, code in enumerate(self.countries)
        ]

    def kind_choices(self) -> list[tuple[int, str, int]]:
        """Place in the list, name and documents of each kind."""
        counts = Counter(document.kind for document in self.made.documents)
        return [(place, kind.capitalize(), counts[kind]) for place, kind in enumerate(self.kinds)]

    def years(self) -> tuple[int, int] | None:
        """First and last year; None without years."""
        years = [document.year for document in self.made.documents if document.year is not None]
        return (min(years), max(years)) if years else None

    def has_others(self) -> bool:
        """Whether some findings have none of the colours that are shown."""
        shown = {colour.value for colour in self.made.colours if colour.value}
        if not shown:
            return False
        return any(one.colour not in shown for found in self.made.cells.values() for one in found)

    def as_json(self) -> dict[str, Any]:
        """The data of the page."""
        made = self.made
        place = {code: n for n, code in enumerate(self.countries)}
        return {
            "rows": [row.label for row in made.rows],
            "columns": [column.label for column in made.columns],
            "colours": [colour.label for colour in made.colours if colour.value],
            "kinds": [kind.capitalize() for kind in self.kinds],
            "statuses": self.statuses,
            "countries": [self.names[code] for code in self.countries],
            "surprising": made.surprising,
            "documents": [
                {
                    "title": document.title,
                    "authors": document.authors,
                    "year": document.year,
                    "kind": self.kinds.index(document.kind),
                    "file": document.file,
                    "countries": [place[code] for code in document.countries],
                }
                for document in made.documents
            ],
            "quotes": [_quote(quote) for quote in made.quotes],
            "queries": [
                [_command(made, row.value, column.value) for column in made.columns] for row in made.rows
            ],
            "items": list(self._items()),
        }

    def _items(self) -> Iterator[list[Any]]:
        rows = {row.value: n for n, row in enumerate(self.made.rows)}
        columns = {column.value: n for n, column in enumerate(self.made.columns)}
        shown = [colour.value for colour in self.made.colours if colour.value]
        colours = {value: n for n, value in enumerate(shown)}
        statuses = {status: n for n, status in enumerate(self.statuses)}
        for (row, column), found in self.made.cells.items():
            for finding in found:
                yield [
                    rows[row],
                    columns[column],
                    finding.document,
                    colours.get(finding.colour, -1),
                    statuses.get(finding.status, -1),
                    list(finding.quotes),
                ]


def _quote(quote: Quote) -> list[Any]:
    return [quote.page, quote.section, [[text, _ROLES[role]] for text, role in quote.parts]]


def _command(made: GapMap, row: str, column: str) -> str:
    return search_command(made.query(row, column), made.options.within)


def search_command(query: str, within: str) -> str:
    """The command that finds the same units again."""
    quoted = "'" + query.replace("'", "'\\''") + "'"
    return f"textgov search {quoted}" + ("" if within == "passage" else f" --within {within}")


def cell_rows(made: GapMap) -> Iterator[dict[str, Any]]:
    """A row for each cell and colour, empty cells included; `colour` is None in a map without."""
    expected = {(gap.row, gap.column): round(gap.expected, 2) for gap in made.gaps}
    places = {colour.value: n for n, colour in enumerate(made.colours)}
    for row in made.rows:
        for column in made.columns:
            base = {
                "row": row.value,
                "row_label": row.label,
                "column": column.value,
                "column_label": column.label,
                "expected": expected.get((row.value, column.value)),
            }
            count = made.documents_in(row.value, column.value)
            total = {
                "colour": None,
                "colour_label": None,
                "documents": count,
                "query": made.query(row.value, column.value),
            }
            yield base | total
            if made.design.colour is None:
                continue
            counts = made.by_colour(row.value, column.value)
            for colour in sorted(counts, key=lambda value: (places.get(value, len(places)), value)):
                if colour:
                    query = made.query(row.value, column.value, colour)
                    label = made.design.colour.label_of(colour)
                    one = {"colour": colour, "colour_label": label, "query": query}
                    yield base | one | {"documents": counts[colour]}


def evidence_rows(made: GapMap) -> Iterator[dict[str, Any]]:
    """A row for each quote of each document in each cell."""
    for (row, column), found in made.cells.items():
        for finding in found:
            document = made.documents[finding.document]
            base = {
                "row": row,
                "column": column,
                "colour": finding.colour or None,
                "status": finding.status or None,
                "document": document.id,
                "title": document.title,
                "authors": list(document.authors),
                "year": document.year,
                "kind": document.kind,
                "file": document.file,
            }
            quotes: Sequence[Quote | None] = [made.quotes[n] for n in finding.quotes] or [None]
            for quote in quotes:
                yield base | {
                    "page": quote.page if quote else None,
                    "section": quote.section if quote else None,
                    "quote": quote.text if quote else None,
                }


def matrix_rows(made: GapMap) -> Iterable[list[Any]]:
    """Numbers of documents as a matrix: a header, then a line for each row."""
    yield ["", *(column.label for column in made.columns), "Documents"]
    for row in made.rows:
        counts = [made.documents_in(row.value, column.value) for column in made.columns]
        yield [row.label, *counts, row.documents]
    yield ["Documents", *(column.documents for column in made.columns), len(made.documents)]
