"""Kinds that depend on what came before: a paragraph under "References" is a reference."""

from __future__ import annotations

from dataclasses import dataclass

from textgov.documents import PassageKind
from textgov.readers.build import DocumentBuilder
from textgov.readers.roles import heading_role, is_figure_caption, is_table_caption, opening_role

SHORT = 400
"""Openings such as "Published online" make front matter of paragraphs up to this length (characters)."""


@dataclass
class Flow:
    """The role that the last heading gave to what follows, and the level at which it ends."""

    role: PassageKind | None = None
    level: int = 0

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
        if kind == "heading":
            role = heading_role(text)
            if role is not None or level <= self.level or not level:
                self.role, self.level = role, level
            return "heading"
        if kind in {"table", "footnote", "references"}:
            return kind
        if self.role is not None:
            return self.role
        if is_table_caption(text) or is_figure_caption(text):
            return "table"
        opening = opening_role(text) if kind == "body" else None
        if opening == "abstract" or (opening and len(text) <= SHORT):
            return opening
        return kind
