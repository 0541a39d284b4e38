"""A query made ready for an index: parsed, compiled, and kept for the next page of its hits."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from textgov.index.evidence import Evidence
from textgov.index.fields import QueryContext
from textgov.index.keys import Scope
from textgov.index.query import parse_query
from textgov.index.ranking import Sort, ordered
from textgov.index.sql import Compiler
from textgov.index.store import Index
from textgov.index.tree import Node
from textgov.index.vocabulary import Vocabulary

_KEPT: Final = 64


class Found(NamedTuple):
    """Key of a unit that matches; if hits are ranked, its BM25 (the less the better).

    `passage` is the key of the passage that a document is ranked by.
    """

    key: int
    score: float | None = None
    passage: int | None = None


class Plan:
    """One query, ready to be asked of one index in its present state."""

    def __init__(self, index: Index, node: Node, scope: Scope) -> None:
        self.index = index
        self.node = node
        self.scope = scope
        self.evidence = Evidence(node)
        self.vocabulary = Vocabulary(index)
        self._pages: dict[Sort, tuple[str, dict[str, Any]]] = {}
        self._total: int | None = None

    def compiler(self) -> Compiler:
        """A compiler with parameters of its own."""
        return Compiler(self.vocabulary)

    def count(self) -> int:
        """How many units match."""
        if self._total is None:
            compiler = self.compiler()
            query = compiler.statement(compiler.count(self.node, self.scope))
            self._total = int(self.index.value(query, compiler.parameters))
        return self._total

    def page(self, sort: Sort, limit: int, offset: int) -> list[Found]:
        """Units in order, so many after so many."""
        if sort not in self._pages:
            compiler = self.compiler()
            body = ordered(compiler, self.node, self.scope, sort)
            self._pages[sort] = compiler.statement(body), compiler.parameters
        query, parameters = self._pages[sort]
        query += " LIMIT :limit OFFSET :offset"
        return list(self.index.select(_found, query, {**parameters, "limit": limit, "offset": offset}))


def _found(row: tuple[Any, ...]) -> Found:
    return Found(*row)


class PlanCache:
    """The plans last made for an index, until it changes."""

    def __init__(self) -> None:
        self._version: object = None
        self._plans: dict[tuple[str, Scope], tuple[QueryContext, Plan]] = {}

    def get(self, index: Index, query: str, context: QueryContext, scope: Scope) -> Plan:
        """The plan of a query, made anew if it is unknown or the index has changed."""
        version = index.version()
        if version != self._version:
            self._plans.clear()
            self._version = version
        known = self._plans.pop((query, scope), None)
        if known is None or known[0] != context:
            known = context, Plan(index, parse_query(query, context), scope)
        self._plans[query, scope] = known
        if len(self._plans) > _KEPT:
            del self._plans[next(iter(self._plans))]
        return known[1]


def plan(index: Index, query: str, context: QueryContext, scope: Scope) -> Plan:
    """The plan of a query for an index.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
    """
    if not isinstance(index.cache, PlanCache):
        index.cache = PlanCache()
    return index.cache.get(index, query, context, scope)
