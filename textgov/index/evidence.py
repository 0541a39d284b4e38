"""Where in a text the evidence for a hit stands: words, phrases and coded spans that speak for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from textgov.index.tokens import Token, tokens
from textgov.index.tree import Has, Node, Or, Word, Words, positive

Span = tuple[int, int]


class Evidence:
    """The leaves of a query that speak for a hit."""

    def __init__(self, node: Node) -> None:
        leaves = list(positive(node))
        self.phrases = [leaf for leaf in leaves if isinstance(leaf, Words) and leaf.field == "text"]
        self.records = [leaf for leaf in leaves if isinstance(leaf, Has)]

    def of(self, *entities: str) -> Node | None:
        """A test that the records of an entity which speak for a hit pass; None if none do."""
        tests = [leaf.where for leaf in self.records if leaf.entity in entities]
        return Or(tuple(tests)) if tests else None

    @cached_property
    def _finders(self) -> list[Callable[[Sequence[Token]], Iterable[Span]]]:
        return [_near(leaf) if leaf.within is not None else _phrase(leaf) for leaf in self.phrases]

    def spans(self, text: str) -> list[Span]:
        """Ranges of the words and phrases in a text, ascending; a proximity is one range."""
        if not self._finders:
            return []
        words = tokens(text)
        return sorted({span for find in self._finders for span in find(words)})


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Ranges in order, overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _test(word: Word) -> Callable[[str], object]:
    return word.regex().fullmatch if word.pattern else re.compile(re.escape(word.text)).fullmatch


def _phrase(leaf: Words) -> Callable[[Sequence[Token]], Iterable[Span]]:
    tests = [_test(word) for word in leaf.words]

    def find(found: Sequence[Token]) -> Iterable[Span]:
        for first in range(len(found) - len(tests) + 1):
            if all(test(token.word) for test, token in zip(tests, found[first:], strict=False)):
                yield found[first].start, found[first + len(tests) - 1].end

    return find


def _near(leaf: Words) -> Callable[[Sequence[Token]], Iterable[Span]]:
    tests = [_test(word) for word in leaf.words]
    reach = (leaf.within or 0) + 1

    def find(found: Sequence[Token]) -> Iterable[Span]:
        places = [[place for place, token in enumerate(found) if test(token.word)] for test in tests]
        shortest: dict[int, int] = {}
        for first in sorted({place for row in places for place in row}):
            nexts = [
                next((place for place in row if first <= place <= first + reach), None) for row in places
            ]
            if None not in nexts:
                # Of the windows with one end, the last to begin is the shortest.
                shortest[max(place for place in nexts if place is not None)] = first
        return [(found[first].start, found[last].end) for last, first in shortest.items()]

    return find
