"""`textgov codebook`: begin, look at, check and compare."""

from __future__ import annotations

import re


def test_new_validate_diff(textgov, place):
    made = textgov("codebook", "new", "my-review", "--title", "Governance in seafood")
    assert (made.status, made.out) == (0, "")
    lines = made.err.splitlines()
    assert lines[-1] == "edit these, then run: textgov codebook validate my-review"
    assert {place / line for line in lines[:-1]} == set((place / "my-review").iterdir())
    good = textgov("codebook", "validate", "my-review")
    assert (good.status, good.out) == (0, "")
    assert re.fullmatch(r"my-review 0\.1\.0 is sound, hash [0-9a-f]{16}\n", good.err)
    diff = textgov("codebook", "diff", "gereffi-lee", "my-review")
    assert (diff.status, diff.err) == (0, "")
    assert diff.out.splitlines()[1].startswith("~ header my-review: ")
    assert textgov("codebook", "diff", "my-review", "my-review").out.endswith("do not differ\n")
    again = textgov("codebook", "new", "my-review")
    assert (again.status, again.err.count("\n")) == (2, 1)


def test_all_faults_are_told_with_file_and_line(textgov, place):
    textgov("codebook", "new", "mine", "--empty")
    (place / "mine" / "lexicon.theme.jsonl").write_text(
        '{"id": "a", "code": "wter", "term": "tap"}\n{"id": "a"\n\n{"id": "b", "code": "water", "trem": "x"}\n',
        encoding="utf-8",
    )
    result = textgov("codebook", "validate", "mine")
    assert result.status == 1
    faults = result.out.splitlines()
    assert [fault.split(": ")[0] for fault in faults] == sorted(fault.split(": ")[0] for fault in faults)
    assert {fault.rsplit("/", 1)[-1].split(": ")[0] for fault in faults} >= {
        "lexicon.theme.jsonl:1",
        "lexicon.theme.jsonl:2",
        "lexicon.theme.jsonl:4",
    }
    assert any("wter" in fault and "water" in fault for fault in faults)
    assert result.err == f"{len(faults)} faults\n"


def test_show(textgov):
    whole = textgov("codebook", "show").out
    assert whole.splitlines()[1].startswith("gereffi-lee 1.")
    assert re.search(r"^actor +17 ", whole, re.MULTILINE)
    layer = textgov("codebook", "show", "actor").out
    assert layer.startswith("Actors (actor)\n")
    assert "\nunion: Union or workers' organisation (social horizontal)\n" in layer
    code = textgov("codebook", "show", "strike").out
    assert code.startswith("Strike (mechanism:strike)\n")
    assert re.search(r"^example: .*«.+».*$", code, re.MULTILINE)
    assert re.search(r"^not: .*«.+»", code, re.MULTILINE)
    assert re.search(r"^terms \(\d+\): strike, ", code, re.MULTILINE)
    assert textgov("codebook", "show", "market", "--layer", "path").out.startswith("Market-driven")


def test_mistakes(textgov):
    for arguments, part in {
        ("codebook", "show", "strik"): "no code 'strik' in gereffi-lee; did you mean 'strike'?",
        ("codebook", "show", "strike", "--layer", "actr"): "no layer 'actr'; did you mean 'actor'?",
        ("codebook", "validate", "gereffi"): "gereffi: no such codebook; give a folder with codebook.toml",
        ("codebook", "diff", "gereffi-lee"): "Missing argument 'NEW'.",
        ("codebook", "shw"): "No such command 'shw'.",
    }.items():
        result = textgov(*arguments)
        assert (result.status, result.out, result.err.count("\n")) == (2, "", 1), result.err
        assert part in result.err


def test_manual(textgov):
    from textgov.workflows.codebook import codebook_manual

    result = textgov("codebook", "manual")
    assert (result.status, result.err) == (0, "")
    assert result.out == codebook_manual()
    assert result.out.startswith("# Governance and social upgrading in global value chains\n")
