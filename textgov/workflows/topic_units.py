"""The texts of an index that topics are found in, with their places and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from textgov.codebook.loader import Codebook
from textgov.documents import CODED_KINDS, Coding, Document, Passage
from textgov.index.search import search
from textgov.index.store import Index
from textgov.topics.describe import Unit
from textgov.workflows.query import query_context

KINDS = CODED_KINDS - {"heading"}
"""Kinds of passages that say something by themselves."""
FEWEST_WORDS = 8
LANGUAGES = frozenset({None, "en"})
THRESHOLD = 0.5
"""Score from which a text counts as coded, as in searches."""
BATCH = 2_000


def read_units(
    index: Index, codebook: Codebook, query: str | None, unit: Literal["passage", "document"], layer: str
) -> Iterator[Unit]:
    """Passages or documents in English, in the order of the index.

    Args:
        index: the index.
        codebook: what the query may name.
        query: passages, or documents, that are wanted; None for all.
        unit: what a text is; a document is its body, without tables, notes and references.
        layer: layer of the codings that the texts are given with.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
    """
    wanted = None if query is None else _found(index, codebook, query, unit)
    for identifier in list(index.document_ids()):
        if wanted is not None and identifier not in wanted:
            continue
        document = index.document(identifier)
        if document.bibliography.language not in LANGUAGES:
            continue
        passages = [p for p in index.passages(identifier) if p.kind in KINDS and _long_enough(document, p)]
        if wanted is not None and unit == "passage":
            passages = [p for p in passages if p.ordinal in wanted[identifier]]
        if passages:
            yield from _units(index, document, passages, unit, layer)


def labels_of(codebook: Codebook) -> dict[tuple[str, str], str]:
    """Labels of codes by layer and code; of places, their names."""
    labels = {
        (layer, code.id): code.label for layer, codes in codebook.codes.items() for code in codes.values()
    }
    countries = (name for name in codebook.names.get("place", ()) if name.kind == "country")
    return labels | {("place", name.code): name.name for name in countries}


def _found(
    index: Index, codebook: Codebook, query: str, unit: Literal["passage", "document"]
) -> dict[str, set[int]]:
    context = query_context(codebook)
    found: dict[str, set[int]] = {}
    offset = 0
    while True:
        hits = search(
            index, query, context=context, within=unit, sort="document", limit=BATCH, offset=offset
        ).hits
        for hit in hits:
            found.setdefault(hit.document, set()).add(-1 if hit.passage is None else hit.passage)
        offset += len(hits)
        if len(hits) < BATCH:
            return found


def _long_enough(document: Document, passage: Passage) -> bool:
    return len(document.text[passage.start : passage.end].split()) >= FEWEST_WORDS


def _units(
    index: Index,
    document: Document,
    passages: list[Passage],
    unit: Literal["passage", "document"],
    layer: str,
) -> Iterator[Unit]:
    mentions: dict[int, set[tuple[str, str]]] = {}
    for stored in index.mentions(document=document.id):
        mentions.setdefault(stored.passage, set()).add((stored.mention.layer, stored.mention.code))
    codings, by_people = _codings(index, document.id, layer)
    if unit == "passage":
        for passage in passages:
            coded = None if codings is None else frozenset(codings.get(passage.ordinal, set()))
            yield _unit(document, [passage], passage.ordinal, mentions, coded, by_people=by_people)
    else:
        coded = None if codings is None else frozenset().union(*codings.values())
        yield _unit(document, passages, None, mentions, coded, by_people=by_people)


def _unit(
    document: Document,
    passages: list[Passage],
    ordinal: int | None,
    mentions: Mapping[int, set[tuple[str, str]]],
    codings: frozenset[str] | None,
    *,
    by_people: bool,
) -> Unit:
    known = document.bibliography
    return Unit(
        document.id,
        ordinal,
        known.title,
        known.year,
        document.source,
        passages[0].page,
        passages[0].start,
        passages[-1].end,
        "\n\n".join(document.text[p.start : p.end] for p in passages),
        frozenset(code for p in passages for code in mentions.get(p.ordinal, ())),
        codings,
        by_people,
    )


def _codings(index: Index, document: str, layer: str) -> tuple[dict[int | None, set[str]] | None, bool]:
    """Codes of each passage (None: of the whole), by people where they coded the document, else by machines.

    With them, whether people gave them.
    """
    for machine in (False, True):
        found = [coding for name, coding in index.codings(document, machine=machine) if name == layer]
        if found:
            return _by_passage(found), not machine
    return None, False


def _by_passage(codings: list[Coding]) -> dict[int | None, set[str]]:
    found: dict[int | None, set[str]] = {}
    for coding in codings:
        if coding.score >= THRESHOLD:
            found.setdefault(coding.passage, set()).add(coding.code)
    return found
