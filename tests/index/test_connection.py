"""Opening files that are, or are not, an index."""

from __future__ import annotations

import contextlib
import os
import sqlite3

import pytest
from index_dump import dump

from textgov.errors import IndexFileError
from textgov.index import connection as module
from textgov.index.connection import APPLICATION_ID, Migration, migrations
from textgov.index.records import FileRecord
from textgov.index.store import Index


def _make(path):
    with Index.open(path, create=True) as index:
        index.add_file(FileRecord("a.pdf", "kept"))
    return path


def _sql(path, statement):
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def test_migrations_are_numbered_without_gaps():
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_new_index_says_what_it_is(tmp_path):
    path = _make(tmp_path / "review.db")
    assert _sql(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert _sql(path, "PRAGMA user_version") == [(len(migrations()),)]
    assert len(_sql(path, "SELECT * FROM meta WHERE key LIKE 'migration %'")) == len(migrations())


def test_opening_again_changes_nothing(tmp_path):
    path = _make(tmp_path / "review.db")
    before = dump(path)
    for options in ({}, {"create": True}, {"read_only": True}):
        with Index.open(path, **options) as index:
            assert [record.path for record in index.files()] == ["a.pdf"]
    assert dump(path) == before


def test_closing_leaves_one_file(tmp_path):
    _make(tmp_path / "review.db")
    assert [entry.name for entry in tmp_path.iterdir()] == ["review.db"]


@pytest.mark.parametrize("name", ["a b.db", "what?mode=memory#x.db", "n\newline.db", "100%.db", "\udcff.db"])
def test_any_file_name_will_do(tmp_path, name):
    _make(tmp_path / name)
    with Index.open(tmp_path / name, read_only=True) as index:
        assert len(list(index.files())) == 1


def _refused(path, message, **options):
    with pytest.raises(IndexFileError, match=message) as caught:
        Index.open(path, **options)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value), "it should say what to do"


def test_a_missing_file_is_not_made_unless_asked(tmp_path):
    _refused(tmp_path / "none.db", "there is no index here")
    assert list(tmp_path.iterdir()) == []


def test_an_old_sqlite_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
    _refused(tmp_path / "a.db", "this Python has SQLite", create=True)


def test_folders_pipes_and_missing_folders_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    _refused(tmp_path, "this is not a file")
    _refused(tmp_path / "pipe", "this is not a file", create=True)
    _refused(tmp_path / "none" / "a.db", "its folder does not exist", create=True)


@pytest.mark.parametrize("create", [False, True])
def test_files_of_others_are_left_alone(tmp_path, create):
    text, other, marked = tmp_path / "notes.txt", tmp_path / "other.db", tmp_path / "marked.db"
    text.write_text("my notes " * 100)
    _sql(other, "CREATE TABLE t (a)")
    _sql(marked, "PRAGMA application_id = 7")
    before = {path: path.read_bytes() for path in (text, other, marked)}
    _refused(text, "damaged or is not an index", create=create)
    _refused(other, "another program", create=create)
    _refused(marked, "another program", create=create)
    assert {path: path.read_bytes() for path in before} == before


def test_an_empty_file_becomes_an_index_only_if_asked(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    _refused(path, "this file is empty")
    _make(path)


def test_an_index_of_a_newer_version_is_refused(tmp_path):
    path = _make(tmp_path / "review.db")
    _sql(path, "PRAGMA user_version = 999")
    _refused(path, "newer textgov")
    _refused(path, "newer textgov", read_only=True)


@pytest.fixture
def next_step(monkeypatch):
    def add(script):
        known = migrations()
        monkeypatch.setattr(module, "migrations", lambda: [*known, Migration(len(known) + 1, "next", script)])

    return add


def test_an_older_index_is_brought_up_to_date(tmp_path, next_step):
    path = _make(tmp_path / "review.db")
    before = dump(path)
    next_step("CREATE TABLE fresh (a TEXT);\nINSERT INTO fresh VALUES (';');\n")
    _refused(path, "old schema", read_only=True)
    with Index.open(path) as index:
        assert index.value("SELECT a FROM fresh") == ";"
    assert dump(path) == before


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path, next_step):
    path = _make(tmp_path / "review.db")
    before = dump(path)
    next_step("CREATE TABLE fresh (a TEXT);\nINSERT INTO fresh VALUES (1, 2);\n")
    with pytest.raises(sqlite3.OperationalError):
        Index.open(path)
    assert _sql(path, "SELECT name FROM sqlite_master WHERE name = 'fresh'") == []
    assert dump(path) == before


def test_a_reader_cannot_write(tmp_path):
    path = _make(tmp_path / "review.db")
    with Index.open(path, read_only=True) as index, pytest.raises(IndexFileError, match="cannot be written"):
        index.add_file(FileRecord("b.pdf", "kept"))


def test_a_file_in_a_folder_that_cannot_be_written_is_read(tmp_path, monkeypatch):
    path = _make(tmp_path / "review.db")
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    with Index.open(path, read_only=True) as index:
        assert len(list(index.files())) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["review.db"]
