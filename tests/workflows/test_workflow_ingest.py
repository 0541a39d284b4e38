"""Ingest when something goes wrong within it, and what it records."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from textgov.documents import Document, Problem, document_id
from textgov.errors import IndexFileError
from textgov.index.store import Index
from textgov.readers import ReadOptions
from textgov.workflows import ingest as module
from textgov.workflows.ingest import IngestOptions, ingest

HERE = IngestOptions(isolate=False)
TEXT = "The union bargained with the mill over the piece rate in the spring of that year, for {} days."


def write(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        (folder / name).write_text(TEXT.format(number), encoding="utf-8")
    return [folder / name for name in names]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "x.db", create=True) as opened:
        yield opened


def dies(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Stands in for a reader that takes its process along."""
    if path.name == "b.txt":
        os._exit(11)
    text = path.read_text(encoding="utf-8")
    yield Document(document_id(text), str(path), text)


def surrogates(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Stands in for a reader that lets half a surrogate pair through in the second of its documents."""
    for text in (f"first of {path.name}", "\ud800" if path.name == "b.txt" else f"second of {path.name}"):
        yield Document(path.name + text[:1], str(path), text, part=text[:2])


def test_a_run_is_recorded(index, tmp_path):
    report = ingest(index, [*write(tmp_path / "in", "a.txt", "b.txt"), tmp_path / "no.txt"], HERE)
    assert (report.files, report.kept, report.documents, len(report.problems)) == (3, 2, 2, 1)
    [run] = index.runs()
    assert (run.command, run.outcome) == ("ingest", "done")
    assert run.counts == {"files": 3, "kept": 2, "documents": 2, "duplicates": 0, "problems": 1}
    assert {"python", "textgov", "pypdfium2"} <= run.versions.keys()


def test_progress_is_told(index, tmp_path):
    told = []
    ingest(index, write(tmp_path / "in", "a.txt", "b.txt"), HERE, lambda *step: told.append(step))
    assert told == [(1, 2, "a.txt"), (2, 2, "b.txt")]


def test_a_text_that_cannot_be_stored_fails_alone(index, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "read_file", surrogates)
    report = ingest(index, write(tmp_path / "in", "a.txt", "b.txt", "c.txt"), HERE)
    [problem] = report.problems
    assert problem.where.endswith("b.txt")
    assert "surrogate" in problem.what
    # The first document of the file was rolled back with it, and is not taken for a kept one later.
    assert [d.text for d in index.documents()] == [
        "first of a.txt",
        "second of a.txt",
        "first of c.txt",
        "second of c.txt",
    ]
    assert index.file(str(tmp_path / "in" / "b.txt")).status == "failed"


def test_an_index_that_cannot_be_written_stops_the_run(index, tmp_path, monkeypatch):
    def full(*_arguments, **_more):
        raise IndexFileError("the disk is full")

    paths = write(tmp_path / "in", "a.txt")
    monkeypatch.setattr(Index, "add_document", full)
    with pytest.raises(IndexFileError):
        ingest(index, paths, HERE)
    assert index.runs()[-1].outcome == "stopped"
    monkeypatch.undo()
    assert ingest(index, paths, HERE).kept == 1


def test_a_defect_of_a_reader_is_not_hidden(index, tmp_path, monkeypatch):
    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(module, "read_file", broken)
    with pytest.raises(ZeroDivisionError):
        ingest(index, write(tmp_path / "in", "a.txt"), HERE)
    assert index.runs()[-1].outcome == "stopped"


def test_again_reads_everything_anew(index, tmp_path):
    paths = write(tmp_path / "in", "a.txt", "b.txt")
    ingest(index, paths, HERE)
    report = ingest(index, paths, IngestOptions(isolate=False, again=True))
    assert (report.kept, report.known) == (2, 0)
    assert index.status().documents == 2


def test_a_file_that_was_only_touched_is_known(index, tmp_path):
    [path] = write(tmp_path / "in", "a.txt")
    ingest(index, [path], HERE)
    os.utime(path, (1, 1))
    assert ingest(index, [path], HERE).known == 1


def test_a_file_that_failed_is_tried_again(index, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    assert len(ingest(index, [path], HERE).problems) == 1
    assert len(ingest(index, [path], HERE).problems) == 1
    path.write_text(TEXT.format(1), encoding="utf-8")
    assert ingest(index, [path], HERE).problems == []


def test_problems_are_in_natural_order(index, tmp_path, monkeypatch):
    def complains(path, _options):
        yield from (Problem(f"{path}, line {n}", "is broken", "mend it") for n in (10, 9))

    monkeypatch.setattr(module, "read_file", complains)
    report = ingest(index, write(tmp_path / "in", "b.txt", "a.txt"), HERE)
    told = [problem.where.rpartition("/")[2] for problem in report.problems]
    assert told == ["a.txt, line 9", "a.txt, line 10", "b.txt, line 9", "b.txt, line 10"]


def test_the_index_does_not_read_itself(tmp_path):
    write(tmp_path / "in", "a.txt")
    with Index.open(tmp_path / "in" / "textgov.db", create=True) as index:
        report = ingest(index, [tmp_path / "in"], HERE)
        assert (report.files, report.problems) == (1, [])


CRASH = """
import sys
from pathlib import Path
import test_workflow_ingest as fakes
from textgov.workflows import ingest as module

# The processes that work import this file too, and so read as it does.
module.read_file = fakes.dies

if __name__ == "__main__":
    from textgov.index.store import Index

    folder = Path(sys.argv[1])
    with Index.open(folder / "x.db", create=True) as index:
        report = module.ingest(index, [folder / "in"], module.IngestOptions(jobs=int(sys.argv[2])))
        print(report.kept, *report.problems, sep="\\n")
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_that_dies_costs_its_file_alone(tmp_path, jobs):
    import subprocess
    import sys

    write(tmp_path / "in", "a.txt", "b.txt", "c.txt", "d.txt")
    script = tmp_path / "crash.py"
    script.write_text(CRASH, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, script, tmp_path, str(jobs)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    kept, problem = run.stdout.splitlines()
    assert kept == "3"
    assert problem == (
        f"{tmp_path}/in/b.txt: its process died while it was worked on; open it in its own program and save it anew"
    )
