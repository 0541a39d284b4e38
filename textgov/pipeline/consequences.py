"""What a mechanism leads to: the words by which a text says that an outcome comes from it, or does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import RelationCue
from textgov.pipeline.clauses import RELATIVE_TAGS, is_passive, phrases_of, subject_of
from textgov.pipeline.cuefinder import CueFinder
from textgov.pipeline.drafts import Draft
from textgov.pipeline.tree import SUBJECTS, Tree

OUTCOMES = frozenset({"outcome", "economic_upgrading"})
CLAUSES = frozenset({"relcl", "advcl", "ccomp", "parataxis", "csubj"})
ON = frozenset({"on", "upon", "for", "in", "to", "over"})
FROM = frozenset({"of", "from", "by"})
LINKS = frozenset({"causes", "results", "effect", "cause"})


@dataclass(frozen=True, slots=True)
class Link:
    """A mechanism and an outcome, by their places among the drafts, and the rule that joins them."""

    mechanism: int
    outcome: int
    rule: str


class Consequences:
    """Finds which mechanisms are said to lead to which outcomes."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        cues = [c for c in codebook.cues.get("relation", ()) if isinstance(c, RelationCue)]
        self._finder: CueFinder[RelationCue] = CueFinder(
            nlp, [c for c in cues if c.kind in LINKS], codebook.spelling
        )

    def links(self, doc: Doc, tree: Tree, drafts: Sequence[Draft], means: Sequence[int]) -> list[Link]:
        """All links of a parsed document, each pair once, by the first rule that gives it."""
        ends = [place for place, draft in enumerate(drafts) if draft.layer in OUTCOMES]
        if not means or not ends:
            return []
        hits = self._finder(doc)
        causing = {t: c.id for s, e, cues in hits for c in cues if c.kind == "causes" for t in range(s, e)}
        found: dict[tuple[int, int], Link] = {}
        for link in self._all(tree, drafts, means, ends, hits, causing):
            one, other = drafts[link.mechanism], drafts[link.outcome]
            apart = one.end <= other.start or other.end <= one.start
            if apart and tree.sentence(one.start) == tree.sentence(other.start):
                found.setdefault((link.mechanism, link.outcome), link)
        return list(found.values())

    def _all(
        self,
        tree: Tree,
        drafts: Sequence[Draft],
        means: Sequence[int],
        ends: Sequence[int],
        hits: Sequence[tuple[int, int, list[RelationCue]]],
        causing: dict[int, str],
    ) -> Iterator[Link]:
        heads = {place: tree.root(drafts[place].start, drafts[place].end) for place in (*means, *ends)}
        for end in ends:
            moved = drafts[end].direction is not None
            for verb, below in _verbs(tree, heads[end]):
                rule = causing.get(verb) or ("relation.leads_to.direction" if moved else "")
                if rule:
                    acting = _acting(tree, verb, below)
                    yield from (Link(m, end, rule) for m in means if _within(tree, heads[m], acting))
        for start, stop, cues in hits:
            for cue in cues:
                one, other = _joined(tree, start, stop, cue)
                for end in ends:
                    sure = cue.kind != "cause" or stop - start > 1 or drafts[end].direction is not None
                    if sure and _within(tree, heads[end], other, one):
                        yield from (Link(m, end, cue.id) for m in means if _within(tree, heads[m], one))


def _verbs(tree: Tree, head: int) -> Iterator[tuple[int, int]]:
    """The verbs above an outcome with the word below each by which it is reached, up to the next clause."""
    way = tree.way(head)
    for below, token in pairwise(way):
        if tree.is_verb(token):
            yield token, below
        if tree.deps[below] in CLAUSES and tree.has_subject(below):
            return


def _acting(tree: Tree, verb: int, below: int) -> list[int]:
    """What brings about what stands on the side of `below`: the subject, or of a passive the agent."""
    if tree.deps[below] in SUBJECTS:
        if not is_passive(tree, verb):
            return []
        return [n for word, _, n in phrases_of(tree, verb) if word in ("by", "through", "with")]
    tokens = [_meant(tree, token) for token in subject_of(tree, verb).tokens]
    if tree.deps[verb] in ("xcomp", "advcl") and tree.tags[verb] == "VB":
        tokens += [c for c in tree.children[tree.heads[verb]] if tree.deps[c] == "dobj" and c < verb]
    return [t for t in tokens if t != below]


def _meant(tree: Tree, token: int) -> int:
    """The noun that a relative pronoun stands for."""
    if tree.tags[token] not in RELATIVE_TAGS:
        return token
    return next((tree.heads[t] for t in tree.way(token) if tree.deps[t] == "relcl"), token)


def _joined(tree: Tree, start: int, stop: int, cue: RelationCue) -> tuple[list[int], list[int]]:
    """The words on the side of the mechanism and on that of the outcome of a cue that is no causing verb."""
    root = tree.root(start, stop)
    below = [c for t in range(start, stop) for c in tree.children[t] if c >= stop]
    if cue.kind == "cause":
        above = next((t for t in tree.way(root) if not start <= t < stop), -1)
        while above >= 0 and tree.tags[above] in ("IN", "RB", "TO") and tree.heads[above] != above:
            above = tree.heads[above]
        if (
            above >= 0
            and not tree.is_verb(above)
            and tree.deps[above] in ("dobj", "pobj", "nsubj", "nsubjpass")
        ):
            verb = next((t for t in tree.way(above) if tree.is_verb(t)), above)
            return below, [above, verb]
        return below, [above] if above >= 0 else []
    if cue.kind == "results" and tree.is_verb(root):
        return below, list(subject_of(tree, root).tokens)
    if cue.kind == "effect" and not tree.is_verb(root):
        return _of_effect(tree, root)
    return [], []


def _of_effect(tree: Tree, noun: int) -> tuple[list[int], list[int]]:
    """ "The effect of X on Y", "X's effect on Y", "X had no effect on Y"."""
    phrases = list(phrases_of(tree, noun))
    phrases += [
        inner for word, _, n in phrases if word in FROM for inner in phrases_of(tree, n) if inner[0] in ON
    ]
    verb = next((t for t in tree.way(noun) if tree.is_verb(t)), -1)
    if verb >= 0 and tree.deps[noun] in ("dobj", "attr", "pobj"):
        phrases += list(phrases_of(tree, verb))
    acting = [n for word, _, n in phrases if word in FROM]
    acting += [c for c in tree.children[noun] if tree.deps[c] in ("poss", "compound")]
    if verb >= 0 and tree.deps[noun] not in SUBJECTS:
        acting += [_meant(tree, t) for t in subject_of(tree, verb).tokens]
    return acting, [n for word, _, n in phrases if word in ON]


def _within(tree: Tree, head: int, tops: Sequence[int], without: Sequence[int] = ()) -> bool:
    """Whether a mention stands below one of some words, in the same clause, and not below others."""
    for token in tree.way(head):
        if token in without:
            return False
        if token in tops:
            return True
        if tree.deps[token] in CLAUSES and tree.has_subject(token):
            return False
    return False
