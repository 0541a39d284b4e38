"""The phrase that a term of an outcome stands in: how far its mention reaches, and when it is part of a name."""

from __future__ import annotations

from collections.abc import Sequence

from textgov.pipeline.drafts import Draft
from textgov.pipeline.mentions import MODEL_RULE
from textgov.pipeline.tree import Tree
from textgov.pipeline.walk import Sign

OUTCOME = "outcome"
ACTING_LAYERS = frozenset({"actor", "mechanism"})
IN_COMPOUND = frozenset({"compound", "amod", "nmod"})
PREMODIFIERS = frozenset({"amod", "compound", "nmod", "npadvmod"})
VERB_REACH = 6
"""How many words there may be from a verb to the upgrading that it brings about."""


def modified_noun(tree: Tree, draft: Draft) -> int:
    """The noun after a term that the term modifies, or -1."""
    head = tree.root(draft.start, draft.end)
    noun = tree.heads[head]
    return noun if tree.deps[head] in IN_COMPOUND and noun >= draft.end else -1


def only_modifies(tree: Tree, drafts: Sequence[Draft], draft: Draft) -> bool:
    """Whether a term is part of the name of an actor or mechanism: "labour rights group", "safety audit".

    Of machines and products the span finder's word does not count: it has not learnt them.
    """
    noun = modified_noun(tree, draft)
    if noun < 0:
        return False
    named = (d for d in drafts if d.layer in ACTING_LAYERS and d.start <= noun < d.end)
    return any(draft.layer == OUTCOME or d.rule != MODEL_RULE for d in named)


def describes_goods(tree: Tree, drafts: Sequence[Draft], draft: Draft) -> bool:
    """Whether an adjective stands before a noun that is neither an outcome nor part of an actor or mechanism."""
    noun = modified_noun(tree, draft)
    if noun < 0:
        return False
    return not any(d.layer in ACTING_LAYERS | {OUTCOME} and d.start <= noun < d.end for d in drafts)


def widened(tree: Tree, start: int, end: int, others: set[int]) -> tuple[int, int]:
    """The noun phrase of tokens `start` to `end` without its determiners, as far as no token of `others` is in it."""
    head = tree.root(start, end)
    if tree.is_verb(head) and tree.deps[head] not in IN_COMPOUND:
        return start, end
    noun = tree.heads[head]
    if tree.deps[head] in IN_COMPOUND and noun >= end:
        between = range(end, noun + 1)
        if others.isdisjoint(between) and all(tree.heads[t] in (head, noun) for t in between[:-1]):
            end = noun + 1
    while start > 0 and start - 1 not in others and _premodifies(tree, start - 1, start, end):
        start -= 1
    return start, end


def _premodifies(tree: Tree, token: int, start: int, end: int) -> bool:
    if tree.words[token] == "-":
        return start <= tree.heads[token] < end or tree.heads[token] == token - 1
    return tree.deps[token] in PREMODIFIERS and start <= tree.heads[token] < end


def act_start(tree: Tree, start: int, signs: Sequence[Sign], others: set[int]) -> int:
    """Where the verb that brings about what begins at `start` stands close before it; else `start`."""
    if not signs or not tree.is_verb(signs[0].root):
        return start
    verb = signs[0].start
    close = 0 < start - verb <= VERB_REACH and others.isdisjoint(range(verb, start))
    return verb if close else start


def act_end(tree: Tree, start: int, end: int, others: set[int]) -> int:
    """Where the object of a verb that is itself the mention ends, if that is close; else `end`."""
    verb = tree.root(start, end)
    if not tree.is_verb(verb):
        return end
    objects = [
        c for t in {verb, end - 1} for c in tree.children[t] if tree.deps[c] in ("dobj", "pobj") and c >= end
    ]
    last = min(objects, default=end - 1) + 1
    return last if last - end <= VERB_REACH and others.isdisjoint(range(end, last)) else end
