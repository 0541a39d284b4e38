"""Long names of bodies: "the Ministry of Gender, Children and Social Protection" is one mention, and no child in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from spacy.tokens import Doc

from textgov.pipeline.drafts import Draft
from textgov.pipeline.mentions import MODEL_RULE

LINKS = frozenset({"of", "for", "on", "against"})
ARTICLE = "the"
JOINS = frozenset({"and", "&", ","})


def with_long_names(
    doc: Doc, drafts: Sequence[Draft], *, layer: str, heads: Collection[str], names: Collection[str]
) -> list[Draft]:
    """Let a mention that a capitalised word of `heads` ends or opens run to the end of its name.

    Mentions inside the name are left out. Items of the name end where another mention stands that has the code of
    this one, is called by a name of the gazetteer (rules in `names`), or is an abbreviation.
    """
    own = [d for d in drafts if d.layer == layer]
    by_token = {i: d for d in own for i in range(d.start, d.end)}
    lost: set[int] = set()
    for draft in own:
        if id(draft) in lost or draft.rule in names:
            continue
        place = _head(doc, draft, heads)
        if place < 0:
            continue
        end = _end(doc, place, draft, by_token, names)
        if end <= draft.end:
            continue
        draft.end = end
        lost.update(id(d) for d in own if d is not draft and draft.start <= d.start < end)
    return [d for d in drafts if id(d) not in lost]


def _head(doc: Doc, draft: Draft, heads: Collection[str]) -> int:
    """The first word of the mention that opens such a name, if "of" or the like follows; else -1."""
    for place in range(draft.start, draft.end):
        token = doc[place]
        followed = place + 1 < len(doc) and doc[place + 1].lower_ in LINKS
        if followed and token.lower_ in heads and token.text[0].isupper():
            return place
    return -1


def _end(doc: Doc, head: int, draft: Draft, by_token: dict[int, Draft], names: Collection[str]) -> int:
    """The token after the last word of the name that `head` opens, or `head` itself."""
    end = place = head + 1
    while place < len(doc):
        link = place
        while link < len(doc) and doc[link].lower_ in JOINS | LINKS | {ARTICLE}:
            link += 1
        item = _item(doc, link)
        joined = any(doc[i].lower_ in JOINS for i in range(place, link))
        other = joined and _is_other(doc, link, item, draft, by_token, names)
        if other or link in (place, item):
            break
        end = place = item
    return end if end > head + 1 else head


def _item(doc: Doc, start: int) -> int:
    """The token after a run of capitalised words."""
    place = start
    while place < len(doc) and doc[place].text[0].isupper() and doc[place].text not in ("I", "We"):
        place += 1
    return place


def _is_other(
    doc: Doc, start: int, end: int, draft: Draft, by_token: dict[int, Draft], names: Collection[str]
) -> bool:
    """Whether capitalised words after a comma or "and" name somebody else."""
    if any(sum(c.isupper() for c in doc[i].text) > 1 for i in range(start, end)):
        return True
    others = [by_token[i] for i in range(start, end) if i in by_token and by_token[i] is not draft]
    if any(other.rule in names or other.end > end for other in others):
        return True
    last = end == len(doc) or doc[end].lower_ not in JOINS
    enumerates = doc[start - 1].lower_ == ","
    known = any(other.code == draft.code and other.rule != MODEL_RULE for other in others)
    return known or (enumerates and last)
