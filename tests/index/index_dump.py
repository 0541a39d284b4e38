"""All that an index holds, to be compared: without runs, times and SQLite's own bookkeeping."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_TABLES = (
    "files",
    "documents",
    "contents",
    "fingerprints",
    "duplicates",
    "passages",
    "sentences",
    "mentions",
    "relations",
    "interactions",
    "codings",
    "words",
)
_TEXTS = ("sentence_text", "passage_text", "document_text")


def dump(path: Path) -> dict[str, list[tuple]]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = {table: _rows(connection, table) for table in _TABLES}
        for table in _TEXTS:
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            connection.execute(f"CREATE VIRTUAL TABLE temp.v USING fts5vocab('main', '{table}', 'instance')")
            found[table] = connection.execute("SELECT * FROM v ORDER BY 1, 2, 3, 4").fetchall()
            connection.execute("DROP TABLE temp.v")
        return found
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "run"]
    return sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
