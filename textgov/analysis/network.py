"""What is named together: a network of codes, weighted by documents that have both in one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import networkx as nx

from textgov.analysis.axes import Axis
from textgov.analysis.crossings import by_unit
from textgov.analysis.reading import DocumentData
from textgov.index.store import Index
from textgov.index.units import UnitPlace

Key = tuple[int, str]
"""A node while it is counted: place of its axis, and value."""

_RESOLUTION: Final = 1.0


@dataclass(frozen=True)
class NetworkOptions:
    """Which edges are kept: those of at least so many documents, and of these the heaviest.

    `seed` is that of the search for communities; `threshold` the score from which a coding counts.
    """

    least: int = 2
    most: int = 150
    seed: int = 0
    threshold: float = 0.5


def network(
    index: Index, units: Mapping[str, Sequence[UnitPlace]], axes: Sequence[Axis], options: NetworkOptions
) -> Any:
    """The co-occurrence network as a `networkx.Graph`.

    Nodes are named `field:value` and have `label`, `layer`, `documents`, `units`, `community` (from 0, the
    largest first), `degree`, `strength` (sum of the weights) and `betweenness`. Edges have `weight` and
    `documents` (documents with both in one unit), `units` (units with both), and `association`: how many times
    as many units have both as would if the two were independent (van Eck and Waltman 2009).
    """
    counts = _Counts()
    total = 0
    for document, places in units.items():
        data = DocumentData(index, document, options.threshold)
        total += len(places)
        counts.add([by_unit(data.occurrences(axis), places) for axis in axes])
    graph = nx.Graph()
    kept = sorted(
        (pair for pair, many in counts.pair_documents.items() if many >= options.least),
        key=lambda pair: (-counts.pair_documents[pair], -counts.pair_units[pair], pair),
    )[: options.most]
    for key in sorted({key for pair in kept for key in pair}):
        axis = axes[key[0]]
        graph.add_node(
            _name(axes, key),
            label=axis.label_of(key[1]),
            layer=axis.name,
            documents=counts.documents[key],
            units=counts.units[key],
        )
    for one, other in kept:
        pair = (one, other)
        expected = counts.units[one] * counts.units[other] / total
        graph.add_edge(
            _name(axes, one),
            _name(axes, other),
            weight=counts.pair_documents[pair],
            documents=counts.pair_documents[pair],
            units=counts.pair_units[pair],
            association=round(counts.pair_units[pair] / expected, 4),
        )
    _measure(graph, options.seed)
    return graph


class _Counts:
    """Documents and units of single values and of pairs."""

    def __init__(self) -> None:
        self.documents: Counter[Key] = Counter()
        self.units: Counter[Key] = Counter()
        self.pair_documents: Counter[tuple[Key, Key]] = Counter()
        self.pair_units: Counter[tuple[Key, Key]] = Counter()

    def add(self, axes: Sequence[Mapping[UnitPlace, Sequence[Any]]]) -> None:
        """Take up a document, given by the occurrences in its units for each axis."""
        seen: set[Key] = set()
        pairs: set[tuple[Key, Key]] = set()
        for unit in {unit for places in axes for unit in places}:
            here = sorted(
                {(n, place.value) for n, places in enumerate(axes) for place in places.get(unit, ())}
            )
            together = list(combinations(here, 2))
            self.units.update(here)
            self.pair_units.update(together)
            seen.update(here)
            pairs.update(together)
        self.documents.update(seen)
        self.pair_documents.update(pairs)


def _name(axes: Sequence[Axis], key: Key) -> str:
    return f"{axes[key[0]].name}:{key[1]}"


def _measure(graph: Any, seed: int) -> None:
    if not graph:
        return
    groups = nx.community.louvain_communities(graph, weight="weight", resolution=_RESOLUTION, seed=seed)
    ordered = sorted(groups, key=lambda group: (-len(group), min(group)))
    community = {node: number for number, group in enumerate(ordered) for node in group}
    between = nx.betweenness_centrality(graph)
    for node in graph:
        graph.nodes[node]["community"] = community[node]
        graph.nodes[node]["degree"] = int(graph.degree(node))
        graph.nodes[node]["strength"] = int(graph.degree(node, weight="weight"))
        graph.nodes[node]["betweenness"] = round(float(between[node]), 6)
