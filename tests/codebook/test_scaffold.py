"""A new codebook: valid from the start, commented, and never written over anything."""

from __future__ import annotations

import pytest

from textgov.codebook.loader import DEFAULT, check, load
from textgov.codebook.scaffold import write_codebook
from textgov.errors import CodebookError, UsageError


def test_an_extension_is_valid_and_adds_its_example_to_the_base(tmp_path):
    files = write_codebook(tmp_path / "mine", title='My "own" \\ codebook é')

    codebook, faults = check(tmp_path / "mine")
    base = load(DEFAULT)
    layer = base.layers[0]
    assert faults == []
    assert [file.name for file in files] == [
        "codebook.toml",
        f"codes.{layer}.toml",
        f"lexicon.{layer}.jsonl",
    ]
    assert (codebook.header.id, codebook.header.extends) == ("mine", DEFAULT)
    assert codebook.header.title == 'My "own" \\ codebook é'
    assert len(codebook.terms[layer]) == len(base.terms[layer]) + 1
    assert codebook.terms[layer][-1].id == f"mine.{layer}.001"


def test_one_of_its_own_is_valid_and_has_an_example_of_each_file(tmp_path):
    files = write_codebook(tmp_path / "water-at-work", extends=None)

    codebook, faults = check(tmp_path / "water-at-work")
    assert faults == []
    assert {file.name.split(".")[0] for file in files} == {
        "codebook", "codes", "gazetteer", "lexicon", "spelling",
    }  # fmt: skip
    assert codebook.header.title == "Water at work"
    assert codebook.header.extends is None
    assert codebook.codes
    assert codebook.terms
    assert codebook.names
    assert codebook.spelling


def test_the_commented_example_code_is_valid_too(tmp_path):
    *_, codes, _lexicon = write_codebook(tmp_path / "mine")
    lines = codes.read_text(encoding="utf-8").splitlines()
    kept = [line[2:] for line in lines[1:] if line.startswith("# ") and "parent" not in line]
    codes.write_text("\n".join(kept), encoding="utf-8")

    codebook, faults = check(tmp_path / "mine")
    assert faults == []
    assert "my_code" in codebook.codes[codebook.layers[0]]


def test_the_commented_example_layer_is_valid_too(tmp_path):
    header, *_ = write_codebook(tmp_path / "mine")
    before, mark, after = header.read_text(encoding="utf-8").partition("# [[layer]]\n")
    example = "".join(line[2:] + "\n" for line in (mark + after).splitlines())
    header.write_text(before + example, encoding="utf-8")

    codebook, faults = check(tmp_path / "mine")
    assert faults == []
    assert codebook.layers[-1] == "climate"


def test_a_codebook_beside_it_can_be_extended(tmp_path):
    write_codebook(tmp_path / "first", extends=None)
    write_codebook(tmp_path / "second", extends="first")
    write_codebook(tmp_path / "third", extends="second")

    assert load(tmp_path / "third").layers == ("theme",)


def test_it_validates_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_codebook(tmp_path / "first", extends=None)
    write_codebook(tmp_path.joinpath("second").relative_to(tmp_path), extends="first")

    monkeypatch.chdir("/")
    assert load(tmp_path / "second").header.id == "second"


@pytest.mark.parametrize(
    ("name", "extends", "message"),
    [
        ("Mine", DEFAULT, "'Mine' is no id for a codebook; name the folder in lower-case"),
        ("my book", DEFAULT, "is no id"),
        (DEFAULT, DEFAULT, "is a built-in codebook"),
        ("mine", "gone", r"no codebook 'gone' to extend; built-in are gereffi-lee"),
        ("mine", "../x", "no codebook '../x' to extend"),
        ("mine", "mine", "no codebook 'mine' to extend"),
        ("full", DEFAULT, "is not empty; give a new or empty folder"),
        ("file", DEFAULT, "is a file; give a new folder"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path, name, extends, message):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("precious")
    (tmp_path / "file").write_text("precious")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(UsageError, match=message):
        write_codebook(tmp_path / name, extends=extends)

    assert sorted(tmp_path.rglob("*")) == before


def test_a_base_with_faults_is_refused_with_them(tmp_path):
    write_codebook(tmp_path / "first", extends=None)
    (tmp_path / "first" / "junk.txt").write_text("")

    with pytest.raises(CodebookError, match=r"junk\.txt:1: not a file"):
        write_codebook(tmp_path / "second", extends="first")
    assert not (tmp_path / "second").exists()


def test_a_base_without_codes_that_mark_text_cannot_be_extended(tmp_path):
    write_codebook(tmp_path / "first", extends=None)
    header = tmp_path / "first" / "codebook.toml"
    header.write_text(header.read_text().replace("marks_text = true", "marks_text = false"))

    with pytest.raises(UsageError, match="no code that marks text"):
        write_codebook(tmp_path / "second", extends="first")
