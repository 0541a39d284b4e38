"""What the rules of assertion status hand to each other: cues at their anchors, and a mention seen upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from textgov.documents import Status
from textgov.pipeline.scope import Anchor
from textgov.pipeline.tree import Tree, crossing

KNOWN = frozenset({"definite", "possessive", "name"})
"""Introduced so, a thing is taken to exist."""
SHARED_PREPOSITIONS = frozenset({"of", "for"})
IN_PHRASE = frozenset({"compound", "nmod", "amod"})
CIRCUMSTANCES = frozenset(
    [
        "under",
        "after",
        "before",
        "since",
        "during",
        "despite",
        "until",
        "because",
        "according",
        "per",
        "from",
        "at",
    ]
)
"""Prepositions of what surrounds an event and is no part of it: "under the law"."""
IMPERATIVE = "sentence.imperative"
QUESTION = "sentence.question"


@dataclass(frozen=True, slots=True)
class VerbClasses:
    """Word forms by how they treat their arguments.

    `exists`: denied, their object does not come about; `persists`: denied, it is still there; `ensures`: what is
    required of the verb is required of its clause; `light`: nouns and participles by which a rule is complied with.
    """

    exists: frozenset[str]
    persists: frozenset[str]
    ensures: frozenset[str]
    light: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cause:
    """A cue at its anchor; `at` is its first token. A `weak` one acts on a verb and hardly on its arguments."""

    anchor: Anchor
    status: Status
    cue: str
    at: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """A cause on the way of a mention; `blocker` says what keeps it from the mention, None that nothing does."""

    status: Status
    cue: str
    kind: str
    edge: str
    depth: int
    at: int
    anchor: int
    known: str
    blocker: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """A mention seen from its head up: tokens, what each step crosses, how it is introduced, its verb.

    `verb` is the lowest verb on the way, `step` the token below it and `argument` the label of that step.
    """

    tokens: list[int]
    crossings: list[str]
    introduced: str
    verb: int
    step: int
    argument: str

    @property
    def known(self) -> bool:
        """Whether the mention is introduced as something that exists."""
        return self.introduced in KNOWN

    @property
    def is_verb(self) -> bool:
        """Whether the mention is a verb."""
        return self.introduced == "verb"


def way_of(tree: Tree, tokens: list[int]) -> Way:
    """The way of a mention whose head is the first of the tokens."""
    verb = step = -1
    argument = "self"
    for place, token in enumerate(tokens):
        if tree.is_verb(token):
            verb, step = token, tokens[place - 1] if place else token
            argument = tree.deps[step] if place else "self"
            break
    crossings = [crossing(tree, token) for token in tokens[:-1]]
    return Way(tokens, crossings, _introduced(tree, tokens), verb, step, argument)


def _introduced(tree: Tree, way: Sequence[int]) -> str:
    """How the mention is introduced, by itself or by the first noun of its coordination."""
    head = way[0]
    if tree.is_verb(head) and tree.tags[head] != "VBG":
        return "verb"
    own = tree.determiner(head)
    for child, token in pairwise(way):
        if own != "bare" or tree.deps[child] not in ("conj", "compound", "nmod") or tree.is_verb(token):
            break
        own = tree.determiner(token)
    return own


def is_of(tree: Tree, child: int) -> bool:
    """Whether a token is a preposition that makes one thing of two nouns: "a system of audits"."""
    return tree.deps[child] == "prep" and tree.words[child] in SHARED_PREPOSITIONS


def in_modified(tree: Tree, way: Way, child: int) -> str | None:
    """Whether a modifier of a noun also modifies what stands below it: "a proposed system of audits"."""
    shared = tree.deps[child] in IN_PHRASE or (is_of(tree, child) and not way.known)
    return None if shared else "other phrase"
