"""`textgov screen`: whole outputs, exit status, and a review from two exports to the flow diagram."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

HEAD = "Title,Authors,Year,DOI,Abstract\n"
ROWS = {
    n: f'"Study number {n} on {what}","Author, {n}",200{n},10.5555/s.{n},"It says {n} times what {what} are."\n'
    for n, what in enumerate(
        ["mills and unions", "crystals and lasers", "wages in sheds", "neutrons in lattices"]
    )
}


@pytest.fixture
def review(textgov, place):
    (place / "scopus.csv").write_text(HEAD + ROWS[0] + ROWS[1] + ROWS[2], encoding="utf-8")
    (place / "wos.csv").write_text(HEAD + ROWS[2] + ROWS[3], encoding="utf-8")
    assert textgov("ingest", "scopus.csv", "wos.csv", "-j", "1").err == (
        "4 documents added from 2 files, 1 duplicate linked\n"
    )
    return place


def ids(textgov) -> dict[int, str]:
    rows = textgov("export", "documents", "--format", "jsonl").rows()
    return {int(row["title"].split()[2]): row["document"] for row in rows}


def decide(textgov, answers: dict[int, str], who: str = "ana", stage: str = "title"):
    """Decisions by a file, with a reason after the verdict."""
    known = ids(textgov)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["record", "verdict", "reason"])
    for number, answer in answers.items():
        verdict, _, reason = answer.partition(" ")
        writer.writerow([known[number], verdict, reason])
    Path("answers.csv").write_text(stream.getvalue(), encoding="utf-8")
    return textgov("screen", "record", "answers.csv", "--screener", who, "--stage", stage)


def test_plan(textgov, review):
    result = textgov("screen", "plan", "--screeners", "2", "--reason", "no data", "--question", "On labour?")
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "screeners  2, blind to each other\nquestion   On labour?\nbatch      20\nseed       1\nreason 1   no data\n"
    )
    textgov("screen", "plan", "--reason", "off topic", "--stopped", "enough was found")
    assert textgov("screen", "plan").out == (
        "screeners  2, blind to each other\nquestion   On labour?\nbatch      20\nseed       1\n"
        "stopped    enough was found\nreason 1   no data\nreason 2   off topic\n"
    )


def test_source(textgov, review):
    result = textgov("screen", "source", "wos.csv", "--name", "Web of Science", "--kind", "register")
    assert (result.status, result.out, result.err) == (
        0,
        "",
        "wos.csv: 1 file from register Web of Science\n",
    )
    result = textgov("screen", "source", "other.csv", "--name", "Other")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "textgov: other.csv: the index has read no file of this name or in it; files of records are: "
        "scopus.csv, wos.csv\n"
    )


def test_read_one_by_one(textgov, review):
    known = ids(textgov)
    textgov("screen", "plan", "--reason", "not on labour", "--question", "On labour?", "--seed", "3")
    order = [row["record"][4:] for row in csv.DictReader(io.StringIO(batch(textgov)))]
    numbers = {document: number for number, document in known.items()}
    first, second = (numbers[document] for document in order[:2])
    result = textgov("screen", "read", "--screener", "ana", stdin=b"i good\nx\ne\n1\nb\nu\nq\n")
    assert result.status == 0
    a, b, c = (document[:8] for document in order[:3])
    assert result.err == (
        f"{a}  i e u s b q> {a}  include\n"
        f"{b}  i e u s b q> 'x': answer i, e, u, s, b or q, or m for a full text that cannot be had\n"
        f"{b}  i e u s b q>   1 not on labour\nreason (or Enter)> {b}  exclude (not on labour)\n"
        f"{c}  i e u s b q> {b}  i e u s b q> {b}  unsure\n"
        f"{c}  i e u s b q> 2 decisions stored, 2 still to decide on\n"
    )
    assert result.out.startswith(f"On labour?\n\n1 of 4\nStudy number {first} on ")
    assert f"\n2 of 4\nStudy number {second} on " in result.out
    assert f"Author, {first} | 200{first} | 10.5555/s.{first}\n\nIt says {first} times what" in result.out
    rows = textgov("export", "decisions", "--format", "jsonl").rows()
    assert [(row["document"], row["verdict"], row["reason"], row["note"]) for row in rows] == [
        (order[0], "include", None, "good"),
        (order[1], "exclude", "not on labour", ""),
        (order[1], "unsure", None, ""),
    ]


def batch(textgov, *arguments: str) -> str:
    result = textgov("screen", "batch", "--screener", "ana", *arguments)
    assert result.status == 0
    return result.out


def test_the_end_of_the_input_is_the_end_of_the_session(textgov, review):
    result = textgov("screen", "read", "--screener", "ana", "--limit", "3", stdin=b"i\n")
    assert result.status == 0
    assert result.err.endswith("\n1 decision stored, 3 still to decide on\n")
    result = textgov("screen", "read", "--screener", "ana", "--limit", "2", stdin=b"i\n" * 9)
    assert result.err.endswith("\n2 decisions stored, 1 still to decide on\n")
    textgov("screen", "read", "--screener", "ana", stdin=b"i\n")
    result = textgov("screen", "read", "--screener", "ana", stdin=b"i\n")
    assert (result.out, result.err) == ("", "0 decisions stored, 0 still to decide on\n")


def test_a_batch_goes_out_and_comes_back(textgov, review):
    result = textgov("screen", "batch", "--screener", "ana", "-n", "2", "-o", "batch.csv")
    assert (result.status, result.out, result.err) == (0, "", "batch.csv: 2 records to decide on\n")
    rows = list(
        csv.DictReader(io.StringIO((review / "batch.csv").read_text(encoding="utf-8-sig"), newline=""))
    )
    rows[0]["verdict"], rows[1]["verdict"] = "include", "maybe"
    with (review / "batch.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    result = textgov("screen", "record", "batch.csv", "--screener", "ana")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "1 problem:\n"
        "  batch.csv, line 3: 'maybe' is no verdict; they are include, exclude, unsure, missing, or their first "
        "letters\n"
        "1 decision stored, 0 stored before, 0 lines left open\n"
    )
    (review / "batch.csv").write_text(f"record,verdict\n{rows[1]['record']},perhaps\n", encoding="utf-8")
    assert textgov("screen", "record", "batch.csv", "--screener", "ana").status == 3


def test_two_screeners_from_the_exports_to_the_diagram(textgov, review):
    textgov("screen", "plan", "--screeners", "2", "--reason", "no data")
    assert decide(textgov, {0: "include", 1: "exclude", 2: "include", 3: "unsure"}).status == 0
    assert (
        decide(textgov, {0: "include", 1: "exclude", 2: "exclude no data", 3: "exclude"}, "ben").status == 0
    )
    known = ids(textgov)
    listed = textgov("screen", "conflicts")
    assert listed.err == "2 conflicts\n"
    assert listed.out.splitlines() == [
        f"{known[2]}  ana: include; ben: exclude (no data)  Study number 2 on wages in sheds",
        f"{known[3]}  ana: unsure; ben: exclude  Study number 3 on neutrons in lattices",
    ]
    assert [row["document"] for row in textgov("screen", "conflicts", "--json").rows()] == [
        known[2],
        known[3],
    ]
    settled = textgov("screen", "resolve", known[2][:8], "include", "--by", "cleo")
    assert (settled.status, settled.err) == (0, f"{known[2]}: include\n")
    textgov("screen", "resolve", known[3], "exclude", "--by", "cleo", "--reason", "no data")
    again = textgov("screen", "resolve", known[1], "include", "--by", "cleo")
    assert again.status == 2
    assert again.err == (
        f"textgov: there is no conflict on document {known[1]} at the stage `title`; "
        "`textgov screen conflicts --stage title` lists them\n"
    )
    assert textgov("screen", "agreement").out == (
        "ana and ben: 4 documents, agreed on 2 (50.0 %), kappa 0.27 (95 % interval -0.20 to 0.74); "
        "differ: include/exclude 1, unsure/exclude 1\n"
    )
    assert decide(textgov, {0: "include", 2: "exclude no data"}, "ana", "text").status == 0
    assert decide(textgov, {0: "include", 2: "exclude no data"}, "ben", "text").status == 0
    assert textgov("screen", "status").out == (
        "titles and abstracts: 4 to decide on, 4 settled, 0 open, 0 conflicts\n"
        "  settled: include 2, exclude 2\n"
        "  ana: include 2, exclude 1, unsure 1\n"
        "  ben: include 1, exclude 3\n"
        "full texts: 2 to decide on, 2 settled, 0 open, 0 conflicts\n"
        "  settled: include 1, exclude 1\n"
        "  ana: include 1, exclude 1\n"
        "  ben: include 1, exclude 1\n"
    )
    titles, _ = textgov("screen", "status", "--json").rows()
    assert titles["screeners"] == {
        "ana": {"include": 2, "exclude": 1, "unsure": 1},
        "ben": {"include": 1, "exclude": 3},
    }
    numbers = json.loads(textgov("export", "prisma").out)
    assert numbers["sums"] == {
        "identified": 5,
        "screened": 4,
        "sought": 2,
        "assessed": 2,
        "other_sought": 0,
        "other_assessed": 0,
        "included": 1,
    }
    assert (numbers["duplicates"], numbers["excluded"], numbers["reports"]["reasons"]) == (
        1,
        2,
        {"no data": 1},
    )
    drawn = textgov("export", "prisma", "-o", "flow.svg")
    assert (drawn.status, drawn.out, drawn.err) == (0, "", "flow.svg: written\n")
    written = textgov("export", "methods")
    assert "1 report was included" in written.out


def test_one_who_stops_is_told_when(textgov, review):
    decide(textgov, {0: "include", 1: "exclude"})
    assert (
        "  ana: 2 of 4 screened, 1 relevant; go on: that 95% of the relevant ones have been found is not yet sure"
        in textgov("screen", "status").out
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("screen", "read"), "Missing option '--screener'"),
        (("screen", "read", "--screener", "ana", "--index", "no.db"), "there is no index here"),
        (("screen", "plan", "--screeners", "3"), "3 is not in the range 1<=x<=2"),
        (
            ("screen", "record", "no.csv", "--screener", "ana"),
            "no.csv: cannot be read (No such file or directory)",
        ),
        (("screen", "resolve", "ffff", "include", "--by", "ana"), "no document 'ffff' in the index"),
        (("export", "prisma", "--query", "x"), "go with tables, not with prisma"),
        (("export", "prisma", "-o", "flow.png"), "flow.png: no format is known by this name"),
        (("export", "methods", "-o", "missing/methods.md"), "cannot be written"),
        (("export", "documents", "--without-texts"), "--without-texts goes with bundle"),
        (("export", "bundle"), "a bundle is a file; name it by --output"),
    ],
)
def test_mistakes_are_one_clear_line(textgov, review, arguments, message):
    result = textgov(*arguments)
    assert result.status in (2, 3)
    assert result.out == ""
    assert message in result.err
    assert result.err.count("\n") == 1


def test_an_answer_at_the_stage_of_full_texts_needs_a_reason(textgov, review):
    decide(textgov, {0: "include"})
    result = textgov("screen", "read", "--screener", "ana", "--stage", "text", stdin=b"e\n\nm\n")
    short = ids(textgov)[0][:8]
    assert result.err == (
        f"{short}  i e u m s b q> reason> a full text is left out for a reason; say which\n"
        f"{short}  i e u m s b q> {short}  missing\n"
        "1 decision stored, 0 still to decide on\n"
    )
