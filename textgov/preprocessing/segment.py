"""Passages: the units of coding, cut from the blocks that a reader recognised."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator

from textgov.documents import Block, Document, Passage, Section

MAX_SENTENCES = 8
MAX_CHARACTERS = 1_800
"""A passage holds at most as many sentences and characters as this; longer paragraphs are split between
sentences."""

_SENTENCE_END = re.compile(
    r"[.!?…][\"”’'»)\]]*(?:\s*\(\d[\d,;\s–-]*\))?\s+(?=[\"“‘'«(\[]?[^\W\d_a-zà-öø-ÿ]|\d|•)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|al|approx|art|cf|ch|co|corp|dr|ed|eds|e\.g|et|etc|ed|fig|figs|i\.e|inc|jr|ltd|mr|mrs|ms|no|nos|p|"
    r"para|pp|prof|resp|sec|sr|st|tab|u\.k|u\.n|u\.s|vol|vs))\.[\"”’')\]]*\s+$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[;:,–—][\"”’')\]]*\s+|\s\|\s")


def segment(document: Document) -> tuple[Passage, ...]:
    """Passages of a document in order, each within one block, with its section and the page it begins on.

    Offsets index `document.text`; passages begin and end with a character that is no white space. A text
    without
    blocks is one block.
    """
    blocks = document.blocks or (Block(0, len(document.text)),)
    find_section = _Sections(document.sections)
    page_starts = [page.start for page in document.pages]
    passages: list[Passage] = []
    for block in blocks:
        for start, end in _pieces(document.text, block):
            page = _page_at(document, page_starts, start)
            passages.append(
                Passage(document.id, len(passages), start, end, block.kind, find_section.title(start), page)
            )
    return tuple(passages)


def page_of(document: Document, offset: int) -> int | None:
    """Number of the page that a character stands on; None where the document has no pages."""
    return _page_at(document, [page.start for page in document.pages], offset)


def _page_at(document: Document, starts: list[int], offset: int) -> int | None:
    place = bisect_right(starts, offset) - 1
    # Pages without text share their start with the next page that has some.
    return document.pages[place].number if place >= 0 else None


class _Sections:
    """Finds the innermost section of rising offsets."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self._waiting = sorted(sections, key=lambda section: (section.start, section.level))
        self._open: list[Section] = []
        self._next = 0

    def title(self, offset: int) -> str | None:
        """Title of the section that holds an offset; offsets must not fall."""
        while self._next < len(self._waiting) and self._waiting[self._next].start <= offset:
            self._open.append(self._waiting[self._next])
            self._next += 1
        self._open = [section for section in self._open if section.end > offset]
        return self._open[-1].title if self._open else None


def _pieces(text: str, block: Block) -> Iterator[tuple[int, int]]:
    start, end = _trimmed(text, block.start, block.end)
    if start >= end:
        return
    bounds = [start, *_sentence_starts(text, start, end), end]
    piece_start, sentences = start, 0
    for left, right in itertools.pairwise(bounds):
        too_long = right - piece_start > MAX_CHARACTERS
        if sentences and (sentences >= MAX_SENTENCES or too_long):
            yield _trimmed(text, piece_start, left)
            piece_start, sentences = left, 0
        sentences += 1
        while right - piece_start > MAX_CHARACTERS:
            cut = _cut(text, piece_start, right)
            yield _trimmed(text, piece_start, cut)
            piece_start = cut
    if piece_start < end:
        yield _trimmed(text, piece_start, end)


def _sentence_starts(text: str, start: int, end: int) -> list[int]:
    found = []
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.end() < end and not _ABBREVIATION.search(text, max(start, match.end() - 16), match.end()):
            found.append(match.end())
    return found


def _cut(text: str, start: int, end: int) -> int:
    """Where to part a sentence that is too long: after a clause, else between words, else anywhere."""
    limit = start + MAX_CHARACTERS
    clause = [
        match.end() for match in _CLAUSE_END.finditer(text, start + MAX_CHARACTERS // 2, min(limit, end))
    ]
    if clause:
        return clause[-1]
    space = max(text.rfind(" ", start + 1, limit), text.rfind("\n", start + 1, limit))
    return space + 1 if space > start else limit


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def sentences_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of the sentences of `text[start:end]`, without the white space between them."""
    bounds = [start, *_sentence_starts(text, start, end), end]
    ranges = [_trimmed(text, left, right) for left, right in itertools.pairwise(bounds)]
    return [(left, right) for left, right in ranges if left < right]
