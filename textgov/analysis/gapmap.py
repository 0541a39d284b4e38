"""A gap map: documents by two axes and a colour, with the quotes behind each cell, and where there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from textgov.analysis.axes import Axis, countries
from textgov.analysis.crossings import NOTHING, Crossing, Design
from textgov.analysis.quotes import Quote, quote_of
from textgov.analysis.reading import DocumentData, DocumentFacts
from textgov.index.keys import Scope
from textgov.index.store import Index
from textgov.index.units import UnitPlace

COLOURS: Final = 8
"""Most colours that are told apart; the most frequent values have one."""

SURPRISING: Final = 2.0
"""An empty cell is called a gap where so many documents were to be expected from its row and column."""


@dataclass(frozen=True)
class MapOptions:
    """What is mapped.

    Args:
        query: only units that match it.
        within: the unit in which row, column and query must meet.
        top: most rows, and most columns; of the others the most frequent are kept.
        quotes: most quotes kept of each document in a cell.
        threshold: score from which a coding counts.
    """

    query: str = "*"
    within: Scope = "passage"
    top: int = 30
    quotes: int = 3
    threshold: float = 0.5


@dataclass(frozen=True)
class AxisValue:
    """A row, column or colour: its value, label, and the documents that are in any of its cells."""

    value: str
    label: str
    documents: int


@dataclass(frozen=True)
class Finding:
    """What one document says in one cell by one colour and status: in how many units, and some quotes."""

    document: int
    colour: str
    status: str
    units: int
    quotes: tuple[int, ...]


@dataclass(frozen=True)
class Gap:
    """An empty cell, and the documents to be expected there if rows and columns were independent."""

    row: str
    column: str
    expected: float


@dataclass(frozen=True)
class GapMap:
    """A gap map. Documents and quotes of findings are places in `documents` and `quotes`.

    `left_out` tells how many further rows and columns have documents but are not shown.
    """

    design: Design
    options: MapOptions
    rows: tuple[AxisValue, ...]
    columns: tuple[AxisValue, ...]
    colours: tuple[AxisValue, ...]
    statuses: tuple[AxisValue, ...]
    documents: tuple[DocumentFacts, ...]
    quotes: tuple[Quote, ...]
    cells: Mapping[tuple[str, str], tuple[Finding, ...]]
    searched: int
    left_out: tuple[int, int] = (0, 0)

    @property
    def surprising(self) -> float:
        """From how many expected documents on an empty cell is called a gap."""
        return SURPRISING

    @property
    def country_names(self) -> Mapping[str, str]:
        """Names of the countries of the documents by their codes."""
        return countries()

    def documents_in(self, row: str, column: str) -> int:
        """Number of documents in a cell."""
        return len({finding.document for finding in self.cells.get((row, column), ())})

    def by_colour(self, row: str, column: str) -> Counter[str]:
        """Documents in a cell by colour; one of several colours counts in each."""
        pairs = {(f.document, f.colour) for f in self.cells.get((row, column), ())}
        return Counter(colour for _, colour in pairs)

    def query(self, row: str, column: str, colour: str | None = None) -> str:
        """The query that finds the units of a cell."""
        return self.design.query(self.options.query, row, column, colour)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Empty cells where documents were to be expected, the most surprising first."""
        counts = {
            (row.value, column.value): self.documents_in(row.value, column.value)
            for row in self.rows
            for column in self.columns
        }
        total = sum(counts.values())
        by_row, by_column = Counter[str](), Counter[str]()
        for (row, column), count in counts.items():
            by_row[row] += count
            by_column[column] += count
        found = [
            Gap(row, column, by_row[row] * by_column[column] / total)
            for (row, column), count in counts.items()
            if not count and total
        ]
        wanted = [gap for gap in found if gap.expected >= SURPRISING]
        return tuple(sorted(wanted, key=lambda gap: (-gap.expected, gap.row, gap.column)))


@dataclass
class _Draft:
    """The findings of one document in one cell by colour and status, while they are counted."""

    units: set[UnitPlace] = field(default_factory=set)
    crossings: list[Crossing] = field(default_factory=list)


class _Builder:
    """Collects documents and quotes, each kept once."""

    def __init__(self, design: Design, options: MapOptions) -> None:
        self.design = design
        self.options = options
        self.documents: list[DocumentFacts] = []
        self.quotes: dict[Quote, int] = {}
        self.cells: dict[tuple[str, str], list[Finding]] = {}

    def add(self, data: DocumentData, units: Sequence[UnitPlace]) -> None:
        """Take up a document, if anything meets in it."""
        drafts: dict[tuple[str, str, str, str], _Draft] = {}
        for crossing in self.design.crossings(data, units):
            key = (crossing.row, crossing.column, crossing.colour, crossing.status)
            draft = drafts.setdefault(key, _Draft())
            draft.units.add(crossing.unit)
            if len(draft.crossings) < self.options.quotes:
                draft.crossings.append(crossing)
        if not drafts:
            return
        number = len(self.documents)
        self.documents.append(data.facts())
        for (row, column, colour, status), draft in drafts.items():
            quoted = (quote_of(data, crossing.at_row, crossing.at_column) for crossing in draft.crossings)
            places = dict.fromkeys(self._place(quote) for quote in quoted if quote is not None)
            self.cells.setdefault((row, column), []).append(
                Finding(number, colour, status, len(draft.units), tuple(places))
            )

    def _place(self, quote: Quote) -> int:
        return self.quotes.setdefault(quote, len(self.quotes))


def gap_map(
    index: Index, units: Mapping[str, Sequence[UnitPlace]], design: Design, options: MapOptions
) -> GapMap:
    """The gap map of some units of an index.

    Args:
        index: the index.
        units: units that match the query, by document.
        design: the axes.
        options: what is mapped.

    Raises:
        IndexFileError: the file cannot be read.
    """
    builder = _Builder(design, options)
    for document, places in units.items():
        builder.add(DocumentData(index, document, options.threshold), places)
    rows, columns = (
        _documents_by((key[side], found) for key, found in builder.cells.items()) for side in (0, 1)
    )
    wanted = [
        {one.value for one in shown(axis, counts, options.top)}
        for axis, counts in ((design.rows, rows), (design.columns, columns))
    ]
    cells = {
        key: tuple(found)
        for key, found in sorted(builder.cells.items())
        if key[0] in wanted[0] and key[1] in wanted[1]
    }
    made = GapMap(
        design,
        options,
        shown(design.rows, _documents_by((row, f) for (row, _), f in cells.items()), options.top, wanted[0]),
        shown(design.columns, _documents_by((c, f) for (_, c), f in cells.items()), options.top, wanted[1]),
        shown(design.colour, _tints(cells, "colour"), COLOURS) if design.colour else (),
        tuple(
            AxisValue(value, value, count)
            for value, count in sorted(_tints(cells, "status").items())
            if value != NOTHING
        ),
        tuple(builder.documents),
        tuple(builder.quotes),
        cells,
        len(units),
        (len(rows.keys() - wanted[0]), len(columns.keys() - wanted[1])),
    )
    return _without_unused(made)


def _documents_by(cells: Iterable[tuple[str, Sequence[Finding]]]) -> Counter[str]:
    """Documents by a value of the cells that they are in."""
    return Counter(value for value, _ in {(value, f.document) for value, found in cells for f in found})


def _tints(cells: Mapping[tuple[str, str], Sequence[Finding]], name: str) -> Counter[str]:
    """Documents by colour or status."""
    pairs = {(getattr(f, name), f.document) for found in cells.values() for f in found}
    return Counter(value for value, _ in pairs)


def shown(
    axis: Axis, counts: Mapping[str, int], top: int, kept: Collection[str] | None = None
) -> tuple[AxisValue, ...]:
    """The values of an axis that are shown, in order, with their documents.

    A closed set of codes is shown whole, in the order of the codebook, where it is not larger than `top`, so
    that what has no document is seen; of a larger or open one the most frequent are shown. Years and other
    numbers are in their own order. With `kept`, these values are shown, however many documents they have.
    """
    if kept is not None:
        counts = {value: counts.get(value, 0) for value in kept}
    if axis.known and not axis.is_open and len(axis.known) <= top:
        others = sorted(value for value in counts if value not in axis.known and value != NOTHING)
        values = [*axis.known, *others]
    else:
        frequent = sorted((v for v in counts if v != NOTHING), key=lambda value: (-counts[value], value))
        values = frequent[:top]
        if axis.field.kind == "number":
            values.sort(key=lambda value: (len(value), value))
        elif axis.known and not axis.is_open:
            place = {value: n for n, value in enumerate(axis.known)}
            values.sort(key=lambda value: place.get(value, len(place)))
    found = [AxisValue(value, axis.label_of(value), counts.get(value, 0)) for value in values]
    if counts.get(NOTHING):
        found.append(AxisValue(NOTHING, "Not said", counts[NOTHING]))
    return tuple(found)


def _without_unused(made: GapMap) -> GapMap:
    """The map without the documents and quotes of rows and columns that are not shown."""
    documents = sorted({f.document for found in made.cells.values() for f in found})
    quotes = sorted({q for found in made.cells.values() for f in found for q in f.quotes})
    document_places = {old: new for new, old in enumerate(documents)}
    quote_places = {old: new for new, old in enumerate(quotes)}
    cells = {
        key: tuple(
            Finding(
                document_places[f.document],
                f.colour,
                f.status,
                f.units,
                tuple(quote_places[q] for q in f.quotes),
            )
            for f in found
        )
        for key, found in sorted(made.cells.items())
    }
    return GapMap(
        made.design,
        made.options,
        made.rows,
        made.columns,
        made.colours,
        made.statuses,
        tuple(made.documents[n] for n in documents),
        tuple(made.quotes[n] for n in quotes),
        cells,
        made.searched,
        made.left_out,
    )
