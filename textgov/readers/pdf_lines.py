"""From pieces to lines: what stands side by side on a page is one line, or two columns, or
cells of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from textgov.readers.pdf_chars import SPLIT_GAP, WORD_GAP, Line

ENUMERATOR = re.compile(r"^[\[(]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[\])]?[.)]?$|^[•▪‣◦–·*†‡§●○■□▸➢✓-]$")
"""Text of a piece that numbers or marks what follows it on the line."""

SAME_ROW = 0.55
MAX_JOIN = 2.0
MAX_ENUMERATOR_GAP = 4.5
NEAR_ROWS = 1.9


def rows_of(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that stand side by side, from the top of the page; each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.y0 + item.y1, item.x0)):
        for row in reversed(rows[-4:]):
            if _stands_in(line, row):
                row.append(line)
                break
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda item: item.x0)
    rows.sort(key=lambda row: min(item.y0 for item in row))
    return rows


def _stands_in(line: Line, row: Sequence[Line]) -> bool:
    """Whether a line stands beside those of a row: at their height, and above or below none of them."""
    first = row[0]
    overlap = min(first.y1, line.y1) - max(first.y0, line.y0)
    if overlap <= SAME_ROW * min(first.y1 - first.y0, line.y1 - line.y0):
        return False
    return all(
        min(other.x1, line.x1) - max(other.x0, line.x0) < 2 or abs(other.y1 - line.y1) < 0.3 * line.size
        for other in row
    )


def join_pieces(pieces: Sequence[Line]) -> list[Line]:
    """Lines of a page: neighbours on a row are joined unless a gutter parts them."""
    rows = rows_of(pieces)
    joined: list[Line] = []
    for place, row in enumerate(rows):
        if len(row) == 1:
            joined.append(row[0])
            continue
        around = [piece for other in rows[max(0, place - 3) : place] for piece in other]
        below = [piece for other in rows[place + 1 : place + 4] for piece in other]
        joined.extend(_join_row(row, around, below))
    return joined


def _join_row(row: list[Line], above: list[Line], below: list[Line]) -> list[Line]:
    result = [row[0]]
    for piece in row[1:]:
        last = result[-1]
        em = max(min(last.size, piece.size), 4.0)
        gap = piece.x0 - last.x1
        if gap < -0.5 * em and piece.x1 <= last.x1 + 0.1 * em and piece.text in last.text:
            continue
        numbers = len(result) == 1 and ENUMERATOR.match(last.text) is not None
        if (numbers and gap < MAX_ENUMERATOR_GAP * em) or _belong(last, piece, gap, em, above, below):
            result[-1] = merge(last, piece)
        else:
            result.append(piece)
    return result


def _belong(left: Line, right: Line, gap: float, em: float, above: list[Line], below: list[Line]) -> bool:
    if gap < SPLIT_GAP * em:
        return True
    if left.text.endswith("....") or right.text.startswith("...."):
        return True
    if gap > MAX_JOIN * em:
        return False
    states = [_state(left, right, em, side) for side in (above, below)]
    return "covered" in states and "open" not in states


def _state(left: Line, right: Line, em: float, side: list[Line]) -> str:
    """Whether the rows on one side run across the gap between two pieces, leave it open, or aren't near."""
    middle = (left.y0 + left.y1) / 2
    near = [
        line
        for line in side
        if abs((line.y0 + line.y1) / 2 - middle) < NEAR_ROWS * em and line.x1 > left.x0 and line.x0 < right.x1
    ]
    if not near:
        return "none"
    closest = min(abs((line.y0 + line.y1) / 2 - middle) for line in near)
    nearest = [line for line in near if abs((line.y0 + line.y1) / 2 - middle) < closest + 0.5 * em]
    if any(line.x0 < left.x1 and line.x1 > right.x0 for line in nearest):
        return "covered"
    return "open" if any(line.x0 > left.x1 - em and line.x0 < right.x0 + em for line in nearest) else "none"


def merge(left: Line, right: Line) -> Line:
    """One line of two that stand side by side."""
    em = max(min(left.size, right.size), 4.0)
    space = " " if right.x0 - left.x1 > WORD_GAP * em else ""
    longer = left if len(left.text) >= len(right.text) else right
    return Line(
        left.text + space + right.text,
        min(left.x0, right.x0),
        min(left.y0, right.y0),
        max(left.x1, right.x1),
        max(left.y1, right.y1),
        longer.size,
        left.bold and right.bold if len(left.text) > 3 else right.bold,
        left.italic and right.italic if len(left.text) > 3 else right.italic,
        left.page,
    )
