"""Screening in a spreadsheet: CSV out, CSV in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from screening_small import RECORDS, small_review

from textgov.errors import TextgovError
from textgov.export.tables import write_csv
from textgov.index.screening import decisions
from textgov.index.store import Index
from textgov.workflows.screen import change_plan, progress_of, standings
from textgov.workflows.screen_files import COLUMNS, batch_rows, record_file
from textgov.workflows.screen_queue import Queue


@pytest.fixture
def index(place):
    small_review(place)
    with Index.open("textgov.db") as opened:
        yield opened


def batch(index, number=None, who="ana", stage="title"):
    stream = io.StringIO(newline="")
    write_csv(batch_rows(Queue(index, stage, who), number), stream, COLUMNS)
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


def save(path, rows, delimiter=",", encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_batch_has_what_is_needed_to_decide(index):
    rows = batch(index)
    assert len(rows) == RECORDS
    assert [row["rank"] for row in rows] == [str(n) for n in range(1, RECORDS + 1)]
    first = rows[0]
    assert first["record"].startswith("doc:")
    assert first["title"].startswith("Study number")
    assert "told in" in first["abstract"]
    assert (first["verdict"], first["reason"], first["full_text"]) == ("", "", "")


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_what_spreadsheets_save_is_read(index, place, delimiter, encoding):
    rows = batch(index, 4)
    for row, verdict in zip(rows, ("include", "E", " Unsure ", ""), strict=True):
        row["verdict"] = verdict
    rows[1]["reason"] = "no data"
    report = record_file(index, save(place / "b.csv", rows, delimiter, encoding), "ana", "title")
    assert (report.stored, report.known, report.open, report.problems) == (3, 0, 1, [])
    found = {one.document: one for one in decisions(index)}
    assert [found[row["record"][4:]].verdict for row in rows[:3]] == ["include", "exclude", "unsure"]
    assert found[rows[1]["record"][4:]].reason == "no data"
    assert {one.way for one in found.values()} == {"file"}


def test_a_file_that_is_read_twice_says_nothing_new(index, place):
    rows = batch(index, 3)
    for row in rows:
        row["verdict"] = "include"
    path = save(place / "b.csv", rows)
    record_file(index, path, "ana", "title")
    report = record_file(index, path, "ana", "title")
    assert (report.stored, report.known) == (0, 3)
    rows[0]["verdict"] = "exclude"
    report = record_file(index, save(path, rows), "ana", "title")
    assert (report.stored, report.known) == (1, 2)
    assert progress_of(index, "title").verdicts == {"include": 2, "exclude": 1}


def test_bad_lines_are_listed_and_good_ones_stored(index, place):
    change_plan(index, reasons=["no data"])
    rows = batch(index, 7)
    for row, verdict in zip(
        rows, ("include", "perhaps", "exclude", "include", "missing", "i", "i"), strict=True
    ):
        row["verdict"] = verdict
    rows[2]["reason"] = "I did not like it"
    rows[3]["record"] = "doc:" + "0" * 16
    rows[5]["stage"] = "titles"
    rows[6]["title"] = "a title\nof two lines"
    rows.append(dict(rows[0], record="doc:1E+15", verdict="i"))
    report = record_file(index, save(place / "b.csv", rows), "ana", "title")
    assert report.stored == 2
    said = [str(problem).partition("b.csv, ")[2] for problem in report.problems]
    assert [line.partition(":")[0] for line in said] == [f"line {n}" for n in (3, 4, 5, 6, 7, 10)]
    assert "'perhaps' is no verdict; they are include, exclude, unsure, missing" in said[0]
    assert "'I did not like it' is no reason of the plan" in said[1]
    assert "no record '0000000000000000' at the stage `title`" in said[2]
    assert "'titles' is no stage" in said[4]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no column record and verdict"),
        (b"a,b\n1,2\n", r"has no column record and verdict \(columns: a, b\)"),
        (b"record,verdict\n\0\0\0", "NUL bytes"),
        (b'record,verdict\n"' + b"x" * 200_000, r"line 2: cannot be read \("),
    ],
)
def test_what_is_no_batch_says_so(index, place, content, message):
    (place / "b.csv").write_bytes(content)
    with pytest.raises(TextgovError, match=message):
        record_file(index, place / "b.csv", "ana", "title")
    with pytest.raises(TextgovError, match="cannot be read"):
        record_file(index, place / "missing.csv", "ana", "title")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["include", "exclude", "unsure"]),
            st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20),
        ),
        min_size=1,
        max_size=8,
    ),
    st.uuids(),
)
def test_verdicts_and_notes_come_back(index, place, answers, who):
    rows = batch(index, len(answers), str(who)) or batch(index, None, str(who))
    given = {}
    for row, (verdict, note) in zip(rows, answers, strict=False):
        row["verdict"], row["note"] = verdict, note
        given[row["record"].removeprefix("doc:")] = (verdict, " ".join(note.split()))
    if rows:
        change_plan(index, screeners=2)
        record_file(index, save(place / "b.csv", rows), str(who), "title")
        found = standings(index, "title")
        for document, said in given.items():
            vote = found[document].votes[str(who)]
            assert (vote.verdict, vote.note) == said
