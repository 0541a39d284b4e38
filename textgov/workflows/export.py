"""Tables of an index, written to a file or a stream."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

from textgov.errors import UsageError
from textgov.export.records import TABLES, Units, wanted_units
from textgov.export.tables import write_csv, write_jsonl, write_parquet
from textgov.index.keys import Scope
from textgov.index.search import search
from textgov.index.store import Index
from textgov.workflows.query import codebook_of, query_context

Format = Literal["csv", "jsonl", "parquet"]
FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
TABLE_NAMES = tuple(TABLES)
BATCH = 2_000


@dataclass(frozen=True)
class ExportOptions:
    """Which table, in which format, and the query whose hits are wanted; None for all."""

    table: str
    format: Format = "csv"
    query: str | None = None
    within: Scope = "passage"
    codebook: str | None = None


def format_of(path: Path) -> Format:
    """The format that a file's name tells.

    Raises:
        UsageError: it tells none.
    """
    return FORMATS[suffix_of(path, FORMATS, ", or say --format")]


def suffix_of(path: Path, known: Collection[str], hint: str = "") -> str:
    """The ending of a file's name, in lower case, if it is one of those known.

    Raises:
        UsageError: it is not; the hint says what else may be done.
    """
    suffix = path.suffix.lower()
    if suffix not in known:
        raise UsageError(f"{path}: no format is known by this name; name it {', '.join(known)}{hint}")
    return suffix


def export_stream(index: Index, options: ExportOptions, stream: TextIO) -> int:
    """Write a table as text; returns the number of rows.

    Raises:
        UsageError: the format is none of text.
        QueryError: the query cannot be parsed or names something unknown.
    """
    table = TABLES[options.table]
    rows = table.rows(index, _wanted(index, options))
    if options.format == "csv":
        return write_csv(rows, stream, list(table.columns))
    if options.format == "jsonl":
        return write_jsonl(rows, stream)
    raise UsageError("Parquet is no text; name a file by --output")


def export_file(index: Index, options: ExportOptions, path: Path) -> int:
    """Write a table to a file, which appears when it is complete; returns the number of rows.

    Raises:
        UsageError: the file cannot be written.
        QueryError: the query cannot be parsed or names something unknown.
    """
    with replaced(path) as draft:
        if options.format == "parquet":
            table = TABLES[options.table]
            return write_parquet(table.rows(index, _wanted(index, options)), draft, table.columns)
        with draft.open("w", encoding="utf-8", newline="") as stream:
            return export_stream(index, options, stream)


@contextlib.contextmanager
def replaced(path: Path) -> Generator[Path]:
    """A file beside `path` to write to, which takes its place when all went well and is removed otherwise.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({error.strerror}); check that its folder is there and writable"
        ) from error
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        # A temporary file is private; what takes its place is as readable as any new file.
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        draft.unlink(missing_ok=True)


def _wanted(index: Index, options: ExportOptions) -> dict[str, Units] | None:
    if options.query is None:
        return None
    return wanted_units(_places(index, options, options.query), options.within)


def _places(index: Index, options: ExportOptions, query: str) -> Iterator[tuple[str, int | None, int | None]]:
    context = query_context(codebook_of(index, options.codebook))
    offset = 0
    while True:
        hits = search(
            index, query, context=context, within=options.within, sort="document", limit=BATCH, offset=offset
        ).hits
        yield from ((hit.document, hit.passage, hit.sentence) for hit in hits)
        offset += len(hits)
        if len(hits) < BATCH:
            return
