"""Columns and reading order of a page, from the boxes of its lines.

Lines are chained to blocks where each is the only neighbour of the other above and below; blocks are then put
in
reading order by the rules of Breuel 2003, "High Performance Document Layout Analysis": a block comes before
another if it is above it in the same columns, or entirely left of it with no block in between that spans
both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from textgov.readers.pdf_chars import Line, PageText
from textgov.readers.pdf_tables import TableBox, cell_tables, ruled_tables

FAR = 1.5
SPLIT_GAP = 0.3
MIN_SHIFT = 60.0
COLUMN_LINES = 3
SIDE_BY_SIDE = 6.0
MAX_REGIONS = 120
MAX_VERTICAL_GAP = 1.8
"""Lines further apart than this (in em, edge to edge) are not chained."""


@dataclass(slots=True)
class Region:
    """A block of lines in one column, or a table with its rows."""

    lines: list[Line]
    x0: float
    y0: float
    x1: float
    y1: float
    rows: list[str] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether the region is a table."""
        return bool(self.rows)


def layout(page: PageText) -> list[Region]:
    """Regions of a page in reading order; the lines of each from top to bottom."""
    tables, lines = ruled_tables(page)
    blocks = chain(lines)
    more, blocks = cell_tables(blocks)
    regions = [_region(block) for block in blocks] + [_table_region(table) for table in [*tables, *more]]
    return reading_order(regions)


def _region(lines: list[Line]) -> Region:
    return Region(
        lines,
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )


def _table_region(table: TableBox) -> Region:
    region = _region(table.lines)
    region.rows = table.rows
    return region


def chain(lines: Sequence[Line]) -> list[list[Line]]:
    """Blocks of lines that follow each other down a column."""
    ordered = sorted(lines, key=lambda line: (line.y0, line.x0))
    below = [_directly_below(place, ordered) for place in range(len(ordered))]
    above_count = [0] * len(ordered)
    for found in below:
        for place in found:
            above_count[place] += 1
    blocks: list[list[Line]] = []
    block_of: dict[int, list[Line]] = {}
    for place, line in enumerate(ordered):
        block = block_of.get(place)
        if block is None:
            block = [line]
            blocks.append(block)
        else:
            block.append(line)
        found = below[place]
        if len(found) == 1 and above_count[found[0]] == 1 and _near(line, ordered[found[0]]):
            block_of[found[0]] = block
    return [part for block in blocks for part in _split(block)]


def _split(block: list[Line]) -> list[list[Line]]:
    """A block parted where, after a gap, lines are much narrower, wider or smaller: a column below text
    across, or a title."""
    for place in range(1, len(block)):
        upper, lower = block[:place], block[place:]
        gap = lower[0].y0 - upper[-1].y1
        if gap > SPLIT_GAP * lower[0].size:
            ends = max(line.x1 for line in upper), max(line.x1 for line in lower)
            starts = min(line.x0 for line in upper), min(line.x0 for line in lower)
            width = max(ends) - min(starts)
            sizes = sorted((upper[-1].size, lower[0].size))
            shift = abs(ends[0] - ends[1]) + abs(starts[0] - starts[1])
            if shift > max(MIN_SHIFT, 0.25 * width) or sizes[1] > 1.25 * sizes[0]:
                return [upper, *_split(lower)]
    return [block]


def _near(upper: Line, lower: Line) -> bool:
    return lower.y0 - upper.y1 < MAX_VERTICAL_GAP * max(upper.size, lower.size)


def _directly_below(place: int, ordered: list[Line]) -> list[int]:
    """Lines below one that can be seen from it: nothing else stands between."""
    line = ordered[place]
    found: list[int] = []
    open_spans = [(line.x0, line.x1)]
    for other_place in range(place + 1, len(ordered)):
        other = ordered[other_place]
        if other.y0 > line.y1 + 4 * max(line.size, 6.0) and found:
            break
        if other.y0 < line.y0 + 0.3 * (line.y1 - line.y0):
            continue
        left: list[tuple[float, float]] = []
        seen = False
        for x0, x1 in open_spans:
            if min(x1, other.x1) - max(x0, other.x0) > 1.0:
                seen = True
                if other.x0 - x0 > 1.0:
                    left.append((x0, other.x0))
                if x1 - other.x1 > 1.0:
                    left.append((other.x1, x1))
            else:
                left.append((x0, x1))
        if seen:
            # Seen past the end of a shorter line it also stands under, a line is no branch of its own.
            far = found and other.y0 > ordered[found[0]].y0 + FAR * max(line.size, 6.0)
            if not far and not any(_overlap(ordered[near], other) > 1.0 for near in found):
                found.append(other_place)
            open_spans = left
            if not open_spans:
                break
    return found


def _overlap(first: Line | Region, second: Line | Region) -> float:
    return min(first.x1, second.x1) - max(first.x0, second.x0)


def reading_order(regions: list[Region]) -> list[Region]:
    """Regions in the order in which they are read."""
    if len(regions) > MAX_REGIONS:
        # A drawing or a form: nothing but the place on the page orders its words.
        return sorted(regions, key=lambda region: (region.y0, region.x0))
    count = len(regions)
    page = _Page(regions)
    before: list[set[int]] = [set() for _ in range(count)]
    for first in range(count):
        for second in range(count):
            if first != second and page.comes_before(regions[first], regions[second]):
                before[second].add(first)
    remaining = set(range(count))
    ordered: list[Region] = []
    while remaining:
        free = [place for place in remaining if not before[place] & remaining]
        # A cycle (regions that overlap) is broken where the page begins.
        chosen = min(free or remaining, key=lambda place: _priority(regions[place], ordered))
        remaining.discard(chosen)
        ordered.append(regions[chosen])
    return ordered


def _priority(region: Region, ordered: list[Region]) -> tuple[int, float, float]:
    """Go on in the column that was just read, else from the left, else from the top."""
    last = ordered[-1] if ordered else None
    same = last is not None and min(last.x1, region.x1) > max(last.x0, region.x0) and region.y0 >= last.y0
    return (0 if same else 1, region.y0 if same else region.x0, region.y0)


class _Page:
    """The regions of a page, and how two of them stand to each other."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self.regions = regions
        columns = [region for region in regions if len(region.lines) >= COLUMN_LINES]
        self.side_by_side = [
            (left, right)
            for left in columns
            for right in columns
            if left.x1 <= right.x0 + 1 and min(left.y1, right.y1) - max(left.y0, right.y0) > SIDE_BY_SIDE
        ]
        self.across = {id(region) for region in regions if self._is_across(region)}

    def _is_across(self, region: Region) -> bool:
        """Whether a region stands above or below two columns and reaches into both."""
        return any(
            _overlap(region, left) > 2 and _overlap(region, right) > 2 for left, right in self.side_by_side
        )

    def comes_before(self, first: Region, second: Region) -> bool:
        """Whether the first of two regions is read before the second, as far as the two decide it."""
        if _overlap(first, second) > 0.1 * min(first.x1 - first.x0, second.x1 - second.x0):
            return first.y0 + first.y1 < second.y0 + second.y1
        first_is_left = first.x0 + first.x1 < second.x0 + second.x1
        left, right = (first, second) if first_is_left else (second, first)
        if right.y1 > left.y0 + 1:
            return first_is_left
        # The right one is higher up: it comes first, unless the two stand in columns that are read one by
        # one.
        in_columns = (
            id(left) not in self.across
            and id(right) not in self.across
            and not self._are_parted(left, right)
            and self._have_columns(left, right)
        )
        return first_is_left if in_columns else not first_is_left

    def _have_columns(self, left: Region, right: Region) -> bool:
        """Whether text stands side by side in the columns of two regions, between their heights."""
        top, foot = min(left.y0, right.y0), max(left.y1, right.y1)
        near = [other for other in self.regions if other.y1 > top and other.y0 < foot]
        beside_left = [other for other in near if _overlap(other, left) > 0 >= _overlap(other, right)]
        beside_right = [other for other in near if _overlap(other, right) > 0 >= _overlap(other, left)]
        return any(
            min(one.y1, two.y1) - max(one.y0, two.y0) > SIDE_BY_SIDE
            for one in beside_left
            for two in beside_right
            if _overlap(one, two) <= 0
        )

    def _are_parted(self, left: Region, right: Region) -> bool:
        """Whether a region that spans both stands between the heights of two regions side by side."""
        upper, lower = (left, right) if left.y0 < right.y0 else (right, left)
        return any(
            other is not left
            and other is not right
            and _overlap(other, left) > 2
            and _overlap(other, right) > 2
            and other.y0 + other.y1 > 2 * upper.y1 - 2
            and other.y0 + other.y1 < 2 * lower.y0 + 2
            for other in self.regions
        )
