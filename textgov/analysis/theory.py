"""What is counted for the tables and the figure of the theory: items with their documents, queries and quotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from textgov.analysis.claims_labels import Labels
from textgov.analysis.quotes import Quote, quote_of
from textgov.analysis.reading import DocumentData, Occurrence
from textgov.codebook.loader import Codebook
from textgov.index.fields import QueryContext
from textgov.index.keys import Scope
from textgov.index.store import Index
from textgov.index.units import UnitPlace, is_everything, matching_units

QUOTES: Final = 3
"""Most quotes of an item, each of another document."""


@dataclass(frozen=True)
class Item:
    """Something that is counted.

    `group` is the cell, path or kind that it belongs to, `part` what it is there (actor, mechanism, driver ...),
    `documents` and `times` are how many documents have it and how often. `query` finds it by `textgov search`.
    `expected` tells whether the codebook's theory lists it there, None where it says nothing. `ends` are the keys of
    the items that it ties.
    """

    key: str
    group: str
    part: str
    code: str
    label: str
    documents: int
    times: int
    query: str
    quotes: tuple[Quote, ...] = ()
    expected: bool | None = None
    ends: tuple[str, str] | None = None


@dataclass(frozen=True)
class TheoryMap:
    """The items of a table or figure, of so many documents that match the query, in `within`."""

    items: tuple[Item, ...]
    searched: int
    query: str
    within: Scope

    def of(self, group: str, part: str) -> list[Item]:
        """The items of a group that are one part of it, in order of rank."""
        return [item for item in self.items if (item.group, item.part) == (group, part)]


class Source:
    """An index with the units that a query finds, and its documents, each read once."""

    def __init__(
        self,
        index: Index,
        codebook: Codebook,
        context: QueryContext,
        query: str,
        within: Scope,
        quotes: int = QUOTES,
    ) -> None:
        """`quotes` is the number of quotes that are kept of an item."""
        self.index = index
        self.quotes = quotes
        self.codebook = codebook
        self.context = context
        self.query = query
        self.within: Scope = within
        self.labels = Labels(codebook)
        self.units: Mapping[str, Sequence[UnitPlace]] = matching_units(
            index, query, context=context, within=within
        )
        self._documents: dict[str, DocumentData] = {}

    def document(self, identity: str) -> DocumentData:
        """All that was coded in a document."""
        if identity not in self._documents:
            self._documents[identity] = DocumentData(self.index, identity, self.context.threshold)
        return self._documents[identity]

    def and_also(self, clause: str) -> str:
        """The query of the hits that a clause holds for as well."""
        if is_everything(self.query):
            return clause
        return f"({self.query.strip()}) AND {clause}"

    def wanted(self, document: str) -> Wanted:
        """Which places of a document the query finds."""
        return Wanted(self.units[document])

    def made(self, items: Iterable[Item]) -> TheoryMap:
        """The map of some items."""
        return TheoryMap(tuple(items), len(self.units), self.query, self.within)


class Wanted:
    """The places of one document that are wanted."""

    def __init__(self, units: Sequence[UnitPlace]) -> None:
        self._units = frozenset(units)

    def has(self, passage: int, sentence: int) -> bool:
        """Whether a sentence is, or lies in a unit that is."""
        return not self._units.isdisjoint((UnitPlace(), UnitPlace(passage), UnitPlace(passage, sentence)))


class Draft:
    """An item while it is counted."""

    def __init__(self, wanted: int = QUOTES) -> None:
        self.documents: set[str] = set()
        self.times = 0
        self._wanted = wanted
        self._quotes: dict[str, Quote] = {}
        self._headings: dict[str, Quote] = {}

    def add(self, data: DocumentData, place: Occurrence, other: Occurrence | None = None) -> None:
        """Count one place; it is quoted if it is the first of its document and quotes are wanted still."""
        self.times += 1
        self.documents.add(data.id)
        if len(self._quotes) >= self._wanted or data.id in self._quotes:
            return
        # A heading says little: it is quoted only where a text does not say more.
        passage = None if place.passage is None else data.passages.get(place.passage)
        kept = self._headings if passage is not None and passage.kind == "heading" else self._quotes
        if len(kept) < self._wanted and data.id not in kept:
            quote = quote_of(data, place, other)
            if quote is not None:
                kept[data.id] = quote

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes that are kept, each of another document."""
        return tuple((self._quotes or self._headings).values())


def ranked(items: Iterable[Item]) -> list[Item]:
    """Items by documents, then by times; what theory expects and nothing shows comes last."""
    return sorted(items, key=lambda item: (-item.documents, -item.times, item.key))
