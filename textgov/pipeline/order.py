"""What the order of words says of a means where the parse is silent: "drafted by the growers", "imposed on vendors"."""

from __future__ import annotations

from textgov.pipeline.actors import Actors
from textgov.pipeline.relationwords import RelationWords
from textgov.pipeline.tree import Tree

AGENT = frozenset({"by"})
AIM = frozenset({"on", "upon", "against", "over", "to"})
ENDS = frozenset({",", ".", ":", "-LRB-", "-RRB-", "CC", "WRB"})
"""Tags of what ends the search."""
OPENING = frozenset({"DT", "PRP$", "JJ", "JJR", "JJS", "CD", "VBG", "VBN", "PDT", "RB"})
"""Tags of what may stand between a preposition and the mention of an actor."""
LONGEST = 4
BETWEEN = frozenset({"RB", "MD", "VBZ", "VBP", "VBD", "VB", "POS"})
"""Tags of what may stand between an actor and what it does."""


def following(
    tree: Tree, actors: Actors, end: int, prepositions: frozenset[str], others: set[int]
) -> list[int]:
    """The first actor after a means before which one of the prepositions stands; punctuation ends the search.

    Args:
        tree: the parse.
        actors: of the document.
        end: the token after the mention of the means.
        prepositions: one of these stands before the actor.
        others: tokens of other means, which end the search.
    """
    last = tree.sentences[tree.sentence(end - 1)][1]
    for token in range(end, last):
        if tree.tags[token] in ENDS or token in others:
            return []
        if actors.at(token) >= 0 and _opened(tree, token, prepositions):
            return [actors.at(token)]
    return []


def adjacent(tree: Tree, actors: Actors, start: int, words: RelationWords) -> list[int]:
    """The actor right before a means, if it is not one that is commonly acted on: "the retailer audits"."""
    place = start - 1
    while place >= 0 and tree.tags[place] in BETWEEN:
        place -= 1
    if place < 0 or actors.at(place) < 0 or tree.sentence(place) != tree.sentence(start):
        return []
    return [] if words.noun("governed", tree.words[place]) else [actors.at(place)]


def _opened(tree: Tree, token: int, prepositions: frozenset[str]) -> bool:
    for place in range(token - 1, max(token - 1 - LONGEST, -1), -1):
        if tree.words[place] in prepositions:
            return True
        if tree.tags[place] not in OPENING:
            return False
    return False
