"""The words of a codebook by which relations are told, by kind and in all their forms."""

from __future__ import annotations

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import RelationCue
from textgov.pipeline.cuefinder import forms_of


class RelationWords:
    """Forms of the relation cues: verbs with their preposition ("complies with"), nouns, prepositions."""

    def __init__(self, codebook: Codebook) -> None:
        self._forms: dict[str, set[str]] = {}
        for cue in codebook.cues.get("relation", ()):
            if isinstance(cue, RelationCue):
                kind = f"{cue.kind} noun" if cue.pos == "noun" else cue.kind
                self._forms.setdefault(kind, set()).update(
                    f.lower() for f in forms_of(cue, codebook.spelling)
                )

    def verb(self, kind: str, word: str, preposition: str = "") -> bool:
        """Whether a verb, with the preposition before what it takes, is of a kind."""
        forms = self._forms.get(kind, ())
        return (f"{word} {preposition}" if preposition else word) in forms

    def noun(self, kind: str, word: str) -> bool:
        """Whether a noun is of a kind."""
        return word in self._forms.get(f"{kind} noun", ())
