"""Lists and headings that carry a status: "Suppliers must: (a) ...", "Corrective action: ...", "Next steps • ..."."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from textgov.codebook.schema import Cue
from textgov.documents import Status
from textgov.pipeline.tree import AUXILIARIES, Tree, to_infinitive

STOPS = frozenset({".", "?", "!"})
LINKS = frozenset(
    {"following", "these", "include", "includes", "including", "also", "things", "points", "steps"}
)
HEADING_LINK = 4
CUE_LINK = 1
LONG_LINK = 8
"""How many words may stand between a heading, a cue, or a cue that announces items, and the colon or bullet."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Tokens `first` to `end` are items under a cue that begins at `start`."""

    start: int
    first: int
    end: int
    status: Status
    cue: str


def opens_list(tree: Tree, end: int, link: int) -> int:
    """The first token after the colon or bullet that follows a cue closely, or -1."""
    words = tree.words
    announced = False
    for place in range(end, min(end + LONG_LINK + 1, len(words))):
        if words[place] == ":" or place in tree.bullets:
            return place + 1 if announced or place - end <= link else -1
        if words[place] in STOPS or words[place] in (",", ";") or tree.tags[place] in ("VBD", "VBZ", "VBP"):
            return -1
        announced = announced or words[place] in LINKS
    return -1


def listed(tree: Tree, cues: Iterable[tuple[int, int, Cue]]) -> Iterator[Listed]:
    """The lists that cues open, each up to the end of its sentence or of its run of bulleted items."""
    for start, end, cue in cues:
        heads = cue.direction == "heading"
        first = opens_list(tree, end, HEADING_LINK if heads else CUE_LINK)
        if first >= 0 and (_begins(tree, start) if heads else _governs(tree, start, end)):
            yield Listed(start, first, _end(tree, first), cast(Status, cue.effect), cue.id)


def _governs(tree: Tree, start: int, end: int) -> bool:
    root = tree.root(start, end)
    return tree.is_verb(root) and tree.deps[root] not in ("amod", "compound")


def _begins(tree: Tree, start: int) -> bool:
    """Whether a heading has a capital, opens its sentence, or follows a mark of punctuation or a number."""
    if tree.tags[start - 1] in ("IN", "DT") and start:
        return False
    return (
        tree.capital(start)
        or start == tree.sentences[tree.sentence(start)][0]
        or not tree.words[start - 1].isalpha()
    )


def _end(tree: Tree, first: int) -> int:
    words, size = tree.words, len(tree.words)
    bulleted = first - 1 in tree.bullets or first in tree.bullets
    for place in range(first, size):
        if words[place] not in STOPS:
            continue
        following = place + 1
        if not bulleted or following >= size or following not in tree.bullets:
            return following
    return size


def states_fact(tree: Tree, token: int, first: int) -> bool:
    """Whether an item says by a finite verb with a subject what is or was the case."""
    for place in tree.way(token):
        if place < first:
            return False
        if tree.is_verb(place) and place not in tree.bullets and tree.has_subject(place):
            modal = any(
                tree.tags[c] in ("MD", "TO") for c in tree.children[place] if tree.deps[c] in AUXILIARIES
            )
            modal = modal or any(
                tree.deps[c] == "xcomp" and to_infinitive(tree, c) for c in tree.children[place]
            )
            if tree.is_finite(place) and not modal:
                return True
    return False
