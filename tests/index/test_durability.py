"""What was acknowledged stays, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from index_dump import dump
from index_writer import annotate, ingest

from textgov.errors import IndexFileError, TextgovError
from textgov.index.fields import QueryContext
from textgov.index.records import FileRecord
from textgov.index.search import search
from textgov.index.store import Index

DOCUMENTS = 30
CONTEXT = QueryContext({"actor": {"x": "", "y": "", "z": ""}})
WRITER = Path(__file__).with_name("index_writer.py")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    path = tmp_path_factory.mktemp("undisturbed") / "index.db"
    with Index.open(path, create=True) as index:
        ingest(index, DOCUMENTS)
        annotate(index)
    return path


def _killed(path, job, delay):
    """Kill a writer so many seconds after it began to write; what it acknowledged, and whether it ended."""
    command = [sys.executable, str(WRITER), str(path), job, str(DOCUMENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        process.kill()
        lines = process.stdout.read().split("\n")[:-1]
    return lines, process.returncode == 0


@pytest.mark.parametrize("job", ["ingest", "annotate"])
def test_killed_at_any_moment_and_resumed_it_is_the_same(tmp_path, undisturbed, job):
    path, kills = tmp_path / "index.db", 0
    draw = random.Random(job)  # noqa: S311
    with Index.open(path, create=True) as index:
        if job == "annotate":
            ingest(index, DOCUMENTS)
    done = False
    while not done:
        acknowledged, done = _killed(path, job, draw.uniform(0.0, 0.03) if kills < 8 else 60)
        kills += not done
        with Index.open(path, read_only=True) as index:
            if job == "ingest":
                assert set(acknowledged) <= {record.path for record in index.files()}
                assert {f"{d:016x}" for d in range(index.status().documents)} == set(index.document_ids())
            else:
                assert not set(acknowledged) & set(index.pending("c", "p"))
    assert kills >= 3, "the writer was too fast to be killed"
    with Index.open(path) as index:
        annotate(index)
    got, expected = dump(path), dump(undisturbed)
    assert [table for table in expected if got[table] != expected[table]] == []


def test_readers_see_the_last_commit_while_another_writes(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, create=True) as writer, Index.open(path, read_only=True) as reader:

        def found():
            return search(reader, "unions", context=CONTEXT).total

        assert found() == 0
        with writer.transaction():
            ingest(writer, 3)
            assert found() == 0
        assert found() == search(writer, "unions", context=CONTEXT).total > 0


def test_a_locked_index_says_so_and_stays_usable(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, create=True) as first, Index.open(path, timeout=0.05) as second:
        with first.transaction():
            first.add_file(FileRecord("a", "kept"))
            with pytest.raises(IndexFileError, match=r"another process is writing.*wait"):
                second.add_file(FileRecord("b", "kept"))
        second.add_file(FileRecord("b", "kept"))
        assert [record.path for record in first.files()] == ["a", "b"]


def test_a_writer_waits_for_another(tmp_path):
    path = tmp_path / "index.db"
    Index.open(path, create=True).close()
    command = [sys.executable, str(WRITER), str(path), "ingest", str(DOCUMENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, Index.open(path) as index:
        assert process.stdout.readline() == "ready\n"
        for number in range(DOCUMENTS):
            index.add_file(FileRecord(f"other {number}", "skipped"))
            time.sleep(0.001)
        process.communicate()
        assert process.returncode == 0
        assert index.status().files == {"kept": DOCUMENTS, "skipped": DOCUMENTS}


@pytest.mark.parametrize("pages", [1, 12, 30])
def test_a_full_disk_says_so_and_loses_nothing(tmp_path, pages):
    path, stored = tmp_path / "index.db", []
    with Index.open(path, create=True) as index:
        ingest(index, 2)
        used = index.value("PRAGMA page_count")
        index.connection.execute(f"PRAGMA max_page_count = {used + pages}")
        with pytest.raises(IndexFileError, match=r"disk is full.*free some space.*is safe"):
            ingest(index, DOCUMENTS)
        stored = list(index.documents())
        assert len(stored) >= 2
        assert [record.document for record in index.files()] == [document.id for document in stored]
    with Index.open(path) as index:
        assert index.check() == []
        assert list(index.documents()) == stored
        ingest(index, DOCUMENTS)
        assert index.status().documents == DOCUMENTS


def test_a_disk_error_says_so_and_loses_nothing(tmp_path):
    path = tmp_path / "index.db"
    code = (
        "import resource\nfrom textgov.errors import IndexFileError\nfrom textgov.index.store import Index\n"
        "from index_writer import ingest\n"
        f"with Index.open({str(path)!r}, create=True) as index:\n"
        "    ingest(index, 3); resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "    try: ingest(index, 30)\n"
        "    except IndexFileError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=WRITER.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    *acknowledged, message = done.stdout.splitlines()
    assert "the disk" in message
    with Index.open(path) as index:
        assert index.check() == []
        assert {record.path for record in index.files()} == set(acknowledged)


def _use(path):
    """Open an index and read all of it in all ways."""
    with Index.open(path, read_only=True) as index:
        for document in index.documents():
            index.passages(document.id)
            index.annotations(document.id)
        list(index.mentions())
        index.status()
        index.runs()
        for within in ("sentence", "passage", "document"):
            search(index, "unions AND actor:x AND NOT wages", context=CONTEXT, within=within)


@pytest.mark.parametrize("size", [1, 50, 100, 1000, 5000, -5000, -1])
def test_a_truncated_file_says_so(tmp_path, undisturbed, size):
    whole = undisturbed.read_bytes()
    path = tmp_path / "index.db"
    path.write_bytes(whole[:size])
    with pytest.raises(IndexFileError) as caught:
        _use(path)
    assert "damaged" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_with_flipped_bytes_is_read_or_refused(tmp_path, undisturbed):
    whole, path, refused = undisturbed.read_bytes(), tmp_path / "index.db", 0
    for seed in range(150):
        draw, broken = random.Random(seed), bytearray(whole)  # noqa: S311
        for _ in range(draw.choice([1, 10, 500])):
            broken[draw.randrange(len(whole))] = draw.randrange(256)
        path.write_bytes(broken)
        try:
            _use(path)
        except TextgovError:
            refused += 1
    assert refused > 10


def test_check_names_the_faults(tmp_path, undisturbed):
    path = tmp_path / "index.db"
    broken = bytearray(undisturbed.read_bytes())
    pages = len(broken) // 4096
    for page in range(pages // 2, pages // 2 + 5):
        broken[page * 4096 : page * 4096 + 64] = bytes(64)
    path.write_bytes(broken)
    with contextlib.suppress(sqlite3.DatabaseError), Index.open(path, read_only=True) as index:
        assert index.check() != []
