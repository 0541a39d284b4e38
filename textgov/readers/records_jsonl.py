"""JSON Lines: one object a line with keys such as id, title, abstract, text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from textgov.documents import Document, Problem
from textgov.readers.encoding import detect_encoding
from textgov.readers.options import ReadOptions
from textgov.readers.records import RecordReader, SourceRecord, match_columns, split_list


def read_jsonl_file(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document | Problem]:
    """A document a line, streamed."""
    encoding = detect_encoding(path)
    remarks = (encoding.note,) if encoding.note else ()
    reader = RecordReader(source, "jsonl", options, (*notes, *remarks))
    with path.open(encoding=encoding.name, errors="replace", newline="\n") as file:
        yield from reader.documents(_records(file, reader))


def _records(lines: Iterator[str], reader: RecordReader) -> Iterator[SourceRecord | Problem]:
    for number, line in enumerate(lines, 1):
        stripped = line.removeprefix("\ufeff").strip()
        if not stripped:
            continue
        try:
            value = msgspec.json.decode(stripped)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            yield reader.problem(number, f"not valid JSON ({error})", "write one object a line")
            continue
        if not isinstance(value, dict):
            yield reader.problem(
                number, f"a JSON {type(value).__name__}, not an object", "write one object a line"
            )
            continue
        yield _record(value, number)


def _record(value: dict[str, Any], number: int) -> SourceRecord:
    fields = match_columns(value)
    values = {field: _text(value[key]) for field, key in fields.items()}
    return SourceRecord(
        number,
        values,
        authors=_names(value.get(fields.get("authors", ""))),
        keywords=_names(value.get(fields.get("keywords", "")), commas=True),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n\n".join(_text(item) for item in value)
    return value if isinstance(value, str) else str(value)


def _names(value: Any, *, commas: bool = False) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_name(item) for item in value)
    return split_list(_text(value), commas=commas)


def _name(item: Any) -> str:
    if isinstance(item, dict):
        known = [str(item[key]) for key in ("name", "display_name", "full_name") if item.get(key)]
        family = [str(item[key]) for key in ("family", "given", "last_name", "first_name") if item.get(key)]
        return known[0] if known else ", ".join(family)
    return _text(item)
