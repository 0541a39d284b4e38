"""Assertion status: cues from the codebook, scoped by the dependency parse.

After ConText (Harkema, Dowling, Thornblade & Chapman 2009), with syntactic instead of linear scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span, Token
from spacy.util import filter_spans

from textgov.codebook.expand import surface_forms
from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Cue, Term
from textgov.documents import Status
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.scope import SCOPES, SUBJECTS, Scope, clause, has_subject, scope_of_mark

ORDER: tuple[Status, ...] = ("conditional", "negated", "prescribed", "planned", "hedged")
"""Where several cues scope over a mention, the first of these wins."""
TENSED_MARKS = frozenset({"when", "where", "whenever", "wherever", "once", "until"})
"""Conjunctions that state a condition only in the present tense; in the past they tell what happened."""
STATUS_LAYERS = frozenset({"mechanism", "outcome"})
DEFINITE = frozenset({"the", "this", "that", "these", "those", "all"})


@dataclass(frozen=True, slots=True)
class Effect:
    """A cue at work: its status, the tokens in its scope, and the token that carries the cue."""

    status: Status
    tokens: Scope
    governor: int
    cue: str


class StatusMarker:
    """Finds the effects in a parsed document and the status of any span of it."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        self._cues: dict[int, Cue] = {}
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._exists: frozenset[str] = frozenset()
        self._persists: frozenset[str] = frozenset()
        for cue in codebook.cues.get("status", ()):
            forms = surface_forms(Term(id=cue.id, code="cue", term=cue.cue, pos=cue.pos), codebook.spelling)
            if cue.effect == "exists":
                self._exists |= frozenset(forms)
            elif cue.effect == "persists":
                self._persists |= frozenset(forms)
            else:
                self._cues[nlp.vocab.strings.add(cue.id)] = cue
                self._matcher.add(cue.id, list(nlp.tokenizer.pipe(forms)))

    def effects(self, doc: Doc) -> list[Effect]:
        """All effects in a parsed document; cues inside a longer cue do not count."""
        found = filter_spans([Span(doc, start, end, label=key) for key, start, end in self._matcher(doc)])
        effects: list[Effect] = []
        for span in found:
            effects.extend(self._effects_of(span, self._cues[span.label]))
        for sentence in doc.sents:
            effects.extend(_sentence_effects(sentence))
        return effects

    def _effects_of(self, span: Span, cue: Cue) -> Iterable[Effect]:
        if cue.effect == "pseudo":
            return
        root = span.root
        if cue.direction == "determiner" and span.end < len(span.doc) and span.doc[span.end].like_num:
            return
        if cue.direction == "mark":
            yield from _mark_effects(span, cue)
            return
        direction = cue.direction
        if direction == "verb" and not root.tag_.startswith("VB"):
            direction = "noun"
        elif (
            direction == "verb"
            and root.dep_ in ("acl", "amod", "advcl", "prep", "pcomp")
            and root.tag_ == "VBN"
        ):
            return
        governor, tokens = SCOPES[direction](span)
        if cue.effect == "negated":
            tokens = self._negated(governor, tokens, cue)
        if tokens:
            yield Effect(cue.effect, tokens, governor.i, cue.id)  # type: ignore[arg-type]

    def _negated(self, governor: Token, tokens: Scope, cue: Cue) -> Scope:
        """Of what a negation scopes over, that which it denies rather than presupposes."""
        if cue.direction not in ("head", "determiner"):
            return tokens
        verb = governor.head if cue.direction == "determiner" and governor.dep_ in SUBJECTS else governor
        if not verb.tag_.startswith(("VB", "MD")):
            return tokens
        denied = set(tokens)
        word = verb.lower_
        for child in verb.children:
            if cue.direction == "determiner" and child.i == governor.i:
                continue
            presupposed = (
                (child.dep_ in ("nsubj", "csubj") and (word not in self._exists or verb.lemma_ == "be"))
                or (child.dep_ == "nsubjpass" and word not in self._exists)
                or (child.dep_ in ("dobj", "attr") and word in self._persists)
                or child.dep_ in ("prep", "agent", "npadvmod")
            )
            if presupposed:
                denied -= clause(child)
        return frozenset(denied)

    def __call__(self, doc: Doc) -> Doc:
        """Set the status of all mentions of the layers that have one."""
        drafts = [draft for draft in drafts_of(doc) if draft.layer in STATUS_LAYERS]
        if drafts and doc.has_annotation("DEP"):
            effects = self.effects(doc)
            for draft in drafts:
                draft.status = self.status(draft.span(doc), effects)
        return doc

    def status(self, span: Span, effects: Sequence[Effect]) -> Status:
        """The status of a span: that of the strongest effect whose scope holds its head."""
        head = span.root
        active = {e.status for e in effects if head.i in e.tokens and not _presupposed(head, e)}
        return next((status for status in ORDER if status in active), "asserted")


def _presupposed(head: Token, effect: Effect) -> bool:
    """Whether a noun is only referred to inside the scope, as existing: definite or a name, and in a prepositional phrase.

    "Workers will be trained on the law": the training is planned, the law is not.
    """
    if effect.status in ("conditional", "negated") or head.i == effect.governor:
        return False
    noun = head
    while noun.dep_ == "conj" and noun.head.i != noun.i:
        noun = noun.head
    if noun.dep_ != "pobj":
        return False
    definite = noun.tag_ in ("NNP", "NNPS") or any(
        c.dep_ == "poss" or (c.dep_ == "det" and c.lower_ in DEFINITE) for c in noun.children
    )
    return definite or head.tag_ in ("NNP", "NNPS")


def _mark_effects(span: Span, cue: Cue) -> Iterable[Effect]:
    verb, inside, governed = scope_of_mark(span)
    if not verb.tag_.startswith(("VB", "MD", "JJ", "NN")):
        return
    if span.text.lower() in TENSED_MARKS and _past(verb):
        return
    if span.text.lower() in ("were", "had", "should") and not (
        span.start == span.sent.start and verb.dep_ == "advcl"
    ):
        return
    if cue.effect == "conditional":
        yield Effect("conditional", inside, verb.i, cue.id)
        if governed and span.text.lower() not in TENSED_MARKS:
            yield Effect("conditional", governed, verb.i, cue.id)
    elif cue.effect != "pseudo":
        yield Effect(cue.effect, inside, verb.i, cue.id)  # type: ignore[arg-type]


def _past(verb: Token) -> bool:
    return verb.tag_ == "VBD" or any(c.dep_ in ("aux", "auxpass") and c.tag_ == "VBD" for c in verb.children)


def _sentence_effects(sentence: Span) -> Iterable[Effect]:
    """Imperatives prescribe; questions leave open."""
    root = sentence.root
    if sentence.text.rstrip().endswith("?"):
        if not sentence[0].tag_.startswith(("VB", "MD")):
            return
        yield Effect("hedged", frozenset(range(sentence.start, sentence.end)), root.i, "sentence.question")
    elif root.tag_ == "VB" and not has_subject(root) and not any(c.dep_ == "aux" for c in root.children):
        yield Effect("prescribed", clause(root), root.i, "sentence.imperative")
