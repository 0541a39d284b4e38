"""Cues of direction: what stands in the file that ships, and faults of hostile ones."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from textgov.codebook.loader import Codebook, check, load
from textgov.codebook.schema import DirectionCue

FILE = "cues.direction.jsonl"


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load()


def line(**changes: object) -> str:
    return (
        json.dumps({"id": "direction.9", "cue": "rise", "effect": "more", "on": ["subject"], **changes})
        + "\n"
    )


def test_there_are_several_hundred_cues_of_every_effect(codebook: Codebook) -> None:
    cues = [cue for cue in codebook.cues["direction"] if isinstance(cue, DirectionCue)]
    effects = Counter(cue.effect for cue in cues)
    assert len(cues) == len(codebook.cues["direction"]) > 1000
    assert min(effects[effect] for effect in ("more", "less", "better", "worse", "same", "mixed")) >= 20


def test_every_outcome_and_upgrading_term_is_good_or_bad(codebook: Codebook) -> None:
    for layer in ("outcome", "economic_upgrading"):
        neither = [
            term.term
            for term in codebook.terms[layer]
            if term.polarity is None and not (term.code == "chain" and term.pos == "verb")
        ]
        assert neither == []


def test_the_direction_of_a_term_agrees_with_its_polarity_and_layer(codebook: Codebook) -> None:
    ways = {"outcome": ("improves", "worsens"), "economic_upgrading": ("upgrading", "downgrading")}
    for layer, (good, bad) in ways.items():
        for term in codebook.terms[layer]:
            assert term.direction in (None, good if term.polarity != "bad" else bad), term.id


def test_every_code_of_the_layers_has_terms(codebook: Codebook) -> None:
    for layer in ("outcome", "economic_upgrading", "gvc_structure"):
        assert set(codebook.codes[layer]) == {term.code for term in codebook.terms[layer]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (line(on=["oblique"]), "prepositions: give them where on holds 'oblique', and only there"),
        (line(prepositions=["to"]), "prepositions: give them where on holds 'oblique', and only there"),
        (line(on=[]), "on: "),
        (line(effect="up"), "effect: "),
        (line(on=["dative"]), "on.0: "),
    ],
)
def test_a_cue_that_can_never_act_is_a_fault_with_its_line(write, text: str, message: str) -> None:
    place = write({FILE: line(id="direction.1", cue="fall") + text})
    _, faults = check(place)
    assert {(fault.file, fault.line) for fault in faults} == {(FILE, 2)}
    assert faults[0].message.startswith(message)
