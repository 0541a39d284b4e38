"""Names that no gazetteer holds: firms by their legal form, abbreviations and short forms within a passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Token

from textgov.codebook.schema import FirmNames
from textgov.pipeline.drafts import Draft
from textgov.pipeline.features import KNOWN
from textgov.pipeline.words import lower_words

FIRM_RULE = "firm-name"
SHORT_RULE = "short-form"
OWN_RULE = "own-name"
NAME_TAGS = frozenset({"NNP", "NNPS"})
ACTING_TAGS = frozenset({"VBZ", "VBP", "VBD", "MD", "POS"})


def firm_spans(doc: Doc, names: FirmNames) -> list[tuple[int, int]]:
    """Runs of capitalised words that hold a legal form ("Ltd", "Group"), which is not their first word."""
    suffixes = frozenset(names.suffixes)
    lowered = {suffix.lower() for suffix in suffixes}
    spans: list[tuple[int, int]] = []
    for place, word in enumerate(lower_words(doc)):
        if word not in lowered:
            continue
        token = doc[place]
        if token.text not in suffixes or token.i == 0 or doc[token.i - 1].text in names.not_before:
            continue
        start = token.i
        while start > 0 and _in_name(doc[start - 1]) and doc[start - 1].text not in suffixes:
            start -= 1
        if spans and start == token.i == spans[-1][1]:
            spans[-1] = (spans[-1][0], token.i + 1)
            continue
        while doc[start].text == "&":
            start += 1
        if start < token.i:
            spans.append((start, token.i + 1))
    return spans


def _in_name(token: Token) -> bool:
    return (token.tag_ in NAME_TAGS or token.text == "&") and (token.text[0].isupper() or token.text == "&")


def own_names(doc: Doc, taken: Container[int], places: Container[int]) -> list[tuple[int, int]]:
    """Names that no list holds, where they act, before a verb or a genitive, or are named twice.

    A name begins with a capital and holds a word that neither the static vectors nor the lexicon know.
    """
    known: npt.NDArray[np.bool_] | None = doc.user_data.get(KNOWN)
    if known is None:
        return []
    strange = [
        not known[t.i] and t.i not in taken and t.i not in places and _in_name(t) and len(t.text) > 1
        for t in doc
    ]
    spans: list[tuple[int, int]] = []
    for token in doc:
        if not strange[token.i] or (spans and token.i < spans[-1][1]):
            continue
        start, end = token.i, token.i + 1
        while (
            start > 0
            and start - 1 not in taken
            and _in_name(doc[start - 1])
            and not doc[start - 1].is_sent_start
        ):
            start -= 1
        while end < len(doc) and end not in taken and _in_name(doc[end]):
            end += 1
        spans.append((start, end))
    often = Counter(doc[start:end].text for start, end in spans)
    return [(s, e) for s, e in spans if e - s <= 4 and (_acts(doc, e) or _is_repeated(doc[s:e].text, often))]


def _acts(doc: Doc, end: int) -> bool:
    return end < len(doc) and doc[end].tag_ in ACTING_TAGS


def _is_repeated(name: str, often: Counter[str]) -> bool:
    """Named twice, and no abbreviation of who knows what."""
    return often[name] > 1 and not name.isupper()


def short_forms(doc: Doc, drafts: Sequence[Draft], layers: Iterable[str]) -> list[Draft]:
    """Later mentions by the abbreviation that a name was given in brackets, "(RST)", or by a firm's first word."""
    layers = frozenset(layers)
    known: dict[str, Draft] = {}
    for draft in drafts:
        if draft.layer not in layers:
            continue
        abbreviation = _bracketed(doc, draft.end)
        if abbreviation is not None:
            known.setdefault(abbreviation, draft)
        if draft.rule == FIRM_RULE and draft.end - draft.start > 1 and len(doc[draft.start].text) > 3:
            known.setdefault(doc[draft.start].text, draft)
    if not known:
        return []
    taken = {(d.layer, i) for d in drafts for i in range(d.start, d.end)}
    return [
        Draft(
            token.i,
            token.i + 1,
            origin.layer,
            origin.code,
            origin.name,
            SHORT_RULE,
            origin.form,
            origin.scope,
            confidence=origin.confidence,
        )
        for token in doc
        if (origin := known.get(token.text)) is not None
        and (origin.layer, token.i) not in taken
        and token.i > origin.end
        and (token.i > origin.end + 1 or doc[origin.end].text != "(")
    ]


def _bracketed(doc: Doc, place: int) -> str | None:
    """The abbreviation in brackets right after `place`, if there is one."""
    if place + 2 < len(doc) and doc[place].text == "(" and doc[place + 2].text == ")":
        inner = doc[place + 1].text.strip("\"'“”‘’")
        if len(inner) > 1 and sum(c.isupper() for c in inner) >= 2:
            return inner
    return None
