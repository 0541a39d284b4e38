"""Topics seeded with codes: what the codebook expects each to use, as a prior; and whether the topic does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import SeedCue
from textgov.documents import Record
from textgov.errors import UsageError
from textgov.topics.corpus import Corpus
from textgov.topics.texts import Preparation

FloatArray = NDArray[np.float64]
STRENGTH = 0.5
"""Each seed has half as many prior occurrences in its topic as it has in the corpus. With the same number for all,
topics of rare seeds go their own way; with many more, a topic is its seeds and learns nothing beside them."""
ADHERENT = 0.5
"""Share of the occurrences of its seeds that a topic must have taken to count as following them."""
FOREMOST = 0.3
"""Share of its foremost terms that must be seeds for that."""
FEWEST = 3
"""Seeds that the corpus must have for that."""
TOP = 10


@dataclass(frozen=True)
class Seeds:
    """Seed phrases of the codes of one layer, in the order of the codebook."""

    layer: str
    phrases: Mapping[str, tuple[str, ...]]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, a topic each."""
        return tuple(self.phrases)

    def all_phrases(self) -> list[str]:
        """Seed phrases of all codes."""
        return [phrase for phrases in self.phrases.values() for phrase in phrases]

    def terms(self, preparation: Preparation) -> dict[str, list[str]]:
        """Seeds of each code as terms, without doubles."""
        return {
            code: list(dict.fromkeys(map(preparation.term, phrases)))
            for code, phrases in self.phrases.items()
        }


class Adherence(Record, frozen=True):
    """Whether a seeded topic uses its seeds, by what it learned of the texts; the prior itself is left out.

    Attributes:
        code: the code it is seeded with.
        given: number of its seeds.
        present: number of those that the corpus has.
        taken: share of the seeds' occurrences that the topic took, 0 to 1.
        top: share of the topic's ten foremost terms that are its seeds, 0 to 1.
        follows: whether the topic can be taken for the code's.
        lost: seeds of which another topic took more.
    """

    code: str
    given: int
    present: int
    taken: float
    top: float
    follows: bool
    lost: tuple[str, ...]


def codebook_seeds(codebook: Codebook, layer: str = "path") -> Seeds:
    """Seeds of a layer's codes.

    Raises:
        UsageError: the codebook has none for that layer.
    """
    phrases: dict[str, list[str]] = {}
    for code in codebook.codes.get(layer, {}):
        for cue in codebook.cues.get("seed", ()):
            if isinstance(cue, SeedCue) and (cue.layer, cue.code) == (layer, code):
                phrases.setdefault(code, []).append(cue.cue)
    if not phrases:
        raise UsageError(
            f"the codebook {codebook.header.id} has no seeds for the layer {layer!r}; "
            "add a file cues.seed.jsonl, or fit a model without seeds"
        )
    return Seeds(layer, {code: tuple(found) for code, found in phrases.items()})


def seed_prior(
    corpus: Corpus, seeds: Mapping[str, Sequence[str]], topics: int, base: float, strength: float = STRENGTH
) -> FloatArray:
    """Dirichlet prior over terms (`eta`) of seeded topics and, after them, free ones.

    Args:
        corpus: the corpus.
        seeds: seed terms of each seeded topic.
        topics: number of topics in all.
        base: pseudo-occurrences of every term in every topic.
        strength: pseudo-occurrences of a seed in its topic, by each occurrence in the corpus.

    Raises:
        UsageError: there are fewer topics than codes.
    """
    if topics < len(seeds):
        raise UsageError(
            f"{topics} topics are fewer than the {len(seeds)} codes that seed one each; give more"
        )
    prior = np.full((topics, len(corpus.vocabulary.terms)), base)
    numbers = corpus.vocabulary.numbers
    for topic, terms in enumerate(seeds.values()):
        for number in (numbers[term] for term in terms if term in numbers):
            prior[topic, number] += strength * corpus.totals[number]
    return prior


def adherence(
    learned: FloatArray, corpus: Corpus, seeds: Mapping[str, Sequence[str]]
) -> tuple[Adherence, ...]:
    """Whether each seeded topic uses its seeds.

    Args:
        learned: topics by terms, occurrences without the prior; the seeded topics first, in the order of `seeds`.
        corpus: the corpus.
        seeds: seed terms of each seeded topic.
    """
    numbers = corpus.vocabulary.numbers
    owners = learned.argmax(axis=0)
    found = []
    for topic, (code, terms) in enumerate(seeds.items()):
        known = [term for term in terms if term in numbers]
        own = np.array([numbers[term] for term in known], dtype=np.intp)
        occurrences = float(learned[:, own].sum())
        taken = float(learned[topic, own].sum()) / occurrences if occurrences > 0 else 0.0
        foremost = np.argsort(-learned[topic], kind="stable")[:TOP]
        top = float(np.isin(foremost, own).mean())
        lost = tuple(term for term, number in zip(known, own, strict=True) if owners[number] != topic)
        follows = len(known) >= FEWEST and taken >= ADHERENT and top >= FOREMOST
        found.append(Adherence(code, len(terms), len(known), taken, top, follows, lost))
    return tuple(found)
