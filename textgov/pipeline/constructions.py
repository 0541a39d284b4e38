"""Interactions that two words tell together: a gap that is filled, a lever that is given, a task that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textgov.pipeline.clauses import is_passive, objects_of, phrases_of, subject_of
from textgov.pipeline.forms import VerbForms
from textgov.pipeline.parties import Parties, Sides
from textgov.pipeline.tree import SUBJECTS

EMBEDDED = frozenset({"relcl", "ccomp", "csubj", "pcomp", "acl"})
LINKED = frozenset({"advcl", "ccomp", "xcomp"})
POINTING = frozenset({"it", "them", "this", "these", "that", "those", "what", "which"})
JOINING = frozenset({"with", "by", "to", "for", "and"})
AGAINST = frozenset({"against"})
NONE: tuple[Sides, Sides] = ([], [])


class Constructions:
    """The sides of the cues that count only beside another word."""

    def __init__(self, parties: Parties, verbs: VerbForms) -> None:
        self._parties = parties
        self._tree = parties.tree
        self._verbs = verbs
        self.kinds: dict[str, Callable[[int, int], tuple[Sides, Sides]]] = {
            "lack": self._of_lack,
            "lends": self._of_loan,
            "lacking": self._of_lacking,
            "leaving": self._of_leaving,
            "yields": self._of_yielding,
            "joins": self._of_joining,
            "pits": self._of_pitting,
            "rendering": self._of_rendering,
            "forbids": self._of_norms,
        }

    def _verb_of(self, noun: int) -> int:
        """The verb whose argument a noun is, directly or by a preposition, or -1."""
        tree = self._tree
        if tree.deps[noun] not in ("dobj", "pobj", "nsubjpass", "attr", "oprd", "conj"):
            return -1
        return next((t for t in tree.way(noun)[1:4] if tree.is_verb(t)), -1)

    def _actor_of(self, verb: int) -> Sides:
        """Who does what a verb says: its subject, or of a passive its agent."""
        tree = self._tree
        tokens: Iterable[int] = subject_of(tree, verb).tokens
        if is_passive(tree, verb):
            tokens = [n for word, _, n in phrases_of(tree, verb) if word in ("by", "through", "with")]
        return self._parties.each(tokens) or (
            self._parties.before(verb) if self._parties.is_open(tokens) else []
        )

    def _other(self, tokens: Iterable[int], than: Sides) -> Sides:
        """The first of some tokens that stands for another form."""
        forms, sides = {side.form for side in than}, self._parties.sides
        return next(([sides[t]] for t in tokens if t in sides and sides[t].form not in forms), [])

    def _of_lack(self, start: int, end: int) -> tuple[Sides, Sides]:
        noun = self._tree.root(start, end)
        verb = self._verb_of(noun)
        if verb < 0 or not self._verbs.verb("fills", self._tree, verb):
            return NONE
        acting = self._actor_of(verb)
        inside = sorted(t for t in self._tree.subtree(noun) if t >= end)
        return acting, self._other(inside, acting) or self._other(self._parties.places(start, end), acting)

    def _of_loan(self, start: int, end: int) -> tuple[Sides, Sides]:
        tree = self._tree
        verb = self._verb_of(tree.root(start, end))
        if verb < 0 or not self._verbs.verb("gives", tree, verb):
            return NONE
        to = [
            c
            for c in tree.children[verb]
            if tree.deps[c] == "dative" or (tree.deps[c] == "dobj" and c < start)
        ]
        to += [n for word, _, n in phrases_of(tree, verb) if word in ("to", "behind", "for")]
        to += [n for word, _, n in phrases_of(tree, tree.root(start, end)) if word in ("to", "for", "of")]
        if is_passive(tree, verb):
            to += [t for t in subject_of(tree, verb).tokens if not start <= t < end]
        return self._actor_of(verb), self._parties.each(to)

    def _of_lacking(self, start: int, end: int) -> tuple[Sides, Sides]:
        tree = self._tree
        verb = next((t for t in range(end - 1, start - 1, -1) if tree.is_verb(t)), -1)
        if verb < 0 or not (any(tree.deps[t] in EMBEDDED for t in tree.way(verb)[:2]) or self._asks(verb)):
            return NONE
        if any(o >= end for o in objects_of(tree, verb)):
            return NONE
        acting = self._parties.each(subject_of(tree, verb).tokens)
        first, last = tree.sentences[tree.sentence(start)]
        return acting, self._other((*range(start - 1, first - 1, -1), *range(end, last)), acting)

    def _asks(self, verb: int) -> bool:
        """Whether the object of a verb is a question word before it: "what inspectors cannot see, ..."."""
        return any(self._tree.words[o] in POINTING and o < verb for o in objects_of(self._tree, verb))

    def _of_leaving(self, start: int, end: int) -> tuple[Sides, Sides]:
        """Who goes, and who comes in the clause that this one depends on or that depends on it."""
        tree = self._tree
        verb = tree.root(start, end)
        if not tree.is_verb(verb):
            return NONE
        subject = subject_of(tree, verb)
        acting = self._parties.each(subject.tokens)
        clauses = [c for c in tree.children[verb] if tree.deps[c] == "advcl" and tree.has_subject(c)]
        tops = [*clauses, *([tree.heads[verb]] if tree.deps[verb] in LINKED else [])]
        own = set(tree.subtree(verb)) - {t for c in clauses for t in tree.subtree(c)}
        near = sorted(t for top in tops for t in tree.subtree(top) if t not in own)
        return acting, self._other(near, acting)

    def _of_yielding(self, start: int, end: int) -> tuple[Sides, Sides]:
        tree, parties = self._tree, self._parties
        verb = next((t for t in range(start, end) if tree.is_verb(t)), -1)
        if verb < 0:
            return NONE
        passive, subject = is_passive(tree, verb), subject_of(tree, verb).tokens
        objects = subject if passive else objects_of(tree, verb)
        task = [o for o in objects if o in parties.sides or self._verbs.noun("task", tree.words[o])]
        to = parties.each(
            n for t in (*range(start, end), *task) for w, _, n in phrases_of(tree, t) if w == "to"
        )
        if not task or not to:
            return NONE
        return (parties.each(task) if passive else parties.each(subject)), to

    def _of_joining(self, start: int, end: int) -> tuple[Sides, Sides]:
        """What is joined or replaced, and with what: "combines sanctions with monitoring"."""
        return self._object_and(start, end, JOINING)

    def _of_pitting(self, start: int, end: int) -> tuple[Sides, Sides]:
        """What is set against what."""
        return self._object_and(start, end, AGAINST)

    def _object_and(self, start: int, end: int, words: frozenset[str]) -> tuple[Sides, Sides]:
        tree, parties = self._tree, self._parties
        verb = next((t for t in range(start, end) if tree.is_verb(t)), -1)
        if verb < 0:
            return NONE
        objects = subject_of(tree, verb).tokens if is_passive(tree, verb) else objects_of(tree, verb)
        tops = (*range(start, end), *objects)
        other = [n for t in tops for word, _, n in phrases_of(tree, t) if word in words and n >= end]
        return parties.close(objects), parties.close(other)

    def _of_rendering(self, start: int, end: int) -> tuple[Sides, Sides]:
        tree, parties = self._tree, self._parties
        root = tree.root(start, end)
        verb = next((t for t in tree.way(root)[1:3] if tree.is_verb(t)), -1)
        if verb < 0 or not self._verbs.verb("renders", tree, verb):
            return NONE
        whom = [c for c in tree.children[root] if tree.deps[c] in SUBJECTS] or objects_of(tree, verb)
        if is_passive(tree, verb):
            whom = list(subject_of(tree, verb).tokens)
        return self._actor_of(verb), parties.each(t for t in whom if not start <= t < end)

    def _of_norms(self, start: int, end: int) -> tuple[Sides, Sides]:
        """What one forbids and the other allows: a clause without an object, a pronoun, or the same word."""
        tree = self._tree
        verb = next((t for t in range(start, end) if tree.is_verb(t)), -1)
        if verb >= 0:
            acting = self._parties.each(subject_of(tree, verb).tokens)
            objects = {tree.words[o] for o in objects_of(tree, verb)}
        else:
            acting, objects = self._parties.before(start), {tree.words[min(end, len(tree.words) - 1)]}
            if not objects & POINTING:
                return NONE
        first, last = tree.sentences[tree.sentence(start)]
        for other in range(first, last):
            if other == verb or not tree.is_verb(other) or not self._verbs.verb("allows", tree, other):
                continue
            shared = {tree.words[o] for o in objects_of(tree, other)}
            pointing = bool((objects | shared) & POINTING) or bool(objects & shared)
            if pointing or (tree.deps[other] in EMBEDDED and not shared):
                acted = self._parties.each(subject_of(tree, other).tokens)
                if self._other_form(acting, acted):
                    return acting, acted
        return NONE

    @staticmethod
    def _other_form(one: Sides, other: Sides) -> bool:
        return any(a.form != b.form for a in one for b in other)
