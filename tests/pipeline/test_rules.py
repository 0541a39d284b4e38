"""Rules: what an entry of the codebook says of a span that matches it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pipeline_small import CodebookOf

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Context
from textgov.pipeline.rules import Pattern, Rule, patterns


def rules(codebook: Codebook) -> dict[str, Rule]:
    return {pattern.rule.id: pattern.rule for pattern in patterns(codebook)}


def cased(found: Iterable[Pattern], identifier: str) -> dict[str, bool]:
    return {p.text: p.cased for p in found if p.rule.id == identifier}


def test_form_and_scope_are_those_of_the_code_unless_the_entry_says_otherwise(
    codebook_of: CodebookOf,
) -> None:
    terms = [
        {"id": "actor.plain", "code": "worker", "term": "hand"},
        {"id": "actor.form", "code": "worker", "term": "clerk", "form": "public"},
        {"id": "actor.scope", "code": "worker", "term": "seafarer", "scope": "vertical"},
    ]
    gazetteer = {
        "organisation": [
            {"id": "org.plain", "code": "firm", "name": "Acme"},
            {"id": "org.both", "code": "firm", "name": "Port", "form": "public", "scope": "horizontal"},
        ],
        "place": [{"id": "place.1", "code": "KEN", "name": "Kenya"}],
    }
    found = rules(codebook_of(terms=terms, names=gazetteer))
    assert {key: (rule.form, rule.scope) for key, rule in found.items()} == {
        "actor.plain": ("social", "horizontal"),
        "actor.form": ("public", "horizontal"),
        "actor.scope": ("social", "vertical"),
        "org.plain": ("private", "vertical"),
        "org.both": ("public", "horizontal"),
        "place.1": (None, None),
    }


def test_a_rule_carries_what_its_entry_says(codebook_of: CodebookOf) -> None:
    terms = [
        {
            "id": "mechanism.1",
            "code": "audit",
            "term": "visit",
            "pos": "verb",
            "confidence": 0.4,
            "needs": {"near": ["mill"]},
            "unless": {"after": ["home"]},
        }
    ]
    assert rules(codebook_of(terms=terms, names={}))["mechanism.1"] == Rule(
        id="mechanism.1",
        layer="mechanism",
        code="audit",
        name="visit",
        is_name=False,
        is_verb=True,
        form="private",
        scope="vertical",
        needs=Context(near=("mill",)),
        unless=Context(after=("home",)),
        confidence=0.4,
    )


@pytest.mark.parametrize(
    ("pos", "is_name", "is_verb"),
    [("noun", False, False), ("verb", False, True), ("fixed", False, False), ("acronym", True, False)],
)
def test_acronyms_are_names(codebook_of: CodebookOf, pos: str, is_name: bool, is_verb: bool) -> None:
    terms = [{"id": "actor.1", "code": "ngo", "term": "NGO", "pos": pos}]
    rule = rules(codebook_of(terms=terms, names={}))["actor.1"]
    assert (rule.is_name, rule.is_verb) == (is_name, is_verb)


def test_a_name_is_sure_and_stands_in_the_layer_of_its_gazetteer(small: Codebook) -> None:
    rule = rules(small)["gaz.1"]
    assert (rule.layer, rule.name, rule.is_name, rule.is_verb) == ("actor", "Fair Cloth Watch", True, False)
    assert rule.confidence == 1.0


def test_only_forms_with_capitals_keep_their_case(codebook_of: CodebookOf) -> None:
    terms = [
        {"id": "mechanism.1", "code": "audit", "term": "KPI", "aliases": ["key figure"]},
        {"id": "mechanism.2", "code": "audit", "term": "visit", "aliases": ["Visit of Works"]},
        {"id": "mechanism.3", "code": "audit", "term": "abc", "pos": "acronym"},
    ]
    found = list(patterns(codebook_of(terms=terms, names={})))
    assert cased(found, "mechanism.1") == {
        "KPI": True,
        "KPIs": True,
        "key figure": False,
        "key figures": False,
    }
    assert set(cased(found, "mechanism.2").values()) == {False}
    assert cased(found, "mechanism.3") == {"abc": True, "abcs": True}


def test_clusters_are_names_of_a_layer_of_their_own(codebook_of: CodebookOf) -> None:
    cluster = {"id": "c.1", "name": "Dorrin", "place": "Dorrin", "country": "KEN", "sector": "tea"}
    found = list(patterns(codebook_of(terms=[], clusters=[{**cluster, "aliases": ["Dorrin Vale"]}])))
    own = [p for p in found if p.rule.id == "c.1"]
    assert [(p.text, p.cased) for p in own] == [("Dorrin", True), ("Dorrin Vale", True)]
    assert (own[0].rule.layer, own[0].rule.code, own[0].rule.is_name) == ("cluster", "c.1", True)
