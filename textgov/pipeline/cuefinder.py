"""Finds the cues of one kind in a document: longest first, without overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from textgov.codebook.expand import surface_forms
from textgov.codebook.schema import CueLine, Term

Kind = TypeVar("Kind", bound=CueLine)
Hit = tuple[int, int, list[Kind]]


class CueFinder(Generic[Kind]):
    """Matches the inflected cues over lower-case tokens."""

    def __init__(self, nlp: Language, cues: Iterable[Kind], spelling: Mapping[str, str]) -> None:
        self._cues: dict[int, Kind] = {}
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        for cue in cues:
            self._cues[nlp.vocab.strings.add(cue.id)] = cue
            self._matcher.add(cue.id, [nlp.make_doc(form) for form in forms_of(cue, spelling)])

    def __call__(self, doc: Doc) -> list[Hit[Kind]]:
        """Token ranges with the cues that have just these words, in order; of overlapping ranges the longest."""
        ranges: dict[tuple[int, int], list[Kind]] = {}
        for key, start, end in self._matcher(doc):
            ranges.setdefault((start, end), []).append(self._cues[key])
        taken: set[int] = set()
        hits: list[Hit[Kind]] = []
        for start, end in sorted(ranges, key=lambda r: (r[0] - r[1], r[0])):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                hits.append((start, end, sorted(ranges[start, end], key=lambda cue: cue.id)))
        hits.sort(key=lambda hit: hit[0])
        return hits


def forms_of(cue: CueLine, spelling: Mapping[str, str]) -> tuple[str, ...]:
    """All surface forms of a cue."""
    return surface_forms(Term(id=cue.id, code="cue", term=cue.cue, pos=cue.pos), spelling)
