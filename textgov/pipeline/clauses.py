"""Who does what in a clause of the parse: understood subjects, agents, objects, prepositions, relative clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textgov.pipeline.tree import AUXILIARIES, SUBJECTS, Tree

RELATIVE_TAGS = frozenset({"WDT", "WP", "WP$"})
PREPOSITION_DEPS = frozenset({"prep", "agent", "dative"})
NOMINAL_DEPS = frozenset({"pobj", "pcomp"})
COORDINATED = frozenset({"conj", "appos"})
GAPS = {"nsubj": "subject", "csubj": "subject", "nsubjpass": "passive", "dobj": "object"}


@dataclass(frozen=True, slots=True)
class Subject:
    """Tokens that head the subject of a verb, said or understood, and the verb that makes it act (or -1)."""

    tokens: tuple[int, ...] = ()
    outer: int = -1


def is_passive(tree: Tree, verb: int) -> bool:
    """Whether a verb is passive: by its auxiliary or subject, as a bare participle, or as the conjunct of such."""
    labels = {tree.deps[child] for child in tree.children[verb]}
    if labels & {"auxpass", "nsubjpass", "agent"}:
        return True
    if tree.tags[verb] not in ("VBN", "VBD") or labels & (AUXILIARIES | SUBJECTS):
        return False
    if tree.deps[verb] == "conj":
        head = tree.heads[verb]
        return any(tree.deps[c] in ("auxpass", "nsubjpass", "agent") for c in tree.children[head])
    return tree.tags[verb] == "VBN" and tree.deps[verb] in ("acl", "advcl", "amod", "ROOT", "ccomp")


def subject_of(tree: Tree, verb: int, steps: int = 6) -> Subject:
    """The subject of a verb; where it has none, that of the verb or the noun on which it depends.

    Args:
        tree: the parse.
        verb: token of the verb.
        steps: how many verbs up are asked at most.
    """
    label, head = tree.deps[verb], tree.heads[verb]
    own = tuple(c for c in tree.children[verb] if tree.deps[c] in SUBJECTS and tree.deps[c] != "expl")
    if own:
        governed = label in ("ccomp", "xcomp") and tree.is_verb(head)
        return Subject(own, head if governed else -1)
    if steps == 0 or head == verb:
        return Subject()
    if label in ("acl", "relcl"):
        made = tree.tags[verb] == "VB" and tree.deps[head] in ("dobj", "nsubjpass")
        return Subject((head,), tree.heads[head] if made else -1)
    if label == "xcomp" and tree.is_verb(head):
        return _controlled(tree, verb, head, steps)
    above = _verb_above(tree, verb)
    return subject_of(tree, above, steps - 1) if above >= 0 else Subject()


def _controlled(tree: Tree, verb: int, head: int, steps: int) -> Subject:
    """Of an infinitive: the object of the verb above ("forced the mill to sign"), or else its subject."""
    objects = tuple(c for c in tree.children[head] if tree.deps[c] in ("dobj", "dative") and c < verb)
    if objects and not is_passive(tree, head):
        return Subject(objects, head)
    above = subject_of(tree, head, steps - 1)
    return Subject(above.tokens, head if is_passive(tree, head) else above.outer)


def _verb_above(tree: Tree, token: int) -> int:
    """The verb on which a verb depends directly, or through prepositions and adverbs, or -1."""
    label = tree.deps[token]
    head = tree.heads[token]
    if label not in ("conj", "advcl", "ccomp", "xcomp", "pcomp", "prep", "dep"):
        return -1
    if tree.is_verb(head):
        return head
    if tree.deps[head] in ("prep", "advmod", "mark", "acomp", "agent") and tree.heads[head] != head:
        return _verb_above(tree, head) if not tree.is_verb(tree.heads[head]) else tree.heads[head]
    return -1


def objects_of(tree: Tree, verb: int) -> list[int]:
    """Direct objects of a verb, or of the last verb of its coordination where it has none of its own."""
    while True:
        own = [c for c in tree.children[verb] if tree.deps[c] in ("dobj", "oprd")]
        later = [c for c in tree.children[verb] if tree.deps[c] == "conj" and tree.is_verb(c)]
        if own or not later or tree.has_subject(later[-1]):
            return own
        verb = later[-1]


def phrases_of(tree: Tree, token: int) -> Iterator[tuple[str, int, int]]:
    """Prepositions below a word with what they take: (word, token of the preposition, token of the noun or verb)."""
    for child in tree.children[token]:
        if tree.deps[child] not in PREPOSITION_DEPS:
            continue
        if tree.tags[child] not in ("IN", "TO", "RP", "RB", "JJ", "VBG", "VBN"):
            yield "", child, child
            continue
        word, below = tree.words[child], False
        for grandchild in tree.children[child]:
            if tree.deps[grandchild] in NOMINAL_DEPS:
                below = True
                yield word, child, grandchild
        if not below:
            yield from (
                (tree.words[inner], inner, noun)
                for inner in tree.children[child]
                if tree.deps[inner] in PREPOSITION_DEPS
                for noun in tree.children[inner]
                if tree.deps[noun] in NOMINAL_DEPS
            )


def conjuncts(tree: Tree, token: int) -> list[int]:
    """A token and those coordinated with it or put beside it, in the order of the text."""
    found, waiting = [], [token]
    while waiting:
        place = waiting.pop()
        found.append(place)
        waiting += [c for c in tree.children[place] if tree.deps[c] in COORDINATED and not tree.is_verb(c)]
    return sorted(found)


def gap_of(tree: Tree, verb: int) -> tuple[str, str]:
    """What a noun is to the clause that modifies it: subject, passive, object, or phrase with its preposition."""
    if tree.deps[verb] == "acl":
        if tree.tags[verb] == "VBG":
            return "subject", ""
        if tree.tags[verb] == "VB":
            return ("subject" if objects_of(tree, verb) else "object"), ""
        return "passive", ""
    for child in tree.children[verb]:
        if tree.tags[child] in RELATIVE_TAGS or (tree.words[child] == "that" and tree.deps[child] in GAPS):
            return GAPS.get(tree.deps[child], "object"), ""
        for grandchild in tree.children[child]:
            if tree.deps[child] == "prep" and tree.tags[grandchild] in RELATIVE_TAGS:
                return "phrase", tree.words[child]
    if tree.has_subject(verb):
        return "object", ""
    return ("passive" if is_passive(tree, verb) else "subject"), ""
