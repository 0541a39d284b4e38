"""Queries for what drives and limits a path, and words of headings, as data of a codebook."""

from __future__ import annotations

import json

import pytest
from codebook_small import HEADER

from textgov.codebook.loader import check, default_codebook, load
from textgov.codebook.schema import PathCue, SectionCue

PATHS = """\

[[layer]]
id = "path"
label = "Paths"
description = "Ways."
marks_text = false
"""
CODE = """\
[[code]]
id = "north"
label = "Northern path"
definition = "Leads north."
examples = ["We went north.", "North they went."]
counter_example = "She went south."
source = "Ours."
"""
CUE = {"id": "path.north.1", "path": "north", "aspect": "driver", "label": "Wind", "cue": "wind* OR storm"}
FILES = {"codebook.toml": HEADER + PATHS, "codes.path.toml": CODE}


def lines(*entries):
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def test_a_codebook_of_ones_own_may_say_what_drives_a_path(write):
    book = load(write(FILES | {"cues.path.jsonl": lines(CUE)}))
    [cue] = book.cues["path"]
    assert isinstance(cue, PathCue)
    assert (cue.path, cue.aspect, cue.label, cue.cue) == ("north", "driver", "Wind", "wind* OR storm")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": "nroth"}, "path: 'nroth' is not a code of layer 'path'; codes are north"),
        ({"aspect": "cause"}, "aspect: "),
        ({"label": ""}, "label: "),
    ],
)
def test_faults(write, change, message):
    _, faults = check(write(FILES | {"cues.path.jsonl": lines(CUE | change)}))
    assert [(fault.file, fault.line) for fault in faults] == [("cues.path.jsonl", 1)]
    assert message in str(faults[0])


def test_cues_of_a_dropped_path_are_dropped(write):
    write(FILES | {"cues.path.jsonl": lines(CUE)}, name="base")
    child = write({"codebook.toml": HEADER.replace('"small"', '"child"')}, name="child")
    header = (child / "codebook.toml").read_text("utf-8")
    top, layers = header.split("[[layer]]", 1)
    extended = f'{top}extends = "base"\ndrop = ["path/north"]\n\n[[layer]]{layers}'
    (child / "codebook.toml").write_text(extended, encoding="utf-8")
    for name in ("codes.tool.toml", "lexicon.tool.jsonl"):
        (child / name).unlink()
    book = load(child)
    assert book.cues.get("path", ()) == ()
    assert "north" not in book.codes["path"]


def test_headings_are_told_by_words(write):
    cue = {"id": "section.1", "kind": "literature", "cue": "what others say"}
    [found] = load(write({"cues.section.jsonl": lines(cue)})).cues["section"]
    assert isinstance(found, SectionCue)
    _, faults = check(write({"cues.section.jsonl": lines(cue | {"kind": "other"})}))
    assert "kind: " in str(faults[0])


def test_one_actor_stands_where_the_axes_cross_and_some_act_from_abroad():
    actors = default_codebook().codes["actor"].values()
    assert [actor.id for actor in actors if actor.confluence] == ["cluster_firm"]
    abroad = {actor.id for actor in actors if actor.abroad}
    assert "lead_firm" in abroad
    assert "supplier" not in abroad
