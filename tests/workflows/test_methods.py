"""The methods paragraph: every figure is that of the index."""

from __future__ import annotations

import pytest
from docx import Document
from screening_small import RECORDS, SHARED, small_review
from tiny import store

from textgov.errors import UsageError
from textgov.index.screening import Decision, Source
from textgov.index.store import Index
from textgov.workflows.methods import methods_text, write_methods
from textgov.workflows.screen import candidates, change_plan, decide, describe_source, record_counts, resolve


@pytest.fixture
def index(place):
    small_review(place)
    with Index.open("textgov.db") as opened:
        yield opened


def part(text: str, title: str) -> str:
    return next(line for line in text.split("\n") if line.startswith(f"*{title}.*"))


def test_what_was_searched(index):
    scopus, wos = sorted(record_counts(index))
    describe_source(index, Source(scopus, "Scopus", "database", "1 March 2024", 'TITLE("garment*")'))
    describe_source(index, Source(wos, "Trials", "register"))
    said = part(methods_text(index), "Search")
    assert said.startswith(
        f"*Search.* {RECORDS + SHARED} records were identified in Scopus ({RECORDS - 8} records; searched 1 March "
        f'2024; query: `TITLE("garment*")`) and Trials (register; {8 + SHARED} records). Copies were linked'
    )
    assert "(identical text: 6)" in said
    assert f"After that, {RECORDS} records remained." in said
    assert "could not be read" not in said


def test_nothing_is_said_of_what_was_not_done(index):
    text = methods_text(index)
    assert "*Screening.*" not in text
    assert "*Coding.*" not in text
    assert "PRISMA" not in text


def test_how_was_screened(index):
    change_plan(index, screeners=2, reasons=["no data"], question="Is it on labour?", batch=4)
    documents = candidates(index, "title")
    for place, document in enumerate(documents):
        decide(index, Decision(document, "title", "ana", "include" if place < 5 else "exclude", score=0.5))
        decide(index, Decision(document, "title", "ben", "include" if place < 4 else "exclude"))
    resolve(index, Decision(documents[4], "title", "cleo", "exclude"))
    for who in ("ana", "ben"):
        decide(index, Decision(documents[0], "text", who, "include"))
        decide(index, Decision(documents[1], "text", who, "exclude", "no data"))
        decide(index, Decision(documents[2], "text", who, "missing"))
    said = part(methods_text(index), "Screening")
    for sentence in (
        "The question asked of each record was: Is it on labour? Titles and abstracts of 24 records were screened by "
        "2 people, two for each record, who did not see each other's decisions.",
        "by a classifier (logistic regression over TF-IDF weights of words and pairs of words) that learnt from that "
        "screener's own decisions after every 4 of them.",
        "Agreement: 95.8 % of 24 records that two people screened (Cohen's kappa 0.86, 95 % interval 0.60 to 1.00).",
        "1 conflict was settled afterwards. 20 records were excluded.",
        "Of 4 reports sought, 1 could not be retrieved and 2 were assessed in full text by 2 people",
        "Reasons for exclusion were fixed beforehand: no data. 1 report was included;",
        "The screening is not finished: 1 not assessed in full text.",
    ):
        assert sentence in said
    assert "Cohen, J. (1960)" in methods_text(index)
    assert "  " not in methods_text(index)


def test_why_screening_was_stopped(index):
    decide(index, Decision(candidates(index, "title")[0], "title", "ana", "include"))
    change_plan(index, stopped="the criterion of Callaghan and Müller-Hansen was met")
    said = part(methods_text(index), "Screening")
    assert (
        "Screening was stopped, with 23 records left unscreened: the criterion of Callaghan and Müller-Hansen was met."
        in said
    )
    assert "Callaghan, M. W., & Müller-Hansen, F. (2020)" in methods_text(index)


def test_how_was_coded(place):
    store(place / "textgov.db")
    with Index.open("textgov.db") as index:
        text = methods_text(index)
    said = part(text, "Coding")
    assert "2 documents of the index (" in said
    assert "coded by the codebook gereffi-lee" in said
    assert "content hash c0de" in said
    assert "(coder p1pe)" in said
    assert "7 mentions were coded (actor 3, mechanism 3, place 1)." in said
    assert "Gereffi, G., & Lee, J. (2016)" in text
    assert "1 file could not be read." in part(text, "Search")


def test_as_word_it_says_the_same(index, place):
    decide(index, Decision(candidates(index, "title")[0], "title", "ana", "include"))
    write_methods(index, place / "methods.docx")
    write_methods(index, place / "methods.md")
    words = [one.text for one in Document(str(place / "methods.docx")).paragraphs]
    plain = (place / "methods.md").read_text(encoding="utf-8").replace("*", "").replace("`", "").split("\n\n")
    assert words == [line.lstrip("# ").strip() for line in plain]
    with pytest.raises(UsageError, match=r"name it \.md, \.txt, \.docx"):
        write_methods(index, place / "methods.pdf")
