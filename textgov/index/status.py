"""Counts of an index, and the check of its file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from textgov.errors import IndexFileError
from textgov.index.connection import expected_faults
from textgov.index.records import IndexStatus


def read(connection: sqlite3.Connection, path: Path) -> IndexStatus:
    """Counts of all that is in an index, at one moment of its life."""

    def groups(query: str) -> dict[str, int]:
        return dict(connection.execute(query).fetchall())

    def count(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    with expected_faults(path):
        connection.execute("SAVEPOINT status")
        try:
            return IndexStatus(
                files=groups("SELECT status, count(*) FROM files GROUP BY 1 ORDER BY 1"),
                documents=count("SELECT count(*) FROM documents WHERE duplicate_of IS NULL"),
                duplicates=count("SELECT count(*) FROM documents WHERE duplicate_of NOT NULL"),
                annotated=count("SELECT count(*) FROM documents WHERE run NOT NULL"),
                kinds=groups(
                    "SELECT kind, count(*) FROM documents WHERE duplicate_of IS NULL GROUP BY 1 ORDER BY 1"
                ),
                languages=groups(
                    "SELECT coalesce(language, 'unknown'), count(*) FROM documents "
                    "WHERE duplicate_of IS NULL GROUP BY 1 ORDER BY 1"
                ),
                passages=count("SELECT count(*) FROM passages"),
                sentences=count("SELECT count(*) FROM sentences"),
                mentions=groups("SELECT layer, count(*) FROM mentions GROUP BY 1 ORDER BY 1"),
                relations=groups("SELECT kind, count(*) FROM relations GROUP BY 1 ORDER BY 1"),
                interactions=groups("SELECT kind, count(*) FROM interactions GROUP BY 1 ORDER BY 1"),
                codings=groups("SELECT layer, count(*) FROM codings GROUP BY 1 ORDER BY 1"),
                runs=count("SELECT count(*) FROM runs"),
            )
        finally:
            connection.execute("RELEASE status")


def check(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Faults that SQLite finds in the file, one a line; empty if it is sound."""
    try:
        with expected_faults(path):
            found = [line for (line,) in connection.execute("PRAGMA integrity_check(20)")]
    except IndexFileError as error:
        return [str(error)]
    return [] if found == ["ok"] else found
