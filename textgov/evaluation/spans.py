"""Scores of coded spans against gold spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CodedSpan = tuple[int, int, str]


@dataclass(frozen=True)
class Spans:
    """Counts that add up over passages: gold and found spans, and those that match by overlap or exactly."""

    gold: int = 0
    found: int = 0
    overlap: int = 0
    exact: int = 0

    def __add__(self, other: Spans) -> Spans:
        return Spans(
            self.gold + other.gold,
            self.found + other.found,
            self.overlap + other.overlap,
            self.exact + other.exact,
        )

    @property
    def overlap_f1(self) -> float:
        """F1 where a found span counts that has the code of a gold span and shares a character with it."""
        return _f1(self.overlap, self.gold, self.found)

    @property
    def exact_f1(self) -> float:
        """F1 where only equal spans count."""
        return _f1(self.exact, self.gold, self.found)


def score_spans(gold: Sequence[CodedSpan], found: Sequence[CodedSpan]) -> Spans:
    """Match one passage's spans one to one, longest overlap first, of equal overlaps the equal spans first."""
    pairs = sorted(
        (
            (min(g[1], f[1]) - max(g[0], f[0]), g[:2] == f[:2], i, j)
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if g[2] == f[2]
        ),
        reverse=True,
    )
    used_gold: set[int] = set()
    used_found: set[int] = set()
    exact = 0
    for shared, equal, i, j in pairs:
        if shared > 0 and i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            exact += equal
    return Spans(len(gold), len(found), len(used_gold), exact)


def _f1(matched: int, gold: int, found: int) -> float:
    return 2 * matched / (gold + found) if gold + found else 0.0
