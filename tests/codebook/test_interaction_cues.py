"""Cues of interactions: what a codebook must say of each."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest

from textgov.codebook.loader import builtin_folder, check

FILE = "cues.interaction.jsonl"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book") / "own"
    folder.mkdir()
    with as_file(builtin_folder()) as source:
        for name in ("codebook.toml", "codes.interaction.toml"):
            shutil.copyfile(source / name, folder / name)
    header = folder / "codebook.toml"
    text = header.read_text(encoding="utf-8")
    start, end = text.index("[firm_names]"), text.index("[[layer]]")
    header.write_text(text[:start] + text[end:], encoding="utf-8")
    return folder


def faults(book: Path, **cue) -> list[str]:
    """The faults of a codebook whose one cue is this."""
    line = {"id": "i", "cue": "word", "kind": "verb", "code": "conflict"} | cue
    line = {key: value for key, value in line.items() if value is not None}
    (book / FILE).write_text(json.dumps(line) + "\n", encoding="utf-8")
    return [str(fault) for fault in check(book)[1] if fault.file == FILE]


@pytest.mark.parametrize(
    "cue",
    [
        {},
        {"kind": "named", "forms": ["private", "public"]},
        {"kind": "form", "code": None, "form": "social"},
        {"kind": "fills", "code": None},
        {"kind": "pseudo", "code": None},
    ],
)
def test_complete_cues_are_taken(book: Path, cue: dict) -> None:
    assert faults(book, **cue) == []


@pytest.mark.parametrize(
    ("cue", "fault"),
    [
        ({"code": "war"}, "code: 'war' is not a code of layer 'interaction'; codes are complementarity"),
        ({"code": None}, "code: a cue of kind 'verb' tells an interaction; say which"),
        ({"kind": "named"}, "forms: a cue of kind 'named' says between which two forms; give them"),
        ({"kind": "named", "forms": ["public", "public"]}, "forms: a cue of kind 'named'"),
        ({"kind": "marker", "code": None}, "form: a cue of kind 'marker' names a form; say which"),
        ({"kind": "clashes"}, "kind: Input should be"),
        ({"form": "civic"}, "form: Input should be"),
    ],
)
def test_incomplete_cues_are_faults(book: Path, cue: dict, fault: str) -> None:
    (found,) = faults(book, **cue)
    assert found.startswith(f"{FILE}:1: {fault}")
