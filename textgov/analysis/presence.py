"""Which values of some axes each document has: what tables, time lines and networks are counted from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from textgov.analysis.axes import Axis
from textgov.analysis.crossings import Design, within
from textgov.analysis.reading import DocumentData
from textgov.index.store import Index
from textgov.index.units import UnitPlace


@dataclass(frozen=True)
class Presence:
    """The values that a document has in its hits, for each axis in order; sorted, each once."""

    document: str
    year: int | None
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Pair:
    """A record of a document that has a value of each of two axes."""

    document: int
    row: str
    column: str


def presences(
    index: Index, units: Mapping[str, Sequence[UnitPlace]], axes: Sequence[Axis], threshold: float
) -> Iterator[Presence]:
    """The values of each document in its units that match a query; in the order of the index."""
    for document, places in units.items():
        data = DocumentData(index, document, threshold)
        found = tuple(tuple(sorted(_values(data, axis, places))) for axis in axes)
        yield Presence(document, data.document.bibliography.year, found)


def _values(data: DocumentData, axis: Axis, units: Sequence[UnitPlace]) -> set[str]:
    return {place.value for place in within(data.occurrences(axis), units)}


def pairs(
    index: Index, units: Mapping[str, Sequence[UnitPlace]], design: Design, threshold: float
) -> list[Pair]:
    """All records that have a value of both axes, one pair for each record; for axes that are bound."""
    found = []
    for number, (document, places) in enumerate(units.items()):
        data = DocumentData(index, document, threshold)
        found += [Pair(number, row, column) for row, column in design.bound_values(data, places)]
    return found
