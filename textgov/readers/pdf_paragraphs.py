"""Paragraphs from the lines of a region: by indents, distances, short last lines, size and weight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from textgov.documents import PassageKind
from textgov.readers.pdf_chars import Line
from textgov.readers.pdf_layout import Region
from textgov.readers.text import LIST_ITEM

_ENDS_SENTENCE = re.compile(r"[.!?:;][\"”’')\]†‡*]*(?:\s*[(\[]\d[\d,;\s–-]*[)\]])*[⁰¹²³⁴⁵⁶⁷⁸⁹]*\s*$")
_NUMBERED_ENTRY = re.compile(r"^[\[(]?(\d{1,3})[\])]?[.)]?\s+\S")
MIN_ENTRIES = 3
LEADING_FACTOR = 1.3
SIZE_STEP = 0.08


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, with the place of the region they stand in.

    `opens` and `closes` say that it is the first or the last of its region.
    """

    lines: list[Line]
    right: float
    left: float
    kind: PassageKind = "body"
    level: int = 0
    rows: list[str] = field(default_factory=list)
    gap: float = 0.0
    opens: bool = False
    closes: bool = False

    @property
    def page(self) -> int:
        """Page of the first line."""
        return self.lines[0].page

    @property
    def size(self) -> float:
        """Size (points) of the first line."""
        return self.lines[0].size

    @property
    def is_bold(self) -> bool:
        """Whether all lines are bold."""
        return all(line.bold for line in self.lines)

    @property
    def is_italic(self) -> bool:
        """Whether all lines are italic."""
        return all(line.italic for line in self.lines)

    def plain(self) -> str:
        """Its text, for judging what it is."""
        return " ".join(line.text for line in self.lines)


def ends_sentence(text: str) -> bool:
    """Whether a line ends a sentence; marks of notes and sources may follow the full stop."""
    return _ENDS_SENTENCE.search(text) is not None


def main_size(lines: Sequence[Line]) -> float:
    """The size (points) that most characters are set in."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 10.0


def paragraphs(region: Region) -> list[Paragraph]:
    """Paragraphs of a region, from top to bottom."""
    if region.is_table:
        return [Paragraph(region.lines, region.x1, region.x0, "table", rows=region.rows)]
    lines = sorted(region.lines, key=lambda line: (line.y0, line.x0))
    style = _Style(lines, region)
    found: list[Paragraph] = []
    for place, line in enumerate(lines):
        previous = lines[place - 1] if place else None
        if previous is None or style.parts(previous, line, found[-1].lines):
            gap = line.y0 - previous.y1 if previous is not None else 99.0
            found.append(Paragraph([line], region.x1, region.x0, gap=gap))
        else:
            found[-1].lines.append(line)
    if found:
        found[0].opens = found[-1].closes = True
    return found


class _Style:
    """How the paragraphs of a region are set."""

    def __init__(self, lines: Sequence[Line], region: Region) -> None:
        self.left, self.right = region.x0, region.x1
        self.em = max(median(line.size for line in lines), 4.0)
        steps = [b.y1 - a.y1 for a, b in zip(lines, lines[1:], strict=False) if abs(a.size - b.size) < 0.5]
        close = [step for step in steps if 0 < step < 2.2 * self.em]
        self.leading = _usual(close) if close else 1.2 * self.em
        outer = sum(line.x0 - self.left < 0.5 * self.em for line in lines)
        inner = sum(0.5 * self.em <= line.x0 - self.left < 6 * self.em for line in lines)
        self.hanging = len(lines) >= 4 and inner > outer >= 2
        self.entries = _entries(lines)

    def parts(self, previous: Line, line: Line, current: Sequence[Line]) -> bool:
        """Whether a new paragraph begins with `line`."""
        if abs(line.size - previous.size) > SIZE_STEP * max(line.size, previous.size):
            return True
        if line.bold != previous.bold and not _runs_on(previous, line):
            return True
        if id(line) in self.entries:
            return True
        if line.y1 - previous.y1 > LEADING_FACTOR * self.leading:
            return True
        if self.entries:
            return False
        if LIST_ITEM.match(line.text) and self._starts_item(previous, line):
            return True
        offset, before = line.x0 - self.left, previous.x0 - self.left
        if self.hanging:
            return offset < 0.5 * self.em and (before > 0.5 * self.em or ends_sentence(previous.text))
        if offset > 0.7 * self.em and before < 0.4 * self.em and not LIST_ITEM.match(current[0].text):
            return offset < 5 * self.em and (ends_sentence(previous.text) or self._is_short(previous))
        return self._is_short(previous) and ends_sentence(previous.text)

    def _starts_item(self, previous: Line, line: Line) -> bool:
        return (
            ends_sentence(previous.text)
            or self._is_short(previous)
            or not line.text[0].isalnum()
            or LIST_ITEM.match(previous.text) is not None
        )

    def _is_short(self, line: Line) -> bool:
        return self.right - line.x1 > max(2.5 * self.em, 0.12 * (self.right - self.left))


def _entries(lines: Sequence[Line]) -> set[int]:
    """Lines (by identity) that begin the entries of a numbered list: their numbers count on by one."""
    numbered = [
        (int(match.group(1)), line) for line in lines if (match := _NUMBERED_ENTRY.match(line.text))
    ]  # fmt: skip
    best: list[Line] = []
    for place, (start, line) in enumerate(numbered):
        if len(numbered) - place <= len(best):
            break
        run, expected = [line], start + 1
        for number, other in numbered[place + 1 :]:
            if number == expected:
                run.append(other)
                expected += 1
        best = max(best, run, key=len)
    return {id(line) for line in best} if len(best) >= MIN_ENTRIES else set()


def _usual(steps: Sequence[float]) -> float:
    weights = Counter(round(step * 2) / 2 for step in steps)
    best = max(weights.values())
    return min(step for step, count in weights.items() if count == best)


def _runs_on(previous: Line, line: Line) -> bool:
    """A change of weight within a sentence is emphasis."""
    return not ends_sentence(previous.text) and line.text[:1].islower()


def continues(first: Paragraph, second: Paragraph) -> bool:
    """Whether a paragraph is broken by the end of a column or page and goes on in the second."""
    if not (first.closes and second.opens) or first.is_bold != second.is_bold:
        return False
    if abs(first.size - second.size) > SIZE_STEP * first.size:
        return False
    last, start = first.lines[-1], second.lines[0].text
    if _NUMBERED_ENTRY.match(first.lines[0].text) and _NUMBERED_ENTRY.match(start):
        return False
    if LIST_ITEM.match(start) and not start[0].islower():
        return False
    if ends_sentence(last.text):
        return False
    if start[:1].islower() or last.text.endswith("-"):
        return True
    full = first.right - last.x1 < 0.15 * max(first.right - first.left, 1.0)
    return full and (start[:1].isalnum() or start[:1] in "“\"'‘(")
