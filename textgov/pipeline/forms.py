"""Which form of governance the words of a text stand for: by coded mentions, or by words for the forms themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Form, InteractionCue
from textgov.pipeline.clauses import phrases_of
from textgov.pipeline.cuefinder import CueFinder, forms_of
from textgov.pipeline.drafts import Draft
from textgov.pipeline.relationwords import RelationWords
from textgov.pipeline.tree import Tree

LAYERS = frozenset({"actor", "mechanism"})
WORDS = frozenset({"form", "marker", "adjective", "head"})
SUPPORTING = frozenset({"fills", "gives", "renders", "allows", "makes", "task", "head"})
"""Kinds of cues that count only beside others."""
PARTICLES = frozenset({"prt", "prep", "advmod"})
REACH = 3
"""Words between an adjective for a form and the noun that makes it one: "private and public labour standards"."""


@dataclass(frozen=True, slots=True)
class Side:
    """A form with its scope where it is known; `mentioned` where a coded mention says so, `actor` of whom."""

    form: str
    scope: str | None = None
    mentioned: bool = True
    actor: bool = False


class VerbForms:
    """The words of the cues that count only beside others, in all their forms."""

    def __init__(self, codebook: Codebook) -> None:
        self._forms: dict[str, set[str]] = {}
        for cue in codebook.cues.get("interaction", ()):
            if isinstance(cue, InteractionCue) and cue.kind in SUPPORTING:
                forms = self._forms.setdefault(cue.kind, set())
                forms.update(form.lower() for form in forms_of(cue, codebook.spelling))

    def noun(self, kind: str, word: str) -> bool:
        """Whether a word is of a kind."""
        return word in self._forms.get(kind, ())

    def verb(self, kind: str, tree: Tree, verb: int) -> bool:
        """Whether a verb, by itself or with a particle or preposition of its own, is of a kind."""
        forms, word = self._forms.get(kind, set()), tree.words[verb]
        added = (c for c in tree.children[verb] if tree.deps[c] in PARTICLES)
        return word in forms or any(f"{word} {tree.words[c]}" in forms for c in added)


class FormWords:
    """Finds the words that name a form by themselves."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        cues = [c for c in codebook.cues.get("interaction", ()) if isinstance(c, InteractionCue)]
        named = [c for c in cues if c.kind in WORDS]
        self._finder: CueFinder[InteractionCue] = CueFinder(nlp, named, codebook.spelling)
        self._relations = RelationWords(codebook)
        self._verbs = VerbForms(codebook)

    def several(self, doc: Doc, drafts: Sequence[Draft]) -> bool:
        """Whether more than one form may be found: quick to tell, and never wrong where it denies."""
        forms = {(draft.form, draft.scope) for draft in drafts if draft.form and draft.layer in LAYERS}
        return len(forms) > 1 or any(cue.form for _, _, cues in self._finder(doc) for cue in cues)

    def sides(self, doc: Doc, tree: Tree | None, drafts: Sequence[Draft]) -> dict[int, Side]:
        """The form that each token stands for; of a mechanism that of whom it is "by", if that is said."""
        actors = self._of_actors(doc, drafts)
        hits = [(start, end, cue) for start, end, cues in self._finder(doc) for cue in cues]
        said = _said(hits)
        sides: dict[int, Side] = {}
        for draft in sorted(drafts, key=lambda d: d.layer):
            side = self._side(tree, draft, actors, said)
            if side is not None:
                for token in range(draft.start, draft.end):
                    sides.setdefault(token, side)
        for token, form in _named(len(doc), hits):
            sides.setdefault(token, Side(form, None, False))
        return sides

    def _side(
        self, tree: Tree | None, draft: Draft, actors: dict[int, Side], said: dict[str, dict[int, Form]]
    ) -> Side | None:
        """The form of a mention: as its own words say, or as whose it is, or that of its code."""
        actor = draft.layer == "actor"
        if draft.layer not in LAYERS or not draft.form or (actor and draft.start not in actors):
            return None
        words = said[draft.layer]
        own = next((words[t] for t in range(draft.start, draft.end) if t in words), None)
        if own is not None:
            return Side(own, None, actor=actor)
        owner = self._owner(tree, draft, actors) if tree is not None else None
        return owner or Side(draft.form, draft.scope, actor=actor)

    def _of_actors(self, doc: Doc, drafts: Sequence[Draft]) -> dict[int, Side]:
        """Actors that govern; those that are commonly governed (workers, suppliers) stand for no form."""
        actors: dict[int, Side] = {}
        for draft in drafts:
            if draft.layer != "actor" or not draft.form:
                continue
            if self._relations.noun("governed", doc[draft.end - 1].lower_):
                continue
            side = Side(draft.form, draft.scope, actor=True)
            actors.update(dict.fromkeys(range(draft.start, draft.end), side))
        return actors

    def _owner(self, tree: Tree, draft: Draft, actors: dict[int, Side]) -> Side | None:
        """Whose a mechanism is: of its possessor, of whom it is "by", or as a thing that is owned, "of"."""
        head = tree.root(draft.start, draft.end)
        words = {"by", "of"} if self._relations.noun("owned", tree.words[head]) else {"by"}
        for child in tree.children[head]:
            if tree.deps[child] == "poss" and child in actors:
                return actors[child]
        for word, _, noun in phrases_of(tree, head):
            if word in words and noun in actors:
                return actors[noun]
        return self._made_by(tree, head, actors)

    def _made_by(self, tree: Tree, head: int, actors: dict[int, Side]) -> Side | None:
        """Who set something up or runs it, by the participle after it."""
        for child in tree.children[head]:
            if tree.deps[child] == "acl" and self._verbs.verb("makes", tree, child):
                for word, _, noun in phrases_of(tree, child):
                    if word == "by" and noun in actors:
                        return actors[noun]
        return None


def _said(hits: Sequence[tuple[int, int, InteractionCue]]) -> dict[str, dict[int, Form]]:
    """By layer, the tokens of which an adjective or a fixed phrase says the form.

    Of an actor only a word for who runs it does ("employer-run"): "public sector unions" are no public actors.
    """
    after = [(end, cue.form, "-" in cue.cue) for _, end, cue in hits if cue.kind == "adjective"]
    fixed = [(t, cue.form) for start, end, cue in hits if cue.kind == "form" for t in range(start, end)]
    return {
        "mechanism": {token: form for token, form, _ in after if form} | {t: f for t, f in fixed if f},
        "actor": {token: form for token, form, runs in after if form and runs},
    }


def _named(length: int, hits: Sequence[tuple[int, int, InteractionCue]]) -> Iterator[tuple[int, Form]]:
    """Words for forms, and adjectives of a form before a noun of governing."""
    heads = {token for start, end, cue in hits if cue.kind == "head" for token in range(start, end)}
    for start, end, cue in hits:
        if cue.form is None:
            continue
        near = range(end, min(end + REACH, length))
        if cue.kind == "form" or any(token in heads for token in near):
            yield from ((token, cue.form) for token in range(start, end))
            if cue.kind != "form" and end in heads:
                yield end, cue.form
