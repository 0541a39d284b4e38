"""Chain upgrading: a move from one sector into another, by the sectors that the text names."""

from __future__ import annotations

from collections.abc import Sequence

from textgov.pipeline.drafts import Draft
from textgov.pipeline.tree import Tree
from textgov.pipeline.walk import Sign

SECTOR = "sector"
CHAIN = ("economic_upgrading", "chain")
MOVE_RULE = "sector-move"
MOVE_NAME = "move into another sector"
ENTRIES = frozenset({"into", "to"})
ENTERED = frozenset({"dobj", "advmod", "prt"})


def sector_moves(
    tree: Tree, drafts: Sequence[Draft], signs: Sequence[Sign], verbs: Sequence[int]
) -> list[Draft]:
    """Moves into a sector from another that the sentence names before it; back, by a sign that says `worse`.

    `verbs` are verbs that may enter a sector as their object.
    """
    sectors = [draft for draft in drafts if draft.layer == SECTOR]
    taken = {place for d in drafts if d.layer == CHAIN[0] for place in range(d.start, d.end)}
    back = {sign.root for sign in signs if "oblique" in sign.cue.on and sign.cue.effect == "worse"}
    forth = {s.root for s in signs if "oblique" in s.cue.on and ENTRIES.intersection(s.cue.prepositions)}
    moves = []
    for verb in sorted({*back, *forth, *verbs}):
        if not tree.is_verb(verb):
            continue
        for child in tree.children[verb]:
            entry = tree.words[child] in ENTRIES or (verb in verbs and tree.deps[child] in ENTERED)
            end = _entered(tree, sectors, verb, child) if child > verb and entry else -1
            if end > 0 and taken.isdisjoint(range(verb, end)):
                direction = "downgrading" if verb in back else "upgrading"
                moves.append(Draft(verb, end, *CHAIN, MOVE_NAME, MOVE_RULE, direction=direction))
                taken.update(range(verb, end))
    return moves


def _entered(tree: Tree, sectors: Sequence[Draft], verb: int, child: int) -> int:
    """Where the phrase of a word ends if it names a sector that the sentence did not name before; else -1."""
    inside = set(tree.subtree(child))
    first, _ = tree.sentences[tree.sentence(verb)]
    entered = [d for d in sectors if d.start in inside]
    before = {d.code for d in sectors if first <= d.start < max(verb, min(inside))}
    if not entered or not before or entered[0].code in before:
        return -1
    end = entered[0].end
    while end in inside and tree.deps[end - 1] in ("compound", "amod", "nmod"):
        end += 1
    return end
