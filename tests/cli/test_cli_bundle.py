"""`textgov export bundle` and `textgov bundle verify`: whole outputs and exit status."""

from __future__ import annotations

import hashlib

import pytest

RIS = (
    "TY  - JOUR\nTI  - A study of the looms of the north\nPY  - 2015\nAB  - Weavers went on strike.\nER  - \n"
)


@pytest.fixture
def bundle(textgov, place):
    (place / "exports").mkdir()
    (place / "exports" / "a.ris").write_text(RIS, encoding="utf-8")
    (place / "b.txt").write_text("The weavers of the sheds met and spoke of wages. " * 4, encoding="utf-8")
    (place / "empty.txt").write_bytes(b"")
    textgov("ingest", "exports", "b.txt", "empty.txt", "-j", "1")
    result = textgov("export", "bundle", "-o", "review.zip")
    digest = hashlib.sha256((place / "review.zip").read_bytes()).hexdigest()
    assert (result.status, result.out) == (0, "")
    assert result.err == (
        "left out, because nothing was read from it:\n  empty.txt: is empty (0 bytes)\n"
        f"review.zip: 2 texts, 5 rows of tables, sha256 {digest}\n"
    )
    return digest


def test_it_is_made_again(textgov, place, bundle):
    result = textgov("bundle", "verify", "review.zip", "--output", "again", "-j", "1")
    assert result.err == ""
    assert result.status == 0
    tables = ["codings 0", "decisions 0", "documents 2", "duplicates 0", "interactions 0", "mentions 0"]
    said = [f"same   {name}, {rows} row{'' if rows == '1' else 's'}" for name, rows in map(str.split, tables)]
    assert [*result.out.splitlines()[:-2]] == [
        f"sha256 {bundle}  review.zip",
        "bytes  14 files as they were written",
        *said,
    ]
    found = textgov("search", "strike", "--index", "again/review.db")
    assert "went on «strike»" in found.out


def test_bytes_alone(textgov, place, bundle):
    result = textgov("bundle", "verify", "review.zip", "--no-run", "--sha256", bundle.upper())
    assert (result.status, result.err) == (0, "")
    assert result.out == f"sha256 {bundle}  review.zip\nbytes  14 files as they were written\n"


def test_a_changed_byte(textgov, place, bundle):
    content = bytearray((place / "review.zip").read_bytes())
    content[content.index(b"Weavers went")] = ord("w")
    (place / "review.zip").write_bytes(content)
    result = textgov("bundle", "verify", "review.zip")
    digest = hashlib.sha256(content).hexdigest()
    assert (result.status, result.out) == (3, f"sha256 {digest}  review.zip\n")
    assert result.err == (
        "review.zip was changed or damaged; get a new copy:\n  files/exports/a.ris is not what was written\n"
    )
    other = textgov("bundle", "verify", "review.zip", "--sha256", bundle)
    assert other.status == 3
    assert f"the file's SHA-256 is {digest}, not {bundle}" in other.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("missing.zip",), 3, "missing.zip: cannot be read (No such file or directory); check the path"),
        (("b.txt",), 3, "b.txt: the archive is damaged"),
        (("review.zip", "--output", "exports"), 2, "exports: is there already; name a new folder"),
        (("review.zip", "--files", "nowhere"), 2, "nowhere"),
    ],
)
def test_mistakes_are_one_clear_line(textgov, bundle, arguments, status, message):
    result = textgov("bundle", "verify", *arguments)
    assert (result.status, result.out) == (status, "")
    assert message in result.err
    assert result.err.count("\n") == 1
