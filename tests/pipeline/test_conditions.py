"""Conditions: golden cases, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import base, codebook, drafted, judge, paths, read
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.codebook.marked import MarkedPassage, parse_marks
from textgov.pipeline.conditions import Conditions

WORDS = [
    "if",
    "Unless",
    "mills",
    "pay",
    "only",
    "when",
    ",",
    ";",
    "the",
    "more",
    "depends",
    "on",
    "without",
    "(",
    "Were",
    "é",
]


@pytest.fixture(scope="module")
def conditions() -> Conditions:
    return Conditions(base(), codebook())


def shared(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Characters in both ranges over characters in either."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0]))


def test_there_are_cases_for_and_against() -> None:
    expected = [read(path).header["condition"] for path in paths("conditions")]
    assert len(expected) >= 45
    assert expected.count("none") >= 5


@pytest.mark.parametrize("path", paths("conditions"), ids=lambda p: p.stem)
def test_case(path: Path, conditions: Conditions) -> None:
    passage = read(path)
    doc, drafts = drafted(passage)
    conditions(doc)
    expected = passage.header["condition"]
    found = drafts[0].condition
    text = doc.text[slice(*found)] if found else "none"
    if expected == "none" or found is None:
        right = text == expected
    else:
        start = passage.text.index(expected)
        right = shared(found, (start, start + len(expected))) >= 0.8
    judge(passage, [] if right else [f"expected {expected!r}, found {text!r}"])


@pytest.mark.parametrize("path", paths("conditions"), ids=lambda p: p.stem)
def test_a_neutral_sentence_after_the_text_changes_nothing(path: Path, conditions: Conditions) -> None:
    passage = read(path)
    found = []
    for text in (passage.text, f"{passage.text} The river is wide here."):
        doc, drafts = drafted(MarkedPassage(passage.id, text, passage.marks))
        conditions(doc)
        found.append([draft.condition for draft in drafts])
    assert found[0] == found[1]


def test_all_mentions_of_the_main_clause_are_tied_and_none_of_the_condition(conditions: Conditions) -> None:
    marked = "[[Mills|supplier]] [[train|training]] [[clerks|worker]] if the [[buyer|lead_firm]] pays."
    text, marks = parse_marks(marked)
    doc, drafts = drafted(MarkedPassage("text", text, marks))
    conditions(doc)
    where = (text.index("if"), text.index("."))
    assert [draft.condition for draft in drafts] == [where, where, where, None]


def test_the_nearer_of_two_conditions_counts(conditions: Conditions) -> None:
    text, marks = parse_marks("If it rains, [[work|x]] stops; [[pay|x]] stops if the mill floods.")
    doc, drafts = drafted(MarkedPassage("text", text, marks))
    conditions(doc)
    assert [doc.text[slice(*d.condition)] for d in drafts if d.condition] == [
        "If it rains",
        "if the mill floods",
    ]


def test_a_document_without_a_parse_is_left_as_it_is(conditions: Conditions) -> None:
    doc = base().make_doc("Audits work if mills pay.")
    assert conditions(doc) is doc


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=25))
def test_conditions_of_any_words_lie_in_one_sentence(conditions: Conditions, words: list[str]) -> None:
    doc = base()(" ".join(words))
    for condition in conditions.conditions(doc):
        assert 0 <= condition.start < condition.end <= len(doc)
        assert doc[condition.start].sent == doc[condition.end - 1].sent
        assert not condition.governed & set(range(condition.start, condition.end))
