"""What an index says of the paths of its documents and passages, with what moved each tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from textgov.classify.evidence import Coded
from textgov.classify.explain import Reason, reasons
from textgov.classify.paths import GIVEN, PATH_LAYER, PathModel
from textgov.documents import Coding, Document, Passage, Record
from textgov.index.store import Index
from textgov.workflows.show import find_document
from textgov.workflows.tag import DOCUMENT_LAYER, coded_passages


class Why(Record, frozen=True):
    """What moved a tag: the words, their code (None for a word), their share of the score, their sentence."""

    text: str
    code: str | None
    weight: float
    sentence: str


class PathTag(Record, frozen=True):
    """One path of a document or passage; `passages` are the ordinals of those that a document has it by."""

    path: str
    score: float
    given: bool
    unsure: bool
    stance: str | None
    passages: tuple[int, ...] = ()
    why: tuple[Why, ...] = ()


class TaggedUnit(Record, frozen=True):
    """A document, or a passage of it, with a tag for each path."""

    document: str
    title: str | None
    file: str
    passage: int | None
    page: int | None
    tags: tuple[PathTag, ...]


def documents_named(index: Index, names: Sequence[str]) -> list[str]:
    """Ids of documents by id, file or path; of all kept documents where none is named.

    Raises:
        UsageError: there is none of a name, or more than one.
    """
    if not names:
        return list(index.document_ids())
    return list(dict.fromkeys(find_document(index, name) for name in names))


def tagged_units(
    index: Index, model: PathModel, documents: Sequence[str], *, explain: bool = False
) -> Iterator[TaggedUnit]:
    """Documents with their paths, as a model tagged them; with `explain` also their passages, with what moved each tag.

    Documents that the model has not tagged are left out.
    """
    for identity in documents:
        codings = [
            (layer, coding)
            for layer, coding in index.codings(identity, machine=True)
            if coding.coder == model.version
        ]
        whole = [coding for layer, coding in codings if layer == DOCUMENT_LAYER]
        if not whole:
            continue
        document = index.document(identity)
        yield _unit(document, None, [_document_tag(model, coding) for coding in whole])
        if explain:
            of_passages = [coding for layer, coding in codings if layer == PATH_LAYER]
            yield from _passages(index, model, document, of_passages)


def _passages(
    index: Index, model: PathModel, document: Document, codings: Sequence[Coding]
) -> Iterator[TaggedUnit]:
    texts = coded_passages(index, document.id)
    for passage in index.passages(document.id):
        mine = [coding for coding in codings if coding.passage == passage.ordinal]
        given = [coding.code for coding in mine if coding.score >= GIVEN]
        if given:
            coded = texts[passage.ordinal]
            why = reasons(model, coded, given)
            tags = [
                msgspec.structs.replace(
                    _tag(model, coding), why=tuple(_why(coded, one) for one in why.get(coding.code, ()))
                )
                for coding in mine
            ]
            yield _unit(document, passage, tags)


def _unit(document: Document, passage: Passage | None, tags: Sequence[PathTag]) -> TaggedUnit:
    return TaggedUnit(
        document.id,
        document.bibliography.title,
        document.source,
        passage.ordinal if passage else None,
        passage.page if passage else None,
        tuple(tags),
    )


def _tag(model: PathModel, coding: Coding) -> PathTag:
    return PathTag(
        coding.code,
        coding.score,
        coding.score >= GIVEN,
        model.is_unsure(coding.code, coding.score),
        coding.stance,
    )


def _document_tag(model: PathModel, coding: Coding) -> PathTag:
    return msgspec.structs.replace(_tag(model, coding), passages=coding.evidence)


def _why(coded: Coded, reason: Reason) -> Why:
    mentions = coded.annotation.mentions
    return Why(
        coded.text[reason.start : reason.end],
        None if reason.mention is None else mentions[reason.mention].code,
        reason.weight,
        coded.text[reason.sentence[0] : reason.sentence[1]],
    )


def unit_row(unit: TaggedUnit) -> dict[str, Any]:
    """A unit as a row of JSON."""
    row: dict[str, Any] = msgspec.to_builtins(unit)
    return row
