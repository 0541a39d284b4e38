"""Running heads and page numbers: what recurs at the edges of pages is not text of the work."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from textgov.readers.pdf_chars import Line, PageText
from textgov.readers.pdf_lines import rows_of

TOP_ZONE = 0.14
BOTTOM_ZONE = 0.12
"""Shares of the height of a page in which running heads are looked for."""
MAX_ROWS = 4
FEW_PAGES = 6

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^(?:p(?:age|\.)?\s*)?[-–—|\[(]?\s*(\d{1,4}|[ivxlc]{1,7})\s*[-–—|\])]?(?:\s*(?:of|/)\s*\d{1,4})?$",
    re.IGNORECASE,
)

Key = tuple[str, str]


def strip_furniture(pages: Sequence[PageText], body_size: float) -> list[str | None]:
    """Remove running heads and page numbers from the pages; returns the number printed on each, None if none.

    A row at the edge of a page goes if the same words (numbers aside) recur on three pages, or on two of a short
    file, and if nothing that stays stands between it and the edge. What is as large as the text stays on the
    first page, where it is the title.
    """
    counts: Counter[Key] = Counter()
    edges = [_edge_rows(page) for page in pages]
    for page_edges in edges:
        counts.update({key for zone, rows in page_edges for row in rows for key in [_key(zone, row)]})
    needed = 2 if len(pages) <= FEW_PAGES else 3
    labels: list[str | None] = []
    for page, page_edges in zip(pages, edges, strict=True):
        gone: set[int] = set()
        label: str | None = None
        for zone, rows in page_edges:
            for row in rows:
                number = _number(row)
                if counts[_key(zone, row)] < needed and not (number and len(pages) == 1 and zone == "bottom"):
                    break
                label = number or label
                if not _is_title(page, row, body_size):
                    gone.update(id(line) for line in row)
        page.lines = [line for line in page.lines if id(line) not in gone]
        labels.append(label)
    return labels


def _edge_rows(page: PageText) -> list[tuple[str, list[list[Line]]]]:
    top = [line for line in page.lines if (line.y0 + line.y1) / 2 < TOP_ZONE * page.height]
    bottom = [line for line in page.lines if (line.y0 + line.y1) / 2 > (1 - BOTTOM_ZONE) * page.height]
    return [("top", rows_of(top)[:MAX_ROWS]), ("bottom", list(reversed(rows_of(bottom)))[:MAX_ROWS])]


def _key(zone: str, row: Sequence[Line]) -> Key:
    words = " ".join(line.text for line in row)
    return zone, " ".join(_DIGITS.sub("#", words.casefold()).split())


def _number(row: Sequence[Line]) -> str | None:
    for line in row:
        match = _PAGE_NUMBER.match(line.text.strip())
        if match:
            return match.group(1)
    return None


def _is_title(page: PageText, row: Sequence[Line], body_size: float) -> bool:
    return (
        page.number == 1
        and max(line.size for line in row) >= body_size
        and sum(c.isalpha() for line in row for c in line.text) >= 3
        and _number(row) is None
    )
