"""The numbers of the flow diagram, counted from an index."""

from __future__ import annotations

import json
import random

import pytest
from screening_small import RECORDS, SHARED, record, small_review

from textgov.errors import TextgovError, UsageError
from textgov.index.screening import Decision, Source, add_decisions
from textgov.index.store import Index
from textgov.workflows.ingest import IngestOptions, ingest
from textgov.workflows.prisma import as_json, prisma_flow, write_prisma
from textgov.workflows.screen import candidates, change_plan, decide, describe_source, record_counts


@pytest.fixture
def index(place):
    small_review(place)
    with Index.open("textgov.db") as opened:
        yield opened


def note(place, number):
    path = place / "texts" / f"found-{number}.txt"
    path.parent.mkdir(exist_ok=True)
    text = f"A report on mill {number}, and on what its weavers said of the {number} loom sheds. "
    path.write_text(text * 3 + record(number)["Abstract"], encoding="utf-8")
    return path


def test_nothing_decided_yet(index):
    flow = prisma_flow(index)
    assert flow.databases == {"scopus": RECORDS - 8, "wos": 8 + SHARED}
    assert (flow.identified, flow.duplicates) == (RECORDS + SHARED, SHARED)
    assert (flow.unscreened, flow.screened, flow.included) == (RECORDS, 0, 0)
    assert flow.unfinished() == ["24 not screened"]


def test_a_whole_review(index, place):
    wos = next(path for path in record_counts(index) if path.endswith("wos.csv"))
    describe_source(index, Source(wos, "Trial register", "register"))
    ingest(index, [note(place, n) for n in range(3)], IngestOptions(isolate=False))
    documents = candidates(index, "title")
    for place_, document in enumerate(documents):
        decide(index, Decision(document, "title", "ana", "include" if place_ < 9 else "exclude"))
    reports = [document for document in candidates(index, "text") if document in set(documents)]
    others = [document for document in candidates(index, "text") if document not in set(documents)]
    verdicts = ["include"] * 4 + ["exclude"] * 3 + ["missing", "unsure"]
    reasons = [None] * 4 + ["no data", "no labour", "no data", None, None]
    for document, verdict, reason in zip(reports, verdicts, reasons, strict=True):
        decide(index, Decision(document, "text", "ana", verdict, reason))
    decide(index, Decision(others[0], "text", "ana", "include"))
    flow = prisma_flow(index)
    assert (flow.databases, flow.registers) == ({"scopus": RECORDS - 8}, {"Trial register": 8 + SHARED})
    assert (flow.screened, flow.excluded, flow.reports.sought) == (RECORDS, RECORDS - 9, 9)
    assert (flow.reports.missing, flow.reports.assessed, flow.reports.undecided) == (1, 8, 1)
    assert flow.reports.reasons == {"no data": 2, "no labour": 1}
    assert (flow.others, flow.other_reports.waiting, flow.included) == ({"other": 3}, 2, 5)
    assert flow.unfinished() == ["2 not assessed in full text", "1 not settled between screeners"]


def test_a_full_text_of_a_record_is_no_other_source(index, place):
    told = record(0)
    head = f"<title>{told['Title']}</title><meta name='citation_doi' content='{told['DOI']}'>"
    body = "".join(f"<p>{told['Abstract']} Paragraph {n}.</p>" for n in range(12))
    (place / "text.html").write_text(f"<html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    ingest(index, [place / "text.html"], IngestOptions(isolate=False))
    flow = prisma_flow(index)
    assert (flow.identified, flow.duplicates, flow.others) == (RECORDS + SHARED, SHARED, {})


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_decided_it_adds_up(index, place, seed):
    draw = random.Random(seed)  # noqa: S311
    change_plan(index, screeners=draw.choice([1, 2]), reasons=["no data", "no labour"])
    ingest(index, [note(place, n) for n in range(draw.randrange(4))], IngestOptions(isolate=False))
    everything = list(index.document_ids())
    for _ in range(draw.choice([5, 60, 400])):
        stage = draw.choice(["title", "text"])
        verdict = draw.choice(
            ["include", "include", "exclude", "unsure", "missing"][: 5 if stage == "text" else 4]
        )
        reason = draw.choice(["no data", "no labour"]) if verdict == "exclude" else None
        who, document = draw.choice(["ana", "ben", "cleo"]), draw.choice(everything)
        resolves = draw.random() < 0.05 and verdict != "unsure"
        add_decisions(index, [Decision(document, stage, who, verdict, reason, resolves=resolves)])
    flow = prisma_flow(index)
    assert flow.faults() == []
    assert flow.identified == RECORDS + SHARED
    titles_left = flow.unscreened + flow.undecided + flow.excluded + flow.reports.sought
    assert titles_left == RECORDS == len(candidates(index, "title"))
    assert flow.reports.sought + flow.other_reports.sought == len(candidates(index, "text"))


def test_written_as_the_file_is_named(index, place):
    for name in ("flow.svg", "flow.docx", "flow.json"):
        write_prisma(index, place / name)
    assert (place / "flow.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert (place / "flow.docx").read_bytes().startswith(b"PK")
    assert json.loads((place / "flow.json").read_text(encoding="utf-8")) == json.loads(
        as_json(prisma_flow(index))
    )
    with pytest.raises(UsageError, match=r"name it \.svg, \.docx, \.json"):
        write_prisma(index, place / "flow.png")


def test_an_empty_index_has_no_flow(place):
    with Index.open("empty.db", create=True) as index, pytest.raises(TextgovError, match="has no documents"):
        prisma_flow(index)
