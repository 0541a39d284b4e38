"""Running heads and page numbers: what recurs at the edges of pages is not text of the work."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textgov.readers.pdf_chars import Line, PageText
from textgov.readers.pdf_lines import rows_of

TOP_ZONE = 0.14
BOTTOM_ZONE = 0.12
"""Shares of the height of a page in which running heads are looked for."""
MAX_ROWS = 4
FEW_PAGES = 6
MAX_HEAD_WORDS = 14
SAME_PLACE = 2.5

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^(?:p(?:age|\.)?\s*)?[-–—|\[(]?\s*(\d{1,4}|[ivxlc]{1,7})\s*[-–—|\])]?(?:\s*(?:of|/)\s*\d{1,4})?$",
    re.IGNORECASE,
)
_NUMBER_AT_END = re.compile(r"(?:^|\s)(\d{1,4})$|^(\d{1,4})(?=\s)")


@dataclass(frozen=True)
class _Row:
    """A row near the edge of a page; `apart` says that space parts it from the text."""

    page: PageText
    zone: str
    lines: list[Line]
    apart: bool

    @property
    def key(self) -> tuple[str, str]:
        """What recurs: where it stands, and its words without numbers."""
        if self.number() and len(self.lines) == 1:
            return self.zone, "#"
        return self.zone, " ".join(_DIGITS.sub("#", self.text.casefold()).split())

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(line.text for line in self.lines)

    def number(self) -> str | None:
        """The page number, if one of its pieces is nothing else."""
        found = (_PAGE_NUMBER.match(line.text.strip()) for line in self.lines)
        return next((match.group(1) for match in found if match), None)

    def candidates(self) -> Iterator[int]:
        """Numbers that may be the page's: a piece of its own, or the first or last word of a short row."""
        number = self.number()
        if number and number.isdigit():
            yield int(number)
        if self.apart and len(self.text.split()) <= MAX_HEAD_WORDS:
            for line in self.lines:
                match = _NUMBER_AT_END.search(line.text)
                if match:
                    yield int(match.group(1) or match.group(2))

    def is_title(self, body_size: float) -> bool:
        """Whether it is on the first page and as large as the text: then it is the title, not
        a running head."""
        return (
            self.page.number == 1
            and max(line.size for line in self.lines) >= body_size
            and sum(c.isalpha() for c in self.text) >= 3
            and self.number() is None
        )


def strip_furniture(pages: Sequence[PageText], body_size: float) -> list[str | None]:
    """Remove running heads and page numbers from the pages; returns the number printed on each, None if none.

    A row at the edge of a page goes if its words (numbers aside) recur on three pages, or on two of a short
    file;
    if it holds a number that counts on from page to page; or if it stands apart where such a row stands on
    another page. What is as large as the text stays on the first page, where it is the title.
    """
    edges = [list(_edge_rows(page)) for page in pages]
    rows = [row for edge in edges for row in edge]
    recurring = Counter(row.key for row in rows)
    needed = 2 if len(pages) <= FEW_PAGES else 3
    shift = _shift(rows)
    furniture = [
        row
        for row in rows
        if recurring[row.key] >= needed
        or (shift is not None and row.page.number + shift in row.candidates())
        or (len(pages) == 1 and row.zone == "bottom" and row.key[1] == "#")
    ]
    places = {(row.zone, round(line.size, 1), round(line.y1)) for row in furniture for line in row.lines}
    chosen = {id(row) for row in furniture}
    for page, edge in zip(pages, edges, strict=True):
        gone = _gone(edge, chosen, places, body_size)
        page.lines = [line for line in page.lines if id(line) not in gone]
    return [
        str(page.number + shift) if shift is not None and page.number + shift > 0 else None for page in pages
    ]


def _gone(
    edge: Sequence[_Row], chosen: set[int], places: set[tuple[str, float, int]], body_size: float
) -> set[int]:
    """Lines (by identity) that go from a page: nothing that stays stands between them and the edge."""
    gone: set[int] = set()
    for zone in ("top", "bottom"):
        for row in edge:
            if row.zone != zone:
                continue
            if id(row) not in chosen and not (row.apart and _in_place(row, places)):
                break
            if not row.is_title(body_size):
                gone.update(id(line) for line in row.lines)
    return gone


def _in_place(row: _Row, places: set[tuple[str, float, int]]) -> bool:
    return all(
        any(
            zone == row.zone and abs(size - line.size) < 0.3 and abs(place - line.y1) < SAME_PLACE
            for zone, size, place in places
        )
        for line in row.lines
    )


def _shift(rows: Sequence[_Row]) -> int | None:
    """Difference between printed numbers and places of pages, if two pages and a third of
    those with numbers agree."""
    votes: dict[int, set[int]] = {}
    for row in rows:
        for number in row.candidates():
            votes.setdefault(number - row.page.number, set()).add(row.page.number)
    if not votes:
        return None
    best = max(votes, key=lambda shift: (len(votes[shift]), -abs(shift)))
    numbered = {page for found in votes.values() for page in found}
    return best if len(votes[best]) >= 2 and len(votes[best]) >= 0.34 * len(numbered) else None


def _edge_rows(page: PageText) -> Iterator[_Row]:
    """Rows near the upper edge from the top, then those near the lower edge from the foot."""
    rows = rows_of(page.lines)
    top = [row for row in rows if _middle(row) < TOP_ZONE * page.height][:MAX_ROWS]
    bottom = [row for row in rows if _middle(row) > (1 - BOTTOM_ZONE) * page.height][-MAX_ROWS:]
    for place, row in enumerate(top):
        below = rows[place + 1] if place + 1 < len(rows) else None
        yield _Row(page, "top", row, below is None or _gap(row, below) > 0.5 * row[0].size)
    for place, row in enumerate(reversed(bottom), 1):
        above = rows[-place - 1] if place < len(rows) else None
        yield _Row(page, "bottom", row, above is None or _gap(above, row) > 0.5 * row[0].size)


def _middle(row: Sequence[Line]) -> float:
    return (row[0].y0 + row[0].y1) / 2


def _gap(upper: Sequence[Line], lower: Sequence[Line]) -> float:
    return min(line.y0 for line in lower) - max(line.y1 for line in upper)
