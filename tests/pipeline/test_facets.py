"""Facets: words in a mention or just before it that override form and scope."""

from __future__ import annotations

import pytest
from pipeline_small import CodebookOf
from spacy.language import Language

from textgov.pipeline.drafts import DRAFTS, Draft
from textgov.pipeline.facets import LEFT_WINDOW, Facets

CUES = [
    {"id": "f.1", "cue": "global", "scope": "vertical", "codes": ["ngo"]},
    {"id": "f.2", "cue": "public", "form": "public", "reach": "before"},
    {"id": "f.3", "cue": "joint", "form": "social", "scope": "horizontal"},
    {"id": "f.4", "cue": "village", "form": "private", "codes": ["ngo"]},
    {"id": "f.5", "cue": "village", "form": "public", "codes": ["worker"]},
]


def facets(nlp: Language, codebook_of: CodebookOf, text: str, draft: Draft) -> tuple[str | None, str | None]:
    doc = nlp.make_doc(text)
    doc.user_data[DRAFTS] = [draft]
    assert Facets(nlp, codebook_of(form_cues=CUES))(doc) is doc
    return draft.form, draft.scope


@pytest.mark.parametrize(
    ("text", "span", "code", "expected"),
    [
        ("a global watchdog", (1, 3), "ngo", ("social", "vertical")),
        ("a GLOBAL watchdog", (1, 3), "ngo", ("social", "vertical")),
        # of other codes, or outside the mention, the word says nothing
        ("a global watchdog", (1, 3), "worker", ("social", "horizontal")),
        ("a global watchdog", (2, 3), "ngo", ("social", "horizontal")),
        ("a watchdog global", (1, 2), "ngo", ("social", "horizontal")),
        # a cue that reaches before: up to three words before the mention, not after it
        ("public watchdog", (1, 2), "ngo", ("public", "horizontal")),
        ("public x x watchdog", (3, 4), "ngo", ("public", "horizontal")),
        ("public x x x watchdog", (4, 5), "ngo", ("social", "horizontal")),
        ("a public watchdog", (1, 3), "ngo", ("public", "horizontal")),
        ("watchdog public", (0, 1), "ngo", ("social", "horizontal")),
        # both at once; the later word counts
        ("joint", (0, 1), "other", ("social", "horizontal")),
        ("joint public x", (0, 3), "ngo", ("public", "horizontal")),
        ("public joint x", (0, 3), "ngo", ("social", "horizontal")),
        # several cues of one word, each for its codes
        ("village watchdog", (0, 2), "ngo", ("private", "horizontal")),
        ("village watchdog", (0, 2), "worker", ("public", "horizontal")),
        ("village watchdog", (0, 2), "firm", ("social", "horizontal")),
        ("plain watchdog", (0, 2), "ngo", ("social", "horizontal")),
    ],
)
def test_cues(
    nlp: Language,
    codebook_of: CodebookOf,
    text: str,
    span: tuple[int, int],
    code: str,
    expected: tuple[str, str],
) -> None:
    assert LEFT_WINDOW == 3
    draft = Draft(*span, "actor", code, "x", "rule", "social", "horizontal")
    assert facets(nlp, codebook_of, text, draft) == expected


def test_what_has_neither_form_nor_scope_gets_none(nlp: Language, codebook_of: CodebookOf) -> None:
    assert facets(nlp, codebook_of, "public joint valley", Draft(1, 3, "place", "X", "x", "rule")) == (
        None,
        None,
    )


@pytest.mark.parametrize(("form", "scope"), [("social", None), (None, "horizontal")])
def test_one_of_both_is_enough(
    nlp: Language, codebook_of: CodebookOf, form: str | None, scope: str | None
) -> None:
    draft = Draft(1, 2, "actor", "ngo", "x", "rule", form, scope)
    assert facets(nlp, codebook_of, "public watchdog", draft) == ("public", scope)


def test_each_mention_is_judged_by_its_own_words(nlp: Language, codebook_of: CodebookOf) -> None:
    doc = nlp.make_doc("global watchdogs and other watchdogs")
    drafts = [Draft(*span, "actor", "ngo", "x", "rule", "social", "horizontal") for span in ((0, 2), (3, 5))]
    doc.user_data[DRAFTS] = drafts
    Facets(nlp, codebook_of(form_cues=CUES))(doc)
    assert [draft.scope for draft in drafts] == ["vertical", "horizontal"]


def test_documents_without_mentions_and_codebooks_without_cues(
    nlp: Language, codebook_of: CodebookOf
) -> None:
    doc = nlp.make_doc("global")
    assert Facets(nlp, codebook_of(form_cues=[]))(doc) is doc
    assert doc.user_data[DRAFTS] == []
