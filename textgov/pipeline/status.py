"""Assertion status: cues from the codebook, judged on the way from a mention up to the root of its sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from spacy.language import Language
from spacy.tokens import Doc, Span

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import ConditionCue, Cue, CueLine
from textgov.documents import Status
from textgov.pipeline.causes import IMPERATIVE, QUESTION, Cause, Effect, VerbClasses
from textgov.pipeline.cuefinder import CueFinder, forms_of
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.effects import Reach, reaching
from textgov.pipeline.lists import Listed, listed
from textgov.pipeline.scope import ANCHORS, Anchor, anchors_of_mark, is_inverted
from textgov.pipeline.tree import SUBJECTS, Tree, tree_of
from textgov.pipeline.words import is_parsed

ORDER: tuple[Status, ...] = ("conditional", "negated", "prescribed", "planned", "hedged")
"""Where several cues reach a mention, the first of these wins."""
STATUS_LAYERS = frozenset({"mechanism", "outcome", "economic_upgrading"})
REACH = "textgov_reach"
"""Key of `Doc.user_data` under which the causes of a document lie for the components after this one."""
LEXICAL = frozenset({"complement", "clausal", "participle", "ascribed", "modified", "predicated", "phrase"})
"""Kinds of negation by a word's own meaning ("fail", "absent"), which a grammatical one can cancel."""
IMPERATIVE_DEPS = frozenset({"ROOT", "ccomp", "parataxis", "dep", "conj"})
LIGHT_OPENERS = frozenset(
    {"please", "do", "don't", "not", "n't", "never", "always", "also", "then", "and", "or", "instead", "next"}
)
CLOSING = frozenset({'"', "”", "’", "'", ")", "]"})
CLASSES = ("exists", "persists", "ensures", "light")
CONDITIONAL_KINDS = frozenset({"mark", "inverted", "preposition", "pseudo"})
LIST_OPENERS = frozenset({"heading", "head", "verb"})


class StatusMarker:
    """Finds the causes in a parsed document and the status of any span of it."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        lines = [cue for cue in codebook.cues.get("status", ()) if isinstance(cue, Cue)]
        conditions = [c for c in codebook.cues.get("condition", ()) if isinstance(c, ConditionCue)]
        spelling = codebook.spelling
        acting: list[CueLine] = [c for c in lines if c.effect not in CLASSES and c.direction != "heading"]
        acting += [c for c in conditions if c.kind in CONDITIONAL_KINDS]
        self._finder: CueFinder[CueLine] = CueFinder(nlp, acting, spelling)
        openers = [c for c in lines if c.direction in LIST_OPENERS and c.effect in ("planned", "prescribed")]
        self._headings: CueFinder[Cue] = CueFinder(nlp, openers, spelling)
        self._verbs = VerbClasses(**{name: _forms(lines, codebook, name) for name in CLASSES})
        self._readers = _forms([c for c in lines if c.pos == "verb"], codebook, "pseudo")

    def reach(self, doc: Doc) -> Reach:
        """The causes of a parsed document, ready to be asked about its tokens; built once."""
        built: Reach | None = doc.user_data.get(REACH)
        if built is None:
            built = doc.user_data[REACH] = self._build(doc)
        return built

    def _build(self, doc: Doc) -> Reach:
        tree = tree_of(doc)
        causes: dict[int, list[Cause]] = {}
        for start, end, cues in self._finder(doc):
            for cause in _causes(tree, start, end, cues):
                causes.setdefault(cause.anchor.token, []).append(cause)
        for number in range(len(tree.sentences)):
            for cause in _sentence_causes(tree, number, self._readers):
                causes.setdefault(cause.anchor.token, []).append(cause)
        return Reach(tree, causes, self._verbs, self._listed(doc, tree))

    def _listed(self, doc: Doc, tree: Tree) -> list[Listed]:
        if not tree.bullets and ":" not in doc.text:
            return []
        cues = ((start, end, cue) for start, end, found in self._headings(doc) for cue in found)
        return list(listed(tree, cues))

    def effects(self, doc: Doc, span: Span) -> list[Effect]:
        """All cues on the way of a span, those that do not reach it with the reason."""
        return self.reach(doc).effects(span.start, span.end)

    def __call__(self, doc: Doc) -> Doc:
        """Set the status of all mentions of the layers that have one."""
        drafts = [draft for draft in drafts_of(doc) if draft.layer in STATUS_LAYERS]
        if drafts and is_parsed(doc):
            reach = self.reach(doc)
            for draft in drafts:
                draft.status = decide(reach.effects(draft.start, draft.end))
        return doc


def decide(effects: Sequence[Effect]) -> Status:
    """The status that the effects on a mention give it: of those that are left, the first in `ORDER`."""
    contrasts = [e.depth for e in effects if e.blocker == "weak" and e.kind in ("phrase", "opened")]
    nearest = min(contrasts, default=math.inf)
    active = [
        effect for effect in reaching(effects) if effect.depth < nearest or effect.status == "conditional"
    ]
    left = {effect.status for effect in active} - _overruled(active)
    return next((status for status in ORDER if status in left), "asserted")


def _overruled(active: Sequence[Effect]) -> set[Status]:
    """The statuses that others on the same mention take the force from."""
    by_status: dict[Status, list[Effect]] = {}
    for effect in active:
        by_status.setdefault(effect.status, []).append(effect)
    overruled: set[Status] = set()
    negated, prescribed = by_status.get("negated", []), by_status.get("prescribed", [])
    lexical = [e for e in negated if e.kind in LEXICAL]
    grammatical = [e for e in negated if e.kind not in LEXICAL]
    if any(outer.depth >= inner.depth and outer.at != inner.at for outer in grammatical for inner in lexical):
        overruled.add("negated")
    if negated and prescribed:
        outer = max(e.depth for e in negated) > max(e.depth for e in prescribed)
        overruled.add("prescribed" if outer else "negated")
    hedges = {e.anchor for e in by_status.get("hedged", []) if e.kind == "clause"}
    if prescribed and all(e.anchor in hedges for e in prescribed):
        overruled.add("prescribed")
    governed = all(e.kind == "governed" for e in by_status.get("conditional", []))
    if governed and any(e.kind == "clause" and e.cue != IMPERATIVE for e in prescribed):
        overruled.add("conditional")
    if any(e.kind == "question" for e in by_status.get("hedged", [])):
        overruled.add("planned")
    return overruled


def _causes(tree: Tree, start: int, end: int, cues: Sequence[CueLine]) -> Iterator[Cause]:
    conditions = [
        cause
        for cue in cues
        if isinstance(cue, ConditionCue)
        for cause in _condition_causes(tree, start, end, cue)
    ]
    yield from conditions
    for cue in cues:
        if isinstance(cue, Cue) and not (conditions and end - start == 1):
            yield from _status_causes(tree, start, end, cue)


def _forms(cues: Iterable[Cue], codebook: Codebook, effect: str) -> frozenset[str]:
    found = [cue for cue in cues if cue.effect == effect]
    return frozenset(form for cue in found for form in forms_of(cue, codebook.spelling))


def _status_causes(tree: Tree, start: int, end: int, cue: Cue) -> Iterator[Cause]:
    if cue.effect == "pseudo":
        return
    for anchor in ANCHORS[cue.direction](tree, start, end):
        if cue.direction == "mark" and anchor.kind != "inside":
            continue
        kind = anchor.kind
        if cue.takes == "clause":
            if kind not in ("complement", "participle", "ascribed"):
                continue
            kind = "ascribed" if kind == "ascribed" else "clausal"
        at = Anchor(anchor.token, kind, anchor.own)
        yield Cause(at, cast(Status, cue.effect), cue.id, start, cue.takes == "predicate")


def _condition_causes(tree: Tree, start: int, end: int, cue: ConditionCue) -> Iterator[Cause]:
    if cue.kind == "pseudo":
        return
    if cue.kind == "preposition":
        if cue.status:
            main = list(_main_clause(tree, start, end))
            told = any(tree.is_past(a.token) and not tree.has_modal(a.token) for a in main)
            for anchor in (*ANCHORS["forward"](tree, start, end), *([] if told else main)):
                yield Cause(anchor, "conditional", cue.id, start)
        return
    if cue.kind == "inverted" and not is_inverted(tree, start):
        return
    anchors = list(anchors_of_mark(tree, start, end)) if cue.status else []
    if not _happened(tree, anchors):
        for anchor in anchors:
            yield Cause(anchor, "conditional", cue.id, start)


def _main_clause(tree: Tree, start: int, end: int) -> Iterator[Anchor]:
    """The clause that a phrase at the head of its sentence conditions: "in the event of a breach, ..."."""
    root = tree.root(start, end)
    head = tree.heads[root]
    if tree.is_verb(head) and start == tree.sentences[tree.sentence(start)][0]:
        yield Anchor(head, "governed", root)


def _happened(tree: Tree, anchors: Sequence[Anchor]) -> bool:
    """Whether a conditional clause and what it conditions are both in the past, without a modal: a story."""
    verbs = [anchor.token for anchor in anchors]
    return len(verbs) > 1 and all(tree.is_past(v) and not tree.has_modal(v) for v in verbs)


def _sentence_causes(tree: Tree, number: int, readers: frozenset[str]) -> Iterator[Cause]:
    """Imperatives prescribe; questions leave open."""
    start, end = tree.sentences[number]
    last = end - 1
    while last > start and tree.words[last] in CLOSING:
        last -= 1
    if tree.words[last] == "?":
        root = tree.root(start, end)
        yield Cause(Anchor(root, "question"), "hedged", QUESTION, root)
        return
    for token in range(start, end):
        if (
            tree.tags[token] == "VB"
            and tree.words[token] not in readers
            and _is_imperative(tree, start, token)
        ):
            yield Cause(Anchor(token, "clause"), "prescribed", IMPERATIVE, token)


def _is_imperative(tree: Tree, start: int, verb: int) -> bool:
    """Whether a base form has no subject or auxiliary and opens its clause, but for adverbs and negation."""
    if tree.deps[verb] not in IMPERATIVE_DEPS:
        return False
    if any(tree.tags[c] in ("MD", "TO") or tree.deps[c] in SUBJECTS for c in tree.children[verb]):
        return False
    place = verb - 1
    while place >= start and tree.words[place] in LIGHT_OPENERS:
        place -= 1
    opens = place < start or place in tree.bullets or not tree.words[place][-1].isalpha()
    if tree.heads[verb] == verb:
        return opens
    return opens and place >= start and tree.words[place] not in (",", '"', "”", "’", "'", "-")
