"""Kinds of paragraphs in a PDF: title and front matter, headings, lists, captions, footnotes, references."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from textgov.documents import PassageKind
from textgov.preprocessing.identifiers import find_doi
from textgov.readers.flow import Flow
from textgov.readers.pdf_paragraphs import Paragraph, continues, ends_sentence
from textgov.readers.roles import (
    LIST_ITEM,
    heading_role,
    is_byline,
    is_figure_caption,
    is_table_caption,
    is_table_note,
    opening_role,
    outline_level,
)

LARGER = 1.12
SMALLER = 0.93
MAX_HEADING = 200
MAX_HEADING_WORDS = 25
_NOTE_START = re.compile(r"^(?:[\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}[.)]?\s*\S|[*†‡§¶a-d]\s*[A-Z“\"])")
_MAIL = re.compile(r"\S+@\S+\.\S+")


@dataclass
class Classifier:
    """Settles kinds in reading order; keeps what it saw of the document so far."""

    body_size: float
    page_heights: Sequence[float]
    title_size: float = 0.0
    reference_size: float = 0.0
    numbered: bool = False
    flow: Flow = field(default_factory=Flow)
    styles: dict[tuple[float, bool, bool], int] = field(default_factory=dict)
    authors: Sequence[str] = ()
    in_italics: set[int] = field(default_factory=set)
    title: list[str] = field(default_factory=list)
    _before: PassageKind | None = None
    _in_front: bool = True

    def learn(self, found: Sequence[Paragraph]) -> None:
        """Find the title and rank the looks of headings by size, before any kind is settled."""
        self.in_italics = {
            id(p) for pair in pairwise(found) if pair[0].is_italic and pair[1].is_italic for p in pair
        }
        first_page = [p for p in found if p.page == 1 and not p.rows and _letters(p) >= 4]
        largest = max((p.size for p in first_page if len(p.lines) <= 5), default=0.0)
        self.title_size = largest if largest > LARGER * self.body_size else 0.0
        looks = {_look(p) for p in found if not p.rows and self._is_heading(p) and not self._is_title(p)}
        for rank, look in enumerate(sorted(looks, reverse=True)):
            self.styles[look] = min(rank + 1, 4)

    def settle(self, paragraph: Paragraph, lowest: float) -> None:
        """Give a paragraph its kind and level; `lowest` is the foot (y) of the text in its column."""
        text = paragraph.plain()
        kind, level = self._kind(paragraph, text, lowest)
        if kind == "heading":
            self._in_front = self._in_front and (level == 0 or heading_role(text) == "front_matter")
        settled = self.flow.settle(text, kind, level)
        if self.flow.role == "references" and settled in {"footnote", "body", "list", "references"}:
            settled = self._reference(paragraph, text, settled)
        if self._in_front and settled == "body" and paragraph.page == 1 and self.title_size:
            if (
                is_byline(text, self.authors)
                or _is_front(paragraph, text)
                or (not self.title and len(paragraph.lines) <= 3)
            ):
                settled = "front_matter"
            else:
                self._in_front = False
        paragraph.kind, paragraph.level = settled, level
        self._before = settled

    def _reference(self, paragraph: Paragraph, text: str, kind: PassageKind) -> PassageKind:
        """A note below a reference list is smaller than its entries, or numbered where they are not."""
        numbered = text[:1].isdigit() or text[:1] == "["
        if not self.reference_size:
            self.reference_size, self.numbered = paragraph.size, numbered
        is_note = paragraph.size < 0.95 * self.reference_size or (numbered and not self.numbered)
        return "footnote" if kind == "footnote" and is_note else "references"

    def _kind(self, paragraph: Paragraph, text: str, lowest: float) -> tuple[PassageKind, int]:
        if paragraph.rows:
            return "table", 0
        if self._is_title(paragraph):
            self.title.append(text)
            return "heading", 0
        if self._in_front and paragraph.page == 1 and is_byline(text, self.authors):
            return "front_matter", 0
        if is_table_caption(text) or is_figure_caption(text):
            return "table", 0
        small = paragraph.size < SMALLER * self.body_size
        if self._before == "table" and (is_table_note(text) or (small and not self._is_heading(paragraph))):
            return "table", 0
        if small and self._is_footnote(paragraph, text, lowest):
            return ("front_matter" if opening_role(text) == "front_matter" else "footnote"), 0
        if self._is_heading(paragraph):
            role = heading_role(text)
            return "heading", 1 if role else outline_level(text) or self.styles.get(_look(paragraph), 2)
        return ("list" if LIST_ITEM.match(text) else "body"), 0

    def _is_title(self, paragraph: Paragraph) -> bool:
        return (
            self.title_size > 0
            and paragraph.page == 1
            and not paragraph.rows
            and paragraph.size > self.title_size - 0.5
            and len(paragraph.lines) <= 5
            and _letters(paragraph) >= 4
        )

    def _is_footnote(self, paragraph: Paragraph, text: str, lowest: float) -> bool:
        height = self.page_heights[paragraph.page - 1]
        if paragraph.lines[0].y0 < 0.45 * height or paragraph.lines[0].y0 < lowest - 2:
            return False
        return (
            _NOTE_START.match(text) is not None
            or self._before == "footnote"
            or opening_role(text) is not None
        )

    def _is_heading(self, paragraph: Paragraph) -> bool:
        text = paragraph.plain()
        words = len(text.split())
        if (
            len(text) > MAX_HEADING
            or words > MAX_HEADING_WORDS
            or _letters(paragraph) < 3
            or len(paragraph.lines) > 4
        ):
            return False
        if paragraph.size > LARGER * self.body_size:
            return not ends_sentence(text) or words <= 12
        if heading_role(text) is not None and words <= 6:
            return True
        if text.rstrip().endswith((".", ";", ",")) or not _starts_upper(text):
            return False
        if paragraph.size < SMALLER * self.body_size:
            return False
        if paragraph.is_bold:
            return not text.endswith(":") or words <= 6
        if text.isupper() and words <= 14:
            return True
        apart = paragraph.gap > 0.35 * paragraph.size and len(paragraph.lines) == 1
        italic = paragraph.is_italic and id(paragraph) not in self.in_italics
        numbered = outline_level(text) is not None and not LIST_ITEM.match(text)
        return apart and words <= 12 and (italic or numbered) and not text.endswith(":")


def _look(paragraph: Paragraph) -> tuple[float, bool, bool]:
    return round(paragraph.size, 0), paragraph.is_bold, paragraph.plain().isupper()


def _letters(paragraph: Paragraph) -> int:
    return sum(c.isalpha() for line in paragraph.lines for c in line.text)


def _starts_upper(text: str) -> bool:
    first = next((c for c in text if c.isalpha()), "")
    return first.isupper()


def _is_front(paragraph: Paragraph, text: str) -> bool:
    if opening_role(text) == "front_matter" or _MAIL.search(text):
        return True
    if len(paragraph.lines) <= 3 and find_doi(text):
        return True
    return len(paragraph.lines) <= 3 and not ends_sentence(text)


def merge_broken(found: Sequence[Paragraph]) -> list[Paragraph]:
    """Paragraphs that run over columns and pages made whole.

    What stands between the two halves (footnotes, tables) goes before the paragraph if it is on the first
    half's
    page, else after it; so pages stay in order.
    """
    result: list[Paragraph] = []
    open_at: int | None = None
    for paragraph in found:
        running = paragraph.kind in {"body", "list", "references", "abstract"}
        if open_at is not None and running:
            earlier = result[open_at]
            if paragraph.kind in (earlier.kind, "body") and continues(earlier, paragraph):
                _append(result, open_at, paragraph)
                open_at = result.index(earlier)
                continue
        result.append(paragraph)
        if running:
            open_at = len(result) - 1
        elif paragraph.kind == "heading":
            open_at = None
    return result


def _append(result: list[Paragraph], place: int, paragraph: Paragraph) -> None:
    earlier = result.pop(place)
    last_page = earlier.lines[-1].page
    between = result[place:]
    same = [other for other in between if other.page <= last_page]
    later = [other for other in between if other.page > last_page]
    earlier.lines = [*earlier.lines, *paragraph.lines]
    earlier.right, earlier.left, earlier.region = paragraph.right, paragraph.left, paragraph.region
    result[place:] = [*same, earlier, *later]
