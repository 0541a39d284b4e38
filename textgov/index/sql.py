"""Queries as SQL: the one place where the index is asked for units (sentences, passages, documents).

A query becomes sets of unit keys, combined by INTERSECT, EXCEPT and UNION. With `ORDER BY 1` SQLite merges
such sets as they are read from its indexes, without storing them: on a million sentences that is 5 to 20
times as fast as IN or EXISTS. What is decided for whole passages or documents filters the first set instead.
Values are always bound as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from textgov.index import predicates
from textgov.index.fulltext import Expressions, combines, table_of
from textgov.index.keys import Scope, bounds, shift_between
from textgov.index.tree import (
    EVERYTHING,
    And,
    Entity,
    Has,
    Node,
    Not,
    OneOf,
    Or,
    Should,
    Words,
    conjunction,
    disjunction,
    level,
)
from textgov.index.vocabulary import Vocabulary

FEW: Final = 2_000
"""The units of a set of at most this size are looked up in the others, rather than merged with them."""

MANY: Final = 20_000
"""The same for others that would have to be sorted first."""

_UNIVERSE: Final[dict[Scope, tuple[str, str, tuple[str, ...]]]] = {
    "sentence": ("sentences", "sentences.id", ()),
    "passage": ("passages", "passages.id", ()),
    "document": ("documents", "documents.seq", ("documents.duplicate_of IS NULL",)),
}
_KEYS: Final[dict[Entity, tuple[str, dict[Scope, str]]]] = {
    "mention": ("mentions", {"sentence": "sentence", "passage": "passage"}),
    "relation": ("relations", {"sentence": "sentence", "passage": "passage"}),
    "interaction": ("interactions", {"sentence": "sentence", "passage": "passage"}),
    "sentence": ("sentences", {"sentence": "id"}),
    "passage": ("passages", {"passage": "id"}),
    "document": ("documents", {"document": "seq"}),
}


class Source(NamedTuple):
    """Rows of a table, each with the key of a unit; `unique` if no key comes twice."""

    table: str
    key: str
    where: tuple[str, ...]
    unique: bool

    def select(self) -> str:
        """A SELECT of the distinct keys."""
        return f"SELECT {'' if self.unique else 'DISTINCT '}{self.key} AS u {self.tail()}"

    def tail(self) -> str:
        """FROM and WHERE."""
        return f"FROM {self.table}" + (f" WHERE {' AND '.join(self.where)}" if self.where else "")

    def filtered(self, conditions: Iterable[str]) -> Source:
        """The same rows less those for which a condition fails."""
        return self._replace(where=(*self.where, *conditions))


class Compiler:
    """Compiles the parts of one statement; `parameters` grows with them.

    Nested sets become common table expressions, as SQLite's parser takes about ten levels of brackets.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.expressions = Expressions(vocabulary)
        self.parameters: dict[str, Any] = {}
        self._tables: list[str] = []

    def bind(self, value: Any) -> str:
        """Name of a parameter that holds a value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def define(self, select: str, columns: str = "u", *, materialized: bool = False) -> str:
        """Name of a common table expression of the statement."""
        name = f"t{len(self._tables)}"
        kept = "MATERIALIZED " if materialized else ""
        self._tables.append(f"{name}({columns}) AS {kept}({select})")
        return name

    def statement(self, body: str) -> str:
        """The whole statement, of which `body` is the SELECT."""
        return f"WITH {', '.join(self._tables)} {body}" if self._tables else body

    def units(self, node: Node, scope: Scope) -> str:
        """A SELECT, column `u`, of the keys of all units of the scope for which a node holds, in order."""
        found = self._set(node, scope)
        return f"{found.select() if isinstance(found, Source) else found} ORDER BY 1"

    def merged(self, node: Node, scope: Scope) -> str:
        """The same within another SELECT; the limit keeps SQLite from dropping the order and the merge."""
        return f"{self.units(node, scope)} LIMIT -1"

    def count(self, node: Node, scope: Scope) -> str:
        """A SELECT of the number of units of the scope for which a node holds."""
        coarse = level(node, scope)
        if coarse == scope or node == EVERYTHING:
            return f"SELECT count(*) FROM ({self.merged(node, scope)})"
        table, key, _ = _UNIVERSE[scope]
        within = bounds(scope, coarse, "coarse.u")
        units = self.merged(node, coarse)
        return f"SELECT count(*) FROM ({units}) AS coarse CROSS JOIN {table} ON {key} {within}"

    def _nested(self, compound: str) -> str:
        return self.define(f"{compound} ORDER BY 1 LIMIT -1")

    def _member(self, found: Source | str) -> str:
        return found.select() if isinstance(found, Source) else f"SELECT u FROM {self._nested(found)}"

    def _as_source(self, found: Source | str) -> Source:
        return (
            found
            if isinstance(found, Source)
            else Source(f"{self._nested(found)} AS part", "part.u", (), True)
        )

    def _set(self, node: Node, scope: Scope, *, nested: bool = False) -> Source | str:
        """A source, or a compound SELECT that lacks its ORDER BY."""
        if isinstance(node, Should) or node == EVERYTHING:
            return self._universe(scope)
        if combines(node, "text", scope):
            return self._text(node, "text", scope)
        if level(node, scope) != scope:
            return self._universe(scope).filtered(self._filters([node], scope, _UNIVERSE[scope][1]))
        if isinstance(node, And):
            return self._and(node.children, scope)
        if isinstance(node, Or):
            return self._or(node.children, scope, nested=nested)
        if isinstance(node, Not):
            return self._and((node,), scope)
        if isinstance(node, Words):
            return self._text(node, node.field, scope)
        if isinstance(node, Has):
            return self._coding(node, scope) if node.entity == "coding" else self._record(node, scope)
        raise TypeError(f"{type(node).__name__} is a test of one record, not of a unit")

    # Leaves

    def _universe(self, scope: Scope) -> Source:
        table, key, where = _UNIVERSE[scope]
        return Source(table, key, where, True)

    def _text(self, node: Node, field: str, scope: Scope) -> Source:
        table = table_of(field, scope)
        match = self.bind(self.expressions.match(node, field))
        shift = shift_between(table.scope, scope)
        key = f"{table.name}.rowid" + (f" >> {shift}" if shift else "")
        return Source(table.name, key, (f"{table.name} MATCH {match}",), not shift)

    def _record(self, node: Has, scope: Scope) -> Source:
        table, columns = _KEYS[node.entity]
        finest: Scope = next(unit for unit in ("document", "passage", "sentence") if unit in columns)
        unit = scope if scope in columns else finest
        shift = shift_between(unit, scope)
        key = f"{table}.{columns[unit]}" + (f" >> {shift}" if shift else "")
        where = [self._predicate(self._spelt(node, table))]
        if node.entity == "document":
            where.append("duplicate_of IS NULL")
        unique = not shift and node.entity in ("sentence", "passage", "document")
        return Source(table, key, tuple(where), unique)

    def _coding(self, node: Has, scope: Scope) -> Source | str:
        where = self._predicate(node.where)
        if scope == "document":
            return Source("codings", "codings.document", (where,), False)
        within = bounds("passage", "document", "codings.document")
        whole = Source(
            f"codings CROSS JOIN passages ON passages.id {within}",
            "passages.id",
            ("codings.passage IS NULL", where),
            False,
        )
        single = Source("codings", "codings.passage", ("codings.passage NOT NULL", where), False)
        return f"{single.select()} UNION {whole.select()}"

    def _predicate(self, node: Node) -> str:
        return predicates.condition(node, self.bind, self.vocabulary)

    def _spelt(self, node: Has, table: str) -> Node:
        """The test of a record, less spellings of a code that do not occur: one alone is found in order."""
        tests = node.where.children if isinstance(node.where, And) else (node.where,)
        for place, test in enumerate(tests):
            if isinstance(test, OneOf) and len(test.values) > 1 and test.column in ("code", "kind"):
                occurring = [
                    value
                    for value in test.values
                    if self._occurs(table, (*tests[:place], OneOf(test.column, (value,))))
                ]
                only = OneOf(test.column, tuple(occurring or test.values[:1]))
                return conjunction(*tests[:place], only, *tests[place + 1 :])
        return node.where

    def _occurs(self, table: str, tests: Sequence[Node]) -> bool:
        probe = Compiler(self.vocabulary)
        where = probe._predicate(conjunction(*tests))
        return (
            self.vocabulary.index.value(f"SELECT 1 FROM {table} WHERE {where}", probe.parameters) is not None
        )

    # Operations

    def _filters(self, nodes: Sequence[Node], scope: Scope, key: str) -> list[str]:
        """Conditions on the key of a unit for what is decided in coarser units."""
        conditions = []
        for unit in ("passage", "document"):
            here = [node for node in nodes if level(node, scope) == unit]
            wanted = [node for node in here if not isinstance(node, Not)]
            without = [node.child for node in here if isinstance(node, Not)]
            coarse = f"({key}) >> {shift_between(scope, unit)}"
            if wanted:
                conditions.append(f"{coarse} IN {self.define(self.merged(conjunction(*wanted), unit))}")
            if without:
                conditions.append(f"{coarse} NOT IN {self.define(self.merged(disjunction(*without), unit))}")
        return conditions

    def _and(self, children: Sequence[Node], scope: Scope) -> Source | str:
        parts: list[Node] = [child for child in children if not isinstance(child, Should)]
        texts, parts = _taken(parts, scope)
        coarse = [part for part in parts if level(part, scope) != scope]
        here = [part for part in parts if level(part, scope) == scope]
        wanted: list[Node] = [part for part in here if not isinstance(part, Not)]
        without: list[Node] = [part.child for part in here if isinstance(part, Not)]
        most = MANY if any(_is_coded(part) and not _sorted(part, scope) for part in here) else FEW
        first, wanted, size = self._first(texts, wanted, scope, most)
        conditions = self._filters(coarse, scope, first.key)
        for parts, negation in ((wanted, ""), (without, "NOT ")):
            for part in [part for part in parts if _looked_up(part, scope, size)]:
                conditions.append(self._exists(part, first.key, scope, negation))
                parts.remove(part)
        members = [first.filtered(conditions).select()]
        members += [f"INTERSECT {self._member(self._set(part, scope, nested=True))}" for part in wanted]
        members += [f"EXCEPT {self._member(self._set(part, scope, nested=True))}" for part in without]
        return first.filtered(conditions) if len(members) == 1 else " ".join(members)

    def _first(
        self, texts: Node | None, wanted: list[Node], scope: Scope, most: int
    ) -> tuple[Source, list[Node], int]:
        """The set that the others are merged into, those others, and its size, counted up to `most` + 1."""
        if texts is not None:
            return self._text(texts, "text", scope), wanted, self._frequency(texts, most)
        if not wanted:
            return self._universe(scope), [], most + 1
        sizes = [self._size(node, scope, most) for node in wanted] if len(wanted) > 1 else [most + 1]
        rarest = sizes.index(min(sizes))
        first = self._as_source(self._set(wanted[rarest], scope, nested=True))
        return first, wanted[:rarest] + wanted[rarest + 1 :], sizes[rarest]

    def _size(self, node: Node, scope: Scope, most: int) -> int:
        """Rows of a set, counted up to `most` + 1; `most` + 2 if that would mean to read it."""
        counter = Compiler(self.vocabulary)
        rows = counter._set(node, scope) if _is_coded(node) and _sorted(node, scope) else ""
        if not isinstance(rows, Source):
            return most + 2
        query = f"SELECT count(*) FROM (SELECT 1 {rows.tail()} LIMIT {most + 1})"
        return int(self.vocabulary.index.value(query, counter.parameters))

    def _frequency(self, node: Node, most: int) -> int:
        """Rows that a text can be in at most, by its rarest word, counted up to `most` + 1."""
        if isinstance(node, And):
            parts = [part for part in node.children if not isinstance(part, Not)]
            return min((self._frequency(part, most) for part in parts), default=most + 1)
        if isinstance(node, Words):
            count, table = self.expressions.frequency, table_of(node.field, "sentence")
            plain = [Words(node.field, (word,)) for word in node.words if not word.pattern]
            return min((count(word, node.field, table, most + 1) for word in plain), default=most + 1)
        return most + 1

    def _exists(self, part: Node, key: str, scope: Scope, negation: str) -> str:
        assert isinstance(part, Has)
        table, columns = _KEYS[part.entity]
        place = f"one.{columns[scope]} = {key}" if scope in columns else ""
        if not place:
            place = f"one.id {bounds('sentence', scope, f'({key})')}"
        elif scope == "sentence" and "passage" in columns:
            place += f" AND one.passage = {key} >> {shift_between('sentence', 'passage')}"
        where = self._predicate(self._spelt(part, table))
        if not _sorted(part, scope):
            # The plus keeps SQLite from an index by which it would read all such records for each unit.
            where = f"+({where})"
        return f"{negation}EXISTS (SELECT 1 FROM {table} AS one WHERE {place} AND {where})"

    def _or(self, children: Sequence[Node], scope: Scope, *, nested: bool) -> Source | str:
        texts = [child for child in children if combines(child, "text", scope)]
        coarse = [child for child in children if child not in texts and level(child, scope) != scope]
        rest: list[Node] = [child for child in children if child not in texts and child not in coarse]
        if nested:
            rest = _merged(rest)
        members: list[Source | str] = []
        if texts:
            members.append(self._text(disjunction(*texts), "text", scope))
        if coarse:
            key = _UNIVERSE[scope][1]
            members += [
                self._universe(scope).filtered(self._filters([child], scope, key)) for child in coarse
            ]
        members += [self._set(part, scope, nested=True) for part in rest]
        if not members:
            return self._universe(scope).filtered(["0"])
        return members[0] if len(members) == 1 else " UNION ".join(map(self._member, members))


def _is_coded(node: Node) -> bool:
    return isinstance(node, Has) and node.entity in ("mention", "relation", "interaction")


def _sorted(node: Node, scope: Scope) -> bool:
    """Whether an index gives the units of coded records in their order."""
    tests = node.where.children if isinstance(node, Has) and isinstance(node.where, And) else ()
    if isinstance(node, Has) and not tests:
        tests = (node.where,)
    known = {test.column for test in tests if isinstance(test, OneOf) and len(test.values) == 1}
    if "code" in known:
        return "layer" in known
    return scope == "sentence" and bool(known & {"kind", "name", "status", "rule", "attributed"})


def _looked_up(node: Node, scope: Scope, size: int) -> bool:
    """Whether to look records up for each unit of the first set, rather than to merge the two."""
    if scope == "document" or not isinstance(node, Has):
        return False
    most = FEW if _sorted(node, scope) else MANY
    return node.entity == "sentence" or (_is_coded(node) and size <= most)


def _taken(parts: list[Node], scope: Scope) -> tuple[Node | None, list[Node]]:
    """The parts of an AND that one full-text expression can decide, as one node, and the others."""
    if table_of("text", scope).scope != scope:
        return None, parts
    wanted = [part for part in parts if combines(part, "text", scope)]
    if not wanted:
        return None, parts
    without = [part for part in parts if isinstance(part, Not) and combines(part.child, "text", scope)]
    rest = [part for part in parts if part not in wanted and part not in without]
    return conjunction(*wanted, *without), rest


def _merged(parts: list[Node]) -> list[Node]:
    """Mentions of one layer by one of several codes, as one node where they were several."""
    codes: dict[str, list[str | int]] = {}
    others: list[Node] = []
    for part in parts:
        match part:
            case Has(
                "mention",
                And((OneOf("layer", (str(layer),), False), OneOf("code", values, False))),
            ):
                codes.setdefault(layer, []).extend(values)
            case _:
                others.append(part)
    merged = [
        Has("mention", And((OneOf("layer", (layer,)), OneOf("code", tuple(values)))))
        for layer, values in codes.items()
    ]
    return others + list(merged)
