"""What the pipeline said of a document, as rows: mentions, relations, interactions, codings."""

from __future__ import annotations

import bisect
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from textgov.documents import Annotation, Coding, Interaction, Page, Relation
from textgov.errors import RecordError
from textgov.index import keys, rows
from textgov.index.connection import InconsistentError

PATHS = "path"
"""Layer of codings by one of the codebook's paths."""

CELLS = "cell"
"""Layer of codings by a cell of form and scope."""


class _Place(NamedTuple):
    """A passage with what is needed to place a mention in it."""

    key: int
    start: int
    end: int
    sentences: list[int]

    def sentence(self, offset: int) -> int:
        """Key of the sentence that holds a character of the document; the nearest before it otherwise."""
        return keys.sentence_key(self.key, max(bisect.bisect_right(self.sentences, offset) - 1, 0))

    def checked(self, what: str, start: int, end: int) -> None:
        """Raise RecordError unless a range relative to the passage lies within it."""
        if not 0 <= start <= end <= self.end - self.start:
            number = keys.passage_ordinal(self.key)
            raise RecordError(f"passage {number}: {what} at {start}-{end} lies outside the passage")


def _places(connection: sqlite3.Connection, seq: int) -> dict[int, _Place]:
    first, last = keys.passage_range(seq)
    found = {
        keys.passage_ordinal(key): _Place(key, start, end, [])
        for key, start, end in connection.execute(
            "SELECT id, start, end FROM passages WHERE id BETWEEN ? AND ?", (first, last)
        )
    }
    starts = connection.execute(
        "SELECT id, start FROM sentences WHERE id BETWEEN ? AND ? ORDER BY id",
        (keys.sentence_key(first, 0), keys.sentence_key(last, keys.MAX_SENTENCES - 1)),
    )
    for key, start in starts:
        place = found.get(keys.passage_ordinal(key >> keys.SENTENCE_BITS))
        if place is None:
            raise InconsistentError("a sentence has no passage")
        place.sentences.append(start)
    return found


def delete(connection: sqlite3.Connection, seq: int) -> None:
    """Delete what machines said of a document; what people said stays."""
    bounds = keys.passage_range(seq)
    for table in ("mentions", "relations", "interactions"):
        connection.execute(f"DELETE FROM {table} WHERE passage BETWEEN ? AND ?", bounds)
    connection.execute("DELETE FROM codings WHERE document = ? AND machine", (seq,))


def write(
    connection: sqlite3.Connection,
    seq: int,
    pages: Sequence[Page],
    annotations: Iterable[tuple[int, Annotation]],
    coder: str,
) -> None:
    """Write the annotations of a document's passages, given by ordinal, in place of older ones.

    Raises:
        RecordError: the document has no such passage, or a range lies outside it.
    """
    delete(connection, seq)
    places = _places(connection, seq)
    for ordinal, annotation in annotations:
        place = places.pop(ordinal, None)
        if place is None:
            raise RecordError(f"passage {ordinal}: annotated twice, or not a passage of the document")
        _write_mentions(connection, place, pages, annotation)
        _write_links(connection, place, annotation)
        codings = (
            (seq, place.key, layer, code, number, score, stance, "[]", coder, True)
            for number, (layer, code, score, stance) in enumerate(_codings(annotation))
        )
        connection.executemany("INSERT INTO codings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", codings)


def _write_mentions(
    connection: sqlite3.Connection, place: _Place, pages: Sequence[Page], annotation: Annotation
) -> None:
    def row(ordinal: int) -> rows.Row:
        mention = annotation.mentions[ordinal]
        for what, span in (("condition", mention.condition), ("group", mention.group)):
            if span is not None:
                place.checked(f"{what} of a mention", *span)
        place.checked("mention", mention.start, mention.end)
        start = place.start + mention.start
        where = (place.key, ordinal, place.sentence(start), rows.page_at(pages, start))
        return where + rows.mention_row(mention, place.start)

    columns = "passage, ordinal, sentence, page, " + rows.MENTION_COLUMNS
    _insert(connection, "mentions", columns, map(row, range(len(annotation.mentions))))


def _write_links(connection: sqlite3.Connection, place: _Place, annotation: Annotation) -> None:
    def where(ordinal: int, link: Relation | Interaction) -> tuple[int, int, int]:
        place.checked(link.kind, link.start, link.end)
        return place.key, ordinal, place.sentence(place.start + link.start)

    known = range(len(annotation.mentions))
    for relation in annotation.relations:
        if any(m is not None and m not in known for m in (relation.source, relation.means, relation.target)):
            raise RecordError(f"relation {relation.kind} at {relation.start}: there is no such mention")
    _insert(
        connection,
        "relations",
        f"passage, ordinal, sentence, {rows.RELATION_COLUMNS}, {rows.END_COLUMNS}",
        (
            (*where(n, r), *rows.relation_row(r, place.start), *rows.end_row(r, annotation.mentions))
            for n, r in enumerate(annotation.relations)
        ),
    )
    _insert(
        connection,
        "interactions",
        f"passage, ordinal, sentence, {rows.INTERACTION_COLUMNS}, pair",
        (
            (*where(n, i), *rows.interaction_row(i, place.start), "-".join(sorted(i.forms)))
            for n, i in enumerate(annotation.interactions)
        ),
    )


def _insert(connection: sqlite3.Connection, table: str, columns: str, values: Iterable[rows.Row]) -> None:
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({rows.marks(columns)})", values)


def _codings(annotation: Annotation) -> Iterable[tuple[str, str, float | None, str | None]]:
    for code, score in annotation.paths.items():
        yield PATHS, code, score, annotation.stance.get(code)
    for code, stance in annotation.stance.items():
        if code not in annotation.paths:
            yield PATHS, code, None, stance
    for code in annotation.cells:
        yield CELLS, code, 1.0, None


class Coder(NamedTuple):
    """Who coded: a machine's version or a person's name, and by which layer of the codebook."""

    name: str
    layer: str
    machine: bool


def write_codings(connection: sqlite3.Connection, seq: int, coder: Coder, codings: Iterable[Coding]) -> None:
    """Write a coder's codings of a document by one layer, in place of that coder's older ones.

    Raises:
        RecordError: the document has no such passage.
    """
    connection.execute(
        "DELETE FROM codings WHERE document = ? AND layer = ? AND coder = ? AND machine = ?",
        (seq, coder.layer, coder.name, coder.machine),
    )
    places = _places(connection, seq)
    for ordinal, coding in enumerate(codings):
        if coding.passage is not None and coding.passage not in places:
            raise RecordError(f"passage {coding.passage}: not a passage of document {coding.document}")
        passage = None if coding.passage is None else places[coding.passage].key
        evidence = rows.as_json(coding.evidence)
        connection.execute(
            "INSERT INTO codings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(seq, passage, coder.layer, coding.code, ordinal, coding.score, coding.stance),
                *(evidence, coder.name, coder.machine),
            ),
        )


def read_codings(
    connection: sqlite3.Connection, seq: int, document: str, *, machine: bool
) -> list[tuple[str, Coding]]:
    """Layer and coding of all that was coded in a document by machines, or by people."""
    found = connection.execute(
        "SELECT layer, passage, code, score, stance, evidence, coder FROM codings "
        "WHERE document = ? AND machine = ? ORDER BY coder, passage, layer DESC, ordinal",
        (seq, machine),
    )
    return [
        (
            layer,
            Coding(
                document,
                None if passage is None else keys.passage_ordinal(passage),
                code,
                0.0 if score is None else score,
                stance,
                msgspec.json.decode(evidence, type=tuple[int, ...]),
                coder,
            ),
        )
        for layer, passage, code, score, stance, evidence, coder in found
    ]


class _Parts:
    """The parts of one passage's annotation as they are collected."""

    def __init__(self) -> None:
        self.parts: dict[str, list[Any]] = {"mentions": [], "relations": [], "interactions": [], "cells": []}
        self.paths: dict[str, float] = {}
        self.stance: dict[str, str] = {}

    def annotation(self) -> Annotation:
        tuples = {name: tuple(part) for name, part in self.parts.items()}
        return Annotation(paths=self.paths, stance=self.stance, **tuples)


def read(connection: sqlite3.Connection, seq: int) -> list[tuple[int, Annotation]]:
    """Annotations of a document by passage ordinal, offsets relative to the passage; empty ones left out."""
    bounds = keys.passage_range(seq)
    starts = dict(connection.execute("SELECT id, start FROM passages WHERE id BETWEEN ? AND ?", bounds))
    found: dict[int, _Parts] = {}

    def fetch(columns: str, table: str, order: str = "ordinal") -> Iterable[tuple[int, _Parts, rows.Row]]:
        query = (
            f"SELECT passage, {columns} FROM {table} WHERE passage BETWEEN ? AND ? ORDER BY passage, {order}"
        )
        for passage, *row in connection.execute(query, bounds):
            if passage not in starts:
                raise InconsistentError("what was coded has no passage")
            yield starts[passage], found.setdefault(passage, _Parts()), tuple(row)

    for offset, parts, row in fetch(rows.MENTION_COLUMNS, "mentions"):
        parts.parts["mentions"].append(rows.mention_record(row, offset))
    for offset, parts, row in fetch(rows.RELATION_COLUMNS, "relations"):
        parts.parts["relations"].append(rows.relation_record(row, offset))
    for offset, parts, row in fetch(rows.INTERACTION_COLUMNS, "interactions"):
        parts.parts["interactions"].append(rows.interaction_record(row, offset))
    for passage, layer, code, score, stance in connection.execute(
        "SELECT passage, layer, code, score, stance FROM codings "
        "WHERE document = ? AND machine AND passage IS NOT NULL ORDER BY passage, ordinal",
        (seq,),
    ):
        parts = found.setdefault(passage, _Parts())
        if layer == CELLS:
            parts.parts["cells"].append(code)
        if layer == PATHS and score is not None:
            parts.paths[code] = score
        if stance is not None:
            parts.stance[code] = stance
    return [
        (keys.passage_ordinal(key), parts.annotation()) for key, parts in sorted(found.items(), key=_by_key)
    ]


def _by_key(item: tuple[int, _Parts]) -> int:
    return item[0]
