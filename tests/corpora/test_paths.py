"""The corpus `paths` is what its card says: well-formed, coded with known codes, without near-duplicates."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from textgov.codebook.loader import default_codebook
from textgov.codebook.marked import STATUSES, MarkedPassage, read_passages
from textgov.preprocessing.dedupe import signature

FOLDER = Path(__file__).parents[2] / "corpora" / "paths"
KINDS = {"abstract", "paper", "audit", "statement", "policy", "ngo", "programme", "law", "news"}
STANCES = {"works", "fails", "mixed", "stated"}
LIMIT = 0.4


@pytest.fixture(scope="module")
def voices() -> dict[str, list[MarkedPassage]]:
    return {path.stem: list(read_passages(path)) for path in sorted((FOLDER / "voices").glob("*.md"))}


@pytest.fixture(scope="module")
def passages(voices: dict[str, list[MarkedPassage]]) -> list[MarkedPassage]:
    return [passage for part in voices.values() for passage in part]


def test_card_says_what_it_is() -> None:
    card = tomllib.loads((FOLDER / "corpus.toml").read_text(encoding="utf-8"))
    assert {"name", "title", "licence", "what", "made", "format", "faults"} <= set(card)


def test_headers_name_known_kinds_paths_and_stances(passages: list[MarkedPassage]) -> None:
    paths = set(default_codebook().codes["path"])
    for passage in passages:
        assert passage.header["kind"] in KINDS, passage.id
        assert passage.header["why"] and passage.header["topic"], passage.id
        assert set(passage.paths) <= paths, passage.id
        assert set(passage.paths.values()) <= STANCES, passage.id


def test_marks_carry_known_codes(passages: list[MarkedPassage]) -> None:
    codes = default_codebook().codes
    known = set(codes["actor"]) | set(codes["mechanism"])
    for passage in passages:
        for mark in passage.marks:
            assert mark.code in known, (passage.id, mark)
            assert mark.status in STATUSES
            assert passage.text[mark.start : mark.end].strip(), passage.id


def test_every_code_and_path_occurs_often_enough(passages: list[MarkedPassage]) -> None:
    codes = Counter(mark.code for passage in passages for mark in passage.marks)
    assert (
        min(codes[code] for layer in ("actor", "mechanism") for code in default_codebook().codes[layer]) >= 20
    )
    paths = Counter(path for passage in passages for path in passage.paths)
    assert min(paths.values()) >= 100
    assert sum(not passage.paths for passage in passages) >= 100


def test_ids_are_unique_and_named_after_the_author(voices: dict[str, list[MarkedPassage]]) -> None:
    ids = [passage.id for part in voices.values() for passage in part]
    assert len(ids) == len(set(ids))
    for voice, part in voices.items():
        assert all(passage.id.startswith(f"{voice}-") for passage in part)


def test_topics_hardly_straddle_authors(voices: dict[str, list[MarkedPassage]]) -> None:
    shared = set()
    for first, second in combinations(voices.values(), 2):
        shared |= {p.header["topic"] for p in first} & {p.header["topic"] for p in second}
    assert len(shared) <= sum(map(len, voices.values())) / 100, shared


def test_openings_differ(passages: list[MarkedPassage]) -> None:
    openings = Counter(" ".join(re.findall(r"\w+", passage.text.lower())[:5]) for passage in passages)
    repeated = {opening: count for opening, count in openings.items() if count > 2}
    assert not repeated


def test_no_near_duplicates(passages: list[MarkedPassage]) -> None:
    signatures = [signature(passage.text) for passage in passages]
    for one, other in combinations(range(len(passages)), 2):
        if signatures[one].similarity(signatures[other]) > LIMIT:
            pytest.fail(f"{passages[one].id} and {passages[other].id} are near-duplicates")
