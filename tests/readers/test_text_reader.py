import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_checks import check, items, kinds, only

from textgov.documents import Document, Problem

STATEMENT = """Northmere Seafood: Transparency Statement 2020
and What We Did
==============================================

Northmere Seafood (Holdings) Ltd
Northmere Seafood, website, 2020

BUSINESS

We land, process and import fish. Two plants in Peterhead and Grimsby employ
640 people, among them 210 from Latvia, Lithuania and Ghana.

3. Recruitment. Thai law, since the reforms that followed the European
Union's warning, requires written contracts.

No.   Finding                                  Status
----  ---------------------------------------  ------
A1.2  Recruitment fees paid by 41 of 60        Open
A1.4  Contracts not in their language          Closed

- first point
- second point
  that goes on

References

Gereffi, G. and Lee, J. (2016). Economic and social upgrading.
"""


def text_file(folder: Path, text: str | bytes, name: str = "x.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_blocks_of_a_plain_text(tmp_path: Path) -> None:
    document = only(text_file(tmp_path, STATEMENT))
    assert kinds(document) == [
        ("heading", "Northmere Seafood: Transparency Statement 2020 and What We Did"),
        ("front_matter", "Northmere Seafood (Holdings) Ltd Northmere Seafood, website, 2020"),
        ("heading", "BUSINESS"),
        (
            "body",
            "We land, process and import fish. Two plants in Peterhead and Grimsby employ 640 people, among "
            "them 210 from Latvia, Lithuania and Ghana.",
        ),
        (
            "list",
            "3. Recruitment. Thai law, since the reforms that followed the European Union's warning, "
            "requires written contracts.",
        ),
        (
            "table",
            "No. | Finding | Status\nA1.2 | Recruitment fees paid by 41 of 60 | Open\n"
            "A1.4 | Contracts not in their language | Closed",
        ),
        ("list", "- first point"),
        ("list", "- second point that goes on"),
        ("heading", "References"),
        ("references", "Gereffi, G. and Lee, J. (2016). Economic and social upgrading."),
    ]
    fields = document.bibliography
    assert fields.title == "Northmere Seafood: Transparency Statement 2020 and What We Did"
    assert (fields.authors, fields.year, fields.language) == (
        ("Northmere Seafood (Holdings) Ltd",),
        2020,
        "en",
    )
    assert fields.kind == "statement"


def test_form_feeds_are_pages(tmp_path: Path) -> None:
    document = only(text_file(tmp_path, "One is here.\n\fTwo is here.\n\f\fFour is here.\n"))
    assert [document.text[p.start : p.end].strip() for p in document.pages] == [
        "One is here.",
        "Two is here.",
        "",
        "Four is here.",
    ]


def test_long_lines_are_paragraphs(tmp_path: Path) -> None:
    lines = [
        "A line of more than a hundred characters is a paragraph of its own. " * 2,
        "A short line of its own.",
    ]
    found = kinds(only(text_file(tmp_path, "\n".join(lines))))
    assert [text for _, text in found] == [lines[0].strip(), lines[1]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = f"Le café's workers — “bargained” with their employer.{end}{end}And they won in the end."
    found = kinds(only(text_file(tmp_path, text.encode(encoding))))
    assert [part for _, part in found] == [
        "Le café's workers — “bargained” with their employer.",
        "And they won in the end.",
    ]


def test_a_western_code_page_is_guessed_and_said(tmp_path: Path) -> None:
    document = only(text_file(tmp_path, "The café’s workers “bargained” — naïvely.".encode("cp1252")))
    assert document.text == "The café’s workers “bargained” — naïvely."
    assert document.notes == ("is not UTF-8; read as cp1252, check accented letters",)


def test_another_language_is_kept_marked_and_said(tmp_path: Path) -> None:
    text = (
        "Les travailleurs de l'habillement négocient avec leurs employeurs depuis longtemps et sans succès."
    )
    document = only(text_file(tmp_path, text))
    assert document.bibliography.language == "fr"
    assert document.notes == ("not coded: language fr",)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from("Ab1. -\n\r\f\t|=•é\u0301👩\u200d🏭\u00a0\x07"), max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("x") / "x.txt"
    path.write_text(text, encoding="utf-8", newline="")
    (item,) = items(path)
    if isinstance(item, Document):
        check(item)
        kept = "".join(item.text.split())
        assert set(kept) - {"|"} <= set(unicodedata.normalize("NFC", text))
    else:
        assert isinstance(item, Problem)
        assert not any(c.isalnum() or c in "👩🏭" for c in text)
