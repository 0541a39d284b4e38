"""The tree of a query whose fields and values are known: what `sql` compiles and `evidence` highlights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from textgov.index.keys import Scope

Entity = Literal["document", "passage", "sentence", "mention", "relation", "interaction", "coding"]

LEVELS: dict[str, Scope] = {
    "document": "document",
    "passage": "passage",
    "coding": "passage",
    "sentence": "sentence",
    "mention": "sentence",
    "relation": "sentence",
    "interaction": "sentence",
    "text": "sentence",
    "section": "passage",
    "title": "document",
    "author": "document",
    "venue": "document",
    "keyword": "document",
}
"""The coarsest unit at which each entity, or each field of words, is the same for all that the unit holds."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word, or a pattern of folded characters, `?` (one) and `*` (any number)."""

    text: str

    @property
    def pattern(self) -> bool:
        """Whether it has wildcards."""
        return "*" in self.text or "?" in self.text

    @property
    def prefix(self) -> bool:
        """Whether it is a plain word with one `*` at its end."""
        return self.text.endswith("*") and not Word(self.text[:-1]).pattern

    def regex(self) -> re.Pattern[str]:
        """An expression that matches whole folded words."""
        parts = {"*": ".*", "?": "."}
        return re.compile("".join(parts.get(c) or re.escape(c) for c in self.text), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase in a field of words; with `within`, its words in any order and so many others between them."""

    field: str
    words: tuple[Word, ...]
    within: int | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column has one of these values; text is compared without regard to (ASCII) case if `fold`."""

    column: str
    values: tuple[str | int, ...]
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """A column matches a pattern of `?` and `*`, without regard to (ASCII) case; `\\` escapes."""

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Between:
    """A column's number lies in a range; None is no bound, and without bounds any value will do."""

    column: str
    low: float | None
    high: float | None
    include_low: bool = True
    include_high: bool = True


@dataclass(frozen=True, slots=True)
class InFile:
    """The document was read from a file, or has a copy there, whose path or name matches a pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class And:
    """All children hold. Without children: always."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some child holds. Without children: never."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: Node


@dataclass(frozen=True, slots=True)
class Should:
    """Always holds; the child only adds to the rank and is highlighted (an unmarked clause beside a `+`)."""

    child: Node


@dataclass(frozen=True, slots=True)
class Has:
    """The unit holds one record of the entity of which the whole of `where` is true."""

    entity: Entity
    where: Node


Test = OneOf | Like | Between | InFile
Node = And | Or | Not | Should | Has | Words | Test

EVERYTHING = And(())
NOTHING = Or(())


def conjunction(*children: Node) -> Node:
    """And, flat and without a needless layer."""
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, And) else (child,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def disjunction(*children: Node) -> Node:
    """Or, flat and without a needless layer."""
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Or) else (child,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negation(child: Node) -> Node:
    """Not, without doubling."""
    return child.child if isinstance(child, Not) else Not(child)


def positive(node: Node) -> Iterator[Node]:
    """Leaves (`Words` and `Has`) that speak for a hit: all that are not under a Not."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from positive(child)
    elif isinstance(node, Should):
        yield from positive(node.child)
    elif isinstance(node, Words | Has):
        yield node


def level(node: Node, scope: Scope) -> Scope:
    """The coarsest unit, not finer than `scope`, at which a node can be decided."""
    order: tuple[Scope, ...] = ("sentence", "passage", "document")

    def depth(part: Node) -> int:
        if isinstance(part, And | Or):
            return min((depth(child) for child in part.children), default=2)
        if isinstance(part, Not):
            return depth(part.child)
        if isinstance(part, Has):
            return order.index(LEVELS[part.entity])
        return order.index(LEVELS[part.field]) if isinstance(part, Words) else 2

    return order[max(depth(node), order.index(scope))]
