"""Whose claims a text makes where: its own, those of the literature, or those of somebody whom it quotes."""

from __future__ import annotations

import re
from typing import Final, Literal

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import SectionCue
from textgov.documents import Document, Mention
from textgov.preprocessing.identifiers import normal_title

Voice = Literal["own", "literature", "reported", "background"]

_YEAR_OR_NUMBER: Final = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?$|^\d{1,3}$")


class Voices:
    """Who speaks in one document: by its citations, and by the headings of its sections."""

    def __init__(self, document: Document, codebook: Codebook) -> None:
        self._sections = document.sections
        cues = [cue for cue in codebook.cues.get("section", ()) if isinstance(cue, SectionCue)]
        self._cues = [(f" {normal_title(cue.cue)} ", cue.kind) for cue in cues]

    def of(self, offset: int, attributed: Mention | None, is_listed: bool) -> Voice:
        """Whose claim it is that stands at an offset.

        Args:
            offset: in the document's text.
            attributed: the mention that is attributed to another source; None if none is.
            is_listed: whether that source is in the reference list.
        """
        if attributed is not None:
            is_citation = is_listed or _YEAR_OR_NUMBER.search(attributed.source or "") is not None
            return "literature" if is_citation else "reported"
        return self._of_sections(offset)

    def _of_sections(self, offset: int) -> Voice:
        """By the innermost heading that tells; a text without such headings speaks for itself."""
        around = [s for s in self._sections if s.start <= offset < s.end]
        for section in sorted(around, key=lambda s: (-s.level, -s.start)):
            kinds = self.kinds(section.title)
            if "own" in kinds:
                return "own"
            if "literature" in kinds:
                return "literature"
            if "background" in kinds:
                return "background"
        return "own"

    def kinds(self, title: str) -> set[str]:
        """The kinds of the cues that a heading holds as whole words."""
        words = f" {normal_title(title)} "
        return {kind for cue, kind in self._cues if cue in words}
