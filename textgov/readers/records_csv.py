"""Tables of records (CSV, TSV) as databases export them; columns are found by name."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from textgov.documents import Document, Problem
from textgov.readers.encoding import detect_encoding
from textgov.readers.options import ReadOptions
from textgov.readers.problems import UnreadableError
from textgov.readers.records import RecordReader, SourceRecord, match_columns, split_list

DELIMITERS = ",;\t|"
SAMPLE_LINES = 20


def read_csv(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document | Problem]:
    """A document a row, streamed. Raises UnreadableError where no column holds a title or text."""
    encoding = detect_encoding(path)
    remarks = (encoding.note,) if encoding.note else ()
    reader = RecordReader(source, "csv", options, (*notes, *remarks))
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        delimiter = _delimiter([line for _, line in zip(range(SAMPLE_LINES), file, strict=False)])
        file.seek(0)
        yield from reader.documents(_rows(csv.reader(file, delimiter=delimiter, strict=True), reader))


def _delimiter(lines: list[str]) -> str:
    """The delimiter that gives the heading line the most columns that are known, then the most columns."""
    if not lines:
        raise UnreadableError("is an empty table", "export it again")
    heading = lines[0].removeprefix("\ufeff")

    def known(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([heading], delimiter=delimiter), [])
        return len(match_columns(names)), len(names)

    return max(DELIMITERS, key=known)


def _rows(rows: Iterator[list[str]], reader: RecordReader) -> Iterator[SourceRecord | Problem]:
    try:
        heading = [name.removeprefix("\ufeff") for name in next(rows, [])]
    except csv.Error as error:
        raise UnreadableError(f"has a heading that cannot be read ({error})", "check its quotes") from error
    fields = match_columns(heading)
    if not {"title", "abstract", "text"} & set(fields):
        raise UnreadableError(
            f"has no column of titles, abstracts or text (columns: {', '.join(heading[:12])})",
            "name a column title, abstract or text",
        )
    place = {field: heading.index(column) for field, column in fields.items()}
    line = 2
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield reader.problem(line, f"the row cannot be read ({error})", "close or double its quotes")
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _record(row, place, heading, line, reader)
        line = _next_line(rows, line)


def _next_line(rows: Iterator[list[str]], line: int) -> int:
    return int(getattr(rows, "line_num", line)) + 1


def _record(
    row: list[str], place: dict[str, int], heading: list[str], line: int, reader: RecordReader
) -> SourceRecord | Problem:
    if len(row) > len(heading) and any(cell.strip() for cell in row[len(heading) :]):
        return reader.problem(
            line,
            f"the row has {len(row)} cells, the heading {len(heading)}",
            "check its quotes and delimiters",
        )
    values = {field: row[at] for field, at in place.items() if at < len(row)}
    return SourceRecord(
        line,
        values,
        authors=split_list(values.get("authors", "")),
        keywords=split_list(values.get("keywords", ""), commas=True),
        notes=("the row has fewer cells than the heading",) if len(row) < len(heading) else (),
    )
