"""What the span finder reads of a document: word attributes, lexicon matches, static vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from textgov.pipeline.labels import FloatArray, LabelSet
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.network import COLUMNS, word_columns

SURE = 0.8
"""From this confidence on, a lexicon entry is shown to the network as certain."""
CONTEXT_LAYERS = ("place", "sector", "group", "market", "cluster")


@dataclass(frozen=True)
class VectorTable:
    """Static word vectors: `rows[index[word]]`; row 0 is for unknown words.

    Stored as one byte a number: `packed` are the rows without the first, `scale` the value of one step.
    """

    words: tuple[str, ...]
    packed: npt.NDArray[np.int8]
    scale: float

    @cached_property
    def index(self) -> dict[str, int]:
        """Row number of each word."""
        return {word: number for number, word in enumerate(self.words, 1)}

    @cached_property
    def rows(self) -> FloatArray:
        """All rows as floats, the first of zeros."""
        known = self.packed.astype(np.float32) * np.float32(self.scale)
        return np.vstack([np.zeros((1, known.shape[1]), dtype=np.float32), known])

    def lookup(self, words: Iterable[str]) -> list[int]:
        """Row numbers of words in lower case; a possessive or plural falls back on its stem."""
        return [self._row(word) for word in words]

    def _row(self, word: str) -> int:
        row = self.index.get(word, 0)
        if row == 0 and len(word) > 4 and word.endswith("s"):
            row = self.index.get(word[:-1], 0)
        if row == 0 and "-" in word:
            row = self.index.get(word.rpartition("-")[2], 0)
        return row


def set_features(doc: Doc, labels: Sequence[LabelSet], vectors: VectorTable) -> None:
    """Leave in `doc.user_data` what the network reads; needs the matcher's candidates."""
    candidates: list[Candidate] = doc.user_data.get(CANDIDATES, [])
    columns = np.zeros((len(doc), lexicon_columns(labels)), dtype="uint64")
    for place, label_set in enumerate(labels):
        _mark(columns[:, place], candidates, label_set)
    for candidate in candidates:
        if candidate.rule.layer in CONTEXT_LAYERS:
            columns[candidate.start : candidate.end, -1] = 1 + CONTEXT_LAYERS.index(candidate.rule.layer)
    rows = np.array(vectors.lookup(token.lower_ for token in doc), dtype="uint64").reshape(-1, 1)
    doc.user_data[COLUMNS] = np.hstack([word_columns(doc), columns, rows])


def lexicon_columns(labels: Sequence[LabelSet]) -> int:
    """How many lexicon columns `set_features` writes: one a layer, one for places, sectors and groups."""
    return len(labels) + 1


def _mark(column: FloatArray, candidates: Sequence[Candidate], labels: LabelSet) -> None:
    """Write the label of the best match on each token: fitting before not, longer before shorter, surer first."""
    own = [c for c in candidates if c.rule.layer == labels.layer and c.rule.code in labels.codes]
    own.sort(key=lambda c: (c.fits, c.end - c.start, c.rule.confidence, c.rule.id))
    for candidate in own:
        rule = candidate.rule
        level = 0 if not candidate.fits else 1 if rule.confidence < SURE else 2
        base = 1 + 8 * labels.codes.index(rule.code) + 2 * level
        column[candidate.start] = base
        column[candidate.start + 1 : candidate.end] = base + 1
