"""RIS, by rispy, one record at a time: rispy drops a record without `ER`, here it is recovered and said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import rispy

from textgov.documents import Document, Problem
from textgov.readers.encoding import detect_encoding
from textgov.readers.options import ReadOptions
from textgov.readers.records import RecordReader, SourceRecord

_TAG = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
NO_END = "the record has no end (ER): it was taken to end before the next one"

_FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "accession_number", "label"),
    "title": ("title", "primary_title", "translated_title"),
    "abstract": ("abstract", "notes_abstract"),
    "year": ("year", "publication_year", "date"),
    "doi": ("doi",),
    "venue": ("journal_name", "secondary_title", "alternate_title3", "alternate_title2", "alternate_title1",
              "custom3", "publisher"),
    "language": ("language",),
}  # fmt: skip


def read_ris(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document | Problem]:
    """A document a record, streamed."""
    encoding = detect_encoding(path)
    remarks = (encoding.note,) if encoding.note else ()
    reader = RecordReader(source, "ris", options, (*notes, *remarks))
    with path.open(encoding=encoding.name, errors="replace") as file:
        yield from reader.documents(_records(file, reader))


def _records(lines: Iterable[str], reader: RecordReader) -> Iterator[SourceRecord | Problem]:
    current: list[str] = []
    start = 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n").removeprefix("\ufeff")
        match = _TAG.match(line.lstrip() if not current else line)
        tag = match.group(1) if match else None
        if match and tag:
            line = f"{tag}  - {match.group(2)}"
        if tag == "TY":
            if current:
                yield _parse(current, start, reader, ended=False)
            current, start = [line], number
        elif not current:
            if line.strip():
                yield reader.problem(
                    number, f"text outside a record: {line.strip()[:60]!r}", "start the record with TY"
                )
        else:
            current.append(line)
            if tag == "ER":
                yield _parse(current, start, reader, ended=True)
                current = []
    if current:
        yield _parse(current, start, reader, ended=False)


def _parse(lines: list[str], start: int, reader: RecordReader, *, ended: bool) -> SourceRecord | Problem:
    text = "\n".join(lines if ended else [*lines, "ER  - "])
    try:
        parsed = rispy.loads(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return reader.problem(start, f"the RIS record cannot be read ({error!r})", "export it again")
    if len(parsed) != 1:
        return reader.problem(start, "the RIS record cannot be read", "export it again")
    return _record(parsed[0], start, "" if ended else NO_END)


def _record(parsed: dict[str, Any], line: int, problem: str) -> SourceRecord:
    values: dict[str, str] = {}
    for field, keys in _FIELDS.items():
        found = next((parsed[key] for key in keys if parsed.get(key)), None)
        if found is not None:
            values[field] = " ".join(found) if isinstance(found, list) else str(found)
    urls = parsed.get("urls") or parsed.get("url") or []
    if urls:
        values["url"] = urls if isinstance(urls, str) else str(urls[0])
    authors = parsed.get("authors") or parsed.get("first_authors") or ()
    notes = (problem,) if problem else ()
    return SourceRecord(line, values, tuple(authors), tuple(parsed.get("keywords") or ()), notes, problem)
