"""Who is reported: citations and verbs of saying in the sentence of a mention."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span

from textgov.codebook.loader import Codebook
from textgov.pipeline.drafts import drafts_of

_YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_NAME = r"[A-ZÀ-Þ][\w’'\-]+"
_AUTHORS = rf"{_NAME}(?:(?:,? (?:and|&) |, ){_NAME})*(?: et al\.?)?"
PARENTHETICAL = re.compile(
    rf"\((?:see |cf\. |e\.g\.,? |also )*(?P<who>{_AUTHORS}),? (?P<year>{_YEAR})[^()]*\)"
)
NARRATIVE = re.compile(rf"(?P<who>{_AUTHORS})(?:['’]s?)? \((?P<year>{_YEAR})[^()]*\)")


class Attribution:
    """Marks mentions in sentences that report a source."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        self._layers = frozenset({"mechanism", "outcome"})

    def __call__(self, doc: Doc) -> Doc:
        """Set `attributed` and `source` of the mentions of each sentence that cites."""
        drafts = [d for d in drafts_of(doc) if d.layer in self._layers]
        if drafts and doc.has_annotation("SENT_START"):
            for sentence in doc.sents:
                source = _source(sentence)
                if source:
                    for draft in drafts:
                        if sentence.start <= draft.start < sentence.end:
                            draft.attributed, draft.source = True, source
        return doc


def _source(sentence: Span) -> str | None:
    found = PARENTHETICAL.search(sentence.text) or NARRATIVE.search(sentence.text)
    return f"{found['who']} {found['year']}" if found else None
