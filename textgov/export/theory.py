"""The tables and the figure of the theory as pages of HTML on which each number opens its quotes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textgov.export.pages import render

ITEM_COLUMNS: Final = (
    "group",
    "group_label",
    "part",
    "code",
    "label",
    "documents",
    "share",
    "times",
    "in_theory",
    "from",
    "to",
    "query",
)
EVIDENCE_COLUMNS: Final = (
    "group",
    "part",
    "code",
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
COMPARED_COLUMNS: Final = (
    "group",
    "group_label",
    "part",
    "label",
    "documents",
    "share",
    "against_documents",
    "against_share",
    "difference",
    "low",
    "high",
    "p_adjusted",
    "differs",
    "query",
    "against_query",
)
STYLES: Final = ("map.css", "theory.css")
SCRIPT: Final = "theory.js"


@dataclass(frozen=True)
class Quoted:
    """Words of a document: in parts, each marked or not; with the document's title and the place."""

    title: str
    place: str
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Entry:
    """A number with what it counts, how it is found again, and its quotes.

    `number` is its place on the page. `expected` tells whether the theory lists it, None where it says nothing.
    """

    number: int
    label: str
    documents: int
    times: int
    command: str
    quotes: tuple[Quoted, ...]
    expected: bool | None = None


@dataclass(frozen=True)
class Part:
    """Entries under a heading; without a heading where there is one part alone."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what it counts as a whole, None where it counts nothing, and its parts."""

    whole: Entry | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table: its heading, what it counts as a whole, and its cells."""

    label: str
    whole: Entry | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """What a page shows beside its head: a table, or a drawing with lists under headings."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    drawing: Any = None
    lists: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Head:
    """What stands above a sheet, and below it."""

    kind: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    caption: str
    codebook: str


def search_command(query: str, within: str) -> str:
    """The `textgov search` whose documents, over all kinds, are the number that a query stands for."""
    unit = "" if within == "passage" else f" --within {within}"
    return f"textgov search {shlex.quote(query)}{unit} --facets kind"


def theory_page(head: Head, sheet: Sheet) -> str:
    """The page, as text in UTF-8; the same sheet gives the same page."""
    most = max((entry.documents for entry in entries(sheet)), default=1)
    return render("theory.html.j2", styles=STYLES, script=SCRIPT, head=head, sheet=sheet, most=max(most, 1))


def entries(sheet: Sheet) -> Iterator[Entry]:
    """All entries of a sheet, those of whole cells and rows left out."""
    parts: Sequence[Part] = [
        *(part for row in sheet.rows for cell in row.cells for part in cell.parts),
        *sheet.lists,
    ]
    for part in parts:
        yield from part.entries
