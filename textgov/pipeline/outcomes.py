"""Outcomes for workers, economic upgrading and the structure of the chain: what is said to happen, and to whom."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.expand import surface_forms
from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Term
from textgov.pipeline.directions import DirectionReader, Directions
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.groups import group_of
from textgov.pipeline.moves import CHAIN, sector_moves
from textgov.pipeline.phrases import (
    act_end,
    act_start,
    describes_goods,
    modified_noun,
    only_modifies,
    widened,
)
from textgov.pipeline.status import StatusMarker
from textgov.pipeline.tree import FINITE, Tree, tree_of
from textgov.pipeline.walk import Reading

OUTCOME, UPGRADING, STRUCTURE = "outcome", "economic_upgrading", "gvc_structure"
MECHANISM = "mechanism"
SURE = 0.9
"""A term less sure than this counts only where something is said to happen to it."""
NOUN_OPENERS = frozenset({"JJ", "JJR", "DT", "PRP$", "POS"})
ACTS = frozenset({"object", "oblique"})
FINITE_TAGS = frozenset({"VB", "VBD", "VBP", "VBZ"})
OUTCOME_NAMES = {1: "improves", -1: "worsens", 0: "no_change"}
UPGRADING_NAMES = {1: "upgrading", -1: "downgrading"}
VALUES = {"improves": 1, "worsens": -1, "upgrading": 1, "downgrading": -1}


class Outcomes:
    """Completes the mentions of its layers in a parsed document, and drops those that are none.

    Upgrading that nothing is said of is none. A term of the chain's structure that is not sure ("supply base") counts
    where there is said to be less of it.
    """

    def __init__(self, nlp: Language, codebook: Codebook, status: StatusMarker) -> None:
        layers = (OUTCOME, UPGRADING, STRUCTURE)
        self._terms: dict[str, Term] = {t.id: t for layer in layers for t in codebook.terms.get(layer, ())}
        verbs = [t for t in self._terms.values() if t.pos == "verb"]
        self._verbs = frozenset(form for t in verbs for form in surface_forms(t, codebook.spelling))
        codes = codebook.codes.get(OUTCOME, {})
        self._dimensions = {code: entry.parent or code for code, entry in codes.items()}
        self._moves = frozenset(t.id for t in verbs if t.code == CHAIN[1] and t.direction is None)
        self._directions = Directions(nlp, codebook)
        self._status = status

    def __call__(self, doc: Doc) -> Doc:
        """Set dimension, direction and group; needs the assertion status before it."""
        drafts = drafts_of(doc)
        own = [draft for draft in drafts if draft.rule in self._terms]
        for draft in own:
            if draft.layer == OUTCOME:
                draft.dimension = self._dimensions.get(draft.code)
        if own and doc.has_annotation("DEP"):
            drafts[:] = [draft for draft in drafts if draft.rule not in self._moves]
            tree = tree_of(doc)
            reader = self._directions.reader(doc, tree, self._status.reach(doc))
            kept = [d for d in drafts if d.rule not in self._terms or self._complete(doc, reader, d)]
            drafts[:] = kept
            verbs = [tree.root(d.start, d.end) for d in own if d.rule in self._moves]
            if verbs:
                drafts.extend(sector_moves(tree, drafts, reader.signs, verbs))
                drafts.sort(key=lambda d: (d.start, d.end, d.layer))
        return doc

    def _complete(self, doc: Doc, reader: DirectionReader, draft: Draft) -> bool:
        """Fill in a mention; False where it is none after all."""
        tree, drafts, term = tree_of(doc), drafts_of(doc), self._terms[draft.rule]
        sure = draft.confidence >= SURE
        if draft.layer == STRUCTURE and sure:
            return True
        if only_modifies(tree, drafts, draft):
            return False
        if term.pos == "noun" and _is_finite_verb(tree, draft):
            if doc[draft.start].lower_ not in self._verbs:
                return False
            sure = False
        value = -1 if term.polarity == "bad" else 1
        happens, near = term.direction is not None, sure and draft.layer != UPGRADING
        reading = reader.read(draft.start, draft.end, value, happens=happens, sure=near)
        if (
            draft.layer == UPGRADING
            and not sure
            and not happens
            and not _is_done(tree, drafts, draft, term, reading)
        ):
            return False
        if draft.layer == STRUCTURE:
            return _value(reading) == -1
        draft.direction = _direction(draft, term, reading, reader)
        if draft.layer == OUTCOME and _is_looked_for(tree, drafts, reading):
            draft.direction = None
        if draft.direction is None and (draft.layer == UPGRADING or not sure):
            return False
        if reading.signs and draft.direction is not None:
            draft.status = reader.status(reading)
        self._place(doc, tree, draft, reading)
        return True

    def _place(self, doc: Doc, tree: Tree, draft: Draft, reading: Reading) -> None:
        """Give a mention its whole phrase and its group."""
        others = {
            place
            for d in drafts_of(doc)
            if d is not draft and d.layer == draft.layer
            for place in range(d.start, d.end)
        }
        group = group_of(tree, drafts_of(doc), draft, reading.verb)
        draft.start, draft.end = widened(tree, draft.start, draft.end, others)
        if draft.layer == UPGRADING:
            draft.start = act_start(tree, draft.start, reading.signs, others)
            draft.end = act_end(tree, draft.start, draft.end, others)
        if group is not None:
            span = group.span(doc)
            draft.group = (span.start_char, span.end_char)


def _is_finite_verb(tree: Tree, draft: Draft) -> bool:
    """Whether one word is tagged as a verb, and nothing beside it shows that it is a noun: "hourly pay", "pay fell"."""
    place = draft.start
    if draft.end - place > 1 or tree.tags[place] not in FINITE_TAGS:
        return False
    opens = place == tree.sentences[tree.sentence(place)][0]
    described = not opens and tree.tags[place - 1] in NOUN_OPENERS
    acting = place + 1 < len(tree.tags) and tree.tags[place + 1] in FINITE
    return not (opens or described or acting)


def _is_done(tree: Tree, drafts: list[Draft], draft: Draft, term: Term, reading: Reading) -> bool:
    """Whether somebody does something with what alone is no upgrading: "bought looms"; "fine" must be said of goods."""
    must_describe = term.pos == "fixed" or modified_noun(tree, draft) >= 0
    if tree.words[draft.end : draft.end + 1] == ["-"] or (
        must_describe and not describes_goods(tree, drafts, draft)
    ):
        return False
    return any(tree.is_verb(s.root) and not ACTS.isdisjoint(s.cue.on) for s in reading.signs)


def _is_looked_for(tree: Tree, drafts: list[Draft], reading: Reading) -> bool:
    """Whether only the object of a mechanism names what is bad: "inspections for child labour violations"."""
    if [(sign.cue.effect, "noun" in sign.cue.on) for sign in reading.signs] != [("worse", True)]:
        return False
    node = reading.signs[0].root
    way = tree.way(node)[1:]
    above = way[1] if len(way) > 1 and tree.deps[node] == "pobj" else way[0] if way else -1
    if tree.deps[node] not in ("pobj", "dobj", "compound"):
        return False
    return any(d.layer == MECHANISM and d.start <= above < d.end for d in drafts)


def _value(reading: Reading) -> int | None:
    return None if reading.open else reading.value


def _direction(draft: Draft, term: Term, reading: Reading, reader: DirectionReader) -> str | None:
    """The name of what is said, or of what a word says by itself; upgrading that is named stays what it is."""
    own = VALUES[term.direction] if term.direction else None
    if draft.layer == UPGRADING:
        return UPGRADING_NAMES.get(own or _value(reading) or 0)
    if reading.mixed:
        return "mixed"
    value = _value(reading)
    if value is None and own is not None:
        value = reader.by_itself(draft.start, draft.end, own)
    return None if value is None else OUTCOME_NAMES[value]
