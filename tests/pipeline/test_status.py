"""Assertion status: golden cases, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import base, codebook, drafted, judge, paths, read
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.codebook.marked import STATUSES, MarkedPassage, parse_marks
from textgov.pipeline.causes import Effect
from textgov.pipeline.status import StatusMarker, decide

NEUTRAL = "The river is wide here."
WORDS = [
    "audit",
    "Not",
    "must",
    "if",
    ":",
    "•",
    "no",
    "the",
    "will",
    "(2010)",
    "?",
    "None",
    "unless",
    "\n",
    "é",
    "🙂",
]


@pytest.fixture(scope="module")
def marker() -> StatusMarker:
    return StatusMarker(base(), codebook())


def statuses(marker: StatusMarker, marked: str) -> list[str]:
    text, marks = parse_marks(marked)
    doc, drafts = drafted(MarkedPassage("text", text, marks))
    marker(doc)
    return [draft.status for draft in drafts]


def effect(
    status: str, kind: str = "clause", *, depth: int = 1, at: int = 0, blocker: str | None = None
) -> Effect:
    return Effect(status, f"cue.{status}", kind, "dobj", depth, at, 1, "bare", blocker)  # type: ignore[arg-type]


def test_there_are_cases_of_every_status() -> None:
    marked = {mark.status for path in paths("status") for mark in read(path).marks}
    assert marked == set(STATUSES)
    assert len(paths("status")) >= 45


@pytest.mark.parametrize("path", paths("status"), ids=lambda p: p.stem)
def test_case(path: Path, marker: StatusMarker) -> None:
    passage = read(path)
    doc, drafts = drafted(passage)
    marker(doc)
    judge(
        passage,
        [
            f"{passage.text[m.start : m.end]!r} is {m.status}, found {d.status}"
            for m, d in zip(passage.marks, drafts, strict=True)
            if m.status != d.status
        ],
    )


@pytest.mark.parametrize("path", paths("status"), ids=lambda p: p.stem)
def test_a_neutral_sentence_after_the_text_changes_nothing(path: Path, marker: StatusMarker) -> None:
    passage = read(path)
    longer = MarkedPassage(passage.id, f"{passage.text} {NEUTRAL}", passage.marks)
    found = []
    for each in (passage, longer):
        doc, drafts = drafted(each)
        marker(doc)
        found.append([draft.status for draft in drafts])
    if passage.text.endswith((".", "?", "!")) and "fails" not in passage.header:
        assert found[0] == found[1]


def test_british_and_american_spelling_have_the_same_status(marker: StatusMarker) -> None:
    british = statuses(marker, "The mill must not apologise for its [[labour audits|audit]].")
    american = statuses(marker, "The mill must not apologize for its [[labor audits|audit]].")
    assert british == american == ["prescribed"]


def test_only_layers_that_have_a_status_are_touched(marker: StatusMarker) -> None:
    text, marks = parse_marks("No [[union|union]] came.")
    doc, drafts = drafted(MarkedPassage("text", text, marks))
    drafts[0].layer = "actor"
    marker(doc)
    assert drafts[0].status == "asserted"


def test_a_document_without_a_parse_is_left_as_it_is(marker: StatusMarker) -> None:
    doc = base().make_doc("No audit came.")
    assert marker(doc) is doc


def test_an_explanation_names_the_cue_and_what_blocks_it(marker: StatusMarker) -> None:
    doc = base()("The brand did not enforce its code.")
    effects = marker.effects(doc, doc[6:7])
    assert [(e.cue, e.blocker) for e in effects] == [("status.negated.head.not", "presupposed")]


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ([], "asserted"),
        ([effect("hedged")], "hedged"),
        ([effect("negated", blocker="presupposed")], "asserted"),
        ([effect("planned"), effect("conditional", "governed")], "conditional"),
        ([effect("prescribed"), effect("conditional", "governed")], "prescribed"),
        ([effect("prescribed", "complement"), effect("conditional", "inside")], "conditional"),
        ([effect("negated", at=3), effect("prescribed", at=2)], "prescribed"),
        ([effect("negated", depth=3), effect("prescribed", depth=1)], "negated"),
        ([effect("negated", "complement", at=5), effect("negated", depth=2, at=4)], "asserted"),
        ([effect("negated"), effect("negated", at=4)], "negated"),
        ([effect("hedged", "question"), effect("planned")], "hedged"),
    ],
)
def test_decision(effects: list[Effect], expected: str) -> None:
    assert decide(effects) == expected


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=25))
def test_any_sequence_of_words_gets_a_status_without_error(marker: StatusMarker, words: list[str]) -> None:
    doc = base()(" ".join(words))
    reach = marker.reach(doc)
    for token in doc:
        assert decide(reach.effects(token.i, token.i + 1)) in STATUSES
