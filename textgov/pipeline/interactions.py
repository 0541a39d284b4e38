"""How forms of governance act on each other: complementarity, synergy, displacement, conflict.

A cue of the codebook says that there is an interaction and of which kind; the mentions or words on its two sides say
between which forms. Where both sides have the same form there is none, unless one is vertical and the other horizontal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spacy.language import Language
from spacy.tokens import Doc, Span

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import InteractionCue
from textgov.documents import Interaction
from textgov.pipeline.constructions import Constructions
from textgov.pipeline.cuefinder import CueFinder, forms_of
from textgov.pipeline.drafts import drafts_of, interactions_of
from textgov.pipeline.forms import SUPPORTING, WORDS, FormWords, Side, VerbForms
from textgov.pipeline.parties import Parties, Sides
from textgov.pipeline.status import StatusMarker, decide
from textgov.pipeline.tree import NAMES, Tree, tree_of

Found = tuple[int, int, list[InteractionCue]]
GROUPS = frozenset({"mutual", "between", "body"})
CROSSING = frozenset({"conflict", "displacement"})
"""What may hold within one form between its vertical and its horizontal side, where a verb says so."""
MODIFYING = frozenset({"amod", "compound", "nmod", "advmod", "prt", "prep", "det"})
DENYING = frozenset({"not", "no", "nothing", "little", "never"})
"""A cue with one of these is not denied by it: "could not be reconciled"."""
NAMED = frozenset({"mechanism"})
"""Words of these layers name a means, and do not say how it acts on another: "strike against"."""
JOINT = "synergy"
"""The one interaction that may hold between more than two forms."""


class Interactions:
    """Finds the interactions of a document whose mentions are coded."""

    def __init__(self, nlp: Language, codebook: Codebook, status: StatusMarker | None = None) -> None:
        cues = [c for c in codebook.cues.get("interaction", ()) if isinstance(c, InteractionCue)]
        acting = [c for c in cues if c.kind not in WORDS | SUPPORTING]
        self._finder: CueFinder[InteractionCue] = CueFinder(nlp, acting, codebook.spelling)
        self._words = FormWords(nlp, codebook)
        self._verbs = VerbForms(codebook)
        verbs = [c for c in acting if c.kind == "verb" and c.cue.count(" ") == 1]
        self._particles = {form: c for c in verbs for form in forms_of(c, codebook.spelling)}
        self._status = status or StatusMarker(nlp, codebook)

    def told(self, doc: Doc) -> bool:
        """Whether a cue and two forms stand in a document, so that its parse may show an interaction."""
        if not self._hits(doc) or not self._words.several(doc, drafts_of(doc)):
            return False
        return len(set(self._words.sides(doc, None, drafts_of(doc)).values())) > 1

    def _hits(self, doc: Doc) -> list[Found]:
        return [
            (start, end, cues)
            for start, end, cues in self._finder(doc)
            if all(cue.kind != "pseudo" for cue in cues)
            and (end - start > 1 or doc[start].tag_ not in NAMES or start == 0)
        ]

    def __call__(self, doc: Doc) -> Doc:
        """Set the interactions of a parsed document; without a parse there are none."""
        found = interactions_of(doc)
        found.clear()
        if not doc.has_annotation("DEP"):
            return doc
        hits = self._hits(doc)
        if not self._words.several(doc, drafts_of(doc)):
            return doc
        tree = tree_of(doc)
        sides = self._words.sides(doc, tree, drafts_of(doc))
        hits = [hit for hit in (*hits, *self._split(tree)) if _may_hold(tree, hit, sides)]
        seen: set[tuple[int, str, tuple[str, ...]]] = set()
        for start, end, cue, forms in self._between(doc, hits, Parties(tree, sides)):
            key = (tree.sentence(start), cue.code or "", forms)
            if key not in seen:
                seen.add(key)
                found.append(_interaction(doc, start, end, cue, forms, sides))
        return doc

    def _split(self, tree: Tree) -> list[Found]:
        """Verbs whose object stands before their particle: "pushed the unions aside"."""
        found: list[Found] = []
        for token, label in enumerate(tree.deps):
            if label in ("prt", "advmod", "prep") and tree.heads[token] < token - 1:
                cue = self._particles.get(f"{tree.words[tree.heads[token]]} {tree.words[token]}")
                if cue is not None:
                    found.append((tree.heads[token], tree.heads[token] + 1, [cue]))
        return found

    def _between(
        self, doc: Doc, hits: list[Found], parties: Parties
    ) -> Iterator[tuple[int, int, InteractionCue, tuple[str, ...]]]:
        reach = None
        constructions = Constructions(parties, self._verbs)
        named = {d.start for d in drafts_of(doc) if d.layer in NAMED}
        for start, end, cues in hits:
            for cue in cues:
                if cue.kind == "verb" and (start in named or _modifies(doc[start:end])):
                    continue
                forms = _forms(cue, start, end, parties, constructions)
                if not forms:
                    continue
                reach = reach or self._status.reach(doc)
                asked = doc[start].sent[-1].text == "?"
                if asked:
                    continue
                said = any(doc[t].lower_ in DENYING for t in range(start, end))
                if said or decide(reach.effects(start, end)) != "negated":
                    yield start, end, cue, forms
                    break


def _forms(
    cue: InteractionCue, start: int, end: int, parties: Parties, constructions: Constructions
) -> tuple[str, ...]:
    """The forms between which a cue holds, sorted; empty where it holds between none."""
    if cue.forms:
        return tuple(sorted(cue.forms))
    if cue.kind in GROUPS:
        group = parties.group(cue.kind, start, end, cue.code == JOINT)
        forms = list(dict.fromkeys(side.form for side in group))
        if len(forms) > 1:
            return tuple(sorted(forms if cue.code == JOINT else forms[:2]))
        return _crossing(cue, group[:1], group[1:])
    construction = constructions.kinds.get(cue.kind)
    acting, acted = construction(start, end) if construction else parties.pair(cue.kind, start, end)
    for one in acting:
        for other in acted:
            if one.form != other.form:
                return tuple(sorted((one.form, other.form)))
    return _crossing(cue, acting, acted)


def _may_hold(tree: Tree, hit: Found, sides: Mapping[int, Side]) -> bool:
    """Whether two forms stand in the sentence of a cue and the one before it, or the cue names them itself."""
    start, _, cues = hit
    if cues[0].forms:
        return True
    number = tree.sentence(start)
    first, last = tree.sentences[max(number - 1, 0)][0], tree.sentences[number][1]
    return len({sides[token] for token in range(first, last) if token in sides}) > 1


def _modifies(span: Span) -> bool:
    """Whether a word with a verb's form is none: "the back room"."""
    return len(span) == 1 and not span[0].tag_.startswith("VB") and span[0].dep_ in MODIFYING


def _crossing(cue: InteractionCue, acting: Sides, acted: Sides) -> tuple[str, ...]:
    """One form on both sides, where coded mentions put one of them along the chain and the other at the place."""
    if cue.code not in CROSSING:
        return ()
    for one in acting:
        for other in acted:
            if one.mentioned and other.mentioned and {one.scope, other.scope} == {"vertical", "horizontal"}:
                return (one.form, other.form)
    return ()


def _interaction(
    doc: Doc, start: int, end: int, cue: InteractionCue, forms: tuple[str, ...], sides: Mapping[int, Side]
) -> Interaction:
    """The evidence runs from the cue to the nearest word of each form in its sentence."""
    first, last = doc[start].sent.start, doc[start].sent.end
    places = [start, end - 1]
    for form in set(forms):
        near = [t for t in range(first, last) if t in sides and sides[t].form == form]
        if near:
            places.append(min(near, key=lambda t: max(start - t, t - end)))
    low, high = min(places), max(places)
    return Interaction(cue.code or "", forms, doc[low].idx, doc[high].idx + len(doc[high]), cue.id)
