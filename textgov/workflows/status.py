"""What is in an index: counts, and lists of documents, files and runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from textgov.documents import Record
from textgov.index.records import Duplicate, FileRecord, IndexStatus, Run
from textgov.index.store import Index


class DocumentLine(Record, frozen=True):
    """A document in a list."""

    document: str
    year: int | None
    kind: str
    language: str | None
    pages: int
    title: str | None
    file: str
    part: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class StatusReport:
    """Counts of an index with what they are counted by, and the runs that were stopped."""

    counts: IndexStatus
    last_annotation: Run | None
    unfinished: list[Run] = field(default_factory=list)


def index_status(index: Index) -> StatusReport:
    """Counts of all that is in an index."""
    runs = index.runs()
    annotations = [run for run in runs if run.command == "annotate"]
    last = {run.command: run for run in runs}
    unfinished = [run for run in last.values() if run.outcome != "done"]
    return StatusReport(index.status(), annotations[-1] if annotations else None, unfinished)


def document_lines(index: Index) -> Iterator[DocumentLine]:
    """Documents in the order of the index."""
    for document in index.documents():
        known = document.bibliography
        yield DocumentLine(
            document.id,
            known.year,
            known.kind,
            known.language,
            len(document.pages),
            known.title,
            document.source,
            document.part,
            document.notes,
        )


def file_lines(index: Index, status: str) -> Iterator[FileRecord]:
    """Files of a status (`all` for all), in order of their paths."""
    for record in index.files():
        if status in ("all", record.status):
            yield record


def duplicate_lines(index: Index) -> Iterator[tuple[Duplicate, str]]:
    """What was left out as a copy, with the file of the document that is kept."""
    kept: dict[str, Any] = {}
    for link in index.duplicates():
        if link.kept not in kept:
            kept[link.kept] = index.document(link.kept).source
        yield link, kept[link.kept]
