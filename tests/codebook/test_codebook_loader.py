"""What a good codebook gives, and how one extends another."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from textgov.codebook.loader import DEFAULT, builtin_names, check, default_codebook, load
from textgov.errors import CodebookError


def test_a_codebook_is_read_in_full(write):
    codebook = load(write({"spelling.toml": '[american]\ncolour = "color"\n'}))

    assert codebook.header.id == "small"
    assert codebook.layers == ("tool",)
    assert list(codebook.codes["tool"]) == ["hammer", "saw"]
    assert [term.id for term in codebook.terms["tool"]] == ["tool.hammer.001", "tool.saw.001"]
    assert codebook.terms["tool"][1].unless is not None
    assert codebook.spelling == {"colour": "color"}
    assert codebook.code("tool", "saw").parent == "hammer"
    assert codebook.code("tool", "axe") is None


def test_the_hash_follows_the_content_and_not_the_place(write):
    first = load(write(name="first")).hash

    assert load(write(name="second")).hash == first
    assert load(write({"codebook.toml": _header(version="1.0.1")}, name="third")).hash != first
    assert load(write({"spelling.toml": '[american]\na = "b"\n'}, name="fourth")).hash != first


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_and_a_byte_order_mark_change_nothing(write, ending):
    plain = load(write(name="plain"))
    folder = write(name="odd")
    for file in folder.iterdir():
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", ending.encode()))

    assert load(folder) == plain


def test_a_line_separator_within_a_json_string_ends_no_line(write, term):
    folder = write(
        {"lexicon.tool.jsonl": '{"id": "a", "code": "saw", "term": "saw", "note": "one\u2028two"}\n'}
    )

    assert load(folder).terms["tool"][0].note == "one\u2028two"


def test_notes_and_hidden_files_are_passed_over(write):
    folder = write({"README.md": "x", ".hidden": "x", "_draft.jsonl": "x"})

    assert load(folder).header.id == "small"


def test_a_built_in_codebook_is_found_by_name_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert load(DEFAULT).header.id == DEFAULT
    assert builtin_names() == (DEFAULT,)
    assert default_codebook() is default_codebook()


@pytest.mark.parametrize("name", ["no-such", "../gereffi-lee", "a/b", "gereffi-lee\n", ".git"])
def test_an_unknown_codebook_names_the_built_in_ones(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CodebookError, match=r"no such codebook.*gereffi-lee"):
        load(name)


class TestExtending:
    def test_it_starts_from_the_base_and_adds(self, write, term):
        write(name="base")
        folder = write(_only("lexicon.tool.jsonl", term()), name="child")

        codebook = load(folder)

        assert [t.id for t in codebook.terms["tool"]] == [
            "tool.hammer.001",
            "tool.saw.001",
            "tool.hammer.009",
        ]
        assert codebook.header.id == "child"
        assert codebook.layers == ("tool",)

    def test_equal_ids_are_replaced_in_place(self, write, term):
        write(name="base")
        line = term(id="tool.hammer.001", term="mallet")
        code = _code("saw", "Another saw")
        folder = write({**_only("lexicon.tool.jsonl", line), "codes.tool.toml": code}, name="child")

        codebook = load(folder)

        assert [t.term for t in codebook.terms["tool"]] == ["saw", "mallet"]
        assert list(codebook.codes["tool"]) == ["hammer", "saw"]
        assert codebook.codes["tool"]["saw"].label == "Another saw"

    def test_an_entry_may_move_to_another_layer(self, write):
        write(name="base")
        header = _header(id="child", extends="base", layer="other")
        line = '{"id": "tool.saw.001", "code": "x", "term": "saw"}\n'
        files = {"codebook.toml": header, "codes.tool.toml": None, "lexicon.tool.jsonl": None}
        folder = write(
            {**files, "codes.other.toml": _code("x", "X"), "lexicon.other.jsonl": line}, name="child"
        )

        codebook = load(folder)

        assert [t.id for t in codebook.terms["tool"]] == ["tool.hammer.001"]
        assert [t.id for t in codebook.terms["other"]] == ["tool.saw.001"]

    def test_entries_and_codes_can_be_dropped(self, write):
        write(
            {"cues.form.jsonl": '{"id": "f", "cue": "big", "form": "public", "codes": ["hammer", "saw"]}\n'},
            name="base",
        )
        header = 'drop = ["tool.saw.001", "tool/hammer"]\n' + _header(id="child", extends="base", layer=None)
        codebook = load(write(_only("codebook.toml", header), name="child"))

        assert codebook.terms["tool"] == ()
        assert list(codebook.codes["tool"]) == ["saw"]
        assert codebook.codes["tool"]["saw"].parent is None
        assert codebook.form_cues[0].codes == ("saw",)

    def test_what_is_dropped_must_be_there(self, write):
        write(name="base")
        header = _header(id="child", extends="base", layer=None) + 'drop = ["tool.axe.001", "tool/axe"]\n'
        _, faults = check(write(_only("codebook.toml", header), name="child"))

        assert [f.line for f in faults] == [6, 6]
        assert "there are ids of entries" in faults[0].message
        assert "tool/hammer, tool/saw" in faults[1].message

    def test_only_an_extension_can_drop(self, write):
        _, faults = check(write({"codebook.toml": 'drop = ["x"]\n' + _header()}))

        assert [f.message for f in faults] == ["drop: only a codebook that extends another can drop"]

    def test_a_term_of_the_base_may_be_repeated(self, write, term):
        write(name="base")

        assert load(write(_only("lexicon.tool.jsonl", term(term="claw hammer")), name="child"))

    def test_the_built_in_codebook_can_be_extended(self, write):
        header = _header(id="child", extends=DEFAULT, layer=None)
        codebook = load(write(_only("codebook.toml", header), name="child"))
        base = load(DEFAULT)

        assert codebook.codes == base.codes
        assert codebook.terms == base.terms
        assert codebook.header.first_person == base.header.first_person
        assert codebook.header.gazetteer == base.header.gazetteer
        assert codebook.hash != base.hash

    def test_a_change_of_the_base_changes_the_hash(self, write):
        write(name="base")
        folder = write(_only("codebook.toml", _header(id="child", extends="base", layer=None)), name="child")
        before = load(folder).hash
        write({"codes.tool.toml": _code("saw", "Saw") + _code("hammer", "Hammer")}, name="base")

        assert load(folder).hash != before

    def test_the_base_is_sought_beside_the_codebook_and_not_where_one_stands(
        self, write, tmp_path, monkeypatch
    ):
        write(name="base")
        folder = write(_only("codebook.toml", _header(id="child", extends="base", layer=None)), name="child")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        monkeypatch.chdir(elsewhere)

        assert load(folder).header.id == "child"
        monkeypatch.chdir(folder)
        assert load(Path()).header.id == "child"

    def test_faults_of_the_base_carry_its_name(self, write):
        write({"lexicon.tool.jsonl": "{]\n"}, name="base")
        _, faults = check(
            write(_only("codebook.toml", _header(id="child", extends="base", layer=None)), name="child")
        )

        assert [f.file for f in faults] == ["base/lexicon.tool.jsonl"]

    def test_a_base_that_is_not_there(self, write):
        _, faults = check(
            write(_only("codebook.toml", _header(id="child", extends="gone", layer=None)), name="child")
        )

        assert [(f.file, f.line) for f in faults] == [("codebook.toml", 5)]
        assert "no codebook 'gone'; built-in are gereffi-lee" in faults[0].message

    def test_itself(self, write):
        _, faults = check(
            write(_only("codebook.toml", _header(id="child", extends="child", layer=None)), name="child")
        )

        assert len(faults) == 1
        assert "cannot extend itself" in faults[0].message

    def test_a_circle(self, write):
        for own, other in (("one", "two"), ("two", "three"), ("three", "one")):
            write(_only("codebook.toml", _header(id=own, extends=other, layer=None)), name=own)
        _, faults = check(
            write(_only("codebook.toml", _header(id="one", extends="two", layer=None)), name="one")
        )

        assert [f.file for f in faults] == ["three/codebook.toml"]
        assert "one > two > three > one" in faults[0].message


def test_loading_is_quick(write):
    """2,500 lexicon and 1,800 gazetteer entries with contexts; the best of three, in CPU time."""
    context = {"near": [f"word{n}" for n in range(12)], "before": ["a", "b"], "after": ["c", "d"]}
    terms = [
        {"id": f"t{n}", "code": "saw", "term": f"term {n}", "aliases": [f"alias {n}"], "unless": context}
        for n in range(2500)
    ]
    names = [
        {"id": f"n{n}", "code": "saw", "name": f"Name {n}", "aliases": [f"N {n}"], "needs": context}
        for n in range(1800)
    ]
    folder = write(
        {
            "lexicon.tool.jsonl": "\n".join(map(json.dumps, terms)),
            "gazetteer.tool.jsonl": "\n".join(map(json.dumps, names)),
        }
    )

    def cost() -> float:
        start = time.process_time()
        load(folder)
        return time.process_time() - start

    assert min(cost() for _ in range(3)) < 0.4


def _header(
    *, id: str = "small", version: str = "1.0.0", extends: str | None = None, layer: str | None = "tool"
) -> str:
    lines = [f'id = "{id}"', f'version = "{version}"', 'title = "T"', 'source = "Ours."']
    if extends:
        lines.append(f'extends = "{extends}"')
    if layer:
        lines.extend(["[[layer]]", f'id = "{layer}"', 'label = "L"', 'description = "D"'])
    return "\n".join(lines) + "\n"


def _only(file: str, content: str) -> dict[str, str | None]:
    """A child of `base` that has one file of its own."""
    own: dict[str, str | None] = {
        "codebook.toml": _header(id="child", extends="base", layer=None),
        "codes.tool.toml": None,
        "lexicon.tool.jsonl": None,
    }
    return {**own, file: content}


def _code(id: str, label: str) -> str:
    return (
        f'[[code]]\nid = "{id}"\nlabel = "{label}"\ndefinition = "D"\n'
        'examples = ["[[a]] b", "[[c]] d"]\ncounter_example = "e"\nsource = "Ours."\n'
    )
