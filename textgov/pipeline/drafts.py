"""Mentions in the making: what the components write while a document passes through them."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Span

from textgov.documents import Interaction, Relation, Status

DRAFTS = "textgov_drafts"
RELATIONS = "textgov_relations"
INTERACTIONS = "textgov_interactions"


@dataclass(slots=True)
class Draft:
    """A mention over tokens `start` to `end`; later components fill in status, attribution and the rest.

    `condition` and `group` are character ranges of the document's text.
    """

    start: int
    end: int
    layer: str
    code: str
    name: str
    rule: str
    form: str | None = None
    scope: str | None = None
    status: Status = "asserted"
    attributed: bool = False
    source: str | None = None
    condition: tuple[int, int] | None = None
    confidence: float = 1.0
    dimension: str | None = None
    direction: str | None = None
    group: tuple[int, int] | None = None

    def span(self, doc: Doc) -> Span:
        """The tokens of the mention."""
        return doc[self.start : self.end]


def drafts_of(doc: Doc) -> list[Draft]:
    """The mentions of a document so far, in order of their places."""
    drafts: list[Draft] = doc.user_data.setdefault(DRAFTS, [])
    return drafts


def relations_of(doc: Doc) -> list[Relation]:
    """The relations of a document so far; their places are those in `drafts_of(doc)`."""
    relations: list[Relation] = doc.user_data.setdefault(RELATIONS, [])
    return relations


def interactions_of(doc: Doc) -> list[Interaction]:
    """The interactions between forms of governance found so far."""
    interactions: list[Interaction] = doc.user_data.setdefault(INTERACTIONS, [])
    return interactions
