"""Tables as files: CSV that spreadsheets open safely, JSON lines, and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
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
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return cell("; ".join(str(part) for part in value))
    if not isinstance(value, str):
        return value
    text = "'" + value if value.startswith(FORMULA_STARTS) else value
    # A carriage return ends a row for some readers even within quotes, and older Pythons do not quote it.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_csv(rows: Iterable[Row], stream: TextIO, columns: Sequence[str]) -> int:
    """Write rows under a header with the columns named; returns the number of rows."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in columns])
        count += 1
    return count


def write_jsonl(rows: Iterable[Row], stream: TextIO) -> int:
    """Write a JSON object a line; returns the number of rows."""
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_parquet(rows: Iterable[Row], path: Path, columns: Mapping[str, str]) -> int:
    """Write Parquet with typed columns; returns the number of rows.

    Args:
        rows: the rows.
        path: the file.
        columns: names with their types: 'string', 'int64', 'double', 'bool', or 'list' of strings.
    """
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
