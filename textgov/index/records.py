"""The records that only the index hands out or takes, beside those of `textgov.documents`."""

from __future__ import annotations

from typing import Literal

import msgspec

from textgov.documents import Interaction, Mention, Record, Relation

FileStatus = Literal["kept", "duplicate", "failed", "skipped"]


class FileRecord(Record, frozen=True):
    """What became of one ingested file. `mtime` in nanoseconds; `document` kept, or that it duplicates."""

    path: str
    status: FileStatus
    sha256: str | None = None
    size: int | None = None
    mtime: int | None = None
    document: str | None = None
    reason: str = ""
    advice: str = ""


class Duplicate(Record, frozen=True):
    """A file, or a record within it, that was left out because the index holds the same work.

    `document` is the id of the text left out, `kept` that of the one it is linked to.
    """

    source: str
    document: str
    kept: str
    reason: str
    part: str | None = None


class Sentence(Record, frozen=True):
    """A sentence: ordinal of its passage, and its range in the document's text."""

    passage: int
    start: int
    end: int


class Run(Record, frozen=True):
    """What was run, with what, on what; `started` and `finished` are UTC in ISO 8601."""

    command: str
    options: dict[str, str | int | float | bool | None] = msgspec.field(default_factory=dict)
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    codebook: str | None = None
    pipeline: str | None = None
    seed: int | None = None
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    started: str | None = None
    finished: str | None = None
    outcome: str = "running"
    id: int | None = None


class StoredMention(Record, frozen=True):
    """A mention with its place. The mention's own offsets are those of the document's text."""

    document: str
    passage: int
    ordinal: int
    sentence: int
    page: int | None
    mention: Mention


class StoredRelation(Record, frozen=True):
    """A relation with its place; its mentions are ordinals within the passage, its offsets the document's."""

    document: str
    passage: int
    ordinal: int
    sentence: int
    relation: Relation


class StoredInteraction(Record, frozen=True):
    """An interaction with its place; its offsets are those of the document's text."""

    document: str
    passage: int
    ordinal: int
    sentence: int
    interaction: Interaction


class IndexStatus(Record, frozen=True):
    """Counts of all that is in an index."""

    files: dict[str, int]
    documents: int
    duplicates: int
    annotated: int
    kinds: dict[str, int]
    languages: dict[str, int]
    passages: int
    sentences: int
    mentions: dict[str, int]
    relations: dict[str, int]
    interactions: dict[str, int]
    codings: dict[str, int]
    runs: int
