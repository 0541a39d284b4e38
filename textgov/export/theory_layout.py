"""Where the actors of the figure of confluence stand: forms side by side, scopes above each other."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

COLUMN: Final = 6.4
"""Distance of the middles of two forms, in units of the drawing."""

STEP: Final = (2.7, 1.7)
"""Distance of two actors of a cell, side by side and above each other."""

FIRST: Final = 1.7
"""Distance of the first row of a cell from the axis."""

LABEL_WIDTH: Final = 19
"""Characters of a line of an actor's label."""

LARGEST: Final = 0.52
SMALLEST: Final = 0.1
BESIDE: Final = 2
EDGES: Final = 30
"""Most relations that are drawn; the tables hold all."""


@dataclass(frozen=True)
class Node:
    """An actor in the drawing; `form` is the place of its form among all forms."""

    key: str
    number: int
    label: str
    documents: int
    form: int
    x: float
    y: float
    radius: float

    @property
    def lines(self) -> list[str]:
        """Label and documents on lines that fit between its neighbours."""
        return textwrap.wrap(f"{self.label}\u00a0{self.documents:,}", LABEL_WIDTH)


@dataclass(frozen=True)
class Edge:
    """A relation of two actors in the drawing; `bend` tells how far its middle lies beside the straight line."""

    number: int
    source: Node
    target: Node
    documents: int
    width: float

    @property
    def curve(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
        """Begin, control point and end of a quadratic curve, from rim to rim."""
        dx, dy = self.target.x - self.source.x, self.target.y - self.source.y
        length = math.hypot(dx, dy) or 1.0
        middle = (
            (self.source.x + self.target.x) / 2 - dy * 0.16,
            (self.source.y + self.target.y) / 2 + dx * 0.16,
        )
        return (
            _toward(self.source, middle, self.source.radius + 0.04),
            middle,
            _toward(self.target, middle, self.target.radius + 0.16 + min(0.1, 1 / length)),
        )


@dataclass(frozen=True)
class Actor:
    """An actor that is to be placed: its key and number, label and documents, and its form and scope by place."""

    key: str
    number: int
    label: str
    documents: int
    form: int
    scope: int
    is_middle: bool = False


@dataclass(frozen=True)
class Drawing:
    """The figure: its size, names of forms and scopes, actors, relations, and lines on what is between forms."""

    forms: tuple[str, ...]
    scopes: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    between: tuple[str, ...]
    left: float
    right: float
    bottom: float
    top: float

    def middle_of(self, form: int) -> float:
        """Where a form stands from left to right."""
        return _middle(form, len(self.forms))


def draw(
    actors: Sequence[Actor],
    links: Mapping[tuple[str, str], tuple[int, int]],
    names: tuple[Sequence[str], Sequence[str]],
    between: Sequence[str],
) -> Drawing:
    """Place actors and draw the strongest links between them.

    Args:
        actors: the actors; the first scope stands below the axis, the second above it.
        links: number and documents of a relation by the keys of its ends.
        names: those of forms and of scopes.
        between: what is said of pairs of forms, a line each.
    """
    forms, scopes = names
    most = max((actor.documents for actor in actors), default=1)
    nodes: list[Node] = []
    for form in range(len(forms)):
        for scope in range(len(scopes)):
            here = [a for a in actors if (a.form, a.scope) == (form, scope) and not a.is_middle]
            nodes += _cell(here, _middle(form, len(forms)), 1 if scope else -1, most)
    nodes += [_node(actor, 0.0, 0.0, most) for actor in actors if actor.is_middle]
    by_key = {node.key: node for node in nodes}
    edges = _edges(links, by_key)
    half = COLUMN * len(forms) / 2 + 0.4
    low, high = min((n.y for n in nodes), default=0.0), max((n.y for n in nodes), default=0.0)
    return Drawing(
        tuple(forms), tuple(scopes), tuple(nodes), tuple(edges), tuple(between), -half, half,
        min(low, -FIRST) - 1.3, max(high, FIRST) + 1.5,
    )  # fmt: skip


def _middle(form: int, forms: int) -> float:
    # The first form stands in the middle, where the axes cross.
    order = [*range(1, (forms + 1) // 2), 0, *range((forms + 1) // 2, forms)]
    return (order.index(form) - (forms - 1) / 2) * COLUMN


def _cell(actors: Sequence[Actor], middle: float, side: int, most: int) -> list[Node]:
    placed = []
    for number, actor in enumerate(actors):
        row, column = divmod(number, BESIDE)
        beside = min(BESIDE, len(actors) - row * BESIDE)
        x = middle + (column - (beside - 1) / 2) * STEP[0]
        # What stands on the axis itself would be hidden by it.
        if beside == 1 and middle == 0:
            x += STEP[0] / 2
        placed.append(_node(actor, x, side * (FIRST + row * STEP[1]), most))
    return placed


def _node(actor: Actor, x: float, y: float, most: int) -> Node:
    radius = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(actor.documents / max(most, 1))
    return Node(actor.key, actor.number, actor.label, actor.documents, actor.form, x, y, radius)


def _edges(links: Mapping[tuple[str, str], tuple[int, int]], nodes: Mapping[str, Node]) -> list[Edge]:
    known = [
        (documents, ends, number)
        for ends, (number, documents) in links.items()
        if ends[0] != ends[1] and ends[0] in nodes and ends[1] in nodes
    ]
    known.sort(key=lambda link: (-link[0], link[1]))
    most = max((documents for documents, *_ in known), default=1)
    return [
        Edge(number, nodes[ends[0]], nodes[ends[1]], documents, 0.6 + 3.4 * documents / most)
        for documents, ends, number in known[:EDGES]
    ]


def _toward(node: Node, point: tuple[float, float], by: float) -> tuple[float, float]:
    dx, dy = point[0] - node.x, point[1] - node.y
    length = math.hypot(dx, dy) or 1.0
    return node.x + dx / length * by, node.y + dy / length * by
