"""Decisions of screeners in the index file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import NOTE_ID, PAPER_ID, paper, store

from textgov.errors import IndexFileError, RecordError
from textgov.index import connection as module
from textgov.index.records import Duplicate
from textgov.index.screening import (
    Decision,
    Plan,
    Source,
    add_decisions,
    decisions,
    entries,
    full_texts,
    kept_instead,
    read_plan,
    sources,
    write_plan,
    write_source,
)
from textgov.index.store import Index


@pytest.fixture
def index(tmp_path):
    with Index.open(store(tmp_path / "index.db")) as opened:
        yield opened


def bare(decision: Decision) -> Decision:
    return msgspec.structs.replace(decision, decided=None, id=None)


def test_decisions_come_back_in_their_order(index):
    given = [
        Decision(PAPER_ID, "title", "ana", "include", score=0.25),
        Decision(NOTE_ID, "title", "ana", "exclude", "not on labour", "see page 3", way="file"),
        Decision(PAPER_ID, "text", "ben", "missing", resolves=True),
    ]
    assert add_decisions(index, given[:1]) == 1
    assert add_decisions(index, given[1:]) == 2
    found = list(decisions(index))
    assert [bare(one) for one in found] == given
    assert [one.id for one in found] == [1, 2, 3]
    assert all(one.decided.endswith("Z") for one in found)
    assert [bare(one) for one in decisions(index, "text")] == given[2:]


def test_a_time_that_is_given_is_kept(index):
    add_decisions(index, [Decision(PAPER_ID, "title", "ana", "include", decided="2024-01-02T03:04:05Z")])
    assert next(decisions(index)).decided == "2024-01-02T03:04:05Z"


def test_of_decisions_of_one_call_all_are_kept_or_none(index):
    good, bad = (Decision(one, "title", "ana", "include") for one in (PAPER_ID, "f" * 16))
    with pytest.raises(RecordError, match=f"no document {'f' * 16}"):
        add_decisions(index, [good, bad])
    assert list(decisions(index)) == []


def test_a_text_that_gave_way_can_still_be_decided_on(index):
    index.link_duplicate(Duplicate("other.ris", "c" * 16, NOTE_ID, "same DOI", "rec1"))
    add_decisions(index, [Decision("c" * 16, "title", "ana", "include")])
    assert kept_instead(index) == {"c" * 16: NOTE_ID}


def test_parts_of_files(index):
    index.link_duplicate(Duplicate("other.ris", "c" * 16, NOTE_ID, "same DOI", "rec1"))
    assert list(entries(index)) == [("other.ris", "rec1", NOTE_ID)]
    assert full_texts(index) == {PAPER_ID, NOTE_ID}


@settings(max_examples=25)
@given(
    st.builds(
        Plan,
        st.integers(1, 2),
        st.lists(st.text(st.characters(codec="utf-8"), max_size=9), max_size=3).map(tuple),
        st.text(st.characters(codec="utf-8"), max_size=20),
        st.integers(-(2**62), 2**62),
        st.integers(1, 1000),
    )
)
def test_plans_come_back(plan):
    with TemporaryDirectory() as folder, Index.open(Path(folder) / "index.db", create=True) as index:
        write_plan(index, plan)
        assert read_plan(index) == plan


def test_without_a_plan_there_is_the_default(index):
    assert read_plan(index) == Plan()


def test_sources_are_replaced(index):
    write_source(index, Source("a.ris", "Scopus", "database", "2024-03-01", "garment*"))
    write_source(index, Source("b.ris", "Register", "register"))
    write_source(index, Source("a.ris", "Web of Science"))
    assert sources(index) == [Source("a.ris", "Web of Science"), Source("b.ris", "Register", "register")]


def test_an_index_of_the_first_schema_is_brought_up_to_date(tmp_path, monkeypatch):
    path = tmp_path / "old.db"
    with monkeypatch.context() as patch:
        known = module.migrations()
        patch.setattr(module, "migrations", lambda: known[:1])
        with Index.open(path, create=True) as index:
            index.add_document(paper())
    with pytest.raises(IndexFileError, match="old schema 1"):
        Index.open(path, read_only=True)
    with Index.open(path) as index:
        assert index.document(PAPER_ID) == paper()
        add_decisions(index, [Decision(PAPER_ID, "title", "ana", "include")])
    with Index.open(path, read_only=True) as index:
        assert len(list(decisions(index))) == 1


def test_no_other_verdict_can_be_stored(index):
    with pytest.raises(sqlite3.IntegrityError):
        index.connection.execute(
            "INSERT INTO screening_decisions (document, stage, screener, verdict, way, decided) "
            "VALUES ('x', 'title', 'ana', 'perhaps', 'file', '')"
        )


WRITER = """
import sys
from tiny import PAPER_ID
from textgov.index.screening import Decision, add_decisions
from textgov.index.store import Index
with Index.open(sys.argv[1]) as index:
    for number in range(10_000):
        add_decisions(index, [Decision(PAPER_ID, "title", "ana", "include", note=str(number))])
        print(number, flush=True)
"""


def test_killed_at_any_moment_it_holds_what_was_acknowledged(tmp_path):
    path = store(tmp_path / "index.db")
    command = [sys.executable, "-c", WRITER, str(path)]
    tests = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tests) as process:
        acknowledged = [process.stdout.readline() for _ in range(25)]
        process.kill()
        acknowledged += process.stdout.read().split("\n")[:-1]
    with Index.open(path) as index:
        assert index.check() == []
        notes = [one.note for one in decisions(index)]
    # One more may have been stored before it could be acknowledged.
    assert notes == [str(number) for number in range(len(notes))]
    assert len(acknowledged) <= len(notes) <= len(acknowledged) + 1
