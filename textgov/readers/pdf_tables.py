"""Tables of a page: by the lines ruled around them, or by short cells that stand in rows."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from textgov.readers.pdf_chars import Line, PageText, Rule
from textgov.readers.pdf_lines import rows_of
from textgov.readers.roles import heading_role

MAX_RULE_DISTANCE = 150.0
"""Ruled lines further apart than this (points) belong to different tables."""
MIN_GUTTER = 5.0
MANY_BANDS = 4
"""From so many bands between ruled lines on, each band is one row; a table with fewer has
rules for head and foot."""
MAX_RULES = 800
"""A page with more ruled lines than this is a drawing."""
LARGER = 1.08
CELL = 24
OTHER_CELL = 40
"""Usual lengths (characters) of the lines in the shorter and the longer of two columns of cells."""

_NUMBER = re.compile(r"^[\d\s.,%()±*†‡<>=/–—-]+$|^n\.?/?a\.?$", re.IGNORECASE)


@dataclass(slots=True)
class TableBox:
    """The lines of a table and its rows as text, cells parted by ` | `."""

    lines: list[Line]
    rows: list[str]


def ruled_tables(page: PageText) -> tuple[list[TableBox], list[Line]]:
    """Tables with ruled lines, and the lines of the page that are in none."""
    rest = list(page.lines)
    tables: list[TableBox] = []
    for rules in _groups(_horizontals(page), page.lines):
        x0, x1 = min(r.x0 for r in rules), max(r.x1 for r in rules)
        y0, y1 = min(r.y0 for r in rules), max(r.y1 for r in rules)
        inside = _without_headings([line for line in rest if _inside(line, x0, y0, x1, y1)])
        gutters = _gutters(inside)
        if not gutters or not _is_table(inside, rules, gutters):
            continue
        chosen = {id(line) for line in inside}
        rest = [line for line in rest if id(line) not in chosen]
        tables.append(TableBox(inside, _ruled_rows(inside, rules, gutters, x1 - x0)))
    return tables, rest


def _horizontals(page: PageText) -> list[Rule]:
    """Lines across and the upper and lower edges of boxes, without those of the page and
    underlines of words."""
    found: list[Rule] = []
    area = page.width * page.height
    for rule in page.rules:
        width, height = rule.x1 - rule.x0, rule.y1 - rule.y0
        if width >= 0.97 * page.width:
            continue
        if rule.is_horizontal:
            found.append(rule)
        elif width > 30 and height > 6 and width * height < 0.6 * area:
            found.append(Rule(rule.x0, rule.y0, rule.x1, rule.y0))
            found.append(Rule(rule.x0, rule.y1, rule.x1, rule.y1))
    if len(found) > MAX_RULES:
        return []
    return sorted((rule for rule in found if not _underlines(rule, page.lines)), key=lambda rule: rule.y0)


def _underlines(rule: Rule, lines: Sequence[Line]) -> bool:
    """Whether a rule is drawn under words of a line and no further."""
    return any(
        line.y1 - 0.4 * (line.y1 - line.y0) < rule.y0 < line.y1 + 2
        and rule.x0 > line.x0 - 2
        and rule.x1 < line.x1 + 2
        for line in lines
    )


def _groups(rules: list[Rule], lines: Sequence[Line]) -> list[list[Rule]]:
    """Rules of the same table: near each other, over the same part of the line, and no prose between them."""
    groups: list[list[Rule]] = []
    for rule in rules:
        for group in reversed(groups):
            if _joins(rule, group, lines):
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len({round(rule.y0 / 3) for rule in group}) >= 3]


def _joins(rule: Rule, group: Sequence[Rule], lines: Sequence[Line]) -> bool:
    x0, x1 = min(r.x0 for r in group), max(r.x1 for r in group)
    last = max(r.y1 for r in group)
    overlap = min(x1, rule.x1) - max(x0, rule.x0)
    if rule.y0 - last > MAX_RULE_DISTANCE:
        return False
    if overlap <= 0.5 * (rule.x1 - rule.x0) and not (overlap > -3 and rule.y0 < last + 1):
        return False
    return not _prose_between(lines, min(x0, rule.x0), last, max(x1, rule.x1), rule.y0)


def _prose_between(lines: Sequence[Line], x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether lines that fill the width, and no cells side by side, stand between two rules."""
    between = [
        line for line in lines if y0 - 1 < (line.y0 + line.y1) / 2 < y1 + 1 and line.x1 > x0 and line.x0 < x1
    ]
    if not between or y1 - y0 < 2.2 * (between[0].y1 - between[0].y0):
        return False
    rows = rows_of(between)
    if any(len(row) > 1 for row in rows):
        return False
    return any(row[0].x0 < x0 + 0.1 * (x1 - x0) and row[0].width > 0.45 * (x1 - x0) for row in rows)


def _inside(line: Line, x0: float, y0: float, x1: float, y1: float) -> bool:
    middle = (line.y0 + line.y1) / 2
    return y0 - 1 < middle < y1 + 1 and line.x0 > x0 - 4 and line.x1 < x1 + 4


def _without_headings(lines: list[Line]) -> list[Line]:
    """Lines of a table without larger lines that stand alone at its top and foot."""
    if not lines:
        return lines
    limit = LARGER * median(line.size for line in lines)
    rows = rows_of(lines)
    while rows and len(rows[0]) == 1 and rows[0][0].size > limit:
        rows.pop(0)
    while rows and len(rows[-1]) == 1 and rows[-1][0].size > limit:
        rows.pop()
    return [line for row in rows for line in row]


def _gutters(lines: Sequence[Line]) -> list[float]:
    """Where columns of cells are parted: x in the middle of each strip that few lines cross."""
    if len(lines) < 4:
        return []
    edges = sorted({line.x0 for line in lines} | {line.x1 for line in lines})
    limit = max(1, len(lines) // 12)
    found: list[float] = []
    start: float | None = None
    for left, right in itertools.pairwise(edges):
        middle = (left + right) / 2
        crossing = sum(line.x0 < middle < line.x1 for line in lines)
        free = (
            crossing <= limit
            and any(line.x1 <= middle for line in lines)
            and any(line.x0 >= middle for line in lines)
        )
        if free and start is None:
            start = left
        if start is not None and (not free or right == edges[-1]):
            end = left if not free else right
            if end - start >= MIN_GUTTER:
                found.append((start + end) / 2)
            start = None
    return found


def _is_table(lines: Sequence[Line], rules: Sequence[Rule], gutters: Sequence[float]) -> bool:
    if any(heading_role(line.text) == "abstract" for line in lines):
        return False
    crossing = sum(any(rule.x0 < gutter < rule.x1 for gutter in gutters) for rule in rules)
    return crossing >= 2 and len(rows_of(lines)) >= 2


def _ruled_rows(lines: list[Line], rules: Sequence[Rule], gutters: list[float], width: float) -> list[str]:
    bounds = sorted({round(rule.y0) for rule in rules if rule.x1 - rule.x0 > 0.4 * width})
    bands: dict[int, list[Line]] = {}
    for line in lines:
        middle = (line.y0 + line.y1) / 2
        bands.setdefault(sum(bound < middle for bound in bounds), []).append(line)
    texts: list[str] = []
    for band in sorted(bands):
        whole = len(bands) >= MANY_BANDS or not _stands_in_rows(bands[band], gutters)
        rows = [bands[band]] if whole else rows_of(bands[band])
        texts.extend(_row_text(row, gutters) for row in rows)
    return texts


def _stands_in_rows(lines: Sequence[Line], gutters: Sequence[float]) -> bool:
    """Whether a band without ruled lines inside has several rows: about as many lines in every column."""
    counts = Counter(_column(line, gutters) for line in lines)
    return len(counts) > 1 and min(counts.values()) >= 0.5 * max(counts.values())


def _column(line: Line, gutters: Sequence[float]) -> int:
    start = line.x0 + min(line.x1 - line.x0, 6.0) / 2
    return sum(gutter < start for gutter in gutters)


def _row_text(lines: Sequence[Line], gutters: Sequence[float]) -> str:
    cells: dict[int, list[Line]] = {}
    for line in lines:
        cells.setdefault(_column(line, gutters), []).append(line)
    texts = []
    for column in sorted(cells):
        ordered = [line for row in rows_of(cells[column]) for line in row]
        texts.append(" ".join(line.text for line in ordered))
    return " | ".join(texts)


def cell_tables(blocks: list[list[Line]]) -> tuple[list[TableBox], list[list[Line]]]:
    """Tables without ruled lines: blocks of short lines side by side, whose lines stand in rows."""
    group_of = list(range(len(blocks)))

    def root(place: int) -> int:
        while group_of[place] != place:
            place = group_of[place]
        return place

    lengths = [_usual_length(block) for block in blocks]
    for first in range(len(blocks)):
        for second in range(first + 1, len(blocks)):
            narrow, wide = sorted((lengths[first], lengths[second]))
            if narrow <= CELL and wide <= OTHER_CELL and _in_rows(blocks[first], blocks[second]):
                group_of[root(second)] = root(first)
    groups: dict[int, list[int]] = {}
    for place in range(len(blocks)):
        groups.setdefault(root(place), []).append(place)
    tables: list[TableBox] = []
    rest: list[list[Line]] = []
    for places in groups.values():
        if len(places) == 1:
            rest.append(blocks[places[0]])
            continue
        lines: list[Line] = []
        for place in places:
            others = [line for other in places if other != place for line in blocks[other]]
            before, cells, after = _trim(blocks[place], others)
            lines.extend(cells)
            rest.extend(part for part in (before, after) if part)
        tables.append(TableBox(lines, [" | ".join(line.text for line in row) for row in rows_of(lines)]))
    return tables, rest


def _trim(block: list[Line], others: Sequence[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """A column of cells without the lines above and below that have no cells beside them."""
    top, foot = min(line.y0 for line in others), max(line.y1 for line in others)
    first, last = 0, len(block)
    while first < last and block[first].y1 < top:
        first += 1
    for place in range(first + 1, len(block)):
        upper, lower = block[place - 1], block[place]
        apart = (
            lower.y0 - upper.y1 > 0.5 * lower.size
            or lower.bold != upper.bold
            or lower.size > LARGER * upper.size
        )
        if lower.y0 > foot and apart:
            last = place
            break
    return block[:first], block[first:last], block[last:]


def _usual_length(block: Sequence[Line]) -> float:
    return median(0 if _NUMBER.match(line.text) else len(line.text) for line in block)


def _in_rows(first: Sequence[Line], second: Sequence[Line]) -> bool:
    shorter, longer = sorted((first, second), key=len)
    if len(longer) < 3 or len(shorter) < 2:
        return False
    if min(first[0].x1, second[0].x1) - max(first[0].x0, second[0].x0) > 0:
        return False
    tops = [line.y1 for line in longer]
    aligned = sum(any(abs(line.y1 - top) < 2.5 for top in tops) for line in shorter)
    return aligned >= 0.6 * len(shorter) and aligned >= 2
