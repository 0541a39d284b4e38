"""Figure 1: the confluence of actors by form and scope, with the relations and interactions between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textgov.analysis.reading import DocumentData, Occurrence
from textgov.analysis.theory import Draft, Item, Source, TheoryMap, Wanted, ranked
from textgov.documents import Mention
from textgov.index.rows import page_at

NODE: Final = "actor"
EDGE: Final = "relation"
BETWEEN: Final = "interaction"

_Node = tuple[str, str]
"""Cell and code of an actor."""


def figure1(source: Source) -> TheoryMap:
    """Actors (grouped by cell), relations between them (grouped by kind), interactions (grouped by pair of forms).

    A relation is between two actors, an interaction between two forms of governance.
    """
    nodes: dict[_Node, Draft] = {}
    edges: dict[tuple[str, _Node, _Node], Draft] = {}
    between: dict[tuple[str, str], Draft] = {}
    for document in source.units:
        data, wanted = source.document(document), source.wanted(document)
        for stored in data.mentions:
            m = stored.mention
            node = _node(m)
            if node and wanted.has(stored.passage, stored.sentence):
                place = Occurrence(m.code, stored.passage, stored.sentence, m.start, m.end, stored.page, m)
                nodes.setdefault(node, Draft(source.quotes)).add(data, place)
        _add_relations(source, data, wanted, edges)
        _add_interactions(source, data, wanted, between)
    return source.made([*_nodes(source, nodes), *_edges(source, edges), *_pairs(source, between)])


def _node(mention: Mention | None) -> _Node | None:
    if mention is None or mention.layer != NODE or not mention.form or not mention.scope:
        return None
    return f"{mention.form}-{mention.scope}", mention.code


def _add_relations(
    source: Source, data: DocumentData, wanted: Wanted, edges: dict[tuple[str, _Node, _Node], Draft]
) -> None:
    by_place = {(stored.passage, stored.ordinal): stored for stored in data.mentions}
    for link in source.index.relations(document=data.id):
        if not wanted.has(link.passage, link.sentence):
            continue
        ends = [
            None if place is None else by_place.get((link.passage, place))
            for place in (link.relation.source, link.relation.target)
        ]
        first, last = (None if end is None else _node(end.mention) for end in ends)
        if first and last:
            at = [
                Occurrence(e.mention.code, e.passage, e.sentence, e.mention.start, e.mention.end, e.page)
                for e in ends
                if e is not None
            ]
            edges.setdefault((link.relation.kind, first, last), Draft(source.quotes)).add(data, at[0], at[1])


def _add_interactions(
    source: Source, data: DocumentData, wanted: Wanted, between: dict[tuple[str, str], Draft]
) -> None:
    for link in source.index.interactions(document=data.id):
        if wanted.has(link.passage, link.sentence):
            found = link.interaction
            page = page_at(data.document.pages, found.start)
            place = Occurrence(found.kind, link.passage, link.sentence, found.start, found.end, page)
            pair = "-".join(sorted(found.forms))
            between.setdefault((pair, found.kind), Draft(source.quotes)).add(data, place)


def _nodes(source: Source, nodes: dict[_Node, Draft]) -> list[Item]:
    items = []
    for (cell, code), draft in nodes.items():
        form, _, scope = cell.partition("-")
        query = source.and_also(f"mention:(actor:{code} AND form:{form} AND scope:{scope})")
        label = source.labels.of(NODE, code)
        counts = len(draft.documents), draft.times
        items.append(Item(_key(cell, code), cell, NODE, code, label, *counts, query, draft.quotes))
    return ranked(items)


def _key(cell: str, code: str) -> str:
    return f"{cell}/{code}"


def _edges(source: Source, edges: dict[tuple[str, _Node, _Node], Draft]) -> list[Item]:
    items = []
    for (kind, (from_cell, first), (to_cell, last)), draft in edges.items():
        query = source.and_also(
            f"relation:({kind} AND from:{first} AND from_cell:{from_cell} AND to:{last} AND to_cell:{to_cell})"
        )
        ends = _key(from_cell, first), _key(to_cell, last)
        label = f"{source.labels.of(NODE, first)} → {source.labels.of(NODE, last)}"
        items.append(
            Item(
                f"{kind}/{ends[0]}/{ends[1]}",
                kind,
                EDGE,
                f"{first} {last}",
                label,
                len(draft.documents),
                draft.times,
                query,
                draft.quotes,
                ends=ends,
            )
        )
    return ranked(items)


def _pairs(source: Source, between: dict[tuple[str, str], Draft]) -> Iterator[Item]:
    items = []
    for (pair, kind), draft in between.items():
        query = source.and_also(f"interaction:({kind} AND between:{pair})")
        label = source.labels.of(BETWEEN, kind)
        counts = len(draft.documents), draft.times
        items.append(Item(f"{pair}/{kind}", pair, BETWEEN, kind, label, *counts, query, draft.quotes))
    yield from ranked(items)
