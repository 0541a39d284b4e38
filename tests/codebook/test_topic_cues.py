"""Seeds and stop words of topic models, as cues of a codebook."""

from __future__ import annotations

import json

import pytest
from codebook_small import HEADER

from textgov.codebook.loader import check, default_codebook, load
from textgov.topics.seeds import codebook_seeds
from textgov.topics.texts import stop_words

SEEDS = [
    {"id": "s.1", "cue": "iron head", "layer": "tool", "code": "hammer"},
    {"id": "s.2", "cue": "teeth", "layer": "tool", "code": "saw"},
]


def lines(*entries):
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def test_a_codebook_of_ones_own_may_have_seeds_and_stop_words(write):
    book = load(
        write({"cues.seed.jsonl": lines(*SEEDS), "cues.stopword.jsonl": lines({"id": "w", "cue": "shed"})})
    )
    assert dict(codebook_seeds(book, "tool").phrases) == {"hammer": ("iron head",), "saw": ("teeth",)}
    assert "shed" in stop_words(book)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "axe"}, "code: 'axe' is not a code of layer 'tool'; codes are hammer, saw"),
        ({"layer": "car"}, "code: 'hammer' is not a code of layer 'car'; codes are none"),
        ({"weight": 2}, "weight: unknown key"),
    ],
)
def test_a_seed_of_what_is_not_there_is_a_fault(write, change, message):
    _, faults = check(write({"cues.seed.jsonl": lines(SEEDS[0] | change)}))
    assert [(fault.file, fault.line) for fault in faults] == [("cues.seed.jsonl", 1)]
    assert message in faults[0].message


def test_seeds_of_a_dropped_code_are_dropped(write):
    write({"cues.seed.jsonl": lines(*SEEDS)}, name="base")
    header = 'drop = ["tool/hammer"]\n' + HEADER.split("[[layer]]")[0].replace('"small"', '"child"')
    child = {
        "codebook.toml": header + 'extends = "base"\n',
        "codes.tool.toml": None,
        "lexicon.tool.jsonl": None,
    }
    assert dict(codebook_seeds(load(write(child, name="child")), "tool").phrases) == {"saw": ("teeth",)}


def test_stop_words_are_single_words_in_lower_case_and_stand_once():
    words = [cue.cue for cue in default_codebook().cues["stopword"]]
    assert all(word == word.lower() and " " not in word for word in words)
    assert len(words) == len(set(words))
