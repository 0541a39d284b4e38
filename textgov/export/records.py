"""The tables of an index: their columns with types, and their rows in the order of the index.

Nothing that depends on when or how often something was run stands in them, so that the same inputs,
codebook and versions give the same tables to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from textgov.documents import Document, Passage
from textgov.index.records import Sentence, StoredMention
from textgov.index.screening import decisions, kept_instead
from textgov.index.store import Index

Row = dict[str, Any]
Wanted = Mapping[str, "Units"]
"""Documents of which rows are wanted, by id."""


@dataclass(frozen=True)
class Units:
    """The passages (ordinals) and sentences (passage, ordinal) of a document that are wanted; None: all."""

    passages: frozenset[int] | None = None
    sentences: frozenset[tuple[int, int]] | None = None

    def has(self, passage: int, sentence: int | None = None) -> bool:
        """Whether a place is wanted."""
        if self.passages is not None and passage not in self.passages:
            return False
        return self.sentences is None or sentence is None or (passage, sentence) in self.sentences


EVERYTHING = Units()


@dataclass(frozen=True)
class Table:
    """A table: its columns with their types, and where its rows are from.

    Types are 'string', 'int64', 'double', 'bool', and 'list' of strings.
    """

    columns: Mapping[str, str]
    rows: Callable[[Index, Wanted | None], Iterator[Row]]


def _documents(index: Index, wanted: Wanted | None) -> Iterator[tuple[Document, Units]]:
    for identifier in list(index.document_ids()):
        if wanted is None or identifier in wanted:
            yield index.document(identifier), EVERYTHING if wanted is None else wanted[identifier]


def _document_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for document, _ in _documents(index, wanted):
        known = document.bibliography
        yield {
            "document": document.id,
            "title": known.title,
            "authors": list(known.authors),
            "year": known.year,
            "doi": known.doi,
            "venue": known.venue,
            "keywords": list(known.keywords),
            "language": known.language,
            "kind": known.kind,
            "url": known.url,
            "format": document.format,
            "file": document.source,
            "part": document.part,
            "pages": len(document.pages),
            "characters": len(document.text),
            "notes": list(document.notes),
        }


def _passage_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for document, units in _documents(index, wanted):
        for passage in index.passages(document.id):
            if units.has(passage.ordinal):
                yield {
                    "document": document.id,
                    "passage": passage.ordinal,
                    "kind": passage.kind,
                    "section": passage.section,
                    "page": passage.page,
                    "start": passage.start,
                    "end": passage.end,
                    "text": document.text[passage.start : passage.end],
                }


class _Places:
    """Finds the texts of sentences and passages of one document."""

    def __init__(self, index: Index, document: Document) -> None:
        self._text = document.text
        self._passages: dict[int, Passage] = {p.ordinal: p for p in index.passages(document.id)}
        self._sentences: dict[int, list[Sentence]] = {}
        for sentence in index.sentences(document.id):
            self._sentences.setdefault(sentence.passage, []).append(sentence)

    def sentence(self, passage: int, ordinal: int) -> str:
        """Text of a sentence; of its passage if that has none."""
        known = self._sentences.get(passage, [])
        span: Sentence | Passage = known[ordinal] if ordinal < len(known) else self._passages[passage]
        return self._text[span.start : span.end]

    def text(self, span: tuple[int, int] | None) -> str | None:
        """Text of a range of the document."""
        return None if span is None else self._text[span[0] : span[1]]


def _mention_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for document, units in _documents(index, wanted):
        places = _Places(index, document)
        for stored in index.mentions(document=document.id):
            if units.has(stored.passage, stored.sentence):
                yield _mention_row(stored, places)


def _mention_row(stored: StoredMention, places: _Places) -> Row:
    mention = stored.mention
    return {
        "document": stored.document,
        "passage": stored.passage,
        "sentence": stored.sentence,
        "mention": stored.ordinal,
        "page": stored.page,
        "start": mention.start,
        "end": mention.end,
        "text": places.text((mention.start, mention.end)),
        "layer": mention.layer,
        "code": mention.code,
        "name": mention.name,
        "form": mention.form,
        "scope": mention.scope,
        "status": mention.status,
        "attributed": mention.attributed,
        "source": mention.source,
        "condition": places.text(mention.condition),
        "dimension": mention.dimension,
        "direction": mention.direction,
        "group": places.text(mention.group),
        "confidence": mention.confidence,
        "rule": mention.rule,
        "sentence_text": places.sentence(stored.passage, stored.sentence),
    }


def _relation_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for document, units in _documents(index, wanted):
        places = _Places(index, document)
        mentions = {
            (m.passage, m.ordinal): (m.mention.start, m.mention.end)
            for m in index.mentions(document=document.id)
        }
        for stored in index.relations(document=document.id):
            relation = stored.relation
            if not units.has(stored.passage, stored.sentence):
                continue
            row: Row = {
                "document": stored.document,
                "passage": stored.passage,
                "sentence": stored.sentence,
                "relation": stored.ordinal,
                "kind": relation.kind,
            }
            for end, place in (
                ("source", relation.source),
                ("means", relation.means),
                ("target", relation.target),
            ):
                row[f"{end}_mention"] = place
                row[end] = places.text(None if place is None else mentions.get((stored.passage, place)))
            evidence = places.text((relation.start, relation.end))
            yield row | {
                "start": relation.start,
                "end": relation.end,
                "evidence": evidence,
                "rule": relation.rule,
            }


def _interaction_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for document, units in _documents(index, wanted):
        for stored in index.interactions(document=document.id):
            interaction = stored.interaction
            if units.has(stored.passage, stored.sentence):
                yield {
                    "document": stored.document,
                    "passage": stored.passage,
                    "sentence": stored.sentence,
                    "interaction": stored.ordinal,
                    "kind": interaction.kind,
                    "forms": list(interaction.forms),
                    "start": interaction.start,
                    "end": interaction.end,
                    "evidence": document.text[interaction.start : interaction.end],
                    "rule": interaction.rule,
                }


def _coding_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for document, units in _documents(index, wanted):
        for machine in (True, False):
            for layer, coding in index.codings(document.id, machine=machine):
                if coding.passage is None or units.has(coding.passage):
                    yield {
                        "document": document.id,
                        "passage": coding.passage,
                        "layer": layer,
                        "code": coding.code,
                        "score": coding.score,
                        "stance": coding.stance,
                        "evidence": [str(place) for place in coding.evidence],
                        "coder": coding.coder,
                        "machine": machine,
                    }


def _file_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for record in index.files():
        if wanted is None or record.document in wanted:
            yield {
                "file": record.path,
                "status": record.status,
                "sha256": record.sha256,
                "size": record.size,
                "document": record.document,
                "reason": record.reason,
                "advice": record.advice,
            }


def _duplicate_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    for link in index.duplicates():
        if wanted is None or link.kept in wanted:
            yield {
                "file": link.source,
                "part": link.part,
                "document": link.document,
                "kept": link.kept,
                "reason": link.reason,
            }


def _decision_rows(index: Index, wanted: Wanted | None) -> Iterator[Row]:
    instead = kept_instead(index)
    for decision in decisions(index):
        document = instead.get(decision.document, decision.document)
        if wanted is None or document in wanted:
            yield {
                "document": document,
                "stage": decision.stage,
                "screener": decision.screener,
                "verdict": decision.verdict,
                "reason": decision.reason,
                "note": decision.note,
                "resolves": decision.resolves,
                "score": decision.score,
                "way": decision.way,
                "decided": decision.decided,
            }


_TYPES: Final = {"#": "int64", "%": "double", "?": "bool", "*": "list"}


def _typed(columns: str) -> Mapping[str, str]:
    """Columns with their types from a list in which a sign before the name gives a type other than string."""
    pairs = ((name.lstrip("#%?*"), _TYPES.get(name[0], "string")) for name in columns.split())
    return MappingProxyType(dict(pairs))


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "documents": Table(
            _typed(
                "document title *authors #year doi venue *keywords language kind url format file part #pages "
                "#characters *notes"
            ),
            _document_rows,
        ),
        "passages": Table(
            _typed("document #passage kind section #page #start #end text"),
            _passage_rows,
        ),
        "mentions": Table(
            _typed(
                "document #passage #sentence #mention #page #start #end text layer code name form scope "
                "status ?attributed source condition dimension direction group %confidence rule sentence_text"
            ),
            _mention_rows,
        ),
        "relations": Table(
            _typed(
                "document #passage #sentence #relation kind #source_mention source #means_mention means "
                "#target_mention target #start #end evidence rule"
            ),
            _relation_rows,
        ),
        "interactions": Table(
            _typed("document #passage #sentence #interaction kind *forms #start #end evidence rule"),
            _interaction_rows,
        ),
        "codings": Table(
            _typed("document #passage layer code %score stance *evidence coder ?machine"),
            _coding_rows,
        ),
        "files": Table(_typed("file status sha256 #size document reason advice"), _file_rows),
        "duplicates": Table(_typed("file part document kept reason"), _duplicate_rows),
        "decisions": Table(
            _typed("document stage screener verdict reason note ?resolves %score way decided"),
            _decision_rows,
        ),
    }
)
"""All tables by name."""


def wanted_units(places: Iterable[tuple[str, int | None, int | None]], within: str) -> dict[str, Units]:
    """What is wanted of each document, from the (document, passage, sentence) of hits within a unit."""
    passages: dict[str, set[int]] = {}
    sentences: dict[str, set[tuple[int, int]]] = {}
    for document, passage, sentence in places:
        passages.setdefault(document, set())
        sentences.setdefault(document, set())
        if passage is not None:
            passages[document].add(passage)
            if sentence is not None:
                sentences[document].add((passage, sentence))
    if within == "document":
        return dict.fromkeys(passages, EVERYTHING)
    return {
        document: Units(frozenset(found), frozenset(sentences[document]) if within == "sentence" else None)
        for document, found in passages.items()
    }
