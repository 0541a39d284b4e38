"""The order of hits: by relevance (BM25 of the words of the query), by year, or as in the index."""

from __future__ import annotations

from typing import Final, Literal

from textgov.index.fulltext import combines, table_of
from textgov.index.keys import Scope, shift_between
from textgov.index.sql import Compiler
from textgov.index.tree import And, Node, Or, Should, Words, conjunction, disjunction, positive

Sort = Literal["relevance", "year", "document"]

COMMON: Final = 50_000
"""Words in more rows than this are left out of ranking: they say little, and BM25 reads each of the rows."""


def ordered(compiler: Compiler, node: Node, scope: Scope, sort: Sort) -> str:
    """A SELECT of all units that match, in order: key, score (the less the better), and the best passage.

    Columns that say nothing in an order are left out at the end.
    """
    if sort == "year":
        units = compiler.merged(node, scope)
        seq = f"found.u >> {shift_between(scope, 'document')}"
        return (
            f"SELECT found.u FROM ({units}) AS found JOIN documents ON documents.seq = {seq} "
            "ORDER BY documents.year DESC NULLS LAST, found.u"
        )
    words = ranked_words(compiler, node, scope) if sort == "relevance" else []
    return _by_relevance(compiler, node, scope, words) if words else compiler.units(node, scope)


def ranked_words(compiler: Compiler, node: Node, scope: Scope) -> list[Words]:
    """The words and phrases of the text by which hits are ranked."""
    table = table_of("text", scope)
    found = [leaf for leaf in positive(node) if isinstance(leaf, Words) and leaf.field == "text"]
    count = compiler.expressions.frequency
    return [
        leaf
        for leaf in dict.fromkeys(found)
        if len(leaf.words) > 1 or count(leaf, "text", table, COMMON + 1) <= COMMON
    ]


def _by_relevance(compiler: Compiler, node: Node, scope: Scope, words: list[Words]) -> str:
    table = table_of("text", scope)
    by = disjunction(*words) if _dropped(node, words) else _text_part(node, words, scope)
    match = compiler.bind(compiler.expressions.match(by, "text"))
    matched = f"FROM {table.name} WHERE {table.name} MATCH {match}"
    shift = shift_between(table.scope, scope)
    if node == by and not shift:
        return f"SELECT rowid, rank {matched} ORDER BY rank, rowid"
    units = compiler.merged(node, scope)
    key = f"(rowid >> {shift})" if shift else "rowid"
    scores = f"SELECT {key} AS u, rank AS s, rowid AS best {matched} AND +{key} IN ({units})"
    if shift:
        # SQLite takes the other columns from the row of the minimum.
        scores = f"SELECT u, min(s) AS s, best FROM ({scores}) GROUP BY u"
    if by != disjunction(*words) or _needs(node, words):
        return f"{scores} ORDER BY s, u"
    rest = f"SELECT u, 0.0 AS s, NULL AS best FROM ({units}) WHERE u NOT IN (SELECT {key} {matched})"
    return f"SELECT u, s, best FROM ({scores} UNION ALL {rest}) ORDER BY s, u"


def _needs(node: Node, words: list[Words]) -> bool:
    """Whether each unit for which a node holds has one of the words."""
    if isinstance(node, And):
        return any(_needs(child, words) for child in node.children)
    if isinstance(node, Or):
        return bool(node.children) and all(_needs(child, words) for child in node.children)
    return isinstance(node, Words) and node in words


def _dropped(node: Node, words: list[Words]) -> bool:
    """Whether some words or optional clauses are not among those that every hit must have."""
    if isinstance(node, And):
        return any(isinstance(child, Should) for child in node.children) or any(
            _dropped(child, words) for child in node.children
        )
    if isinstance(node, Or):
        return any(_dropped(child, words) for child in node.children)
    return isinstance(node, Words) and node.field == "text" and node not in words


def _text_part(node: Node, words: list[Words], scope: Scope) -> Node:
    """What every hit must have of the words to rank by, if one expression can decide it; else any of them."""
    if combines(node, "text", scope):
        return node
    if isinstance(node, And):
        parts = [child for child in node.children if combines(child, "text", scope)]
        part = conjunction(*parts)
        if parts and set(positive(part)) == set(words) and combines(part, "text", scope):
            return part
    return disjunction(*words)
