"""Interactions: golden cases on given mentions, whole texts, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from golden import base, codebook, judge, marked, paths, read
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline_small import CodebookOf
from spacy.tokens import Doc, Span

from textgov.codebook.marked import MarkedPassage
from textgov.codebook.schema import Form
from textgov.pipeline.build import Pipeline
from textgov.pipeline.drafts import DRAFTS, Draft, interactions_of
from textgov.pipeline.interactions import Interactions

KINDS = ("complementarity", "synergy", "displacement", "conflict")
WORDS = (
    "codes",
    "clash",
    "with",
    "law",
    "jointly",
    "each",
    "other",
    "filled",
    "the",
    "gap",
    "instead",
    "of",
    "not",
    ".",
    ";",
    "public-private",
    "partnership",
    "crowded",
    "out",
    "were",
    "made",
    "redundant",
)


@pytest.fixture(scope="module")
def interactions() -> Interactions:
    return Interactions(base(), codebook())


def drafted(passage: MarkedPassage) -> Doc:
    """The parsed text with mentions whose forms are the codes of its marks, of actors after "actor."."""

    def draft(code: str, span: Span) -> Draft:
        layer, _, form = code.rpartition(".")
        return Draft(
            span.start, span.end, layer or "mechanism", "x", span.text, "case", form=cast(Form, form)
        )

    return marked(passage, draft)


def told(doc: Doc) -> set[str]:
    return {" ".join((one.kind, *one.forms)) for one in interactions_of(doc)}


def test_there_are_cases_of_each_kind_and_against() -> None:
    expected = [read(path).header["interaction"].split()[0] for path in paths("interaction")]
    assert all(expected.count(kind) >= 8 for kind in KINDS)
    assert expected.count("none") >= 10


@pytest.mark.parametrize("path", paths("interaction"), ids=lambda p: p.stem)
def test_case(path: Path, interactions: Interactions) -> None:
    passage = read(path)
    kind, *forms = passage.header["interaction"].split()
    right = set() if kind == "none" else {" ".join((kind, *sorted(forms)))}
    found = told(interactions(drafted(passage)))
    judge(passage, [] if found == right else [f"expected {sorted(right)}, found {sorted(found)}"])


def test_evidence_holds_cue_and_both_sides(interactions: Interactions) -> None:
    passage = read(next(p for p in paths("interaction") if p.stem == "crowd-out"))
    (one,) = interactions_of(interactions(drafted(passage)))
    assert passage.text[one.start : one.end] == "audits crowded out public"
    assert one.rule == "interaction.displacement.verb.crowd-out"


def test_told_wants_a_cue_and_two_forms(interactions: Interactions) -> None:
    texts = {
        "Private standards clash with state law.": True,
        "Private standards are older than state law.": False,
        "Private standards clash with one another.": False,
        "Smelters trace conflict minerals under private standards and state law.": False,
    }
    assert {text: interactions.told(base().make_doc(text)) for text in texts} == texts


def test_one_form_interacts_only_across_the_scopes(interactions: Interactions) -> None:
    found = []
    for scopes in (("vertical", "horizontal"), ("vertical", "vertical")):
        doc = base()("Brands clash with chambers.")
        doc.user_data[DRAFTS] = [
            Draft(n, n + 1, "actor", "x", "n", "r", form="private", scope=scope)
            for n, scope in zip((0, 3), scopes, strict=True)
        ]
        found.append(told(interactions(doc)))
    assert found == [{"conflict private private"}, set()]


def test_a_document_without_a_parse_has_none(interactions: Interactions) -> None:
    doc = base().make_doc("Private standards clash with state law.")
    assert interactions_of(interactions(doc)) == []


def test_a_second_run_does_not_double_interactions(interactions: Interactions) -> None:
    doc = drafted(read(paths("interaction")[0]))
    first = list(interactions_of(interactions(doc)))
    assert interactions_of(interactions(doc)) == first


def test_a_codebook_without_cues_finds_none(codebook_of: CodebookOf) -> None:
    passage = read(next(p for p in paths("interaction") if p.stem == "crowd-out"))
    assert told(Interactions(base(), codebook_of())(drafted(passage))) == set()


@pytest.mark.parametrize(
    ("text", "interaction"),
    [
        ("The vigilance of unions makes up for the state's absence.", "complementarity public social"),
        ("A public-private partnership trains supervisors.", "synergy private public"),
        ("The labour ministry and the brands set up a joint inspection team.", "synergy private public"),
        ("NGO campaigns give the labour inspectors a lever.", "complementarity public social"),
        ("Employer-run welfare committees usurped the role of the union.", "displacement private social"),
        ("The state's law rendered the buyers' codes superfluous.", "displacement private public"),
        ("Buyers demand unlimited overtime, which the labour law prohibits.", "conflict private public"),
    ],
)
def test_whole_texts(default_pipeline: Pipeline, text: str, interaction: str) -> None:
    (annotation,) = default_pipeline.annotate([text])
    assert {" ".join((one.kind, *one.forms)) for one in annotation.interactions} == {interaction}


@pytest.mark.parametrize(
    "text",
    [
        "Audits and labour inspections are both announced.",
        "The code has not displaced the labour inspectorate.",
        "Labour inspectors have no quarrel with the buyers' auditors.",
        "Do the retailer's codes clash with labour law?",
        "The ministry sat in the back room with the union.",
    ],
)
def test_whole_texts_without(default_pipeline: Pipeline, text: str) -> None:
    (annotation,) = default_pipeline.annotate([text])
    assert annotation.interactions == ()


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=2, max_size=20),
    picks=st.lists(
        st.tuples(st.integers(0, 19), st.sampled_from(("private", "social", "public"))),
        max_size=6,
        unique_by=lambda p: p[0],
    ),
)
def test_interactions_of_any_words_are_well_formed(
    interactions: Interactions, words: list[str], picks: list[tuple[int, str]]
) -> None:
    doc = base()(" ".join(words))
    drafts = [
        Draft(n, n + 1, "actor", "x", "n", "r", form=cast(Form, form)) for n, form in picks if n < len(doc)
    ]
    doc.user_data[DRAFTS] = sorted(drafts, key=lambda d: d.start)
    found = interactions_of(interactions(doc))
    for one in found:
        assert one.kind in KINDS
        assert list(one.forms) == sorted(one.forms)
        assert len(one.forms) == 2 or one.kind == "synergy"
        assert 0 <= one.start < one.end <= len(doc.text)
    if not drafts:
        assert all("named" in one.rule for one in found)
