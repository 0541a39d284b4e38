"""The dependency parse of a document as plain lists, for quick walks up and down.

Labels are the ClearNLP ones and tags the Penn Treebank ones of spaCy's English models.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from spacy.attrs import DEP, HEAD, LOWER, SHAPE, TAG
from spacy.tokens import Doc

TREE = "textgov_tree"
SUBJECTS = frozenset({"nsubj", "csubj", "nsubjpass", "csubjpass", "expl"})
ACTIVE_SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
OBJECTS = frozenset({"dobj", "attr", "oprd", "dative"})
AUXILIARIES = frozenset({"aux", "auxpass"})
CLAUSAL = frozenset({"xcomp", "ccomp", "acl", "advcl"})
NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "DT", "CD", "WP", "WDT", "EX", "$"})
NAMES = frozenset({"NNP", "NNPS"})
FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})
BE = frozenset({"be", "is", "are", "was", "were", "been", "being", "'s", "’s", "'re", "'m"})
DEFINITE_WORDS = frozenset({"the", "this", "that", "these", "those", "all", "both", "such", "each", "every"})
QUESTION_WORDS = frozenset(
    {"whether", "if", "what", "which", "who", "whom", "whose", "how", "why", "when", "where", "whatever"}
)
LISTING = frozenset({"including", "like", "as", "include"})
"""Prepositions that give instances of what stands before them."""
BULLETS = frozenset("•▪●◦‣■□❖►✓\uf0b7")
ELLIPSIS = 2
"""A clause without a verb or subject has more words than this: "if at all necessary" is none."""


class Tree:
    """Words, tags, labels and heads of a parsed document by token number."""

    __slots__ = (
        "_sentence_of",
        "_shapes",
        "bullets",
        "children",
        "deps",
        "heads",
        "sentences",
        "tags",
        "words",
    )

    def __init__(self, doc: Doc) -> None:
        table = doc.to_array([LOWER, TAG, DEP, SHAPE, HEAD])
        strings = doc.vocab.strings
        names: dict[int, str] = {key: strings[key] for key in np.unique(table[:, :4]).tolist()}
        columns = [[names[key] for key in table[:, column].tolist()] for column in range(4)]
        self.words, self.tags, self.deps, self._shapes = columns
        offsets = table[:, 4].astype(np.int64).tolist()
        self.heads: list[int] = [place + offset for place, offset in enumerate(offsets)]
        self.children: list[list[int]] = [[] for _ in self.heads]
        for place, head in enumerate(self.heads):
            if head != place:
                self.children[head].append(place)
        self._attach_conjuncts()
        self.bullets: list[int] = [n for n, word in enumerate(self.words) if not BULLETS.isdisjoint(word)]
        self.sentences: list[tuple[int, int]] = [(sent.start, sent.end) for sent in doc.sents]
        self._sentence_of: list[int] = [
            number for number, (start, end) in enumerate(self.sentences) for _ in range(start, end)
        ]

    def capital(self, token: int) -> bool:
        """Whether a word begins with a capital."""
        return self._shapes[token].startswith("X")

    def _attach_conjuncts(self) -> None:
        """Join "to meet A and promote B" after "require X", where the parser joins "require" and "promote"."""
        tags, heads = self.tags, self.heads
        for place, label in enumerate(self.deps):
            if label != "conj" or tags[place] not in ("VB", "VBP") or not self.is_verb(heads[place]):
                continue
            head = heads[place]
            if (
                tags[head] == "VB"
                or (tags[place] == "VBP" and tags[head] != "VBZ")
                or self.has_subject(place)
            ):
                continue
            inner = [
                c
                for c in self.children[head]
                if head < c < place and tags[c] == "VB" and self.deps[c] in CLAUSAL
            ]
            if inner and not any(tags[c] == "MD" for c in self.children[place]):
                heads[place] = inner[-1]
                self.children[head].remove(place)
                self.children[inner[-1]].append(place)

    def separated(self, one: int, other: int) -> bool:
        """Whether a bullet stands between two tokens."""
        if not self.bullets:
            return False
        first, last = (one, other) if one < other else (other, one)
        return any(
            first < bound < last or (bound == first and len(self.words[bound]) > 1) for bound in self.bullets
        )

    def joined_by_or(self, verb: int) -> bool:
        """Whether "or" or "nor" and no subject stands before a conjoined verb."""
        head = self.heads[verb]
        return not self.has_subject(verb) and any(
            self.words[c] in ("or", "nor") and head < c < verb for c in self.children[head]
        )

    def embeds_question(self, verb: int) -> bool:
        """Whether a clause is opened by a question word or `whether`."""
        return any(
            self.words[c] in QUESTION_WORDS or any(self.words[g] in QUESTION_WORDS for g in self.children[c])
            for c in self.children[verb]
            if c < verb
        )

    def sentence(self, token: int) -> int:
        """Number of the sentence of a token."""
        return self._sentence_of[token]

    def root(self, start: int, end: int) -> int:
        """The token of a span whose head lies outside it."""
        heads = self.heads
        for place in range(start, end):
            head = heads[place]
            if head == place or not start <= head < end:
                return place
        return start

    def is_verb(self, token: int) -> bool:
        """Whether it is tagged as a verb or modal."""
        return self.tags[token].startswith(("VB", "MD"))

    def has(self, token: int, labels: frozenset[str]) -> bool:
        """Whether a child has one of the labels."""
        deps = self.deps
        return any(deps[child] in labels for child in self.children[token])

    def has_subject(self, token: int) -> bool:
        """Whether a verb has a subject of its own."""
        return self.has(token, SUBJECTS)

    def is_past(self, verb: int) -> bool:
        """Whether a verb is in the past tense, by itself or its first auxiliary."""
        if self.tags[verb] == "VBD":
            return True
        return any(self.deps[c] in AUXILIARIES and self.tags[c] == "VBD" for c in self.children[verb])

    def is_passive(self, verb: int) -> bool:
        """Whether a verb has a passive auxiliary or subject, or is a participle on its own."""
        return self.has(verb, frozenset({"auxpass", "nsubjpass"})) or (
            self.tags[verb] == "VBN" and not self.has(verb, AUXILIARIES)
        )

    def is_clause(self, verb: int, start: int) -> bool:
        """Whether a word heads a clause; where the tagger saw no verb, whether it has words enough for one."""
        if self.is_finite(verb) or self.has_subject(verb):
            return True
        return (
            sum(1 for token in self.subtree(verb) if token >= start and self.deps[token] != "punct")
            > ELLIPSIS
        )

    def has_modal(self, verb: int) -> bool:
        """Whether a verb has a modal auxiliary."""
        return any(self.tags[c] == "MD" for c in self.children[verb])

    def is_finite(self, verb: int) -> bool:
        """Whether a verb is finite, by itself or an auxiliary."""
        if self.tags[verb] in FINITE:
            return True
        return any(self.deps[c] in AUXILIARIES and self.tags[c] in FINITE for c in self.children[verb])

    def way(self, token: int) -> list[int]:
        """The tokens from one up to the root of its sentence, itself first."""
        heads = self.heads
        way = [token]
        head = heads[token]
        while head != token:
            way.append(head)
            token, head = head, heads[head]
        return way

    def subtree(self, token: int) -> Iterator[int]:
        """A token and all below it, in no order."""
        stack = [token]
        while stack:
            place = stack.pop()
            yield place
            stack.extend(self.children[place])

    def determiner(self, noun: int) -> str:
        """How a noun is introduced: name, possessive, definite, negative, indefinite or bare."""
        deps, words = self.deps, self.words
        for child in self.children[noun]:
            label = deps[child]
            if label == "poss":
                return "possessive"
            if label in ("det", "predet"):
                word = words[child]
                if word in DEFINITE_WORDS:
                    return "definite"
                return "negative" if word in ("no", "neither") else "indefinite"
        return "name" if self.tags[noun] in NAMES else "bare"


def tree_of(doc: Doc) -> Tree:
    """The tree of a parsed document, built once."""
    tree: Tree | None = doc.user_data.get(TREE)
    if tree is None:
        tree = doc.user_data[TREE] = Tree(doc)
    return tree


def crossing(tree: Tree, child: int) -> str:
    """What the step from a token up to its head leads out of; empty where it stays in the same clause and phrase."""
    label, head = tree.deps[child], tree.heads[child]
    if label == "relcl":
        return "relative"
    if label == "acl":
        return "participle" if tree.tags[child] in ("VBN", "VBG") else "infinitive"
    if label == "advcl":
        return _adverbial(tree, child)
    if label in ("ccomp", "csubj", "csubjpass"):
        if label == "ccomp" and child < head and tree.has_subject(head):
            return "parataxis"
        return "clause" if tree.is_finite(child) and tree.has_subject(child) else ""
    if label in ("parataxis", "poss"):
        return label
    if label == "conj":
        if to_infinitive(tree, child):
            return ""
        return "conjunct" if tree.is_verb(child) and not _shares(tree, child, head) else ""
    if label == "prep" and tree.tags[head] in NOUNS:
        return "" if tree.words[child] in LISTING else "phrase"
    return ""


def _adverbial(tree: Tree, child: int) -> str:
    if not tree.is_finite(child):
        return "purpose" if tree.tags[child] == "VB" else "gerund"
    return "result" if any(tree.words[c] == "so" for c in tree.children[child]) else "adverbial"


def to_infinitive(tree: Tree, verb: int) -> bool:
    """Whether a verb has its own "to"."""
    return any(tree.tags[c] == "TO" and c < verb for c in tree.children[verb])


def _shares(tree: Tree, child: int, head: int) -> bool:
    """Whether a conjoined verb shares subject and auxiliaries of the first."""
    if tree.has_subject(child) or any(
        tree.deps[c] in AUXILIARIES and tree.tags[c] != "TO" for c in tree.children[child]
    ):
        return False
    return tree.tags[child] == tree.tags[head] or not tree.is_finite(child)
