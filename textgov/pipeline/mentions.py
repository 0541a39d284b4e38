"""Settles what the lexicon and the span finder say of the same words, layer by layer."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.labels import FloatArray
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.names import FIRM_RULE, OWN_RULE, firm_spans, own_names, short_forms
from textgov.pipeline.spanfinder import DOUBT, FOUND, Found
from textgov.pipeline.words import is_tagged, lower_words

MODEL_RULE = "model"
SPEAKER_RULE = "first-person"
MODIFIER_TAGS = frozenset(
    {"JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "VBN", "VBG", "HYPH", "AFX", "RBS"}
)
UNFINISHED_TAGS = frozenset({"JJ", "JJR", "JJS", "HYPH", "AFX", "VBN", "NN"})
EDGE_TAGS = frozenset(
    {",", ".", ":", "``", "''", "-LRB-", "-RRB-", "CC", "DT", "IN", "TO", "HYPH", "PRP$", "_SP"}
)
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
LEARNED_LAYERS = ("actor", "mechanism")
PLACE = "place"
GROWING_LAYERS = frozenset({"actor"})


@dataclass(frozen=True)
class ResolverOptions:
    """When a lexicon match or a found span counts.

    A match counts where there is no span finder from the confidence `alone` on. Beside one, its confidence and the span
    finder's probability that its last word is inside some span must add up to `together`. A found span in which the
    lexicon sees nothing of its code counts from `found` on, for an actor `found_actor`; in a firm's own text, which is
    full of words that sound like means, from `found_in_firms_text` on. One that is part of a term of its
    code with the confidence `whole` or more is the whole term. Measured on passages coded by hand.
    """

    alone: float = 0.7
    together: float = 1.0
    found: float = 0.45
    found_actor: float = 0.6
    found_in_firms_text: float = 0.75
    whole: float = 0.8


class MentionResolver:
    """Turns candidates and found spans into mentions that do not overlap within a layer."""

    def __init__(self, codebook: Codebook, options: ResolverOptions | None = None) -> None:
        self._codebook = codebook
        self._options = options or ResolverOptions()
        speaker = codebook.header.first_person
        self._gazetteer = frozenset(name.id for names in codebook.names.values() for name in names)
        self._not_in_spans = frozenset(codebook.header.not_in_spans)
        self._firm_words = frozenset(speaker.firm) if speaker else frozenset()
        self._author_words = frozenset(speaker.author) if speaker else frozenset()

    def __call__(self, doc: Doc) -> Doc:
        """Write the drafts of all layers."""
        candidates: list[Candidate] = [c for c in doc.user_data.get(CANDIDATES, []) if c.fits]
        found: list[Found] | None = doc.user_data.get(FOUND)
        modelled = {f.layer for f in found} if found else set()
        firms_text = self._is_firms_text(doc)
        drafts: list[Draft] = []
        by_layer: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            by_layer.setdefault(candidate.rule.layer, []).append(candidate)
        for layer in sorted(set(by_layer) | modelled):
            own = by_layer.get(layer, [])
            spans = _joined(doc, [f for f in found or [] if f.layer == layer])
            sure = [f for f in spans if self._is_sure(f, own, firms_text)]
            drafts.extend(self._settle(doc, layer, own, sure))
        self._name_firms(doc, drafts)
        self._settle_speaker(doc, drafts, firms_text)
        drafts.sort(key=lambda d: (d.start, d.end, d.layer))
        drafts.extend(short_forms(doc, drafts, LEARNED_LAYERS))
        drafts.sort(key=lambda d: (d.start, d.end, d.layer))
        drafts_of(doc)[:] = drafts
        return doc

    def _is_sure(self, span: Found, candidates: Sequence[Candidate], firms_text: bool) -> bool:
        """Whether a found span counts: the lexicon sees its code in it, or the span finder is sure enough."""
        if any(
            c.rule.code == span.code and c.start < span.end and span.start < c.end and not c.rule.is_name
            for c in candidates
        ):
            return True
        if span.layer in GROWING_LAYERS:
            return span.confidence >= self._options.found_actor
        least = self._options.found_in_firms_text if firms_text else self._options.found
        return span.confidence >= least

    def _completed(
        self, span: Found, edges: tuple[int, int], candidates: Sequence[Candidate]
    ) -> tuple[int, int]:
        """A span that is part of a sure term of its code is the whole term: "naming" of "naming and shaming"."""
        for candidate in candidates:
            rule = candidate.rule
            # The tagger takes a word like "due" for a preposition, which is trimmed from an edge.
            covers = candidate.start < edges[0] < candidate.end or candidate.start < edges[1] < candidate.end
            covers |= candidate.start <= span.start and span.end <= candidate.end
            sure = rule.confidence >= self._options.whole and not rule.is_name
            if covers and sure and rule.code == span.code:
                return min(candidate.start, edges[0]), max(candidate.end, edges[1])
        return edges

    def _settle_speaker(self, doc: Doc, drafts: list[Draft], firms_text: bool) -> None:
        """In a firm's own text the first "we" is coded, elsewhere none is."""
        speaker = self._codebook.header.first_person
        if speaker is None:
            return
        if firms_text:
            self._name_speaker(doc, drafts)
        words = lower_words(doc)
        places = [i for i, word in enumerate(words) if word in speaker.words]
        if not places:
            return
        drafts[:] = [
            d for d in drafts if d.layer != speaker.layer or d.end - d.start > 1 or d.start not in places
        ]
        if firms_text:
            form, scope = self._defaults(speaker.layer, speaker.code)
            start = places[0]
            if _free([d for d in drafts if d.layer == speaker.layer], start, start + 1):
                drafts.append(
                    Draft(
                        start, start + 1, speaker.layer, speaker.code, words[start], SPEAKER_RULE, form, scope
                    )
                )

    def _is_firms_text(self, doc: Doc) -> bool:
        words = lower_words(doc)
        return sum(w in self._firm_words for w in words) > sum(w in self._author_words for w in words)

    def _name_speaker(self, doc: Doc, drafts: list[Draft]) -> None:
        """In a firm's own text names that no list holds are firms."""
        speaker = self._codebook.header.first_person
        if speaker is None or not is_tagged(doc):
            return
        taken = {i for d in drafts if d.layer in LEARNED_LAYERS for i in range(d.start, d.end)}
        places = {i for d in drafts if d.layer == PLACE for i in range(d.start, d.end)}
        form, scope = self._defaults(speaker.layer, speaker.code)
        for start, end in own_names(doc, taken, places):
            name = doc[start:end].text
            drafts.append(Draft(start, end, speaker.layer, speaker.code, name, OWN_RULE, form, scope))

    def _name_firms(self, doc: Doc, drafts: list[Draft]) -> None:
        """Firms known by their legal form alone; a span inside the name, or one that runs over it, gives way."""
        names = self._codebook.header.firm_names
        if names is None or not is_tagged(doc):
            return
        form, scope = self._defaults(names.layer, names.code)
        for start, end in firm_spans(doc, names):
            named = [d for d in drafts if d.layer == names.layer and d.rule in self._gazetteer]
            if not _free(named, start, end):
                continue
            drafts[:] = [d for d in drafts if d.layer != names.layer or d.end <= start or d.start >= end]
            name = doc[start:end].text
            drafts.append(Draft(start, end, names.layer, names.code, name, FIRM_RULE, form, scope))

    def _defaults(self, layer: str, code: str) -> tuple[str | None, str | None]:
        entry = self._codebook.code(layer, code)
        return (entry.form, entry.scope) if entry else (None, None)

    def _settle(
        self, doc: Doc, layer: str, candidates: Sequence[Candidate], found: Sequence[Found]
    ) -> list[Draft]:
        whole = [f for f in found if layer not in GROWING_LAYERS or not self._in_compound(doc, f.end)]
        taken: list[Draft] = []
        for candidate in _longest(c for c in candidates if c.rule.is_name):
            if not _inside_other(candidate, whole):
                taken.append(self._draft(doc, candidate, candidate.start, candidate.end))
        for span in whole:
            if _free(taken, span.start, span.end):
                start, end = self._completed(span, self._snap(doc, span, found), candidates)
                if not _free(taken, start, end):
                    start, end = span.start, span.end
                taken.append(self._from_model(doc, replace(span, start=start, end=end), candidates))
        strong = [c for c in candidates if not c.rule.is_name and counts(doc, c, self._options)]
        for candidate in _longest(strong):
            start, end = candidate.start, candidate.end
            if layer in GROWING_LAYERS and self._in_compound(doc, end):
                continue
            if layer in GROWING_LAYERS and not candidate.rule.is_verb:
                start = self._grow(doc, start)
            if not _free(taken, start, end):
                start = candidate.start
            if _free(taken, start, end):
                taken.append(self._draft(doc, candidate, start, end))
        return taken

    def _snap(self, doc: Doc, span: Found, found: Sequence[Found]) -> tuple[int, int]:
        """Complete a span that ends or begins inside a compound: on to its head noun, back over a hyphen.

        Of actors all premodifiers belong to the span, of mechanisms only those that the span finder gave.
        """
        if not is_tagged(doc):
            return span.start, span.end
        others = {i for f in found if f is not span for i in range(f.start, f.end)}
        first, last = _trimmed(doc, span.start, span.end)
        start, end = first, _head_end(doc, last, others)
        while start > 1 and doc[start - 1].tag_ == "HYPH" and others.isdisjoint((start - 1, start - 2)):
            start -= 2
        if span.layer in GROWING_LAYERS:
            start = self._grow(doc, start, others)
        return start, end

    def _grow(self, doc: Doc, start: int, others: Container[int] = ()) -> int:
        """First token of the premodifiers to the left: adjectives, participles and nouns, without quantifiers.

        A pronoun has none: in "this season we" only the last word is an actor.
        """
        if not is_tagged(doc) or doc[start].tag_ == "PRP":
            return start
        given = start
        while start > 0 and start - 1 not in others:
            token = doc[start - 1]
            if token.tag_ not in MODIFIER_TAGS or token.lower_ in self._not_in_spans:
                break
            start -= 1
        while start < given and doc[start].tag_ == "HYPH":
            start += 1
        return start

    def _in_compound(self, doc: Doc, end: int) -> bool:
        """Whether what ends here only modifies a fixed compound: "workers' rights"."""
        if end < len(doc) and doc[end].tag_ == "POS":
            end += 1
        return end < len(doc) and doc[end].lower_ in self._codebook.header.fixed_compounds

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
            form, scope = self._defaults(span.layer, span.code)
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


def counts(doc: Doc, candidate: Candidate, options: ResolverOptions) -> bool:
    """Whether a match of a term is sure enough, beside the span finder where that learned the layer."""
    learned: dict[str, FloatArray] = doc.user_data.get(DOUBT, {})
    inside = learned.get(candidate.rule.layer)
    if inside is None:
        return candidate.rule.confidence >= options.alone
    return candidate.rule.confidence + float(inside[candidate.end - 1]) >= options.together


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


def _joined(doc: Doc, spans: Sequence[Found]) -> list[Found]:
    """Spans of one layer, where neighbours with nothing or a hyphen between them are parts of one compound.

    The right part, which holds the head, gives the code; a left part that ends with a noun of another code stays apart.
    """
    joined: list[Found] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and _one_compound(doc, last, span):
            confidence = min(last.confidence, span.confidence)
            joined[-1] = replace(span, start=last.start, confidence=confidence)
        else:
            joined.append(span)
    return joined


def _one_compound(doc: Doc, left: Found, right: Found) -> bool:
    between = doc[left.end : right.start]
    if any(token.tag_ != "HYPH" for token in between) or not is_tagged(doc):
        return False
    return left.code == right.code or len(between) > 0 or doc[left.end - 1].tag_ not in NOUN_TAGS


def _trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Without brackets, commas, conjunctions and determiners at the edges."""
    while end - start > 1 and doc[end - 1].tag_ in EDGE_TAGS:
        end -= 1
    while end - start > 1 and doc[start].tag_ in EDGE_TAGS:
        start += 1
    return start, end


def _head_end(doc: Doc, end: int, others: set[int]) -> int:
    """End of the compound that the span breaks off in; `end` itself if it ends with its head noun."""
    if doc[end - 1].tag_ not in UNFINISHED_TAGS and not (end < len(doc) and doc[end].tag_ == "HYPH"):
        return end
    head, place = end, end
    while place < len(doc) and place not in others and doc[place].tag_ in MODIFIER_TAGS:
        place += 1
        if doc[place - 1].tag_ in NOUN_TAGS:
            head = place
    return head
