"""Why a text was coded as it was: which rules fired, which were beaten, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from spacy.tokens import Doc

from textgov.codebook.schema import Context
from textgov.documents import Record
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.mentions import MODEL_RULE, ResolverOptions, counts
from textgov.pipeline.spanfinder import DOUBT, FOUND, Found

Verdict = Literal["fired", "beaten", "context", "unsure"]


class Reason(Record, frozen=True):
    """One rule on one span: whether it fired, and if not, why not. Offsets are characters of the text."""

    start: int
    end: int
    text: str
    layer: str
    code: str
    rule: str
    confidence: float
    verdict: Verdict
    why: str


def explain(doc: Doc, options: ResolverOptions | None = None) -> list[Reason]:
    """Reasons for all rules that matched a processed document, in order of their places."""
    options = options or ResolverOptions()
    drafts = drafts_of(doc)
    found: list[Found] = doc.user_data.get(FOUND, [])
    reasons = [_fired(doc, draft) for draft in drafts]
    used = {(draft.rule, draft.start, draft.end) for draft in drafts}
    for candidate in doc.user_data.get(CANDIDATES, []):
        if (candidate.rule.id, candidate.start, candidate.end) not in used:
            reasons.append(_lost(doc, candidate, drafts, options))
    for span in found:
        if not any(d.layer == span.layer and d.start == span.start and d.end == span.end for d in drafts):
            reasons.append(_overruled(doc, span, drafts))
    return sorted(reasons, key=lambda r: (r.start, -r.end, r.verdict != "fired", r.layer, r.rule))


def _fired(doc: Doc, draft: Draft) -> Reason:
    span = draft.span(doc)
    parts = [f"status {draft.status}"]
    if draft.form or draft.scope:
        parts.append(f"{draft.form}-{draft.scope}")
    if draft.attributed:
        parts.append(f"reported from {draft.source}")
    if draft.rule == MODEL_RULE:
        parts.append("no lexicon entry: the span finder read it from its context")
    return Reason(
        span.start_char,
        span.end_char,
        span.text,
        draft.layer,
        draft.code,
        draft.rule,
        draft.confidence,
        "fired",
        ", ".join(parts),
    )


def _lost(doc: Doc, candidate: Candidate, drafts: Sequence[Draft], options: ResolverOptions) -> Reason:
    rule = candidate.rule
    verdict: Verdict
    winner = _overlapping(candidate.start, candidate.end, rule.layer, drafts)
    if not candidate.fits:
        verdict, why = "context", _context(rule.needs, rule.unless)
    elif winner is not None and winner.rule == rule.id:
        verdict, why = "beaten", f"the same rule codes the longer span {winner.span(doc).text!r}"
    elif winner is not None:
        verdict, why = "beaten", f"by {winner.rule} ({winner.code}) on {winner.span(doc).text!r}"
    elif rule.is_name or counts(doc, candidate, options):
        verdict, why = "context", "its words only modify what follows, or speak of somebody else here"
    else:
        asked = rule.layer in doc.user_data.get(DOUBT, {})
        less = "and the span finder did not agree" if asked else f"is below {options.alone}"
        verdict, why = "unsure", f"its confidence {rule.confidence} {less}"
    span = doc[candidate.start : candidate.end]
    return Reason(
        span.start_char,
        span.end_char,
        span.text,
        rule.layer,
        rule.code,
        rule.id,
        rule.confidence,
        verdict,
        why,
    )


def _overruled(doc: Doc, found: Found, drafts: Sequence[Draft]) -> Reason:
    winner = _overlapping(found.start, found.end, found.layer, drafts)
    if winner is None:
        why = "its words only modify what follows, or speak of somebody else here"
    elif winner.code == found.code and (winner.start < found.start or winner.end > found.end):
        why = f"it is part of {winner.span(doc).text!r}"
    else:
        why = f"by {winner.rule} ({winner.code}) on {winner.span(doc).text!r}"
    span = doc[found.start : found.end]
    return Reason(
        span.start_char,
        span.end_char,
        span.text,
        found.layer,
        found.code,
        MODEL_RULE,
        found.confidence,
        "beaten",
        why,
    )


def _overlapping(start: int, end: int, layer: str, drafts: Iterable[Draft]) -> Draft | None:
    return next((d for d in drafts if d.layer == layer and d.start < end and d.end > start), None)


def _context(needs: Context | None, unless: Context | None) -> str:
    parts = []
    for label, context in (("needs", needs), ("does not count", unless)):
        if context is None:
            continue
        for place, words in (("near", context.near), ("after", context.before), ("before", context.after)):
            if words:
                parts.append(f"{label} {place} {', '.join(words[:8])}" + (" ..." if len(words) > 8 else ""))
    return "; ".join(parts)
