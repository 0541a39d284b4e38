"""Which actor a word of a parsed text stands for: a mention, a pronoun for it, or a phrase that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textgov.pipeline.base import PARSED_LAYERS
from textgov.pipeline.clauses import COORDINATED, RELATIVE_TAGS, phrases_of, subject_of
from textgov.pipeline.drafts import Draft
from textgov.pipeline.tree import SUBJECTS, Tree

SINGULAR = frozenset({"it", "its", "itself", "he", "his", "she", "her"})
PLURAL = frozenset({"they", "them", "their", "themselves", "both"})
FIRST = frozenset({"we", "us", "our", "ours", "ourselves"})
PLURAL_TAGS = frozenset({"NNS", "NNPS"})
HOLDING = frozenset({"of", "from", "at", "in", "among", "including", "like", "as", "such as", "for"})
"""Prepositions by which a word that is no actor holds one: "members of the union", "officials from the ministry"."""
LOOKING_BACK = 1
"""Sentences before its own in which a pronoun may have its noun."""


class Actors:
    """Actor mentions by their tokens; each is known by its place in the list of drafts."""

    def __init__(self, tree: Tree, drafts: Sequence[Draft], layer: str = "actor") -> None:
        self._tree = tree
        self._first: list[int] = []
        self._roots: dict[int, int] = {}
        self._at: dict[int, int] = {}
        self._others: set[int] = set()
        for place, draft in enumerate(drafts):
            if draft.layer == layer:
                self._at.update(dict.fromkeys(range(draft.start, draft.end), place))
                self._roots[place] = tree.root(draft.start, draft.end)
                if tree.words[draft.start] in FIRST:
                    self._first.append(place)
            elif draft.layer in PARSED_LAYERS:
                self._others.update(range(draft.start, draft.end))

    def __len__(self) -> int:
        return len(self._roots)

    def at(self, token: int) -> int:
        """The mention that covers a token, or -1."""
        return self._at.get(token, -1)

    def root(self, mention: int) -> int:
        """The head of a mention."""
        return self._roots[mention]

    def of_all(self, tokens: Iterable[int]) -> list[int]:
        """The mentions that several words stand for, each once, in order."""
        return list(dict.fromkeys(found for token in tokens for found in self.of(token)))

    def of(self, token: int, depth: int = 3) -> list[int]:
        """The mentions that a word stands for, with those coordinated with it; none where it is no actor."""
        tree = self._tree
        found: list[int] = []
        waiting = [token]
        while waiting:
            place = waiting.pop()
            own = self._own(place, depth)
            found += own
            for child in reversed(tree.children[place]):
                coordinated = tree.deps[child] == "conj" and (not tree.is_verb(child) or self.at(child) >= 0)
                if coordinated or (tree.deps[child] == "appos" and not own):
                    waiting.append(child)
        return list(dict.fromkeys(found))

    def _own(self, token: int, depth: int) -> list[int]:
        tree = self._tree
        if self.at(token) >= 0:
            return [self.at(token)]
        tag = tree.tags[token]
        if tag in RELATIVE_TAGS or (tree.words[token] == "that" and tree.deps[token] in SUBJECTS | {"dobj"}):
            return self._antecedent(token, depth)
        if tag in ("PRP", "PRP$"):
            return self.meant_by(token)
        return self._held(token, depth) if depth else []

    def _antecedent(self, token: int, depth: int) -> list[int]:
        tree = self._tree
        place = token
        while tree.deps[place] not in ("relcl", "acl") and tree.heads[place] != place:
            place = tree.heads[place]
        head = tree.heads[place]
        if head == place or not depth:
            return []
        return [self.at(head)] if self.at(head) >= 0 else self._held(head, depth - 1)

    def _held(self, token: int, depth: int) -> list[int]:
        """What a word that is no actor itself holds: "a group of buyers", "the mill's managers"."""
        tree = self._tree
        if token in self._others or not tree.tags[token].startswith(("NN", "DT", "CD", "JJ")):
            return []
        for child in tree.children[token]:
            if tree.deps[child] in ("poss", "compound", "nmod") and self.at(child) >= 0:
                return [self.at(child)]
        for word, _, noun in phrases_of(tree, token):
            if word in HOLDING:
                found = self.of(noun, depth - 1)
                if found:
                    return found
        return []

    def meant_by(self, pronoun: int) -> list[int]:
        """The nearest actor before a pronoun that fits its number, subjects first, or the subject of its clause."""
        tree, word = self._tree, self._tree.words[pronoun]
        if word in FIRST:
            return self._first[:1]
        if word not in SINGULAR and word not in PLURAL:
            return []
        sentence = tree.sentence(pronoun)
        before = [
            mention
            for mention, root in self._roots.items()
            if root < pronoun and self._may_be_meant(root, sentence)
        ]
        fitting = [m for m in before if self._is_plural(m) == (word in PLURAL)]
        if not fitting:
            return self._subject_after(pronoun)
        own = [m for m in fitting if tree.sentence(self._roots[m]) == sentence]
        near = own or fitting
        subjects = [m for m in near if tree.deps[self._roots[m]] in SUBJECTS]
        return [(subjects or near)[-1]]

    def _may_be_meant(self, root: int, sentence: int) -> bool:
        """Whether an actor is in the sentence of a pronoun, or a subject shortly before."""
        back = sentence - self._tree.sentence(root)
        return back == 0 or (back <= LOOKING_BACK and self._tree.deps[root] in SUBJECTS)

    def _subject_after(self, pronoun: int) -> list[int]:
        """Of "using its code, the brand ...": the subject of the clause that the pronoun is part of."""
        tree = self._tree
        if tree.tags[pronoun] != "PRP$":
            return []
        verb = next((t for t in tree.way(pronoun) if tree.is_verb(t)), -1)
        tokens = subject_of(tree, verb).tokens if verb >= 0 else ()
        return [self.at(t) for t in tokens if self.at(t) >= 0]

    def _is_plural(self, mention: int) -> bool:
        tree, root = self._tree, self._roots[mention]
        together = any(tree.deps[c] in COORDINATED and self.at(c) >= 0 for c in tree.children[root])
        return tree.tags[root] in PLURAL_TAGS or together
