"""Records to rows of the index and back."""

from __future__ import annotations

import bisect
import os
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from textgov.documents import (
    Bibliography,
    Block,
    Document,
    Interaction,
    Mention,
    Page,
    Passage,
    Relation,
    Section,
)
from textgov.index import keys
from textgov.index.records import (
    Duplicate,
    FileRecord,
    Run,
    Sentence,
    StoredInteraction,
    StoredMention,
    StoredRelation,
)

Row = tuple[Any, ...]

DOCUMENT_COLUMNS: Final = (
    "id, source, part, format, kind, language, title, authors, year, doi, venue, keywords, url, notes"
)
CONTENT_COLUMNS: Final = "pages, sections, blocks, text"
MENTION_COLUMNS: Final = (
    "start, end, layer, code, name, rule, form, scope, status, attributed, source, condition_start, "
    "condition_end, confidence, dimension, direction, group_start, group_end"
)
RELATION_COLUMNS: Final = "kind, source, means, target, start, end, rule"
END_COLUMNS: Final = "source_code, source_cell, means_code, target_code, target_cell"
INTERACTION_COLUMNS: Final = "kind, forms, start, end, rule"
FILE_COLUMNS: Final = "path, status, sha256, size, mtime, document, reason, advice"
RUN_COLUMNS: Final = (
    "command, options, versions, codebook, pipeline, seed, counts, started, finished, outcome, id"
)


def marks(columns: str) -> str:
    """As many parameter marks as there are columns."""
    return ", ".join("?" * (columns.count(",") + 1))


def path_value(path: str) -> str | bytes:
    """A path as stored: text, or its bytes where they are not UTF-8."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def path_of(value: str | bytes) -> str:
    """The path that `path_value` stored."""
    return os.fsdecode(value) if isinstance(value, bytes) else value


def as_json(value: Any) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode("utf-8")


def file_row(record: FileRecord) -> Row:
    """Values of `FILE_COLUMNS`."""
    return (
        path_value(record.path),
        record.status,
        record.sha256,
        record.size,
        record.mtime,
        record.document,
        # Reasons may quote a file name, and a name may hold bytes that are not UTF-8.
        _printable(record.reason),
        _printable(record.advice),
    )


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def file_record(row: Row) -> FileRecord:
    """The record of a row of `FILE_COLUMNS`."""
    path, status, sha256, size, mtime, document, reason, advice = row
    return FileRecord(path_of(path), status, sha256, size, mtime, document, reason, advice)


def run_row(run: Run, started: str) -> Row:
    """Values of `RUN_COLUMNS` of a run that starts now."""
    return (
        run.command,
        as_json(run.options),
        as_json(run.versions),
        run.codebook,
        run.pipeline,
        run.seed,
        as_json(run.counts),
        run.started or started,
        run.finished,
        run.outcome,
        run.id,
    )


def run_record(row: Row) -> Run:
    """The run of a row of `RUN_COLUMNS`."""
    command, options, versions, codebook, pipeline, seed, counts, started, finished, outcome, number = row
    return Run(
        command,
        msgspec.json.decode(options, type=dict[str, str | int | float | bool | None]),
        msgspec.json.decode(versions, type=dict[str, str]),
        codebook,
        pipeline,
        seed,
        msgspec.json.decode(counts, type=dict[str, int]),
        started,
        finished,
        outcome,
        number,
    )


def document_row(document: Document) -> Row:
    """Values of `DOCUMENT_COLUMNS`."""
    known = document.bibliography
    return (
        document.id,
        path_value(document.source),
        document.part,
        document.format,
        known.kind,
        known.language,
        known.title,
        as_json(known.authors),
        known.year,
        known.doi,
        known.venue,
        as_json(known.keywords),
        known.url,
        as_json(document.notes),
    )


def content_row(document: Document) -> Row:
    """Values of `CONTENT_COLUMNS`."""
    places = (document.pages, document.sections, document.blocks)
    return (*map(as_json, places), document.text)


def document_record(row: Row) -> Document:
    """The document of a row of `DOCUMENT_COLUMNS` and `CONTENT_COLUMNS`."""
    (
        identity,
        source,
        part,
        form,
        kind,
        language,
        title,
        authors,
        year,
        doi,
        venue,
        keywords,
        url,
        notes,
        pages,
        sections,
        blocks,
        text,
    ) = row
    names = tuple[str, ...]
    return Document(
        identity,
        path_of(source),
        text,
        Bibliography(
            title,
            msgspec.json.decode(authors, type=names),
            year,
            doi,
            venue,
            msgspec.json.decode(keywords, type=names),
            language,
            kind,
            url,
        ),
        msgspec.json.decode(pages, type=tuple[Page, ...]),
        msgspec.json.decode(sections, type=tuple[Section, ...]),
        msgspec.json.decode(blocks, type=tuple[Block, ...]),
        part,
        form,
        msgspec.json.decode(notes, type=names),
    )


def page_at(pages: Sequence[Page], offset: int) -> int | None:
    """Number of the page that holds a character, or of the nearest before it; None without pages."""
    place = bisect.bisect_right(pages, offset, key=lambda page: page.start) - 1
    return pages[max(place, 0)].number if pages else None


def passage_record(document: str, row: Row) -> Passage:
    """The passage of a row (id, start, end, kind, section, page)."""
    key, start, end, kind, section, page = row
    return Passage(document, keys.passage_ordinal(key), start, end, kind, section, page)


def mention_row(mention: Mention, offset: int) -> Row:
    """Values of `MENTION_COLUMNS`, with the mention's ranges moved by `offset`."""
    condition, group = (moved(r, offset) for r in (mention.condition, mention.group))
    return (
        mention.start + offset,
        mention.end + offset,
        mention.layer,
        mention.code,
        mention.name,
        mention.rule,
        mention.form,
        mention.scope,
        mention.status,
        mention.attributed,
        mention.source,
        *(condition or (None, None)),
        mention.confidence,
        mention.dimension,
        mention.direction,
        *(group or (None, None)),
    )


def moved(span: tuple[int, int] | None, offset: int) -> tuple[int, int] | None:
    """A range moved by `offset` characters."""
    return None if span is None else (span[0] + offset, span[1] + offset)


def mention_record(row: Row, offset: int = 0) -> Mention:
    """The mention of a row of `MENTION_COLUMNS`, its ranges less `offset`."""
    start, end, layer, code, name, rule, form, scope, status, attributed, source, *rest = row
    condition_start, condition_end, confidence, dimension, direction, group_start, group_end = rest
    condition = None if condition_start is None else (condition_start, condition_end)
    group = None if group_start is None else (group_start, group_end)
    return Mention(
        start - offset,
        end - offset,
        layer,
        code,
        name,
        rule,
        form,
        scope,
        status,
        bool(attributed),
        source,
        moved(condition, -offset),
        confidence,
        dimension,
        direction,
        moved(group, -offset),
    )


def relation_row(relation: Relation, offset: int) -> Row:
    """Values of `RELATION_COLUMNS`, with the relation's range moved by `offset`."""
    ends = (relation.source, relation.means, relation.target)
    return (relation.kind, *ends, relation.start + offset, relation.end + offset, relation.rule)


def end_row(relation: Relation, mentions: Sequence[Mention]) -> Row:
    """Values of `END_COLUMNS`: codes of the mentions that a relation ties, and cells of its source and target."""

    def code(place: int | None) -> str | None:
        return None if place is None else mentions[place].code

    def cell(place: int | None) -> str | None:
        mention = None if place is None else mentions[place]
        return f"{mention.form}-{mention.scope}" if mention and mention.form and mention.scope else None

    source, target = relation.source, relation.target
    return code(source), cell(source), code(relation.means), code(target), cell(target)


def interaction_row(interaction: Interaction, offset: int) -> Row:
    """Values of `INTERACTION_COLUMNS`, with the interaction's range moved by `offset`."""
    span = interaction.start + offset, interaction.end + offset
    return (interaction.kind, as_json(interaction.forms), *span, interaction.rule)


def relation_record(row: Row, offset: int = 0) -> Relation:
    """The relation of a row of `RELATION_COLUMNS`, its range less `offset`."""
    kind, source, means, target, start, end, rule = row
    return Relation(kind, source, means, target, start - offset, end - offset, rule)


def interaction_record(row: Row, offset: int = 0) -> Interaction:
    """The interaction of a row of `INTERACTION_COLUMNS`, its range less `offset`."""
    kind, forms, start, end, rule = row
    return Interaction(
        kind, msgspec.json.decode(forms, type=tuple[str, ...]), start - offset, end - offset, rule
    )


def _place(row: Row) -> tuple[str, int, int, int]:
    document, passage, ordinal, sentence = row[:4]
    return document, keys.passage_ordinal(passage), ordinal, keys.sentence_ordinal(sentence)


def stored_mention(row: Row) -> StoredMention:
    """The mention of a row (document, passage, ordinal, sentence, page, `MENTION_COLUMNS`)."""
    return StoredMention(*_place(row), row[4], mention_record(row[5:]))


def stored_relation(row: Row) -> StoredRelation:
    """The relation of a row (document, passage, ordinal, sentence, `RELATION_COLUMNS`)."""
    return StoredRelation(*_place(row), relation_record(row[4:]))


def stored_interaction(row: Row) -> StoredInteraction:
    """The interaction of a row (document, passage, ordinal, sentence, `INTERACTION_COLUMNS`)."""
    return StoredInteraction(*_place(row), interaction_record(row[4:]))


def sentence_record(row: Row) -> Sentence:
    """The sentence of a row (id, start, end)."""
    key, start, end = row
    return Sentence(keys.passage_ordinal(key >> keys.SENTENCE_BITS), start, end)


def duplicate_record(row: Row) -> Duplicate:
    """The link of a row (source, document, kept, reason, part)."""
    source, document, kept, reason, part = row
    return Duplicate(path_of(source), document, kept, reason, part or None)


def placed_query(
    table: str, columns: str, document: str | None, layer: str | None, code: str | None
) -> tuple[str, tuple[str, ...]]:
    """A SELECT, with its parameters, of a table's rows with their places, all or those asked for."""
    wanted = {"d.id": document, "t.layer": layer, "t.code": code}
    asked = {column: value for column, value in wanted.items() if value is not None}
    condition = " AND ".join(f"{column} = ?" for column in asked) or "1"
    # CROSS JOIN keeps the order of the loops: by document if one is asked for, else along the table.
    if document is not None:
        within = keys.bounds("passage", "document", "d.seq")
        join = f"documents AS d CROSS JOIN {table} AS t ON t.passage {within}"
    else:
        join = f"{table} AS t CROSS JOIN documents AS d ON d.seq = t.passage >> {keys.PASSAGE_BITS}"
    placed = ", ".join(f"t.{column}" for column in columns.split(", "))
    query = (
        f"SELECT d.id, t.passage, t.ordinal, t.sentence, {placed} FROM {join} "
        f"WHERE {condition} ORDER BY t.passage, t.ordinal"
    )
    return query, tuple(asked.values())
