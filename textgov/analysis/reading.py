"""What is coded in a document, as values of an axis, each with the unit and the record that it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from textgov.analysis.axes import PLACE, Axis, countries
from textgov.documents import Coding, Document, Mention, Passage
from textgov.index.fields import CODING_LAYERS
from textgov.index.records import Sentence, StoredMention, StoredRelation
from textgov.index.store import Index
from textgov.index.units import UnitPlace

MAIN_COUNTRY: Final = 0.1
"""A document is filed under the countries that have at least this share of its mentions of countries."""


@dataclass(frozen=True)
class Link:
    """A relation or interaction: the values of its columns, and the spans of the mentions that it ties."""

    values: Mapping[str, str | None]
    spans: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Occurrence:
    """A value at one place of a document.

    Without a passage it is true of the whole document; without a sentence of the whole passage. `start` and
    `end` are offsets in the document's text of the span that speaks for it, None where there is none.
    """

    value: str
    passage: int | None = None
    sentence: int | None = None
    start: int | None = None
    end: int | None = None
    page: int | None = None
    record: Mention | Coding | Link | None = None

    def at(self, axis: Axis) -> Occurrence:
        """The same record, with the span that speaks for the value of an axis."""
        span = self.record.spans.get(axis.field.column) if isinstance(self.record, Link) else None
        return self if span is None else replace(self, start=span[0], end=span[1])

    def is_in(self, unit: UnitPlace) -> bool:
        """Whether it is true of a unit."""
        if unit.passage is None or self.passage is None:
            return True
        if unit.passage != self.passage:
            return False
        return unit.sentence is None or self.sentence is None or unit.sentence == self.sentence


@dataclass(frozen=True)
class DocumentFacts:
    """What a reader needs to know of a document to find it. `countries` holds ISO 3166-1 alpha-3 codes."""

    id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    kind: str
    file: str
    doi: str | None
    countries: tuple[str, ...]


class DocumentData:
    """One document of an index with all that was coded in it, read as it is asked for."""

    def __init__(self, index: Index, document: str, threshold: float) -> None:
        """`threshold` is the score from which a coding counts."""
        self.index = index
        self._threshold = threshold
        self.id = document

    @cached_property
    def document(self) -> Document:
        """The document itself."""
        return self.index.document(self.id)

    @cached_property
    def passages(self) -> dict[int, Passage]:
        """Its passages by ordinal."""
        return {passage.ordinal: passage for passage in self.index.passages(self.id)}

    @cached_property
    def sentences(self) -> dict[int, list[Sentence]]:
        """Its sentences by the ordinal of their passage."""
        found: dict[int, list[Sentence]] = {}
        for sentence in self.index.sentences(self.id):
            found.setdefault(sentence.passage, []).append(sentence)
        return found

    @cached_property
    def mentions(self) -> list[StoredMention]:
        """Its mentions, in order."""
        return list(self.index.mentions(document=self.id))

    @cached_property
    def codings(self) -> list[tuple[str, Coding]]:
        """Layer and coding of all that machines and people coded from the threshold on."""
        found = [coded for machine in (True, False) for coded in self.index.codings(self.id, machine=machine)]
        return [(layer, coding) for layer, coding in found if coding.score >= self._threshold]

    def mention(self, passage: int, ordinal: int) -> StoredMention | None:
        """One of its mentions."""
        return self._by_place.get((passage, ordinal))

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], StoredMention]:
        return {(stored.passage, stored.ordinal): stored for stored in self.mentions}

    def links(self, entity: str) -> Iterator[tuple[Link, int, int, tuple[int, int]]]:
        """Its relations or interactions, each with its passage, sentence and range."""
        if entity == "relation":
            for stored in self.index.relations(document=self.id):
                span = stored.relation.start, stored.relation.end
                yield _relation_link(self, stored), stored.passage, stored.sentence, span
            return
        for found in self.index.interactions(document=self.id):
            pair = "-".join(sorted(found.interaction.forms)) or None
            link = Link({"kind": found.interaction.kind, "pair": pair}, {})
            yield link, found.passage, found.sentence, (found.interaction.start, found.interaction.end)

    def facts(self) -> DocumentFacts:
        """What a reader needs to know of it."""
        known = self.document.bibliography
        named = Counter(
            stored.mention.code
            for stored in self.mentions
            if stored.mention.layer == PLACE and stored.mention.code in countries()
        )
        least = MAIN_COUNTRY * named.total()
        return DocumentFacts(
            self.id,
            known.title or self.document.source.replace("\\", "/").rpartition("/")[2],
            known.authors,
            known.year,
            known.kind,
            self.document.source,
            known.doi,
            tuple(sorted(code for code, count in named.items() if count >= least)),
        )

    def occurrences(self, axis: Axis) -> list[Occurrence]:
        """All places at which a value of an axis occurs, in the order of the text."""
        found = _READERS[axis.field.entity](self, axis)
        return [occurrence for occurrence in found if axis.has(occurrence.value)]


def value_in(record: Mention | Coding | Link, axis: Axis) -> str | None:
    """The value of a property in a record; None where it has none."""
    if isinstance(record, Link):
        return record.values.get(axis.field.column)
    value = getattr(record, axis.field.column)
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _of_document(data: DocumentData, axis: Axis) -> Iterator[Occurrence]:
    column = axis.field.column
    holder = data.document if column == "format" else data.document.bibliography
    value = getattr(holder, column)
    if value is not None:
        yield Occurrence(_text(value))


def _of_passages(data: DocumentData, axis: Axis) -> Iterator[Occurrence]:
    for passage in data.passages.values():
        value = getattr(passage, axis.field.column)
        if value is not None:
            yield Occurrence(_text(value), passage.ordinal, page=passage.page)


def _of_mentions(data: DocumentData, axis: Axis) -> Iterator[Occurrence]:
    for stored in data.mentions:
        mention = stored.mention
        if axis.is_layer and mention.layer != axis.field.name:
            continue
        value = value_in(mention, axis)
        if value is not None:
            yield Occurrence(
                value, stored.passage, stored.sentence, mention.start, mention.end, stored.page, mention
            )


def _of_links(data: DocumentData, axis: Axis) -> Iterator[Occurrence]:
    for link, passage, sentence, span in data.links(axis.field.entity):
        value = value_in(link, axis)
        if value is not None:
            start, end = link.spans.get(axis.field.column, span)
            yield Occurrence(value, passage, sentence, start, end, _page_of(data, start), link)


def _relation_link(data: DocumentData, stored: StoredRelation) -> Link:
    relation = stored.relation
    ends = {
        name: None if place is None else data.mention(stored.passage, place)
        for name, place in (
            ("source", relation.source),
            ("means", relation.means),
            ("target", relation.target),
        )
    }
    values: dict[str, str | None] = {"kind": relation.kind}
    spans: dict[str, tuple[int, int]] = {}
    for name, end in ends.items():
        mention = None if end is None else end.mention
        values[f"{name}_code"] = mention.code if mention else None
        has_cell = mention is not None and mention.form and mention.scope
        values[f"{name}_cell"] = f"{mention.form}-{mention.scope}" if mention and has_cell else None
        if mention is not None:
            spans[f"{name}_code"] = spans[f"{name}_cell"] = (mention.start, mention.end)
    return Link(values, spans)


def _of_codings(data: DocumentData, axis: Axis) -> Iterator[Occurrence]:
    for layer, coding in data.codings:
        if axis.field.name in CODING_LAYERS and layer != axis.field.name:
            continue
        value = value_in(coding, axis)
        if value is None:
            continue
        evidence = _evidence(data, coding)
        start, end = (evidence.mention.start, evidence.mention.end) if evidence else (None, None)
        passage = None if coding.passage is None else data.passages.get(coding.passage)
        page = evidence.page if evidence else passage.page if passage else None
        yield Occurrence(value, coding.passage, None, start, end, page, coding)


def _evidence(data: DocumentData, coding: Coding) -> StoredMention | None:
    """The first mention that a coding of a passage rests on."""
    if coding.passage is None or not coding.evidence:
        return None
    return data.mention(coding.passage, coding.evidence[0])


def _page_of(data: DocumentData, offset: int) -> int | None:
    pages: Sequence[Any] = data.document.pages
    holding = [page.number for page in pages if page.start <= offset]
    return holding[-1] if holding else None


_READERS: Final = {
    "document": _of_document,
    "passage": _of_passages,
    "mention": _of_mentions,
    "relation": _of_links,
    "interaction": _of_links,
    "coding": _of_codings,
}
