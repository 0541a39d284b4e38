"""A topic model as it is kept: how texts become terms, its vocabulary, its weights, and where it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from textgov.documents import Record
from textgov.topics.corpus import Vocabulary
from textgov.topics.texts import Preparation
from textgov.topics.weights import Weights, assign

FloatArray = NDArray[np.float64]
FORMAT = 1


class ModelMeta(Record, frozen=True):
    """What is known of a topic model.

    Attributes:
        method: how it was fitted.
        options: of the fit, such as passes and priors; JSON values.
        layer: layer of the codes that the first topics are seeded with; None for a model without seeds.
        codes: those codes, one a topic.
        means: mean weight of each topic in the corpus that it was fitted to.
        codebook: id and version of the codebook that gave seeds, stop words and spellings.
        texts: number of texts that it was fitted to.
        unit: `passage` or `document`.
        query: the query whose hits it was fitted to; None for all.
        corpus: hash of the texts.
    """

    method: str
    options: dict[str, Any]
    layer: str | None
    codes: tuple[str, ...]
    means: tuple[float, ...]
    codebook: str
    texts: int
    unit: str
    query: str | None
    corpus: str
    format: int = FORMAT
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    sha256: dict[str, str] = msgspec.field(default_factory=dict)
    seal: str = ""


@dataclass(frozen=True)
class TopicModel:
    """A fitted model; topics are numbered from 0."""

    meta: ModelMeta
    preparation: Preparation
    vocabulary: Vocabulary
    weights: Weights

    @property
    def topics(self) -> int:
        """Number of topics."""
        return len(self.weights.components)

    @property
    def seeded(self) -> dict[str, int]:
        """Topic of each code that it is seeded with."""
        return {code: topic for topic, code in enumerate(self.meta.codes)}

    @property
    def identity(self) -> str:
        """Hash by which codings name it: 16 hex digits over vocabulary and weights."""
        digest = hashlib.sha256("\n".join(self.vocabulary.terms).encode())
        for array in (self.weights.components, self.weights.alpha, self.weights.idf):
            digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
        return digest.hexdigest()[:16]

    def transform(self, texts: Sequence[str]) -> FloatArray:
        """Texts by topics, rows summing to 1; a text without known terms has a row of zeros.

        The same text has the same row whatever other texts come with it.
        """
        return assign(self.weights, [self.vocabulary.bag(self.preparation.terms(text)) for text in texts])

    def shown(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Terms as people read them."""
        return tuple(self.preparation.display(self.vocabulary.terms[number]) for number in numbers)


def corpus_hash(texts: Sequence[str]) -> str:
    """16 hex digits that identify texts in their order."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:16]
