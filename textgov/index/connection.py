"""Opening the index file: identity, migrations, pragmas, and expected faults of SQLite as one clear line."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from textgov.documents import Problem
from textgov.errors import IndexFileError, RecordError

APPLICATION_ID: Final = 0x74676F76
"""Written in the header of every index file: "tgov"."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_ADVICE: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        "free some space and run the command again: what was stored before is safe",
    ),
    sqlite3.SQLITE_READONLY: (
        "the index cannot be written",
        "check the permissions of the file and its folder",
    ),
    sqlite3.SQLITE_PERM: ("access is denied", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("the index cannot be opened", "check that it is a file and may be read"),
    sqlite3.SQLITE_IOERR: ("the disk reports an error", "check the disk, then run the command again"),
    sqlite3.SQLITE_TOOBIG: ("a text is too large to store", "split the document"),
}
_BASE_CODE = 0xFF
_MISSING = ("no such ", "vtable constructor failed", "malformed")
_SMALLEST = 512
_OLDEST = (3, 38, 0)


class InconsistentError(sqlite3.DatabaseError):
    """Rows of the index contradict each other, so the file is damaged though SQLite can read it."""


class Migration(NamedTuple):
    """One numbered step of the schema."""

    number: int
    name: str
    script: str


def migrations() -> list[Migration]:
    """All known steps, in order of their numbers."""
    found = []
    for entry in resources.files("textgov.index").joinpath("migrations").iterdir():
        if entry.name.endswith(".sql"):
            number, _, name = entry.name.removesuffix(".sql").partition("_")
            found.append(Migration(int(number), name, entry.read_text("utf-8")))
    return sorted(found)


def problem(path: Path, what: str, advice: str) -> IndexFileError:
    """An error about the index file, on one line that is safe to print."""
    return IndexFileError(str(Problem(str(path), what, advice)))


@contextlib.contextmanager
def expected_faults(path: Path) -> Iterator[None]:
    """Turn what can go wrong with a file (locked, full, damaged, unreadable) into one clear line.

    Raises:
        IndexFileError: SQLite reports such a fault, or what it hands out is not what was stored.
        RecordError: a text holds half a surrogate pair, which no file can hold as UTF-8.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _explained(path, error) from error
    except UnicodeEncodeError as error:
        raise RecordError(
            f"a text cannot be stored: it holds half a surrogate pair at character {error.start}; "
            "read the file again with its right encoding"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(path) from error


def _explained(path: Path, error: sqlite3.DatabaseError) -> sqlite3.DatabaseError | IndexFileError:
    code = getattr(error, "sqlite_errorcode", None)
    base = None if code is None else code & _BASE_CODE
    if base in _BUSY:
        return problem(
            path, "another process is writing to the index", "wait until it is done, then try again"
        )
    # All SQL is our own, so a table that is not there has been damaged.
    missing = base == sqlite3.SQLITE_ERROR and str(error).startswith(_MISSING)
    if (
        isinstance(error, InconsistentError)
        or base in _DAMAGED
        or missing
        or (code is None and "decode" in str(error))
    ):
        return _damaged(path)
    if base in _ADVICE:
        return problem(path, *_ADVICE[base])
    return error


def _damaged(path: Path) -> IndexFileError:
    return problem(
        path,
        "the file is damaged or is not an index",
        "restore a copy, or delete it and run `textgov ingest` and `textgov annotate` again",
    )


def connect(path: Path, *, create: bool, read_only: bool, timeout: float) -> sqlite3.Connection:
    """A connection to an index of the present schema; `timeout` in seconds, for another's lock.

    Raises:
        IndexFileError: there is no index, it is another program's or a newer version's, or it is locked.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        raise problem(
            path, f"this Python has SQLite {sqlite3.sqlite_version}", f"use one with {wanted} or later"
        )
    if not create and not path.exists():
        raise problem(
            path, "there is no index here", "make one with `textgov ingest FILES`, or name it by --index"
        )
    if path.exists() and not path.is_file():
        raise problem(path, "this is not a file", "name the index file, such as review.db")
    if create and not read_only and not path.absolute().parent.is_dir():
        raise problem(path, "its folder does not exist", "make the folder first")
    with expected_faults(path):
        connection = sqlite3.connect(_uri(path, read_only), uri=True, timeout=timeout, isolation_level=None)
        try:
            _check_length(connection, path)
            _identify(connection, path, create=create and not read_only)
            _set_pragmas(connection, read_only=read_only)
            _migrate(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def _uri(path: Path, read_only: bool) -> str:
    # A write-ahead log needs a writable folder even for reading; without a log the file cannot change.
    absolute = path.absolute()
    if not read_only:
        return absolute.as_uri()
    frozen = (
        not os.access(absolute.parent, os.W_OK) and not absolute.with_name(absolute.name + "-wal").exists()
    )
    return absolute.as_uri() + ("?mode=ro&immutable=1" if frozen else "?mode=ro")


def _check_length(connection: sqlite3.Connection, path: Path) -> None:
    # SQLite reads what lies beyond the end as zeros, and would notice only where that makes no sense.
    size = path.stat().st_size
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        return
    expected = _pragma(connection, "page_count") * _pragma(connection, "page_size")
    if 0 < size < max(_SMALLEST, expected):
        raise _damaged(path)


def _identify(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    application = _pragma(connection, "application_id")
    if application == APPLICATION_ID:
        return
    empty = application == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not empty:
        raise problem(path, "this file belongs to another program", "name another file by --index")
    if not create:
        raise problem(path, "this file is empty, not an index", "make one with `textgov ingest FILES`")


def _set_pragmas(connection: sqlite3.Connection, *, read_only: bool) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
        return
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: what was acknowledged survives a power cut, not only a killed process.
    connection.execute("PRAGMA synchronous = FULL")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _migrate(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    steps = migrations()
    newest = steps[-1].number
    version = _pragma(connection, "user_version")
    if version > newest:
        raise problem(
            path,
            f"this index was made by a newer textgov (schema {version})",
            "update textgov: pip install -U textgov",
        )
    if version == newest:
        return
    if read_only:
        raise problem(
            path,
            f"this index has the old schema {version}",
            "open it once for writing, as `textgov ingest` does",
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited for the lock.
        version = _pragma(connection, "user_version")
        for step in steps:
            if step.number > version:
                _apply(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _apply(connection: sqlite3.Connection, step: Migration) -> None:
    for statement in _statements(step.script):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {step.number}")
    digest = hashlib.sha256(step.script.encode("utf-8")).hexdigest()
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)",
        (
            f"migration {step.number:04d}",
            f"{step.name} sha256:{digest} {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        ),
    )


def _statements(script: str) -> Iterator[str]:
    # sqlite3's own executescript commits first, which would split a migration from its record.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
