"""Words and phrases as expressions of SQLite's full-text search (FTS5).

Expression syntax: https://www.sqlite.org/fts5.html, section 3. Only folded words, which hold letters and
digits alone, ever enter an expression.
"""

from __future__ import annotations

import itertools
import math
from typing import Final, NamedTuple

from textgov.index.keys import Scope
from textgov.index.tree import And, Node, Not, Or, Should, Word, Words
from textgov.index.vocabulary import MAX_WORDS, Vocabulary, too_many

_MAX_DEPTH = 8
_NEVER = '"\ue000"'


class Table(NamedTuple):
    """A full-text table: its name, and the unit that its rows are."""

    name: str
    scope: Scope


SENTENCES: Final = Table("sentence_text", "sentence")
PASSAGES: Final = Table("passage_text", "passage")
DOCUMENTS: Final = Table("document_text", "document")


def table_of(field: str, scope: Scope) -> Table:
    """The table to look a field of words up in, when units of that scope are asked for."""
    if field == "text":
        return SENTENCES if scope == "sentence" else PASSAGES
    return PASSAGES if field == "section" else DOCUMENTS


def combines(node: Node, field: str, scope: Scope) -> bool:
    """Whether one expression can decide a node: only words of that field, and something to find.

    In documents a row of the table is only a part of the unit, so AND and NOT need sets of units.
    """
    return _combines(node, field, table_of(field, scope).scope == scope, _MAX_DEPTH)


def _combines(node: Node, field: str, whole: bool, depth: int) -> bool:
    if isinstance(node, Words):
        return node.field == field
    if depth == 0 or not isinstance(node, And | Or) or not node.children:
        return False
    if isinstance(node, Or):
        return all(_combines(child, field, whole, depth - 1) for child in node.children)
    children = [child.child if isinstance(child, Not) else child for child in node.children]
    found = any(not isinstance(child, Not | Should) for child in node.children)
    return whole and found and all(_combines(child, field, whole, depth - 1) for child in children)


class Expressions:
    """Makes expressions for one index, whose vocabulary tells what a pattern stands for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def match(self, node: Node, field: str) -> str:
        """The expression of a node that `combines`, limited to the field's column."""
        return f"{field} : ({self._expression(node)})"

    def _expression(self, node: Node) -> str:
        if isinstance(node, Words):
            return self._phrase(node)
        if isinstance(node, Or):
            return " OR ".join(f"({self._expression(child)})" for child in node.children)
        children = node.children if isinstance(node, And) else ()
        wanted = " AND ".join(f"({self._expression(c)})" for c in children if not isinstance(c, Not))
        without = " OR ".join(f"({self._expression(c.child)})" for c in children if isinstance(c, Not))
        return f"({wanted}) NOT ({without})" if without else wanted

    def _phrase(self, leaf: Words) -> str:
        last = len(leaf.words) - 1
        choices = [
            self._spellings(word, prefixes=leaf.within is not None or place == last)
            for place, word in enumerate(leaf.words)
        ]
        if not all(choices):
            return _NEVER
        if math.prod(map(len, choices)) > MAX_WORDS:
            raise too_many(" ".join(word.text for word in leaf.words))
        return " OR ".join(_joined(chosen, leaf.within) for chosen in itertools.product(*choices))

    def _spellings(self, word: Word, *, prefixes: bool) -> list[str]:
        """A word, or the words that a pattern stands for; a plain prefix stays one where FTS5 takes it."""
        if not word.pattern or (prefixes and word.prefix and len(word.text) > 1):
            return [word.text]
        return self.vocabulary.words(word)

    def frequency(self, node: Node, field: str, table: Table, most: int) -> int:
        """Rows of a table that an expression matches, counted up to `most`."""
        query = f"SELECT count(*) FROM (SELECT 1 FROM {table.name} WHERE {table.name} MATCH ? LIMIT ?)"
        return int(self.vocabulary.index.value(query, (self.match(node, field), most)))


def _joined(chosen: tuple[str, ...], within: int | None) -> str:
    if within is not None:
        return f"NEAR({' '.join(_quoted(word) for word in chosen)}, {within})"
    return _quoted(" ".join(chosen))


def _quoted(words: str) -> str:
    return f'"{words[:-1]}" *' if words.endswith("*") else f'"{words}"'
