"""What a cue is attached to in the parse.

A mention is judged by the way from its head up to the root of the sentence: every cue is anchored at one or two words,
and bears on the mentions whose way leads through them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textgov.pipeline.tree import AUXILIARIES, BE, NAMES, OBJECTS, SUBJECTS, Tree

ATTACHED = frozenset(
    {
        "aux",
        "auxpass",
        "neg",
        "advmod",
        "npadvmod",
        "mark",
        "preconj",
        "prep",
        "pobj",
        "pcomp",
        "prt",
        "det",
        "cc",
    }
)
DETERMINING = frozenset(
    {"det", "preconj", "cc", "advmod", "neg", "nummod", "predet", "amod", "poss", "quantmod"}
)
MARKING = frozenset({"mark", "advmod", "aux", "auxpass", "dobj", "nsubj"})
LOOSE = frozenset({"prep", "advcl", "dep", "punct", "cc"})
OPENED = frozenset({"advcl", "ccomp", "pcomp", "relcl", "acl", "csubj", "parataxis"})
JOINED = frozenset({"conj", "ccomp", "parataxis", "advcl"})
DEPENDENT = frozenset(
    {"advcl", "conj", "parataxis", "advmod", "prep", "pcomp", "ccomp", "acl", "dep", "relcl", "mark"}
)
NOMINAL = frozenset({"to", "for", "that", "of"})
"""Before these a word of a verb's form may be a noun: "request for", "plan to"."""
OPENERS = frozenset({",", ";", ":", "(", "and", "but", "or", "that", "-", "–", "—", "•", '"', "“"})
NEARBY = 8
"""Tokens within which a verb that was taken for a noun may have its infinitive."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word that a cue bears on, how, and the child of it (or -1) that carries the cue itself."""

    token: int
    kind: str
    own: int = -1


def _climb(tree: Tree, token: int, labels: frozenset[str]) -> int:
    while tree.deps[token] in labels and tree.heads[token] != token:
        token = tree.heads[token]
    return token


def anchors_of_head(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """An auxiliary, negation or adverb: the verb or phrase that it modifies."""
    root = tree.root(start, end)
    governor = root
    if tree.deps[root] in ATTACHED and tree.heads[root] != root:
        governor = _climb(tree, tree.heads[root], AUXILIARIES)
        yield Anchor(governor, "clause" if tree.is_verb(governor) else "phrase", root)
        if tree.deps[governor] == "acl" and tree.tags[governor] == "VBN":
            yield Anchor(tree.heads[governor], "reduced", governor)
        return
    for child in tree.children[root]:
        if tree.deps[child] in ("xcomp", "ccomp") and child > root:
            yield Anchor(child, "clause", root)
    yield Anchor(governor, "clause", root)


def anchors_of_reported(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """An auxiliary in what somebody said, promised or decided in the past: "agreed that they would train"."""
    for anchor in anchors_of_head(tree, start, end):
        verb = anchor.token
        if tree.deps[verb] in ("ccomp", "advcl", "conj") and tree.is_past(tree.heads[verb]):
            yield anchor


def anchors_of_determiner(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """`no`, `nobody`, `none of`: its noun, and the verb whose argument that is."""
    root = tree.root(start, end)
    number = start > 0 and tree.capital(start) and tree.tags[start - 1] in NAMES
    if number or (end < len(tree.words) and tree.words[end][0].isdigit()):
        return
    noun = tree.heads[root] if tree.deps[root] in DETERMINING else root
    yield Anchor(noun, "determined", root)
    while tree.deps[noun] in ("conj", "appos") and not tree.is_verb(noun) and tree.heads[noun] != noun:
        noun = tree.heads[noun]
    label, verb = tree.deps[noun], tree.heads[noun]
    if label == "pobj" and verb != noun and tree.heads[verb] > verb:
        noun, label, verb = verb, "fronted", tree.heads[verb]
    if verb != noun and tree.is_verb(verb):
        if label in SUBJECTS or label == "fronted":
            yield Anchor(verb, "subject", noun)
        elif label in OBJECTS:
            yield Anchor(verb, "object", noun)


def anchors_of_phrase(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """A preposition or other word: what follows it in the phrase that it opens."""
    root = tree.root(start, end)
    head = tree.heads[root]
    carriers = [t for t in range(start, end) if any(c >= end for c in tree.children[t])]
    if carriers:
        yield Anchor(carriers[-1], "phrase", carriers[-1])
    elif tree.deps[root] in ("cc", "advmod", "prep", "mark", "dep"):
        following = [c for c in tree.children[head] if c >= end]
        if head >= end:
            yield Anchor(_climb(tree, head, AUXILIARIES), "opened", root)
        elif following:
            yield Anchor(following[0], "opened", root)
    else:
        yield Anchor(root, "phrase", root)


def anchors_of_verb(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """A verb: its complements and passive subject; as a noun ("a request for"), what depends on it."""
    root = tree.root(start, end)
    tag, label = tree.tags[root], tree.deps[root]
    if not tag.startswith("VB"):
        following = tree.words[end] if end < len(tree.words) else ""
        if end - start > 1 or following in NOMINAL:
            yield from anchors_of_noun(tree, start, end)
        else:
            verb = _following_infinitive(tree, end)
            if verb >= 0:
                yield Anchor(verb, "opened", root)
    elif label == "amod":
        return
    elif tag == "VBN" and label == "acl":
        yield Anchor(root, "participle", end - 1)
    else:
        yield Anchor(root, "complement", root)
        carriers = [t for t in range(root + 1, end) if any(c >= end for c in tree.children[t])]
        if carriers:
            yield Anchor(carriers[-1], "phrase", carriers[-1])


def _following_infinitive(tree: Tree, start: int) -> int:
    """The infinitive after a verb that the tagger took for a noun ("the Act obliges firms to report"), or -1."""
    for place in range(start, min(start + NEARBY, len(tree.words) - 1)):
        if tree.tags[place] == "TO" and tree.tags[place + 1] == "VB":
            return place + 1
        if not tree.words[place].isalpha() or tree.tags[place] in ("VBD", "VBP", "MD"):
            return -1
    return -1


def anchors_of_noun(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """A noun: what depends on it to its right, or what it is said to be."""
    root = tree.root(start, end)
    if tree.deps[root] in ("compound", "amod", "nmod"):
        yield Anchor(tree.heads[root], "modified", root)
        return
    yield Anchor(root, "complement", root)
    head = tree.heads[root]
    if tree.deps[root] in ("nsubj", "attr", "dobj") and head != root and tree.is_verb(head):
        yield Anchor(head, "predicated", root)


def anchors_of_adjective(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """An adjective: the noun it modifies; as a predicate its complement clause, or else its subject."""
    root = tree.root(start, end)
    if tree.deps[root] in ("amod", "compound", "nmod"):
        yield Anchor(tree.heads[root], "modified", root)
        return
    if tree.is_verb(root) and not tree.is_passive(root):
        return
    yield Anchor(root, "complement", root)
    head = tree.heads[root]
    predicated = tree.deps[root] == "prep" and tree.words[head] in BE
    if predicated or (
        tree.deps[root] in ("acomp", "attr", "oprd", "advmod", "conj", "ccomp") and head != root
    ):
        yield Anchor(head, "ascribed", root)
    elif tree.is_verb(root):
        yield Anchor(root, "ascribed", root)


def anchors_of_mark(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """A conjunction: the clause that it opens, and the clause that this one depends on."""
    verb = opened_clause(tree, start, end)
    if verb < 0:
        return
    yield Anchor(verb, "inside", start)
    top = verb
    while start <= tree.heads[top] < end and tree.heads[top] != top:
        top = tree.heads[top]
    main = tree.heads[top]
    if tree.deps[top] in DEPENDENT:
        while (
            main != tree.heads[main]
            and not tree.is_verb(main)
            and tree.deps[main] in ("prep", "pcomp", "advmod", "mark")
        ):
            top, main = main, tree.heads[main]
        if main != top:
            yield Anchor(main, "governed", top)
        return
    following = [
        c for c in tree.children[verb] if c > verb and tree.deps[c] in JOINED and tree.has_subject(c)
    ]
    if following:
        yield Anchor(following[0], "governed", verb)


def opened_clause(tree: Tree, start: int, end: int) -> int:
    """The verb of the clause that a conjunction opens, or -1: "provided a report" opens none."""
    if tree.tags[start] in ("MD", "VBD") and tree.deps[start] in JOINED | {"dep"} and tree.has_subject(start):
        return start
    upward = [(tree.deps[t], tree.heads[t]) for t in range(start, end) if tree.heads[t] >= end]
    candidates = [head for label, head in upward if label in MARKING]
    candidates += [
        c for t in range(start, end) for c in tree.children[t] if c >= end and tree.deps[c] in OPENED
    ]
    candidates += [head for label, head in upward if label in LOOSE]
    root = tree.root(start, end)
    if not candidates and tree.deps[root] in ("prep", "advcl", "mark", "dep"):
        candidates = [
            c for c in tree.children[tree.heads[root]] if c >= end and tree.is_verb(c) and tree.has_subject(c)
        ]
    if any(tree.deps[c] in ("dobj", "pobj") and c >= end for c in tree.children[end - 1]):
        return -1
    verbs = (_climb(tree, token, AUXILIARIES) for token in candidates)
    return next((verb for verb in verbs if tree.is_clause(verb, end)), -1)


def is_inverted(tree: Tree, token: int) -> bool:
    """Whether an auxiliary stands before its subject and opens a conditional clause: "Should prices fall, ..."."""
    sentence = tree.sentences[tree.sentence(token)]
    verb = tree.heads[token] if tree.deps[token] in AUXILIARIES else token
    if tree.words[sentence[1] - 1] == "?" or not any(
        child > token and tree.deps[child] in SUBJECTS | {"attr"} for child in tree.children[verb]
    ):
        return False
    if token > sentence[0] and tree.words[token - 1] not in OPENERS:
        return False
    return verb != tree.heads[verb] or any(tree.deps[c] in JOINED and c > verb for c in tree.children[verb])


ANCHORS: dict[str, Callable[[Tree, int, int], Iterator[Anchor]]] = {
    "head": anchors_of_head,
    "reported": anchors_of_reported,
    "determiner": anchors_of_determiner,
    "forward": anchors_of_phrase,
    "verb": anchors_of_verb,
    "noun": anchors_of_noun,
    "adjective": anchors_of_adjective,
    "mark": anchors_of_mark,
}
