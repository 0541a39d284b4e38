"""Paragraphs from the lines of a region: by indents, distances, short last lines, size and weight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from textgov.documents import PassageKind
from textgov.readers.pdf_chars import Line
from textgov.readers.pdf_layout import Region
from textgov.readers.roles import LIST_ITEM

_ENDS_SENTENCE = re.compile(r"[.!?:;][\"”’')\]†‡*]*(?:\s*[(\[]\d[\d,;\s–-]*[)\]])*[⁰¹²³⁴⁵⁶⁷⁸⁹]*\s*$")
_NUMBERED_ENTRY = re.compile(r"^[\[(]?(\d{1,3})[\])]?[.)]?\s+\S")
MIN_ENTRIES = 3
LEADING_FACTOR = 1.3
SIZE_STEP = 0.08
PROSE_LINE = 30
PROSE_SHARE = 0.35
CLOSE_SIZE = 0.88


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together; `region` tells regions of a document apart, `gap` is the space above."""

    lines: list[Line]
    right: float
    left: float
    kind: PassageKind = "body"
    level: int = 0
    rows: list[str] = field(default_factory=list)
    gap: float = 0.0
    region: int = 0

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

    def overlaps(self, other: Paragraph) -> bool:
        """Whether the two stand in the same column, one below the other."""
        return min(max(line.x1 for line in self.lines), max(line.x1 for line in other.lines)) > max(
            min(line.x0 for line in self.lines), min(line.x0 for line in other.lines)
        )

    def plain(self) -> str:
        """Its text, for judging what it is."""
        return " ".join(line.text for line in self.lines)


def ends_sentence(text: str) -> bool:
    """Whether a line ends a sentence; marks of notes and sources may follow the full stop."""
    return _ENDS_SENTENCE.search(text) is not None


def prose_size(lines: Sequence[Line]) -> float:
    """The size (points) of running text: the most usual among the large ones of the longer lines.

    Tables, notes and reference lists are smaller, and may hold more characters than the text itself.
    """
    weights: Counter[float] = Counter()
    for line in lines:
        if len(line.text) >= PROSE_LINE:
            weights[round(line.size * 2) / 2] += len(line.text)
    if not weights:
        return main_size(lines)
    enough = PROSE_SHARE * max(weights.values())
    largest = max(size for size, weight in weights.items() if weight >= enough)
    near = [size for size in weights if CLOSE_SIZE * largest <= size <= largest]
    return max(near, key=lambda size: weights[size])


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
    found: list[Paragraph] = []
    last: Line | None = None
    for lines in _segments(sorted(region.lines, key=lambda line: (line.y0, line.x0))):
        style = _Style(lines, region)
        for place, line in enumerate(lines):
            if place and not style.parts(lines[place - 1], line, found[-1].lines):
                found[-1].lines.append(line)
            else:
                gap = line.y0 - last.y1 if last is not None else 99.0
                found.append(Paragraph([line], region.x1, region.x0, gap=gap))
            last = line
    return found


def _segments(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines parted where their size or weight changes, so that each part has one style."""
    parts: list[list[Line]] = []
    for line in lines:
        if parts and _same_look(parts[-1][-1], line):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _same_look(previous: Line, line: Line) -> bool:
    if abs(line.size - previous.size) > SIZE_STEP * max(line.size, previous.size):
        return False
    return line.bold == previous.bold or _runs_on(previous, line)


class _Style:
    """How the paragraphs of a region are set."""

    def __init__(self, lines: Sequence[Line], region: Region) -> None:
        self.left, self.right = region.x0, region.x1
        self.em = max(median(line.size for line in lines), 4.0)
        steps = [after.y1 - before.y1 for before, after in pairwise(lines)]
        close = [step for step in steps if 0 < step < 2.2 * self.em]
        self.leading = _usual(close) if close else 1.2 * self.em
        self.hanging = self._is_hanging(lines)
        self.entries = _entries(lines)

    def _is_hanging(self, lines: Sequence[Line]) -> bool:
        """Whether first lines stand out to the left: sentences end before them, and not before the others."""
        votes = 0
        inner = 0
        for before, line in pairwise(lines):
            offset = line.x0 - self.left
            is_inner = 0.5 * self.em <= offset < 6 * self.em
            if not is_inner and offset >= 0.5 * self.em:
                continue
            inner += is_inner
            votes += 1 if is_inner != ends_sentence(before.text) else -1
        return inner >= 2 and votes > 0.2 * len(lines)

    def parts(self, previous: Line, line: Line, current: Sequence[Line]) -> bool:
        """Whether a new paragraph begins with `line`."""
        if id(line) in self.entries:
            return True
        if line.y1 - previous.y1 > LEADING_FACTOR * self.leading:
            return True
        if self.entries:
            return False
        if LIST_ITEM.match(line.text) and self._starts_item(previous, line):
            return True
        offset, before = line.x0 - self.left, previous.x0 - self.left
        if previous.italic and not line.italic and len(current) == 1 and self._is_short(previous):
            return not ends_sentence(previous.text)
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
    numbered = [(int(match.group(1)), line) for line in lines if (match := _NUMBERED_ENTRY.match(line.text))]
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
    if first.region == second.region or first.is_bold != second.is_bold:
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
