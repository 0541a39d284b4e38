"""Kinds, roles of headings, languages: what is guessed from words."""

import pytest

from textgov.documents import Bibliography
from textgov.readers.guess import Evidence, guess_kind
from textgov.readers.language import detect_language
from textgov.readers.roles import (
    bare_heading,
    heading_role,
    is_byline,
    is_figure_caption,
    is_table_caption,
    looks_like_reference,
    outline_level,
)


@pytest.mark.parametrize(
    ("title", "text", "headings", "kind"),
    [
        (
            "Follow-up Audit Report: Shapla Knit",
            "Audit date: 3 May.",
            ("Findings", "Corrective action plan"),
            "audit",
        ),
        ("Brackenfold: Modern Slavery Statement 2022", "Our business sells food.", (), "statement"),
        ("Bricks", "Policy brief no. 7. Governments should act.", ("Key messages",), "policy"),
        (
            "Toys",
            "Abstract. This paper argues. Keywords: toys",
            ("Introduction", "Methods", "References"),
            "paper",
        ),
        ("A poem", "Roses are red.", (), "other"),
    ],
)
def test_kind_by_cues(title: str, text: str, headings: tuple[str, ...], kind: str) -> None:
    assert guess_kind(Evidence("file", Bibliography(title=title), text, headings)) == kind


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("REFERENCES", "references"),
        ("7. References", "references"),
        ("VIII. Bibliography:", "references"),
        ("Notes", "footnote"),
        ("Acknowledgements", "front_matter"),
        ("A bstract", None),
        ("Sources", None),
        ("3.1 Data", None),
    ],
)
def test_roles_of_headings(title: str, role: str | None) -> None:
    assert heading_role(title) == role


def test_numbers_of_headings() -> None:
    assert bare_heading("4.2 What Was Done:") == "what was done"
    levels = [outline_level(title) for title in ("4 A", "4.2 A", "4.2.1. A", "IV. A", "A word", "1990s")]
    assert levels == [1, 2, 3, 1, None, None]


@pytest.mark.parametrize(
    ("text", "table", "figure"),
    [
        ("Table 1. Wages by firm", True, False),
        ("Table A2: Wages", True, False),
        ("Table 3", True, False),
        ("Figure 2 – The chain", False, True),
        ("Table 3 shows that wages rose.", False, False),
        ("Figure 1 and Table 2 are compared.", False, False),
        ("Tables of wages", False, False),
    ],
)
def test_captions(text: str, table: bool, figure: bool) -> None:
    assert (is_table_caption(text), is_figure_caption(text)) == (table, figure)


def test_bylines() -> None:
    assert is_byline("Qiu Wenlan and Ruth Abernethy", ("Wenlan, Qiu", "Ruth Abernethy"))
    assert not is_byline("Ruth Abernethy found that wages rose in all firms", ("Ruth Abernethy",))
    assert not is_byline("Qiu Wenlan", ())


def test_references_are_told_from_prose() -> None:
    assert looks_like_reference("Hua, R. and Abernethy, R. (2012). Rented compliance. Ethics 1(2), 121.")
    assert not looks_like_reference(
        "We read 214 agreements (termos) signed in the district between 1995 and 2012."
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The garment workers bargained with their employers over wages and hours.", "en"),
        ("Die Näherinnen verhandeln mit ihren Arbeitgebern über Löhne und Arbeitszeiten.", "de"),
        ("WORKERS BARGAINED WITH THEIR EMPLOYERS OVER WAGES AND HOURS OF WORK.", "en"),
        ("too short", None),
        ("12 345 678 " * 30, None),
        ("", None),
    ],
)
def test_language_without_network(text: str, language: str | None) -> None:
    assert detect_language(text) == language
