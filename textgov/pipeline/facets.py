"""Form and scope by context: premodifiers and neighbours that override a code's default."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import FormCue
from textgov.pipeline.drafts import Draft, drafts_of

LEFT_WINDOW = 3


class Facets:
    """Sets form and scope of actors and mechanisms where a word of their phrase says otherwise."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        self._by_word: dict[str, list[FormCue]] = {}
        for cue in codebook.form_cues:
            self._by_word.setdefault(cue.cue, []).append(cue)

    def __call__(self, doc: Doc) -> Doc:
        """Apply the cues inside each mention and just before it."""
        for draft in drafts_of(doc):
            if draft.form or draft.scope:
                self._apply(doc, draft)
        return doc

    def _apply(self, doc: Doc, draft: Draft) -> None:
        first = max(0, draft.start - LEFT_WINDOW)
        for position in range(first, draft.end):
            for cue in self._by_word.get(doc[position].lower_, ()):
                near = position >= draft.start or (cue.reach == "before" and position >= first)
                if near and (not cue.codes or draft.code in cue.codes):
                    draft.form = cue.form or draft.form
                    draft.scope = cue.scope or draft.scope
