from itertools import pairwise
from pathlib import Path

import pytest
from pdf_factory import Sheet, columns
from reader_checks import kinds, only, page_of

from textgov.documents import Document

LONG = 25


def squeezed(text: str) -> str:
    return "".join(text.split())


def order(document: Document, sheet: Sheet, kind: str) -> tuple[int, int]:
    """Neighbouring lines in order, and all pairs of neighbours; every line must be there."""
    text = squeezed(document.text)
    places = []
    for drawn in sheet.drawn:
        if drawn.kind == kind and len(squeezed(drawn.text)) >= LONG:
            assert squeezed(drawn.text) in text, drawn
            places.append(text.index(squeezed(drawn.text)))
    return sum(a < b for a, b in pairwise(places)), len(places) - 1


@pytest.mark.parametrize("leading", [10.5, 12.0, 14.0])
@pytest.mark.parametrize("shuffle", [None, 5], ids=["drawn in order", "drawn in disorder"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_columns_are_read_one_by_one(tmp_path: Path, count: int, shuffle: int | None, leading: float) -> None:
    good = pairs = 0
    for seed in range(3):
        sheet = columns(tmp_path / f"{seed}.pdf", seed, count, 2, shuffle, leading)
        document = only(sheet.save())
        in_order, all_pairs = order(document, sheet, "body")
        good, pairs = good + in_order, pairs + all_pairs
    assert pairs > 150
    assert good >= 0.98 * pairs


@pytest.fixture
def paper(tmp_path: Path) -> tuple[Document, Sheet]:
    sheet = columns(tmp_path / "paper.pdf", 4)
    return only(sheet.save()), sheet


def test_every_line_is_on_its_page(paper: tuple[Document, Sheet]) -> None:
    document, sheet = paper
    assert len(document.pages) == 3
    long = [drawn for drawn in sheet.drawn if drawn.kind == "body" and len(drawn.text) > LONG]
    assert len(long) > 200
    assert all(page_of(document, drawn.text) == drawn.page for drawn in long)


def test_running_heads_and_page_numbers_are_gone_and_become_labels(paper: tuple[Document, Sheet]) -> None:
    document, _ = paper
    assert "Journal of Made-Up Studies" not in document.text
    assert "Writer and Author" not in document.text
    assert "101" not in document.text
    assert [page.label for page in document.pages] == ["101", "102", "103"]


def test_kinds_are_told_apart(paper: tuple[Document, Sheet]) -> None:
    document, sheet = paper
    found = kinds(document)
    assert found[0] == ("heading", "A study of columns that interleave")
    assert document.bibliography.title == "A study of columns that interleave"
    assert found[1] == ("front_matter", "Anna Writer and Ben Author, University of Nowhere")
    notes = [text for kind, text in found if kind == "footnote"]
    assert [note[:2] for note in notes] == ["1 ", "2 ", "3 "]
    headings = [drawn.text for drawn in sheet.drawn if drawn.kind == "heading"]
    assert [text for kind, text in found if kind == "heading"] == headings
    assert [section.title for section in document.sections] == headings[1:]


def test_a_paragraph_runs_over_a_footnote_to_the_next_column_and_page(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    for y in range(20):
        sheet.line(60, 700 - 12 * y, f"Line {y} of a paragraph that fills the column and the page {y}")
    sheet.line(
        60, 120, "1 A note at the foot that stands between the halves of the paragraph.", "footnote", size=8
    )
    sheet.next_page()
    sheet.line(60, 700, "on here, on the second page, until it ends.")
    sheet.line(60, 676, "Another paragraph begins on the second page and is not joined.")
    document = only(sheet.save())
    found = kinds(document)
    assert [kind for kind, _ in found] == ["footnote", "body", "body"]
    assert "and the page 19 on here, on the second page" in found[1][1]
    assert page_of(document, "the page 19") == 1
    assert page_of(document, "on here") == 2


def test_hyphens_at_line_ends(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    for place, text in enumerate(
        [
            "Private govern-",
            "ance of work is well studied. The multi-stakeholder ini-",
            "tiative differs from the multi-",
            "stakeholder council, and a buyer-driven chain from a buyer-",
            "driven one. In the Anglo-",
            "American debate of 2010-",
            "2014 the word governance is spelled out.",
        ]
    ):
        sheet.line(60, 700 - 12 * place, text)
    text = only(sheet.save()).text
    for expected in (
        "Private governance of",
        "initiative differs",
        "multi-stakeholder council",
        "buyer-driven one",
        "Anglo-American",
        "2010-2014",
    ):
        assert expected in text


def test_superscript_note_marks_do_not_stick_to_words(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    sheet.line(60, 700, "The union bargains with the employers")
    sheet.line(60 + 156.5, 703.5, "12", size=6)
    sheet.line(60 + 165, 700, "over wages and hours of work.")
    sheet.line(60, 688, "A second line gives the page a size of text, and 10 m")
    sheet.line(60 + 217.2, 691.5, "2", size=6)
    sheet.line(60 + 223, 688, "a bed.")
    text = only(sheet.save()).text
    assert "with the employers over wages" in text


def test_rotated_pages_are_read(tmp_path: Path) -> None:
    import pikepdf

    sheet = columns(tmp_path / "plain.pdf", 2, pages=1)
    plain = only(sheet.save())
    for turn in (90, 180, 270):
        with pikepdf.open(tmp_path / "plain.pdf") as pdf:
            pdf.pages[0].rotate(turn, relative=False)
            pdf.save(tmp_path / f"{turn}.pdf")
        turned = only(tmp_path / f"{turn}.pdf")
        good, pairs = order(turned, sheet, "body")
        assert len(squeezed(turned.text)) >= 0.9 * len(squeezed(plain.text))
        assert good >= 0.9 * pairs


def test_references_are_entries(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    for y in range(12):
        sheet.line(
            60, 740 - 12 * y, f"Line {y} of the text, which is long enough to be the body of the paper here."
        )
    sheet.line(60, 570, "References", "heading", "Times-Bold", 11)
    entries = [
        (
            "Abrams, T. (2014). Speaking in the training room: participation schemes in",
            "export zones. Work and State 6(1), 22-41.",
        ),
        ("Danquah, E. (2017). Minutes matter. Journal of Labour 5(3), 201-219.", None),
        (
            "Fairweather, L. (2015). Leaving as bargaining: turnover and wages in new",
            "garment districts. Review of Factories 31(2).",
        ),
    ]
    y = 550.0
    for first, second in entries:
        sheet.line(60, y, first)
        y -= 12
        if second:
            sheet.line(72, y, second)
            y -= 12
    found = kinds(only(sheet.save()))
    references = [text for kind, text in found if kind == "references"]
    assert references == [f"{first} {second}" if second else first for first, second in entries]
