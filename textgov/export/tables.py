"""Tables: CSV that spreadsheets open safely, JSON lines, and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

Row = Mapping[str, Any]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PARQUET_BATCH = 20_000


def cell(value: Any) -> Any:
    """A value as a CSV cell: lists joined, and text that a spreadsheet would run as a formula quoted."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return cell("; ".join(str(part) for part in value))
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def write_csv(rows: Iterable[Row], stream: TextIO, columns: Sequence[str] | None = None) -> int:
    """Write rows with a header; columns are by default those of the first row. Returns the number of rows."""
    iterator = iter(rows)
    first = next(iterator, None)
    names = list(columns or (first or {}))
    writer = csv.writer(stream, lineterminator="\n")
    if names:
        writer.writerow(names)
    count = 0
    for row in _chain(first, iterator):
        writer.writerow([cell(row.get(name)) for name in names])
        count += 1
    return count


def write_jsonl(rows: Iterable[Row], stream: TextIO) -> int:
    """Write a JSON object a line. Returns the number of rows."""
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_parquet(rows: Iterable[Row], path: Path, columns: Mapping[str, str]) -> int:
    """Write Parquet with typed columns: 'string', 'int64', 'double', 'bool' or 'list'. Returns the number of rows."""
    import pyarrow  # noqa: PLC0415 - slow to import
    import pyarrow.parquet  # noqa: PLC0415

    kinds = {"list": pyarrow.list_(pyarrow.string()), "bool": pyarrow.bool_()}
    fields = [(name, kinds.get(kind) or pyarrow.type_for_alias(kind)) for name, kind in columns.items()]
    schema = pyarrow.schema(fields)
    count = 0
    iterator = iter(rows)
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(iterator, PARQUET_BATCH)):
            writer.write_table(pyarrow.Table.from_pylist([dict(row) for row in batch], schema=schema))
            count += len(batch)
    return count


def _chain(first: Row | None, rest: Iterator[Row]) -> Iterator[Row]:
    if first is not None:
        yield first
        yield from rest
