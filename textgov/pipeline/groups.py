"""Which group of workers or producers an outcome reaches or leaves out."""

from __future__ import annotations

from collections.abc import Sequence

from textgov.pipeline.drafts import Draft
from textgov.pipeline.tree import Tree

GROUP_LAYER = "group"
WORKERS = ("actor", "worker")
LEVELS = 4
"""How many clauses up a group may stand."""


def group_of(tree: Tree, drafts: Sequence[Draft], outcome: Draft, verb: int) -> Draft | None:
    """The group that stands nearest to an outcome in the parse: in its phrase, else in its clause, else above that.

    `verb` is the verb that says what happens to it, or -1. Groups of the codebook come before other workers.
    """
    first, last = tree.sentences[tree.sentence(outcome.start)]
    near = [d for d in drafts if first <= d.start < last and _is_group(d) and not _same(d, outcome)]
    if not near:
        return None
    head = tree.root(outcome.start, outcome.end)
    clause = verb if verb >= 0 else _verb_of(tree, head)
    for top in (head, *tree.way(clause)[:LEVELS]):
        inside = set(tree.subtree(top))
        found = [d for d in near if tree.root(d.start, d.end) in inside]
        if found:
            return min(found, key=lambda d: _rank(tree, d, outcome, {clause, head}))
    return None


def _verb_of(tree: Tree, token: int) -> int:
    return next((t for t in tree.way(token) if tree.is_verb(t)), token)


def _is_group(draft: Draft) -> bool:
    return draft.layer == GROUP_LAYER or (draft.layer, draft.code) == WORKERS


def _same(group: Draft, outcome: Draft) -> bool:
    return (outcome.start, outcome.end) == (group.start, group.end)


def _rank(tree: Tree, group: Draft, outcome: Draft, clauses: set[int]) -> tuple[bool, bool, int]:
    elsewhere = _verb_of(tree, tree.root(group.start, group.end)) not in clauses
    distance = max(outcome.start - group.end, group.start - outcome.end, 0)
    return elsewhere, group.layer != GROUP_LAYER, distance
