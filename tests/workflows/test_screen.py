"""What follows from decisions: standings, conflicts, agreement, counts."""

from __future__ import annotations

import msgspec
import pytest
from screening_small import RECORDS, SHARED, record, small_review, titles, write_csv

from textgov.errors import UsageError
from textgov.index.screening import Decision, Source, decisions
from textgov.index.store import Index
from textgov.workflows.ingest import IngestOptions, ingest
from textgov.workflows.screen import (
    Origins,
    agreements,
    candidates,
    change_plan,
    conflicts,
    decide,
    describe_source,
    progress_of,
    record_counts,
    resolve,
    standings,
)


@pytest.fixture
def index(place):
    small_review(place)
    with Index.open("textgov.db") as opened:
        yield opened


def say(index, document, verdict, who="ana", stage="title", **more):
    return decide(index, Decision(document, stage, who, verdict, **more))


def full_text(place, number):
    told = record(number)
    body = "".join(f"<p>{told['Abstract']} This was paragraph {n}.</p>" for n in range(12))
    path = place / "texts" / f"study-{number}.html"
    path.parent.mkdir(exist_ok=True)
    head = f"<title>{told['Title']}</title><meta name='citation_doi' content='{told['DOI']}'>"
    path.write_text(
        f"<html><head>{head}</head><body><h1>{told['Title']}</h1>{body}</body></html>", encoding="utf-8"
    )
    return path


def test_records_of_both_databases_are_one_work(index):
    assert len(candidates(index, "title")) == RECORDS
    assert list(record_counts(index).values()) == [RECORDS - 8, 8 + SHARED]
    assert candidates(index, "text") == []


def test_one_screener_settles(index):
    first, second, third, *_ = candidates(index, "title")
    say(index, first, "include")
    say(index, second, "exclude", reason="not on labour")
    say(index, third, "unsure")
    found = standings(index, "title")
    assert [(found[d].state, found[d].verdict) for d in (first, second, third)] == [
        ("settled", "include"),
        ("settled", "exclude"),
        ("conflict", None),
    ]
    assert found[second].reason == "not on labour"
    assert candidates(index, "text") == [first]


def test_the_last_word_of_a_screener_counts(index):
    document = candidates(index, "title")[0]
    say(index, document, "include")
    say(index, document, "exclude")
    assert standings(index, "title")[document].verdict == "exclude"
    assert len(list(decisions(index))) == 2


def test_two_screeners_have_to_agree(index):
    change_plan(index, screeners=2)
    one, other, open_, *_ = candidates(index, "title")
    for who, verdicts in (("ana", ("include", "include")), ("ben", ("include", "exclude"))):
        for document, verdict in zip((one, other), verdicts, strict=True):
            say(index, document, verdict, who)
    say(index, open_, "include")
    found = standings(index, "title")
    assert [found[d].state for d in (one, other, open_)] == ["settled", "conflict", "open"]
    [(standing, document)] = conflicts(index, "title")
    assert (standing.document, document.id) == (other, other)
    resolve(index, Decision(other, "title", "cleo", "exclude"))
    assert standings(index, "title")[other].verdict == "exclude"
    assert conflicts(index, "title") == []
    # A mistake of who settles it can be mended.
    resolve(index, Decision(other, "title", "cleo", "include"))
    assert candidates(index, "text") == [one, other]


def test_only_conflicts_can_be_settled(index):
    document = candidates(index, "title")[0]
    with pytest.raises(UsageError, match="there is no conflict"):
        resolve(index, Decision(document, "title", "cleo", "include"))
    say(index, document, "unsure")
    with pytest.raises(UsageError, match="settles nothing"):
        resolve(index, Decision(document, "title", "cleo", "unsure"))


def test_other_reasons_for_a_full_text_are_a_conflict(index):
    document = candidates(index, "title")[0]
    say(index, document, "include")
    change_plan(index, screeners=2, reasons=["no data", "no labour"])
    say(index, document, "include", "ben")
    say(index, document, "exclude", "ana", "text", reason="no data")
    say(index, document, "exclude", "ben", "text", reason="No Labour")
    assert standings(index, "text")[document].state == "conflict"
    say(index, document, "exclude", "ben", "text", reason="No data")
    assert standings(index, "text")[document].reason == "no data"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"verdict": "missing"}, "full texts that cannot be had"),
        ({"verdict": "include", "reason": "good"}, "a reason goes with `exclude`"),
        ({"verdict": "exclude", "reason": "whatever"}, "is no reason of the plan; the reasons are: no data"),
        ({"verdict": "exclude", "stage": "text"}, "left out for a reason; the reasons are"),
        ({"verdict": "include", "screener": " "}, "no name of a screener"),
        ({"verdict": "include", "screener": "a" * 61}, "no name of a screener"),
        ({"verdict": "include", "document": "f" * 16}, "not among those of the stage `title`"),
    ],
)
def test_what_cannot_be_decided(index, more, message):
    change_plan(index, reasons=["no data"])
    decision = Decision(candidates(index, "title")[0], "title", "ana", "include")
    with pytest.raises(UsageError, match=message):
        decide(index, msgspec.structs.replace(decision, **more))
    assert list(decisions(index)) == []


@pytest.mark.parametrize("values", [{"screeners": 0}, {"screeners": 3}, {"batch": 0}, {"reasons": [" "]}])
def test_plans_that_cannot_be(index, values):
    with pytest.raises(UsageError):
        change_plan(index, **values)


def test_a_full_text_inherits_the_decisions_on_its_record(index, place):
    numbers = titles(index)
    [document] = [one for one, number in numbers.items() if number == 4]
    say(index, document, "include")
    ingest(index, [full_text(place, 4)], IngestOptions(isolate=False))
    assert document not in set(index.document_ids())
    [text] = candidates(index, "text")
    assert index.document(text).source.endswith("study-4.html")
    assert standings(index, "title")[text].verdict == "include"
    assert len(candidates(index, "title")) == RECORDS
    say(index, text, "exclude", stage="text", reason="no data")
    assert progress_of(index, "text").verdicts == {"exclude": 1}


def test_a_record_with_an_abstract_inherits_the_decisions_on_one_without(place):
    told = record(4)
    (place / "a.csv").write_text(
        f'title,year,doi\n"{told["Title"]}",{told["Year"]},{told["DOI"]}\n', encoding="utf-8"
    )
    with Index.open("a.db", create=True) as index:
        ingest(index, [place / "a.csv"], IngestOptions(isolate=False))
        [bare] = candidates(index, "title")
        say(index, bare, "include")
        ingest(index, [write_csv(place / "b.csv", range(4, 5))], IngestOptions(isolate=False))
        [fuller] = candidates(index, "title")
        assert fuller != bare
        assert told["Abstract"] in index.document(fuller).text
        assert standings(index, "title")[fuller].verdict == "include"
        assert candidates(index, "text") == [fuller]


def test_what_was_found_in_other_ways_has_no_title_stage(index, place):
    (place / "texts").mkdir()
    (place / "texts" / "found.txt").write_text(
        "A report on mills that a friend had sent. " * 9, encoding="utf-8"
    )
    ingest(index, [(place / "texts")], IngestOptions(isolate=False))
    [document] = candidates(index, "text")
    assert index.document(document).source.endswith("found.txt")
    assert len(candidates(index, "title")) == RECORDS


def test_records_of_citation_searches_have_no_title_stage(index):
    path = next(path for path in record_counts(index) if path.endswith("wos.csv"))
    assert describe_source(index, Source(path, "Citations", "citation")) == 1
    assert len(candidates(index, "title")) == RECORDS - 8
    assert len(candidates(index, "text")) == 8


def test_a_folder_can_be_a_source(index, place):
    assert describe_source(index, Source(str(place / "exports"), "Everything")) == 2
    assert {Origins(index).source(path).name for path in record_counts(index)} == {"Everything"}
    with pytest.raises(UsageError, match="has read no file of this name"):
        describe_source(index, Source("export", "Nothing"))


def test_agreement_is_that_of_the_literature(index):
    """The table of Cohen's (1960) kind: 20 and 15 agreed, 5 and 10 not, kappa 0.4."""
    change_plan(index, screeners=2)
    pattern = [("include", "include")] * 8 + [("include", "exclude")] * 2
    pattern += [("exclude", "include")] * 4 + [("exclude", "exclude")] * 6
    for document, (first, second) in zip(candidates(index, "title"), pattern, strict=False):
        say(index, document, first, "ana")
        say(index, document, second, "ben")
    [found] = agreements(index, "title")
    assert (found.first, found.second, found.documents, found.agreed) == ("ana", "ben", 20, 14)
    assert found.kappa == pytest.approx(0.4)
    assert -1 <= found.low < 0.4 < found.high <= 1
    assert found.pairs[("include", "exclude")] == 2
    # What is settled later is no agreement.
    resolve(index, Decision(conflicts(index, "title")[0][0].document, "title", "ana", "exclude"))
    assert agreements(index, "title")[0].kappa == pytest.approx(0.4)


@pytest.mark.parametrize(("second", "kappa"), [("include", None), ("exclude", 0.0)])
def test_agreement_at_its_limits(index, second, kappa):
    change_plan(index, screeners=2)
    for document in candidates(index, "title")[:3]:
        say(index, document, "include", "ana")
        say(index, document, second, "ben")
    [found] = agreements(index, "title")
    assert found.kappa == kappa


def test_progress_counts_everything_once(index):
    change_plan(index, screeners=2)
    for place, document in enumerate(candidates(index, "title")):
        if place < 20:
            say(index, document, "include" if place % 3 else "exclude", "ana")
        if place < 15:
            say(index, document, "include", "ben")
    found = progress_of(index, "title")
    assert sum(found.states.values()) == found.documents == RECORDS
    assert found.states == {"open": 9, "settled": 10, "conflict": 5}
    assert found.verdicts == {"include": 10}
    assert found.screeners == {"ana": {"include": 13, "exclude": 7}, "ben": {"include": 15}}
