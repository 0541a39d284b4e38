"""Search in the index: hits with their evidence, key words in context, counts by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from textgov.documents import Mention, Record
from textgov.errors import UsageError
from textgov.index.evidence import Span
from textgov.index.fields import QueryContext
from textgov.index.hits import Unit, load
from textgov.index.keys import Scope, shift_between
from textgov.index.plan import Plan, plan
from textgov.index.ranking import Sort
from textgov.index.store import Index

_BATCH: Final = 100
_SPACES: Final = re.compile(r"\s+")


class Hit(Record, frozen=True):
    """A sentence, passage or document that matches, with its place.

    Of a document, the passage that speaks best for it is shown. `start` and `end` are offsets in the
    document's text, those of `highlights` and `mentions` in the hit's own `text`. `score` is greater for
    better hits, and None where hits are not ranked.
    """

    document: str
    title: str | None
    year: int | None
    kind: str
    file: str
    passage: int | None
    sentence: int | None
    section: str | None
    page: int | None
    start: int
    end: int
    text: str
    highlights: tuple[Span, ...]
    mentions: tuple[Mention, ...]
    score: float | None


class Hits(Record, frozen=True):
    """One page of hits, and how many units match in all."""

    total: int
    hits: tuple[Hit, ...]


class KwicLine(Record, frozen=True):
    """A key word in context; `start` and `end` are its offsets in the document's text."""

    document: str
    title: str | None
    year: int | None
    file: str
    passage: int | None
    section: str | None
    page: int | None
    start: int
    end: int
    left: str
    match: str
    right: str


class Counts(Record, frozen=True):
    """Units that match, and documents that they are of."""

    units: int
    documents: int


def search(
    index: Index,
    query: str,
    *,
    context: QueryContext,
    within: Scope = "passage",
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
) -> Hits:
    """Units for which a query holds.

    Args:
        index: the index.
        query: in the query language.
        context: the codes that it may name.
        within: the unit of which all of the query must be true, NOT included.
        sort: by relevance (BM25), by year (latest first), or as in the index. Without words to rank by,
            relevance is the order of the index.
        limit: most hits to return.
        offset: hits to pass over.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
        IndexFileError: the file cannot be read.
    """
    _check(limit, offset)
    prepared = plan(index, query, context, within)
    total = prepared.count()
    found = prepared.page(sort, limit, offset) if total > offset else []
    return Hits(total, tuple(_hit(unit) for unit in load(prepared, found)))


def count(index: Index, query: str, *, context: QueryContext, within: Scope = "passage") -> Counts:
    """How many units match, and in how many documents. Raises as `search` does."""
    prepared = plan(index, query, context, within)
    shift = shift_between(within, "document")
    compiler = prepared.compiler()
    units = compiler.merged(prepared.node, within)
    query = compiler.statement(f"SELECT count(*), count(DISTINCT u >> {shift}) FROM ({units})")
    return next(index.select(lambda row: Counts(*row), query, compiler.parameters))


def kwic(
    index: Index,
    query: str,
    *,
    context: QueryContext,
    within: Scope = "passage",
    sort: Sort = "document",
    limit: int = 20,
    offset: int = 0,
    width: int = 60,
) -> list[KwicLine]:
    """Key words in context: a line for each word, phrase or coded span that speaks for a hit.

    A hit without such evidence (found by its year, say) gives one line with an empty match.

    Args:
        index: the index.
        query: in the query language.
        context: the codes that it may name.
        within: the unit of which all of the query must be true.
        sort: order of the units; within one, lines are in the order of the text.
        limit: most lines to return.
        offset: lines to pass over.
        width: most characters on either side.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
        IndexFileError: the file cannot be read.
    """
    _check(limit, offset)
    lines = _lines(plan(index, query, context, within), sort, width)
    return list(islice(lines, offset, offset + limit))


def _lines(prepared: Plan, sort: Sort, width: int) -> Iterator[KwicLine]:
    first = 0
    while found := prepared.page(sort, _BATCH, first):
        first += len(found)
        for unit in load(prepared, found, every_passage=True):
            for start, end in unit.highlights or ((0, 0),):
                yield _line(unit, start, end, width)


def _check(limit: int, offset: int) -> None:
    if limit < 0 or offset < 0:
        raise UsageError("limit and offset are numbers from 0 on")


def _hit(unit: Unit) -> Hit:
    return Hit(
        unit.document,
        unit.title,
        unit.year,
        unit.kind,
        unit.file,
        unit.passage,
        unit.sentence,
        unit.section,
        unit.page,
        unit.start,
        unit.end,
        unit.text,
        unit.highlights,
        unit.mentions,
        None if unit.score is None else abs(unit.score),
    )


def _line(unit: Unit, start: int, end: int, width: int) -> KwicLine:
    return KwicLine(
        unit.document,
        unit.title,
        unit.year,
        unit.file,
        unit.passage,
        unit.section,
        unit.page_at(start),
        unit.start + start,
        unit.start + end,
        _spaced(unit.before + unit.text[:start])[-width:] if width else "",
        _spaced(unit.text[start:end]),
        _spaced(unit.text[end:] + unit.after)[:width],
    )


def _spaced(text: str) -> str:
    """A text on one line."""
    return _SPACES.sub(" ", text)
