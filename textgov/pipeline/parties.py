"""Between whom an interaction holds: the two sides of a cue, by the parse and else by the order of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from textgov.pipeline.clauses import (
    RELATIVE_TAGS,
    conjuncts,
    is_passive,
    objects_of,
    phrases_of,
    subject_of,
)
from textgov.pipeline.forms import Side
from textgov.pipeline.tree import SUBJECTS, Tree

Sides = list[Side]
CLAUSES = frozenset({"relcl", "advcl", "ccomp", "parataxis", "acl"})
PRONOUNS = frozenset({"PRP", "DT", "WP", "WDT", "EX", "CD"})
PARTIES = frozenset({"between", "of", "by", "with", "among", "from", "to", "for", "against", "over", "and"})
MEMBERS = frozenset({"of", "between", "from", "by", "with", "to"})
JOINING = frozenset({"between", "of", "by", "with", "among", "from"})
RECIPROCAL = frozenset({"other", "another", "themselves"})
OPENERS = frozenset({"between", "by", "of", "among"})
LIST = 14
FEW = 2


class Parties:
    """The sides of the cues of one parsed document."""

    def __init__(self, tree: Tree, sides: Mapping[int, Side]) -> None:
        self.tree = tree
        self.sides = sides
        self._by_kind: dict[str, Callable[[int, int], tuple[Sides, Sides]]] = {
            "verb": self._of_verb,
            "opposes": self._of_opposing,
            "predicate": self._of_predicate,
            "gap": self._of_gap,
            "instead": self._of_preposition,
        }

    def pair(self, kind: str, start: int, end: int) -> tuple[Sides, Sides]:
        """What acts and what is acted on; either is empty where nobody is found."""
        return self._by_kind[kind](start, end)

    def group(self, kind: str, start: int, end: int, joint: bool) -> Sides:
        """All parties of a cue that holds between them; those of a `joint` act are not what it is directed at."""
        if kind == "body":
            return self._of_body(start, end)
        return self._of_noun(start, end, joint) if kind == "between" else self._of_mutual(start, end)

    def _of_body(self, start: int, end: int) -> Sides:
        """The members of what is said to be "of" them."""
        found = phrases_of(self.tree, self.tree.root(start, end))
        return self.each(n for word, _, n in found if word in MEMBERS and n >= end)

    def first(self, token: int) -> Sides:
        """The form of a phrase: that of its head, or else of the nearest word below it."""
        level = [token]
        while level:
            for place in level:
                if place in self.sides:
                    return [self.sides[place]]
            level = [
                c
                for place in level
                for c in self.tree.children[place]
                if self.tree.deps[c] not in CLAUSES and self.tree.deps[c] not in ("conj", "appos", "punct")
            ]
        return []

    def close(self, tokens: Iterable[int]) -> Sides:
        """The forms of some phrases by their heads and what stands right before these, no deeper."""
        found: Sides = []
        for token in (c for t in tokens for c in conjuncts(self.tree, t)):
            near = (c for c in self.tree.children[token] if self.tree.deps[c] in ("amod", "compound", "poss"))
            found += [self.sides[t] for t in (token, *near) if t in self.sides][:1]
        return found

    def each(self, tokens: Iterable[int]) -> Sides:
        """The forms of several phrases with those coordinated with them."""
        return [
            s for token in tokens for t in conjuncts(self.tree, self._meant(token)) for s in self.first(t)
        ]

    def _meant(self, token: int) -> int:
        """The noun that a relative pronoun stands for."""
        tree = self.tree
        if tree.tags[token] not in RELATIVE_TAGS and tree.words[token] != "that":
            return token
        way = tree.way(token)
        return next((tree.heads[t] for t in way if tree.deps[t] in ("relcl", "acl")), token)

    def is_open(self, tokens: Iterable[int]) -> bool:
        """Whether nothing is said, or only a pronoun: then the order of words may tell."""
        return all(
            self.tree.tags[self._meant(t)] in PRONOUNS and self._meant(t) not in self.sides for t in tokens
        )

    def before(self, start: int) -> Sides:
        """The nearest form before a token, in its sentence up to a semicolon."""
        first = self.tree.sentences[self.tree.sentence(start)][0]
        return self._nearest(range(start - 1, first - 1, -1))

    def after(self, end: int) -> Sides:
        """The nearest form from a token on, in the sentence of the token before it up to a semicolon."""
        last = self.tree.sentences[self.tree.sentence(end - 1)][1]
        return self._nearest(range(end, last))

    def _nearest(self, tokens: range) -> Sides:
        for token in tokens:
            if token in self.sides:
                return [self.sides[token]]
            if self.tree.words[token] == ";":
                break
        return []

    def below(self, start: int, end: int) -> list[int]:
        """Words right of a cue that depend on one of its words, and are not its subject."""
        tree = self.tree
        return [
            c
            for t in range(start, end)
            for c in tree.children[t]
            if c >= end
            and tree.deps[c] not in SUBJECTS | {"punct", "cc", "conj", "advcl", "aux", "neg", "mark"}
        ]

    def _of_verb(self, start: int, end: int) -> tuple[Sides, Sides]:
        tree = self.tree
        verb = next((t for t in range(start, end) if tree.is_verb(t)), tree.root(start, end))
        below = self.below(start, end)
        if not tree.is_verb(verb):
            beside = tree.deps[verb] in ("appos", "conj", "dep") and tree.heads[verb] < start
            acted = self.each(below) or (self.after(end) if self.is_open(below) else [])
            return (beside and self.first(tree.heads[verb])) or self.before(start), acted
        subject = subject_of(tree, verb).tokens
        if is_passive(tree, verb):
            agents = [n for word, _, n in phrases_of(tree, verb) if word in ("by", "with")]
            acting = self.each(agents) or (self.after(end) if not agents else [])
            return acting, self.each(subject) or (self.before(start) if self.is_open(subject) else [])
        acting = self.each(subject) or (self.before(start) if self.is_open(subject) else [])
        objects = objects_of(tree, verb)
        if not objects or tree.tags[end - 1] in ("IN", "TO", "RP") or any(start <= o < end for o in objects):
            objects = below or objects
        if any(tree.words[t] in RECIPROCAL for t in objects):
            both = self._both(subject)
            return both[:1], both[1:]
        acted = self.each(objects) or (self.after(end) if self.is_open(objects) else [])
        if objects and not acted and self.is_open(objects):
            return self._recalled(start, acting, subject)
        return acting, acted

    def _recalled(self, start: int, acting: Sides, subject: Sequence[int]) -> tuple[Sides, Sides]:
        """The sides of "build upon it": what was said before; of "they supplement it", the two that were."""
        before = [self.sides[t] for t in self.places(start, start) if t in self.sides and t < start]
        if self.is_open(subject) and len({side.form for side in before}) == FEW:
            return before[:1], before[1:]
        forms = {side.form for side in acting}
        return acting, next(([side] for side in before if side.form not in forms), [])

    def _both(self, tokens: Iterable[int]) -> Sides:
        """The forms of some phrases; where they are one, all that stand in them, if those are two."""
        tokens = list(tokens)
        found = self.each(tokens)
        if len({side.form for side in found}) >= FEW:
            return found
        inside = sorted(t for token in tokens for t in self.tree.subtree(token))
        below = [self.sides[t] for t in inside if t in self.sides]
        return below if len({side.form for side in below}) == FEW else found

    def _of_opposing(self, start: int, end: int) -> tuple[Sides, Sides]:
        """The same of a verb that is directed at firms and states as well: only what is no actor counts."""
        if not any(self.tree.is_verb(t) for t in range(start, end)):
            return [], []
        acting, acted = self._of_verb(start, end)
        return acting, [side for side in acted if not side.actor]

    def _of_predicate(self, start: int, end: int) -> tuple[Sides, Sides]:
        tree = self.tree
        root = tree.root(start, end)
        verb = next((t for t in tree.way(root) if tree.is_verb(t)), -1)
        noun = tree.heads[root]
        if tree.deps[root] == "pobj" and tree.words[noun] == "as" and verb >= 0:
            holder: tuple[int, ...] = tuple(objects_of(tree, verb))
        elif not tree.is_verb(noun) and noun != root and noun < start:
            holder = (noun,)
        else:
            holder = subject_of(tree, verb).tokens if verb >= 0 else ()
        acting = self.each(holder) or (self.before(start) if self.is_open(holder) else [])
        below = self.below(start, end)
        return acting, self.each(below) or (self.after(end) if self.is_open(below) else [])

    def _of_preposition(self, start: int, end: int) -> tuple[Sides, Sides]:
        """What stands after it, and before it; at the head of a sentence, the subject of that."""
        tree = self.tree
        if end < len(tree.words) and tree.is_verb(end) and tree.tags[end] != "VBG":
            return [], []
        first = tree.sentences[tree.sentence(start)][0]
        after = self.after(end)
        if start - first < FEW:
            comma = next(
                (t for t in range(end, tree.sentences[tree.sentence(start)][1]) if tree.words[t] == ","), end
            )
            return self.after(comma), after
        return self.before(start), after

    def _of_gap(self, start: int, end: int) -> tuple[Sides, Sides]:
        """Who fills a gap, and what lacks: said after it, or before in this sentence or the last."""
        tree = self.tree
        verb = next((t for t in range(start, end) if tree.is_verb(t)), -1)
        subject = subject_of(tree, verb).tokens if verb >= 0 else ()
        passive = verb >= 0 and is_passive(tree, verb)
        if passive:
            subject = tuple(n for word, _, n in phrases_of(tree, verb) if word == "by")
        acting = self.each(subject) or self.before(start)
        forms = {side.form for side in acting}
        for token in self.places(start, end):
            if token in self.sides and self.sides[token].form not in forms:
                return acting, [self.sides[token]]
        return acting, []

    def places(self, start: int, end: int) -> Iterator[int]:
        """Tokens after a cue to the end of its sentence, then back from it to the head of the sentence before."""
        number = self.tree.sentence(start)
        yield from range(end, self.tree.sentences[number][1])
        yield from range(start - 1, self.tree.sentences[max(number - 1, 0)][0] - 1, -1)

    def _of_mutual(self, start: int, end: int) -> Sides:
        tree = self.tree
        root = tree.root(start, end)
        if end - start == 1 and tree.tags[root].startswith("NN"):
            return []
        verb = next((t for t in tree.way(root) if tree.is_verb(t)), root)
        subject = subject_of(tree, verb).tokens
        tokens = [
            *subject,
            *(n for word, _, n in phrases_of(tree, verb) if word in ("by", "with", "between")),
        ]
        noun = tree.heads[root]
        if tree.deps[root] in ("amod", "compound") and not tree.is_verb(noun):
            tokens = [n for word, _, n in phrases_of(tree, noun) if word in PARTIES] or tokens
        found = self._both(tokens)
        if len({side.form for side in found}) < FEW and (self.is_open(subject) or not tree.is_verb(verb)):
            first, last = tree.sentences[tree.sentence(start)]
            named = [self.sides[t] for t in range(first, last) if t in self.sides]
            return named if len({side.form for side in named}) == FEW else found
        return found

    def _of_noun(self, start: int, end: int, joint: bool) -> Sides:
        tree = self.tree
        root = self._top(tree.root(start, end))
        if tree.is_verb(root):
            return self._of_mutual(start, end)
        tokens = self._around(root, start, end, joint)
        markers = [self.sides[t] for t in range(max(start - 4, 0), start) if self._modifies(t, root)]
        found = markers + self.each(tokens)
        if (
            len({side.form for side in found}) < FEW
            and self.tree.words[min(end, len(tree.words) - 1)] in OPENERS
        ):
            return self._listed(end) or found
        return found

    def _listed(self, end: int) -> Sides:
        """The first two forms after "between" or "by", however the words there were parsed."""
        last = self.tree.sentences[self.tree.sentence(end - 1)][1]
        found: dict[str, Side] = {}
        for token in range(end, min(end + LIST, last)):
            if token in self.sides:
                found.setdefault(self.sides[token].form, self.sides[token])
        return list(found.values())[:FEW] if len(found) >= FEW else []

    def _modifies(self, token: int, noun: int) -> bool:
        return token in self.sides and noun in self.tree.way(token)

    def _top(self, token: int) -> int:
        """The head of the phrase that a word modifies."""
        tree = self.tree
        while tree.deps[token] in ("compound", "nmod", "amod") and not tree.is_verb(tree.heads[token]):
            token = tree.heads[token]
        return token

    def _around(self, noun: int, start: int, end: int, joint: bool) -> list[int]:
        """Parties of a noun: below it, in the clause about it, or beside it as arguments of its verb."""
        tree = self.tree
        words = JOINING if joint else PARTIES
        tokens = [c for c in tree.children[noun] if tree.deps[c] == "poss"]
        own = {noun, *range(start, end)}
        tokens += [n for t in own for word, _, n in phrases_of(tree, t) if word in words and n >= end]
        between = any(word == "between" for word, _, _ in phrases_of(tree, noun))
        if between or len({s.form for s in self.each(tokens)}) >= FEW:
            return tokens
        for clause in tree.children[noun]:
            if tree.deps[clause] in ("relcl", "acl") and tree.is_verb(clause):
                tokens += [*subject_of(tree, clause).tokens, *objects_of(tree, clause)]
                tokens += [n for word, _, n in phrases_of(tree, clause) if word in words]
        verb = next((t for t in tree.way(noun) if tree.is_verb(t)), -1)
        if verb >= 0 and tree.deps[noun] in SUBJECTS | {"dobj", "pobj", "attr"}:
            tokens += [t for t in subject_of(tree, verb).tokens if t != noun]
            if not joint or tree.deps[noun] in SUBJECTS:
                tokens += [t for t in objects_of(tree, verb) if t != noun]
            tokens += [n for word, _, n in phrases_of(tree, verb) if word in words and n != noun]
        return tokens
