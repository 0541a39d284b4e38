"""Quotes: the words of a document that speak for a number, with the page on which they stand."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from typing import Final, Literal

from textgov.analysis.reading import DocumentData, Occurrence

Role = Literal["", "row", "column"]
LONGEST: Final = 420
"""Characters of a quote; what is longer is cut around its marks."""

_GAP: Final = " […] "
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Quote:
    """Words of a document in parts, each marked with what it speaks for, or not."""

    document: str
    page: int | None
    section: str | None
    parts: tuple[tuple[str, Role], ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(text for text, _ in self.parts)


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    role: Role


def quote_of(data: DocumentData, row: Occurrence, column: Occurrence | None = None) -> Quote | None:
    """The sentences in which two values stand, their spans marked; None if both are of the whole document."""
    places = [(row, "row"), *([(column, "column")] if column is not None else [])]
    marks = [
        _Mark(place.start, place.end, role)  # type: ignore[arg-type]
        for place, role in places
        if place.start is not None and place.end is not None
    ]
    passage = next((place.passage for place, _ in places if place.passage is not None), None)
    if passage is None:
        return None
    known = data.passages.get(passage)
    section = known.section if known else None
    if not marks:
        spans = [_first_sentence(data, passage)]
    else:
        spans = sorted({_sentence(data, place) for place, _ in places if place.start is not None})
    page = next((place.page for place, _ in places if place.start is not None), None)
    if page is None:
        page = next((place.page for place, _ in places if place.page is not None), None)
    budget = LONGEST // len(spans)
    parts: list[tuple[str, Role]] = []
    for number, span in enumerate(spans):
        if number:
            parts.append((" " if _adjacent(spans[number - 1], span) else _GAP, ""))
        parts += _parts(data.document.text, span, marks, budget)
    return Quote(data.id, page, section, tuple(parts))


def _adjacent(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] - one[1] <= 1


def _first_sentence(data: DocumentData, passage: int) -> tuple[int, int]:
    inside = data.sentences.get(passage)
    if inside:
        return inside[0].start, inside[0].end
    known = data.passages[passage]
    return known.start, known.end


def _sentence(data: DocumentData, place: Occurrence) -> tuple[int, int]:
    """Range of the sentence in which a span begins, or that is before it; of its passage if that has none."""
    assert place.passage is not None
    assert place.start is not None
    inside = data.sentences.get(place.passage)
    if not inside:
        known = data.passages[place.passage]
        return known.start, known.end
    number = bisect.bisect_right(inside, place.start, key=lambda sentence: sentence.start) - 1
    return inside[max(number, 0)].start, inside[max(number, 0)].end


def _parts(text: str, span: tuple[int, int], marks: list[_Mark], budget: int) -> list[tuple[str, Role]]:
    start, end = span
    inside = sorted(
        (mark for mark in marks if start <= mark.start < end), key=lambda mark: (mark.start, -mark.end)
    )
    first, last = _window(text, span, inside, budget)
    parts: list[tuple[str, Role]] = [("…", "")] if first > start else []
    at = first
    for mark in inside:
        begin, stop = max(mark.start, at), min(mark.end, last)
        if begin >= stop:
            continue
        if begin > at:
            parts.append((text[at:begin], ""))
        parts.append((text[begin:stop], mark.role))
        at = stop
    if at < last:
        parts.append((text[at:last], ""))
    if last < end:
        parts.append(("…", ""))
    return _folded(parts)


def _folded(parts: list[tuple[str, Role]]) -> list[tuple[str, Role]]:
    """Parts with their white space folded, also where one goes over into the next."""
    found: list[tuple[str, Role]] = []
    for words, role in parts:
        folded = _SPACES.sub(" ", words)
        if found and found[-1][0].endswith(" "):
            folded = folded.removeprefix(" ")
        if folded:
            found.append((folded, role))
    return found


def _window(text: str, span: tuple[int, int], marks: list[_Mark], budget: int) -> tuple[int, int]:
    """The part of a sentence that is quoted: all of it, or what stands around its marks, cut at spaces."""
    start, end = span
    if end - start <= budget or not marks:
        return start, min(end, _space_before(text, start, start + budget) if end - start > budget else end)
    low, high = marks[0].start, max(mark.end for mark in marks)
    if high - low >= budget:
        high = min(end, marks[0].end + budget - (marks[0].end - marks[0].start))
    spare = max(budget - (high - low), 0)
    first = max(start, low - spare // 2)
    last = min(end, first + max(budget, high - first))
    first = max(start, min(first, last - budget))
    if first > start:
        space = text.find(" ", first, low)
        first = first if space < 0 else space + 1
    if last < end:
        last = max(_space_before(text, high, last), high)
    return first, last


def _space_before(text: str, low: int, high: int) -> int:
    space = text.rfind(" ", low, high)
    return high if space < 0 else space
