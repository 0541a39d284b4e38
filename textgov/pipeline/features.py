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
from textgov.pipeline.network import COLUMNS, SURROUNDINGS, word_columns
from textgov.pipeline.words import lower_words

SURE = 0.8
"""From this confidence on, a lexicon entry is shown to the network as certain."""
LIKELY = 0.6
"""From this confidence on, an entry tells what the passage around it is about."""
NEAR = 12
KNOWN = "textgov_known"
"""`doc.user_data` key: whether the static vectors hold each token's word."""
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
        known = self.index.get
        return [known(word) or self._stem_row(word) for word in words]

    def _stem_row(self, word: str) -> int:
        row = 0
        if len(word) > 4 and word.endswith("s"):
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
    doc.user_data[SURROUNDINGS] = _surroundings(len(doc), candidates, labels)
    rows = np.array(vectors.lookup(lower_words(doc)), dtype="uint64").reshape(-1, 1)
    doc.user_data[KNOWN] = rows[:, 0] > 0
    doc.user_data[COLUMNS] = np.hstack([word_columns(doc), columns, rows])


def surrounding_features(labels: Sequence[LabelSet]) -> int:
    """How many columns `doc.user_data[SURROUNDINGS]` has: each code near the token, and anywhere in the passage."""
    return 2 * sum(len(layer.codes) for layer in labels)


def _surroundings(length: int, candidates: Sequence[Candidate], labels: Sequence[LabelSet]) -> FloatArray:
    """Which codes the lexicon sees within `NEAR` tokens of each token, and in the passage.

    What a visit or a member is depends on who else is spoken of.
    """
    place = {
        (layer.layer, code): n for n, (layer, code) in enumerate((la, c) for la in labels for c in la.codes)
    }
    here = np.zeros((length, len(place)), dtype=np.float32)
    for candidate in candidates:
        column = place.get((candidate.rule.layer, candidate.rule.code))
        if column is not None and candidate.fits and candidate.rule.confidence >= LIKELY:
            here[candidate.start, column] = 1.0
    sums = np.vstack([np.zeros((1, len(place)), dtype=np.float32), here.cumsum(axis=0)])
    starts = np.maximum(np.arange(length) - NEAR, 0)
    ends = np.minimum(np.arange(length) + NEAR + 1, length)
    near = np.minimum(sums[ends] - sums[starts], 1.0)
    anywhere = np.broadcast_to(np.minimum(sums[-1], 1.0), near.shape)
    return np.ascontiguousarray(np.hstack([near, anywhere]), dtype=np.float32)


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
