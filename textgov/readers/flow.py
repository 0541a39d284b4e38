"""Kinds that depend on what came before: a paragraph under "References" is a reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textgov.documents import PassageKind
from textgov.readers.build import DocumentBuilder
from textgov.readers.roles import (
    heading_role,
    is_byline,
    is_figure_caption,
    is_table_caption,
    looks_like_reference,
    may_head_references,
    opening_role,
)

FRONT_BLOCKS = 6
FRONT_LINE = 150
_SENTENCE_END = re.compile(r"[.!?:][\"”’')\]]*$")
_SOURCE_LINE = re.compile(r"(?<!\d)(?:1[89]|20)\d\d\)?\.?$")
SHORT = 400
"""Openings such as "Published online" make front matter of paragraphs up to this length (characters)."""


@dataclass
class Flow:
    """The role that the last heading gave to what follows, and the level at which it ends.

    `authors`, if known, let the line with their names below the title be told apart; `titled` says that a
    heading was seen, `front` that the last block was front matter, `seen` counts the blocks.
    """

    role: PassageKind | None = None
    level: int = 0
    authors: Sequence[str] = ()
    seen: int = 0
    titled: bool = False
    front: bool = False
    unsure: bool = False

    def add(
        self,
        builder: DocumentBuilder,
        text: str,
        kind: PassageKind,
        *,
        level: int = 0,
        page: int | None = None,
    ) -> PassageKind:
        """Add a block with its kind settled by its section; returns that kind."""
        settled = self.settle(text, kind, level)
        builder.add(text, settled, level=level, page=page)
        return settled

    def settle(self, text: str, kind: PassageKind, level: int = 0) -> PassageKind:
        """Kind of a block, given the heading above it; headings change what holds from here on."""
        self.seen += 1
        if self.seen <= FRONT_BLOCKS and kind in {"body", "heading"} and self._is_front(text, kind):
            self.front = True
            return "front_matter"
        self.front = False
        if kind == "heading":
            self.titled = True
            role = heading_role(text)
            self.unsure = role is None and may_head_references(text)
            if role is not None or level <= self.level or not level:
                self.role, self.level = role, level
            return "heading"
        if kind in {"table", "footnote", "references"}:
            return kind
        if self.unsure:
            self.unsure = False
            if looks_like_reference(text):
                self.role = "references"
        if self.role is not None:
            return self.role
        if is_table_caption(text) or is_figure_caption(text):
            return "table"
        opening = opening_role(text) if kind == "body" else None
        if opening == "abstract" or (opening and len(text) <= SHORT):
            return opening
        return kind

    def _is_front(self, text: str, kind: PassageKind) -> bool:
        """Whether one of the first blocks is a line about the work: authors, affiliations,
        source and year."""
        if not self.titled or len(text) > FRONT_LINE:
            return False
        if is_byline(text, self.authors):
            return True
        if kind == "heading":
            return False
        return _SOURCE_LINE.search(text) is not None or (self.front and _SENTENCE_END.search(text) is None)
