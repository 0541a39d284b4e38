"""The matcher: which surface forms are found, in which context they fit, and that nothing is left out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_small import CodebookOf
from spacy.language import Language

from textgov.codebook.loader import Codebook
from textgov.pipeline.matcher import CANDIDATES, Candidate, Matcher

LEXICON = [
    {"id": "mechanism.1", "code": "audit", "term": "code of conduct", "aliases": ["base code"]},
    {"id": "mechanism.2", "code": "audit", "term": "inspect", "pos": "verb"},
    {"id": "mechanism.3", "code": "audit", "term": "carry out checks", "pos": "verb"},
    {"id": "mechanism.4", "code": "strike", "term": "go-slow", "pos": "fixed"},
    {"id": "mechanism.5", "code": "audit", "term": "KPI", "aliases": ["key performance indicator"]},
    {"id": "mechanism.6", "code": "audit", "term": "Modern Work Act", "pos": "fixed"},
    {"id": "actor.1", "code": "worker", "term": "woman"},
    {"id": "actor.2", "code": "worker", "term": "labour organiser"},
    {"id": "actor.3", "code": "ngo", "term": "NGO", "pos": "acronym"},
    {"id": "actor.4", "code": "worker", "term": "co-operative"},
    {"id": "actor.5", "code": "ngo", "term": "workers' centre", "pos": "fixed"},
    {"id": "actor.6", "code": "firm", "term": "research & sourcing arm", "pos": "fixed"},
]
GAZETTEER = {
    "organisation": [
        {"id": "org.1", "code": "ngo", "name": "Fair Cloth Watch", "aliases": ["FCW", "Labour Help"]},
        {"id": "org.2", "code": "firm", "name": "Acme"},
        {"id": "org.3", "code": "firm", "name": "Sparrow"},
    ],
    "place": [{"id": "place.1", "code": "KEN", "name": "Kenya", "demonyms": ["Kenyan"]}],
}
CLUSTERS = [
    {
        "id": "cluster.1",
        "name": "Dorrin",
        "place": "Dorrin",
        "country": "KEN",
        "sector": "garments",
        "aliases": ["Dorrin Valley"],
    }
]


def candidates(nlp: Language, codebook: Codebook, text: str) -> list[Candidate]:
    found: list[Candidate] = Matcher(nlp, codebook)(nlp.make_doc(text)).user_data[CANDIDATES]
    return found


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    from pipeline_small import small_codebook

    folder = tmp_path_factory.mktemp("lexicon") / "codebook"
    return small_codebook(folder, terms=LEXICON, names=GAZETTEER, clusters=CLUSTERS)


@pytest.fixture(scope="module")
def matcher(nlp: Language, lexicon: Codebook) -> Matcher:
    return Matcher(nlp, lexicon)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # lower-case terms: any letter case
        ("a code of conduct here", {"mechanism.1"}),
        ("Code of Conduct", {"mechanism.1"}),
        ("CODE OF CONDUCT", {"mechanism.1"}),
        # inflection: the head of a noun, irregular plurals, four forms of a verb
        ("their codes of conduct", {"mechanism.1"}),
        ("code of conducts", set()),
        ("two base codes", {"mechanism.1"}),
        ("the women came", {"actor.1"}),
        ("she inspects", {"mechanism.2"}),
        ("inspecting mills", {"mechanism.2"}),
        ("they inspected", {"mechanism.2"}),
        ("two inspectors", set()),
        ("it carried out checks", {"mechanism.3"}),
        ("carrying out checks", {"mechanism.3"}),
        # "fixed" is not inflected
        ("a go-slow", {"mechanism.4"}),
        ("many go-slows", set()),
        # spelling and signs
        ("a labour organiser", {"actor.2"}),
        ("a labor organizer", {"actor.2"}),
        ("labor organizers", {"actor.2"}),
        ("a labour organizer", {"actor.2"}),
        ("the go slow", {"mechanism.4"}),
        ("a co-operative", {"actor.4"}),
        ("co operatives", {"actor.4"}),
        ("a workers' centre", {"actor.5"}),
        ("a workers’ centre", {"actor.5"}),
        ("a research and sourcing arm", {"actor.6"}),
        # acronyms and names keep their case
        ("one NGO", {"actor.3"}),
        ("many NGOs", {"actor.3"}),
        ("one ngo", set()),
        ("Fair Cloth Watch", {"org.1"}),
        ("fair cloth watch", set()),
        ("Fair cloth watch", set()),
        ("FAIR CLOTH WATCH", {"org.1"}),
        ("a Labor Help desk", {"org.1"}),
        ("a sparrow", set()),
        ("the SPARROW logo", {"org.3"}),
        ("ACME", set()),
        ("Acme", {"org.2"}),
        ("Kenyans in Kenya", {"place.1"}),
        ("a Kenyan", {"place.1"}),
        ("Dorrin Valley", {"cluster.1"}),
        ("dorrin", set()),
        # a term with capitals keeps them, its alias without is found in any case
        ("a KPI", {"mechanism.5"}),
        ("KPIs", {"mechanism.5"}),
        ("a kpi", set()),
        ("Key performance indicators", {"mechanism.5"}),
        ("the Modern Work Act", {"mechanism.6"}),
        ("the modern work act", set()),
        # words, not parts of words
        ("encode of conduct", set()),
        ("the womanly art", set()),
        ("", set()),
        ("   ", set()),
    ],
)
def test_surface_forms(nlp: Language, matcher: Matcher, text: str, found: set[str]) -> None:
    assert {c.rule.id for c in matcher(nlp.make_doc(text)).user_data[CANDIDATES]} == found


def contexts(**context) -> list[dict[str, object]]:
    return [{"id": "mechanism.1", "code": "audit", "term": "visit", **context}]


@pytest.mark.parametrize(
    ("context", "text", "fits"),
    [
        ({"needs": {"near": ["mill"]}}, "A visit to the mill.", True),
        ({"needs": {"near": ["mill"]}}, "The Mill had no visit.", True),
        ({"needs": {"near": ["mill"]}}, "A visit to the miller.", False),
        ({"needs": {"near": ["dye works"]}}, "Dye works got a visit.", True),
        ({"needs": {"near": ["dye works"]}}, "They dye; it works; a visit.", False),
        ({"needs": {"near": ["art work"]}}, "A visit to a smart workshop.", False),
        ({"needs": {"near": ["labour-office"]}}, "A visit by the labour-office.", True),
        ({"needs": {"near": ["labour-office"]}}, "A visit by the labor office.", True),
        ({"needs": {"near": ["labour"]}}, "A visit by labor unions.", True),
        ({"needs": {"near": ["u.s."]}}, "A visit by U.S. buyers.", True),
        ({"needs": {"before": ["audit"]}}, "An audit visit.", True),
        ({"needs": {"before": ["audit"]}}, "An Audit visit.", True),
        ({"needs": {"before": ["audit"]}}, "An audit by visit.", False),
        ({"needs": {"before": ["audit"]}}, "A visit audit.", False),
        ({"needs": {"before": ["audit"]}}, "Visit audit.", False),
        ({"needs": {"before": ["two-day"]}}, "A two-day visit.", True),
        ({"needs": {"before": ["two-day"]}}, "One day visit.", False),
        ({"needs": {"after": ["reports"]}}, "The visit reports.", True),
        ({"needs": {"after": ["reports"]}}, "The reports of a visit.", False),
        ({"needs": {"after": ["reports"]}}, "reports visit", False),
        ({"needs": {"after": ["follow-up"]}}, "visit follow-up", True),
        ({"needs": {"near": ["mill"], "before": ["audit"]}}, "An audit visit.", True),
        ({"needs": {"near": ["mill"], "before": ["audit"]}}, "A visit.", False),
        ({"unless": {"near": ["doctor"]}}, "A visit to the doctor.", False),
        ({"unless": {"near": ["doctor"]}}, "A visit to the mill.", True),
        ({"unless": {"before": ["tourist"]}}, "A tourist visit.", False),
        ({"unless": {"after": ["home"]}}, "A visit home.", False),
        ({"unless": {"after": ["home"]}}, "A home visit.", True),
        ({"needs": {"near": ["mill"]}, "unless": {"near": ["doctor"]}}, "A visit to the mill doctor.", False),
        ({"needs": {"near": ["mill"]}, "unless": {"near": ["doctor"]}}, "A visit to the mill.", True),
        ({}, "A visit.", True),
    ],
)
def test_context(nlp: Language, codebook_of: CodebookOf, context: dict, text: str, fits: bool) -> None:
    found = candidates(nlp, codebook_of(terms=contexts(**context)), text)
    assert [(c.rule.id, c.fits) for c in found] == [("mechanism.1", fits)]


def test_names_have_contexts_too(nlp: Language, codebook_of: CodebookOf) -> None:
    gazetteer = {
        "organisation": [{"id": "org.1", "code": "firm", "name": "Gap", "unless": {"before": ["the"]}}]
    }
    codebook = codebook_of(terms=[], names=gazetteer)
    assert [c.fits for c in candidates(nlp, codebook, "Gap closes the Gap at Gap.")] == [True, False, True]


def test_overlapping_matches_are_all_kept_longest_first(nlp: Language, codebook_of: CodebookOf) -> None:
    terms = [
        {"id": "mechanism.short", "code": "audit", "term": "code"},
        {"id": "mechanism.long", "code": "audit", "term": "code of conduct"},
        {"id": "mechanism.b", "code": "strike", "term": "conduct"},
        {"id": "actor.a", "code": "firm", "term": "conduct"},
        {"id": "mechanism.over", "code": "audit", "term": "conduct rules", "pos": "fixed"},
    ]
    found = candidates(nlp, codebook_of(terms=terms), "A code of conduct rules.")
    assert [(c.start, c.end, c.rule.id) for c in found] == [
        (1, 4, "mechanism.long"),
        (1, 2, "mechanism.short"),
        (3, 5, "mechanism.over"),
        (3, 4, "actor.a"),
        (3, 4, "mechanism.b"),
    ]


def test_a_name_that_is_lower_case_and_exact_at_once_is_found_once(
    nlp: Language, codebook_of: CodebookOf
) -> None:
    terms = [{"id": "mechanism.1", "code": "audit", "term": "KPI", "aliases": ["kpi"]}]
    assert len(candidates(nlp, codebook_of(terms=terms), "KPI")) == 1


WORDS = ("code", "of", "conduct", "codes", "Fair", "Cloth", "Watch", "women", "NGO", "Kenya", "mill")


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_every_occurrence_of_every_form_is_found(nlp: Language, matcher: Matcher, words: list[str]) -> None:
    forms = {
        ("code", "of", "conduct"): "mechanism.1",
        ("codes", "of", "conduct"): "mechanism.1",
        ("women",): "actor.1",
        ("NGO",): "actor.3",
        ("Fair", "Cloth", "Watch"): "org.1",
        ("Kenya",): "place.1",
    }
    expected = {
        (start, start + len(form), forms[form])
        for start, form in product(range(len(words)), forms)
        if tuple(words[start : start + len(form)]) == form
    }
    found = matcher(nlp.make_doc(" ".join(words))).user_data[CANDIDATES]
    assert {(c.start, c.end, c.rule.id) for c in found} == expected
    assert len(found) == len(expected)
    assert [(c.start, -c.end) for c in found] == sorted((c.start, -c.end) for c in found)
