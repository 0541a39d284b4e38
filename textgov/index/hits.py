"""What is shown of the units that match: text, place, coded mentions and the evidence for the query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from textgov.documents import Mention, Page
from textgov.index import keys, predicates, rows
from textgov.index.evidence import Span, merged
from textgov.index.plan import Found, Plan
from textgov.index.tree import Node, disjunction

_PLACES = (
    "passages.id, passages.start, passages.section, passages.page, passages.text, documents.id, "
    "documents.title, documents.year, documents.kind, documents.source, contents.pages"
)


@dataclass
class Unit:
    """A unit that matches; `text` is its own, `before` and `after` the rest of its passage.

    `start` is an offset in the document, those of `highlights` and `mentions` are in `text`.
    """

    document: str
    title: str | None
    year: int | None
    kind: str
    file: str
    passage: int | None
    sentence: int | None
    section: str | None
    start: int
    text: str
    score: float | None
    pages: tuple[Page, ...] = ()
    stored_page: int | None = None
    before: str = ""
    after: str = ""
    highlights: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    spans: list[Span] = field(default_factory=list)
    found: list[Mention] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Offset in the document of the end of the text."""
        return self.start + len(self.text)

    @property
    def page(self) -> int | None:
        """Page of the first highlight, or of the start if there is none."""
        return self.page_at(self.highlights[0][0] if self.highlights else 0)

    def page_at(self, offset: int) -> int | None:
        """Page of a character of the text."""
        return rows.page_at(self.pages, self.start + offset) if self.pages else self.stored_page


def load(prepared: Plan, found: Sequence[Found], *, every_passage: bool = False) -> list[Unit]:
    """What is shown of some units, in their order.

    Of a document the passage that speaks best for it is taken, or with `every_passage` all that speak.
    """
    chosen = [(match, match.key) for match in found]
    if prepared.scope == "document":
        chosen = list(_chosen_passages(prepared, found, every=every_passage))
    shown = _units(prepared, [key for _, key in chosen if key >= 0])
    units: list[Unit] = []
    for match, key in chosen:
        unit = shown[key] if key >= 0 else _empty(prepared, match.key)
        unit.score = match.score
        units.append(unit)
    return units


def _chosen_passages(prepared: Plan, found: Sequence[Found], *, every: bool) -> Iterator[tuple[Found, int]]:
    """The passages (keys) to show of documents; -1 for a document that has none."""
    unknown = [match.key for match in found if every or match.passage is None]
    worded = _worded_passages(prepared, unknown)
    for match in found:
        if match.passage is not None and not every:
            yield match, match.passage
            continue
        speaking = worded.get(match.key, [])
        if every or not speaking:
            coded = _coded_passages(prepared, match.key)
            speaking = sorted({*speaking, *coded}) or [_first_passage(prepared, match.key)]
        for key in speaking if every else speaking[:1]:
            yield match, key


def _worded_passages(prepared: Plan, documents: Sequence[int]) -> dict[int, list[int]]:
    """Passages of each document that have words of the query."""
    phrases = prepared.evidence.phrases
    found: dict[int, list[int]] = {}
    if not phrases or not documents:
        return found
    compiler = prepared.compiler()
    match = compiler.bind(compiler.expressions.match(disjunction(*phrases), "text"))
    listed = compiler.bind(rows.as_json(documents))
    seq = f"rowid >> {keys.PASSAGE_BITS}"
    query = (
        f"SELECT rowid FROM passage_text WHERE passage_text MATCH {match} "
        f"AND {seq} IN (SELECT value FROM json_each({listed})) ORDER BY rowid"
    )
    for key in prepared.index.select(_first, query, compiler.parameters):
        found.setdefault(key >> keys.PASSAGE_BITS, []).append(key)
    return found


def _coded_passages(prepared: Plan, seq: int) -> set[int]:
    """Passages of a document that have mentions, relations or interactions of the query."""
    found: set[int] = set()
    for table in ("mention", "relation", "interaction"):
        test = prepared.evidence.of(table)
        if test is not None:
            compiler = prepared.compiler()
            condition = predicates.condition(test, compiler.bind, prepared.vocabulary)
            bounds = " AND ".join(map(compiler.bind, keys.passage_range(seq)))
            # The plus keeps SQLite from reading all mentions of a code to find those of one document.
            where = f"{table}s WHERE passage BETWEEN {bounds} AND +({condition})"
            found.update(
                prepared.index.select(_first, f"SELECT DISTINCT passage FROM {where}", compiler.parameters)
            )
    return found


def _first_passage(prepared: Plan, seq: int) -> int:
    query = "SELECT id FROM passages WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1"
    key = prepared.index.value(query, keys.passage_range(seq))
    return -1 if key is None else int(key)


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def _empty(prepared: Plan, seq: int) -> Unit:
    query = "SELECT id, title, year, kind, source FROM documents WHERE seq = ?"
    identity, title, year, kind, source = next(prepared.index.select(tuple, query, (seq,)))
    return Unit(identity, title, year, kind, rows.path_of(source), None, None, None, 0, "", None)


def _units(prepared: Plan, wanted: Sequence[int]) -> dict[int, Unit]:
    sentences = prepared.scope == "sentence"
    listed = rows.as_json(sorted(set(wanted)))
    if sentences:
        query = (
            f"SELECT sentences.id, sentences.start, sentences.end, {_PLACES} FROM json_each(?) AS wanted "
            "CROSS JOIN sentences ON sentences.id = wanted.value "
            f"JOIN passages ON passages.id = sentences.id >> {keys.SENTENCE_BITS} "
        )
    else:
        query = (
            f"SELECT passages.id, passages.start, passages.end, {_PLACES} FROM json_each(?) AS wanted "
            "CROSS JOIN passages ON passages.id = wanted.value "
        )
    known: dict[str, tuple[Page, ...]] = {}
    seq = f"passages.id >> {keys.PASSAGE_BITS}"
    query += f"JOIN documents ON documents.seq = {seq} JOIN contents ON contents.seq = {seq}"
    units = dict(prepared.index.select(lambda row: _unit(row, known, sentences=sentences), query, (listed,)))
    _add_coded(prepared, units)
    for unit in units.values():
        unit.highlights = merged([*unit.spans, *prepared.evidence.spans(unit.text)])
        unit.mentions = tuple(unit.found)
    return units


def _unit(row: rows.Row, known: dict[str, tuple[Page, ...]], *, sentences: bool) -> tuple[int, Unit]:
    key, start, end, passage, first, section, page, text, document, title, year, kind, source, pages = row
    if document not in known:
        known[document] = msgspec.json.decode(pages, type=tuple[Page, ...])
    inside = slice(start - first, end - first)
    unit = Unit(
        document,
        title,
        year,
        kind,
        rows.path_of(source),
        keys.passage_ordinal(passage),
        keys.sentence_ordinal(key) if sentences else None,
        section,
        start,
        text[inside],
        None,
        known[document],
        page,
        text[: inside.start],
        text[inside.stop :],
    )
    return key, unit


def _add_coded(prepared: Plan, units: dict[int, Unit]) -> None:
    """Give the units their mentions, and the spans of what was coded and speaks for them."""
    shift = 0 if prepared.scope != "sentence" else keys.SENTENCE_BITS
    passages = rows.as_json(sorted({key >> shift for key in units}))
    column = "sentence" if prepared.scope == "sentence" else "passage"
    for key, speaks, row in _coded(prepared, "mention", column, rows.MENTION_COLUMNS, passages):
        unit = units.get(key)
        if unit is not None:
            mention = rows.mention_record(row, unit.start)
            unit.found.append(mention)
            if speaks:
                unit.spans.append((mention.start, min(mention.end, len(unit.text))))
    for table in ("relation", "interaction"):
        if prepared.evidence.of(table) is not None:
            for key, speaks, (start, end) in _coded(prepared, table, column, "start, end", passages):
                unit = units.get(key)
                if unit is not None and speaks:
                    unit.spans.append((start - unit.start, min(end, unit.end) - unit.start))


def _coded(
    prepared: Plan, entity: str, column: str, columns: str, passages: str
) -> Iterator[tuple[int, bool, rows.Row]]:
    test: Node | None = prepared.evidence.of(entity)
    compiler = prepared.compiler()
    speaks = "0" if test is None else predicates.condition(test, compiler.bind, prepared.vocabulary)
    query = (
        f"SELECT {column}, ({speaks}), {columns} FROM {entity}s "
        "WHERE passage IN (SELECT value FROM json_each(:passages)) ORDER BY passage, ordinal"
    )
    parameters = {**compiler.parameters, "passages": passages}
    found: Iterable[rows.Row] = prepared.index.select(tuple, query, parameters)
    return ((row[0], bool(row[1]), row[2:]) for row in found)
