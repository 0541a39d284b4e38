"""Settles what the lexicon and the span finder say of the same words, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.spanfinder import FOUND, Found

MODEL_RULE = "model"
MODIFIER_TAGS = frozenset(
    {"JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "VBN", "VBG", "HYPH", "AFX", "RBS"}
)
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
GROWING_LAYERS = frozenset({"actor"})


@dataclass(frozen=True)
class ResolverOptions:
    """From which confidence on a lexicon match counts: with a span finder, and where there is none."""

    beside_model: float = 0.93
    alone: float = 0.7


class MentionResolver:
    """Turns candidates and found spans into mentions that do not overlap within a layer."""

    def __init__(self, codebook: Codebook, options: ResolverOptions | None = None) -> None:
        self._codebook = codebook
        self._options = options or ResolverOptions()

    def __call__(self, doc: Doc) -> Doc:
        """Write the drafts of all layers."""
        candidates: list[Candidate] = [c for c in doc.user_data.get(CANDIDATES, []) if c.fits]
        found: list[Found] | None = doc.user_data.get(FOUND)
        modelled = {f.layer for f in found} if found else set()
        drafts: list[Draft] = []
        by_layer: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            by_layer.setdefault(candidate.rule.layer, []).append(candidate)
        for layer in sorted(set(by_layer) | modelled):
            own = by_layer.get(layer, [])
            spans = [f for f in found or [] if f.layer == layer]
            drafts.extend(self._settle(doc, layer, own, spans, found is not None))
        drafts.sort(key=lambda d: (d.start, d.end, d.layer))
        drafts_of(doc)[:] = drafts
        return doc

    def _settle(
        self, doc: Doc, layer: str, candidates: Sequence[Candidate], found: Sequence[Found], has_model: bool
    ) -> list[Draft]:
        learned = has_model and layer in ("actor", "mechanism")
        taken: list[Draft] = []
        names = [c for c in candidates if c.rule.is_name]
        for candidate in _longest(names):
            if learned and _inside_other(candidate, found):
                continue
            taken.append(self._draft(doc, candidate, candidate.start, candidate.end))
        for span in found:
            if _free(taken, span.start, span.end):
                taken.append(self._from_model(doc, span, candidates))
        threshold = self._options.beside_model if learned else self._options.alone
        strong = [c for c in candidates if not c.rule.is_name and c.rule.confidence >= threshold]
        for candidate in _longest(strong):
            start, end = candidate.start, candidate.end
            if layer in GROWING_LAYERS and not candidate.rule.is_verb:
                start = _grow(doc, start)
            if not _free(taken, start, end):
                start = candidate.start
            if _free(taken, start, end):
                taken.append(self._draft(doc, candidate, start, end))
        return taken

    def _draft(self, doc: Doc, candidate: Candidate, start: int, end: int) -> Draft:
        rule = candidate.rule
        return Draft(
            start,
            end,
            rule.layer,
            rule.code,
            rule.name,
            rule.id,
            rule.form,
            rule.scope,
            confidence=rule.confidence,
        )

    def _from_model(self, doc: Doc, span: Found, candidates: Sequence[Candidate]) -> Draft:
        inside = [
            c for c in candidates if c.rule.code == span.code and c.start < span.end and c.end > span.start
        ]
        best = max(inside, key=lambda c: (c.end - c.start, c.rule.confidence, c.rule.id), default=None)
        if best is not None:
            draft = self._draft(doc, best, span.start, span.end)
            draft.confidence = max(span.confidence, best.rule.confidence)
        else:
            code = self._codebook.code(span.layer, span.code)
            form, scope = (code.form, code.scope) if code else (None, None)
            name = doc[span.start : span.end].text.lower()
            draft = Draft(
                span.start,
                span.end,
                span.layer,
                span.code,
                name,
                MODEL_RULE,
                form,
                scope,
                confidence=span.confidence,
            )
        draft.status = span.status
        return draft


def _longest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Longest first, of equal length the surer, without overlaps; in order of their places."""
    kept: list[Candidate] = []
    ranked = sorted(candidates, key=lambda c: (c.start - c.end, -c.rule.confidence, c.start, c.rule.id))
    for candidate in ranked:
        if all(candidate.end <= k.start or candidate.start >= k.end for k in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda c: c.start)


def _inside_other(candidate: Candidate, found: Sequence[Found]) -> bool:
    """Whether the span finder reads the name as part of a longer span: "Ministry of Labour officials"."""
    return any(
        f.start <= candidate.start
        and candidate.end <= f.end
        and f.end - f.start > candidate.end - candidate.start
        for f in found
    )


def _free(taken: Sequence[Draft], start: int, end: int) -> bool:
    return all(end <= draft.start or start >= draft.end for draft in taken)


def _grow(doc: Doc, start: int) -> int:
    """First token of the premodifiers to the left: adjectives, participles and nouns."""
    if not doc.has_annotation("TAG"):
        return start
    while start > 0 and doc[start - 1].tag_ in MODIFIER_TAGS and not doc[start - 1].is_sent_end:
        start -= 1
    return start
