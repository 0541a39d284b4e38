"""Names that no gazetteer holds: firms by their legal form, abbreviations and short forms within a passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Token

from textgov.codebook.schema import FirmNames
from textgov.pipeline.drafts import Draft

FIRM_RULE = "firm-name"
SHORT_RULE = "short-form"
NAME_TAGS = frozenset({"NNP", "NNPS"})


def firm_spans(doc: Doc, names: FirmNames) -> list[tuple[int, int]]:
    """Runs of capitalised words that hold a legal form ("Ltd", "Group"), which is not their first word."""
    suffixes = frozenset(names.suffixes)
    spans: list[tuple[int, int]] = []
    for token in doc:
        if token.text not in suffixes or token.i == 0:
            continue
        start = token.i
        while start > 0 and _in_name(doc[start - 1]) and doc[start - 1].text not in suffixes:
            start -= 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], token.i + 1)
            continue
        while doc[start].text == "&":
            start += 1
        if start < token.i:
            spans.append((start, token.i + 1))
    return spans


def _in_name(token: Token) -> bool:
    return (token.tag_ in NAME_TAGS or token.text == "&") and (token.text[0].isupper() or token.text == "&")


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
