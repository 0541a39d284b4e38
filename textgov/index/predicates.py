"""Tests of one record (a document, passage, mention, ...) as conditions of SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textgov.index import rows
from textgov.index.patterns import glob
from textgov.index.tree import And, Between, InFile, Like, Node, Not, OneOf, Or
from textgov.index.vocabulary import Vocabulary

Bind = Callable[[Any], str]


def condition(node: Node, bind: Bind, vocabulary: Vocabulary) -> str:
    """A condition on the columns of the record's table; a missing value meets no test."""
    if isinstance(node, And | Or):
        word, empty = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
        parts = [condition(child, bind, vocabulary) for child in node.children]
        return f"({word.join(parts)})" if len(parts) > 1 else (parts or [empty])[0]
    if isinstance(node, Not):
        return f"NOT coalesce({condition(node.child, bind, vocabulary)}, 0)"
    if isinstance(node, OneOf):
        return _one_of(node, bind)
    if isinstance(node, Like):
        return f"lower({node.column}) GLOB {bind(glob(node.pattern))}"
    if isinstance(node, Between):
        return _between(node, bind)
    if isinstance(node, InFile):
        return (
            f"id IN (SELECT value FROM json_each({bind(rows.as_json(vocabulary.documents(node.pattern)))}))"
        )
    raise TypeError(f"{type(node).__name__} is not a test of one record")


def _one_of(test: OneOf, bind: Bind) -> str:
    if test.column == "attributed":
        # A literal, so that SQLite sees that the partial index serves.
        return f"attributed = {int(test.values[0])}"
    values = [bind(value) for value in test.values]
    column = f"{test.column} COLLATE NOCASE" if test.fold else test.column
    return f"{column} = {values[0]}" if len(values) == 1 else f"{column} IN ({', '.join(values)})"


def _between(test: Between, bind: Bind) -> str:
    parts = []
    if test.low is not None:
        parts.append(f"{test.column} >{'=' if test.include_low else ''} {bind(test.low)}")
    if test.high is not None:
        parts.append(f"{test.column} <{'=' if test.include_high else ''} {bind(test.high)}")
    return f"({' AND '.join(parts)})" if parts else f"{test.column} NOT NULL"
