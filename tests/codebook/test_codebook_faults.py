"""Hostile codebooks: every fault is found, with its file, its line and what would be right."""

from __future__ import annotations

import json
import os

import pytest
from codebook_small import CODES, HEADER

from textgov.codebook import reading
from textgov.codebook.faults import Fault, quoted
from textgov.codebook.loader import check, load
from textgov.errors import CodebookError

LEXICON = "lexicon.tool.jsonl"
CODE_FILE = "codes.tool.toml"
HEAD = "codebook.toml"


def line(**changes: object) -> str:
    entry = {"id": "tool.hammer.009", "code": "hammer", "term": "sledge", **changes}
    return json.dumps({key: value for key, value in entry.items() if value is not None}) + "\n"


def code(**changes: str) -> str:
    fields = {
        "id": '"axe"',
        "label": '"Axe"',
        "definition": '"Cuts."',
        "examples": '["An [[axe]].", "The [[hatchet]]."]',
        "counter_example": '"Jobs were [[axed]]."',
        "source": '"Ours."',
        **changes,
    }
    return CODES + "\n[[code]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items() if value)


AXE = CODES.count("\n") + 2
"""The line on which the third code begins; its keys follow in the order of `code`."""

CASES = {
    "no header": ({HEAD: None}, HEAD, 1, "missing; every codebook has one"),
    "header not TOML": ({HEAD: HEADER + "x = \n"}, HEAD, 10, "not TOML"),
    "header not TOML at its end": ({HEAD: HEADER + "x = [1,"}, HEAD, 10, "not TOML"),
    "header nested too deeply": ({HEAD: "x = " + "[" * 50_000}, HEAD, 1, "nested too deeply"),
    "number without end": ({HEAD: "x = " + "9" * 5000}, HEAD, 1, "not TOML"),
    "header not UTF-8": (
        {HEAD: b'id = "small"\ntitle = "caf\xe9"\n'},
        HEAD,
        2,
        "not UTF-8 at byte 25; save it as UTF-8",
    ),
    "header in UTF-16": ({HEAD: HEADER.encode("utf-16")}, HEAD, 1, "not UTF-8 at byte 0"),
    "header with NUL": ({HEAD: HEADER + "\0"}, HEAD, 10, "not TOML"),
    "unknown key of the header": (
        {HEAD: 'colour = "red"\n' + HEADER},
        HEAD,
        1,
        "colour: unknown key; known keys are id, version, title, source",
    ),
    "missing key of the header": (
        {HEAD: HEADER.replace('title = "A small codebook"\n', "")},
        HEAD,
        1,
        "title: missing",
    ),
    "bad version": ({HEAD: HEADER.replace("1.0.0", "1.0")}, HEAD, 2, "version: String should match pattern"),
    "unknown language": (
        {HEAD: 'language = "tlh"\n' + HEADER},
        HEAD,
        1,
        "language: Input should be 'en', got 'tlh'",
    ),
    "unknown key of a layer": (
        {HEAD: HEADER + 'colour = "red"\n'},
        HEAD,
        6,
        "layer.0.colour: unknown key; known keys are id, label, description, marks_text, open",
    ),
    "layer twice": (
        {HEAD: HEADER + HEADER[HEADER.index("[[layer]]") :]},
        HEAD,
        6,
        "layer: 'tool' is declared twice",
    ),
    "speaker without a code": (
        {HEAD: HEADER + '[firm_names]\nlayer = "tool"\ncode = "axe"\nsuffixes = ["Ltd"]\n'},
        HEAD,
        10,
        "firm_names: 'axe' is not a code of layer 'tool'; codes are hammer, saw",
    ),
    "layer not declared": (
        {"lexicon.car.jsonl": line()},
        "lexicon.car.jsonl",
        1,
        "layer 'car' is not declared in codebook.toml; declared are tool",
    ),
    "codes of a layer not declared": (
        {"codes.car.toml": CODES},
        "codes.car.toml",
        1,
        "layer 'car' is not declared",
    ),
    "unknown file": (
        {"lexikon.tool.jsonl": ""},
        "lexikon.tool.jsonl",
        1,
        "not a file of a codebook; known are codebook.toml, spelling.toml, codes.<layer>.toml",
    ),
    "wrong suffix": ({"lexicon.tool.json": ""}, "lexicon.tool.json", 1, "not a file of a codebook"),
    "codes as JSONL": ({"codes.tool.jsonl": ""}, "codes.tool.jsonl", 1, "not a file of a codebook"),
    "no layer in the name": ({"lexicon.jsonl": ""}, "lexicon.jsonl", 1, "not a file of a codebook"),
    "unknown kind of cue": (
        {"cues.mood.jsonl": ""},
        "cues.mood.jsonl",
        1,
        "cues.status.jsonl, cues.form.jsonl",
    ),
    "codes not TOML": ({CODE_FILE: CODES + "[[code]\n"}, CODE_FILE, CODES.count("\n") + 1, "not TOML"),
    "one bracket": (
        {CODE_FILE: CODES.replace("[[code]]", "[code]", 1).split("[[code]]")[0]},
        CODE_FILE,
        1,
        "double brackets",
    ),
    "code is a number": ({CODE_FILE: "code = 5\n"}, CODE_FILE, 1, "double brackets"),
    "codes are numbers": (
        {CODE_FILE: "code = [5]\n"},
        CODE_FILE,
        1,
        "entry: expected a table of keys and values, got 5",
    ),
    "unknown table": (
        {CODE_FILE: CODES + "[colours]\nred = 1\n"},
        CODE_FILE,
        AXE - 1,
        "colours: unknown; only [[code]]",
    ),
    "unknown key of a code": (
        {CODE_FILE: code(colour="1")},
        CODE_FILE,
        AXE + 7,
        "colour: unknown key; known keys are id, label",
    ),
    "missing key of a code": ({CODE_FILE: code(source="")}, CODE_FILE, AXE, "source: missing"),
    "wrong type": (
        {CODE_FILE: code(label="5")},
        CODE_FILE,
        AXE + 2,
        "label: Input should be a valid string, got 5",
    ),
    "code twice": (
        {CODE_FILE: code(id='"saw"')},
        CODE_FILE,
        AXE,
        "id: code 'saw' stands also at codes.tool.toml:9",
    ),
    "id with a space": (
        {CODE_FILE: code(id='"big axe"')},
        CODE_FILE,
        AXE + 1,
        "id: String should match pattern",
    ),
    "unknown form": (
        {CODE_FILE: code(form='"royal"')},
        CODE_FILE,
        AXE + 7,
        "form: Input should be 'private', 'social' or 'public', got 'royal'",
    ),
    "unknown scope": (
        {CODE_FILE: code(scope='"up"')},
        CODE_FILE,
        AXE + 7,
        "'horizontal' or 'vertical', got 'up'",
    ),
    "unknown parent": (
        {CODE_FILE: code(parent='"wood"')},
        CODE_FILE,
        AXE,
        "parent: 'wood' is not a code of layer 'tool'; codes are axe, hammer, saw",
    ),
    "own parent": ({CODE_FILE: code(parent='"axe"')}, CODE_FILE, AXE, "parent: 'axe' is its own ancestor"),
    "parents in a circle": (
        {CODE_FILE: CODES.replace('label = "Hammer"', 'label = "Hammer"\nparent = "saw"')},
        CODE_FILE,
        1,
        "'hammer' is its own ancestor",
    ),
    "mechanism that is no code": (
        {CODE_FILE: code(mechanisms='["x"]')},
        CODE_FILE,
        AXE,
        "mechanisms: 'x' is not a code of layer 'mechanism'; codes are none",
    ),
    "one example": (
        {CODE_FILE: code(examples='["An [[axe]]."]')},
        CODE_FILE,
        AXE + 4,
        "examples: Tuple should have at least 2 items",
    ),
    "empty example": (
        {CODE_FILE: code(examples='["An [[axe]].", " "]')},
        CODE_FILE,
        AXE + 4,
        "examples.1: String should have at least 1 character",
    ),
    "same example twice": (
        {CODE_FILE: code(examples='["An [[axe]].", "An [[axe]]."]')},
        CODE_FILE,
        AXE,
        "the same example twice",
    ),
    "example without a mark": (
        {CODE_FILE: code(examples='["An axe.", "The [[axe]]."]')},
        CODE_FILE,
        AXE,
        "examples: mark the coded span of 'An axe.'",
    ),
    "mark not closed": (
        {CODE_FILE: code(examples='["An [[axe.", "The [[axe]]."]')},
        CODE_FILE,
        AXE,
        "examples: a mark is not closed",
    ),
    "mark empty": (
        {CODE_FILE: code(examples='["An [[ ]] [[axe]].", "The [[axe]]."]')},
        CODE_FILE,
        AXE,
        "empty or nested",
    ),
    "mark nested": (
        {CODE_FILE: code(examples='["An [[a [[xe]].", "The [[axe]]."]')},
        CODE_FILE,
        AXE,
        "empty or nested",
    ),
    "counter-example not closed": (
        {CODE_FILE: code(counter_example='"Jobs [[axed."')},
        CODE_FILE,
        AXE,
        "counter_example: a mark is not closed",
    ),
    "not JSON": ({LEXICON: line() + "{'id': 1}\n"}, LEXICON, 2, "not JSON at column 2"),
    "JSON cut off": ({LEXICON: line().rstrip()[:-5]}, LEXICON, 1, "not JSON at column"),
    "JSON list": (
        {LEXICON: "[1, 2]\n"},
        LEXICON,
        1,
        "entry: expected a table of keys and values, got [1, 2]",
    ),
    "JSON nested too deeply": (
        {LEXICON: "\n" + "[" * 100_000 + "\n"},
        LEXICON,
        2,
        "not JSON: nested too deeply",
    ),
    "JSON number without end": ({LEXICON: '{"id": ' + "9" * 5000 + "}\n"}, LEXICON, 1, "not usable"),
    "key twice": (
        {LEXICON: '{"id": "a", "code": "saw", "code": "hammer", "term": "x"}\n'},
        LEXICON,
        1,
        "the key 'code' stands twice",
    ),
    "lexicon not UTF-8": ({LEXICON: line().encode() * 2 + b"\xff\n"}, LEXICON, 3, "not UTF-8"),
    "lone surrogate": ({LEXICON: '{"id": "a", "code": "saw", "term": "\\ud800"}\n'}, LEXICON, 1, "term: "),
    "unknown key of a term": (
        {LEXICON: line(colour=1)},
        LEXICON,
        1,
        "colour: unknown key; known keys are id, code, term",
    ),
    "unknown key of a context": (
        {LEXICON: line(needs={"nearby": ["x"]})},
        LEXICON,
        1,
        "needs.nearby: unknown key; known keys are near, before, after",
    ),
    "missing code": ({LEXICON: line(code=None)}, LEXICON, 1, "code: missing"),
    "unknown code": (
        {LEXICON: line(code="axe")},
        LEXICON,
        1,
        "code: 'axe' is not a code of layer 'tool'; codes are hammer, saw",
    ),
    "unknown code of a name": (
        {"gazetteer.tool.jsonl": '\n{"id": "n", "code": "axe", "name": "X"}\n'},
        "gazetteer.tool.jsonl",
        2,
        "'axe' is not a code",
    ),
    "id twice in a file": (
        {LEXICON: line() + line(term="x")},
        LEXICON,
        2,
        "id: 'tool.hammer.009' stands also at lexicon.tool.jsonl:1",
    ),
    "id twice in two files": (
        {"gazetteer.tool.jsonl": '{"id": "tool.saw.001", "code": "saw", "name": "X"}\n'},
        LEXICON,
        2,
        "'tool.saw.001' stands also at gazetteer.tool.jsonl:1",
    ),
    "empty term": (
        {LEXICON: line(term="  ")},
        LEXICON,
        1,
        "term: String should have at least 1 character, got '  '",
    ),
    "empty alias": (
        {LEXICON: line(aliases=[""])},
        LEXICON,
        1,
        "aliases.0: String should have at least 1 character",
    ),
    "aliases not a list": (
        {LEXICON: line(aliases="x")},
        LEXICON,
        1,
        "aliases: Input should be a valid tuple, got 'x'",
    ),
    "unknown part of speech": (
        {LEXICON: line(pos="adverb")},
        LEXICON,
        1,
        "'noun', 'verb', 'fixed' or 'acronym', got 'adverb'",
    ),
    "confidence too high": (
        {LEXICON: line(confidence=1.5)},
        LEXICON,
        1,
        "confidence: Input should be less than or equal to 1, got 1.5",
    ),
    "confidence not a number": (
        {LEXICON: line(confidence=float("nan"))},
        LEXICON,
        1,
        "confidence: Input should be",
    ),
    "term twice in a code": (
        {LEXICON: line() + line(id="b")},
        LEXICON,
        2,
        "term: 'sledge' stands twice in tool/hammer, also at lexicon.tool.jsonl:1",
    ),
    "term is another's alias": (
        {LEXICON: line(aliases=["maul"]) + line(id="b", term="maul")},
        LEXICON,
        2,
        "'maul' stands twice",
    ),
    "term is its own alias": ({LEXICON: line(aliases=["sledge"])}, LEXICON, 1, "'sledge' stands twice"),
    "double space": ({LEXICON: line(term="a  b")}, LEXICON, 1, "'a  b' holds a double space"),
    "line break in a name": (
        {"gazetteer.tool.jsonl": '{"id": "n", "code": "saw", "name": "A\\nB"}\n'},
        "gazetteer.tool.jsonl",
        1,
        "invisible character",
    ),
    "zero-width space": ({LEXICON: line(term="a\u200bb")}, LEXICON, 1, "invisible character"),
    "needs nothing": ({LEXICON: line(needs={})}, LEXICON, 1, "needs: can never hold"),
    "needs capitals": ({LEXICON: line(needs={"near": ["Wood"]})}, LEXICON, 1, "needs: can never hold"),
    "needs two words directly before": (
        {LEXICON: line(needs={"before": ["the big"]})},
        LEXICON,
        1,
        "needs: can never hold",
    ),
    "needs what bars it": (
        {LEXICON: line(needs={"before": ["big"]}, unless={"near": ["big"]})},
        LEXICON,
        1,
        "needs: can never hold",
    ),
    "name that needs nothing": (
        {"gazetteer.tool.jsonl": '{"id": "n", "code": "saw", "name": "X", "needs": {}}\n'},
        "gazetteer.tool.jsonl",
        1,
        "needs: can never hold",
    ),
    "unknown effect": (
        {"cues.status.jsonl": '{"id": "c", "cue": "not", "effect": "nixed"}\n'},
        "cues.status.jsonl",
        1,
        "effect: Input should be 'negated'",
    ),
    "cue of an unknown layer": (
        {"cues.status.jsonl": '{"id": "c", "cue": "not", "effect": "negated", "layers": ["car"]}\n'},
        "cues.status.jsonl",
        1,
        "layers: 'car' is not a layer; layers are tool",
    ),
    "form cue without effect": (
        {"cues.form.jsonl": '{"id": "f", "cue": "big"}\n'},
        "cues.form.jsonl",
        1,
        "neither is given",
    ),
    "form cue of an unknown code": (
        {"cues.form.jsonl": '{"id": "f", "cue": "big", "scope": "vertical", "codes": ["axe"]}\n'},
        "cues.form.jsonl",
        1,
        "codes: 'axe' is not a code; codes are hammer, saw",
    ),
    "cluster without a country": (
        {"gazetteer.cluster.jsonl": '{"id": "k", "name": "K", "place": "P", "country": "p"}\n'},
        "gazetteer.cluster.jsonl",
        1,
        "country: String should match pattern",
    ),
    "spelling of numbers": (
        {"spelling.toml": '[american]\ncolour = "color"\ntyre = 5\n'},
        "spelling.toml",
        3,
        "tyre: expected lower-case",
    ),
    "spelling to nothing": (
        {"spelling.toml": '[american]\ncolour = ""\n'},
        "spelling.toml",
        2,
        "colour: expected lower-case",
    ),
    "spelling in capitals": (
        {"spelling.toml": '[american]\nColour = "color"\n'},
        "spelling.toml",
        2,
        "Colour: expected lower-case",
    ),
    "unknown spelling": (
        {"spelling.toml": '[scots]\nwee = "small"\n'},
        "spelling.toml",
        1,
        "scots: unknown; only [american]",
    ),
    "spelling not a table": (
        {"spelling.toml": "american = 5\n"},
        "spelling.toml",
        1,
        "american: expected a table",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_fault_is_found_at_its_place(write, case):
    changes, file, at, message = CASES[case]

    codebook, faults = check(write(changes))

    assert codebook is None
    assert [(f.file, f.line) for f in faults if message in f.message] == [(file, at)], faults


@pytest.mark.parametrize("case", CASES)
def test_every_fault_is_one_printable_line(write, case):
    folder = write(CASES[case][0])
    with pytest.raises(CodebookError) as caught:
        load(folder)

    lines = str(caught.value).split("\n")
    assert lines
    assert all(one.isprintable() and len(one) < 1000 and ":" in one for one in lines)
    assert str(folder) not in str(caught.value)


def test_all_faults_are_reported_at_once_in_order(write):
    changes = {
        HEAD: 'colour = "red"\n' + HEADER,
        CODE_FILE: code(form='"royal"', colour="1"),
        LEXICON: line(code="axe") + "{\n" + line(id="b", term="", pos="adverb"),
        "junk.txt": "",
    }
    _, faults = check(write(changes))

    assert [(f.file, f.line) for f in faults] == [
        (HEAD, 1),
        (CODE_FILE, AXE + 7),
        (CODE_FILE, AXE + 8),
        ("junk.txt", 1),
        (LEXICON, 1),
        (LEXICON, 2),
        (LEXICON, 3),
        (LEXICON, 3),
    ]


def test_a_folder_or_a_fifo_among_the_files_is_said(write):
    folder = write()
    (folder / "lexicons").mkdir()
    os.mkfifo(folder / "lexicon.car.jsonl")
    (folder / "codes.car.toml").symlink_to("codes.car.toml")

    _, faults = check(folder)

    assert {(f.file, f.message.split(";")[0]) for f in faults} == {
        ("lexicons", "not a file of a codebook"),
        ("lexicon.car.jsonl", "not a readable file"),
        ("codes.car.toml", "not a readable file"),
    }


def test_a_huge_file_is_refused_unread(write, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 1 << 20)
    folder = write({"lexicon.tool.jsonl": line() + " " * (1 << 20)})

    _, faults = check(folder)

    assert [(f.file, f.message) for f in faults] == [
        (LEXICON, "larger than 1 MB; split it or check what it is")
    ]


def test_a_file_that_cannot_be_opened_is_said(write, monkeypatch):
    folder = write()
    real = type(folder).open

    def refuse(self, *arguments, **options):
        if self.name == LEXICON:
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **options)

    monkeypatch.setattr(type(folder), "open", refuse)

    assert check(folder)[1] == [Fault(LEXICON, 1, "cannot be read: Permission denied")]


def test_a_fault_escapes_what_could_break_the_terminal():
    assert str(Fault("a\nb", 3, "x\x1b[31m")) == "a\\nb:3: x\\x1b[31m"


def test_long_values_are_cut_in_messages():
    assert quoted("x" * 500) == "'" + "x" * 56 + "..."
