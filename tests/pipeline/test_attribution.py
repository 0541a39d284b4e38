"""Attribution: golden cases, and what must hold for any text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from golden import base, codebook, drafted, judge, paths, read
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.codebook.marked import MarkedPassage, parse_marks
from textgov.pipeline.attribution import Attribution
from textgov.pipeline.build import Pipeline

NEUTRAL = "The river is wide here."
WORDS = [
    "According",
    "to",
    "says",
    "that",
    "Tjandra",
    "(2014)",
    "we",
    "[3]",
    ",",
    ";",
    "the",
    "study",
    "In",
    "view",
    "é",
]


@pytest.fixture(scope="module")
def attribution() -> Attribution:
    return Attribution(base(), codebook())


def words(source: str | None) -> set[str]:
    return set(re.findall(r"\w+", (source or "").lower()))


def test_there_are_cases_for_and_against() -> None:
    passages = [read(path) for path in paths("attribution")]
    sources = [mark.source for passage in passages for mark in passage.marks]
    assert len(passages) >= 45
    assert sources.count(None) >= 15


@pytest.mark.parametrize("path", paths("attribution"), ids=lambda p: p.stem)
def test_case(path: Path, attribution: Attribution) -> None:
    passage = read(path)
    doc, drafts = drafted(passage)
    attribution(doc)
    unnamed = passage.header.get("attributed") == "yes"
    faults = []
    for mark, draft in zip(passage.marks, drafts, strict=True):
        expected = bool(mark.source) or unnamed
        if draft.attributed != expected or not words(mark.source) <= words(draft.source):
            faults.append(
                f"{draft.name!r}: expected {mark.source or expected}, found {draft.source} ({draft.attributed})"
            )
    judge(passage, faults)


@pytest.mark.parametrize("path", paths("attribution"), ids=lambda p: p.stem)
def test_a_neutral_sentence_after_the_text_reports_nobody(path: Path, attribution: Attribution) -> None:
    passage = read(path)
    text = f"{passage.text} {NEUTRAL}"
    doc, drafts = drafted(
        MarkedPassage(passage.id, text, (*passage.marks, *parse_marks(f"{passage.text} [[{NEUTRAL}|x]]")[1]))
    )
    attribution(doc)
    assert not drafts[-1].attributed


def test_a_mention_keeps_its_source_out_of_other_layers(attribution: Attribution) -> None:
    text, marks = parse_marks("[[Mills|supplier]] cheat (Tjandra 2014).")
    doc, drafts = drafted(MarkedPassage("text", text, marks))
    drafts[0].layer = "actor"
    attribution(doc)
    assert not drafts[0].attributed


def test_a_document_without_a_parse_is_left_as_it_is(attribution: Attribution) -> None:
    doc = base().make_doc("Audits fail (Tjandra 2014).")
    assert attribution(doc) is doc


@settings(max_examples=60, deadline=None)
@given(tokens=st.lists(st.sampled_from(WORDS), min_size=1, max_size=25))
def test_any_sequence_of_words_is_reported_within_itself(attribution: Attribution, tokens: list[str]) -> None:
    doc = base()(" ".join(tokens))
    for report in attribution.reports(doc):
        assert all(0 <= token < len(doc) for token in report.tokens)


def test_an_author_is_no_place(default_pipeline: Pipeline) -> None:
    text = "Pickers in Peru may extract a premium (Trujillo 2018; audits in Vietnam)."
    (annotation,) = default_pipeline.annotate([text])
    assert [text[m.start : m.end] for m in annotation.mentions if m.layer == "place"] == ["Peru", "Vietnam"]
