"""The vocabulary of a corpus, and texts as counts of its terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from gensim.corpora import Dictionary
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from textgov.errors import UsageError

Bag = list[tuple[int, int]]
"""A text as pairs of term number and count, ascending."""

FEWEST_TEXTS = 10
FEWEST_TERMS = 20


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a model in alphabetical order; a term's place is its number."""

    terms: tuple[str, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each term."""
        return {term: number for number, term in enumerate(self.terms)}

    def bag(self, terms: Iterable[str]) -> Bag:
        """The terms of a text that are known, as counts."""
        numbers = self.numbers
        return sorted(Counter(numbers[term] for term in terms if term in numbers).items())


@dataclass(frozen=True)
class Corpus:
    """Texts as bags over a vocabulary."""

    vocabulary: Vocabulary
    bags: tuple[Bag, ...]

    @cached_property
    def counts(self) -> csr_matrix:
        """Texts by terms, as a sparse matrix of counts."""
        rows = [number for number, bag in enumerate(self.bags) for _ in bag]
        columns = [term for bag in self.bags for term, _ in bag]
        values = [count for bag in self.bags for _, count in bag]
        shape = (len(self.bags), len(self.vocabulary.terms))
        return csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)

    @cached_property
    def totals(self) -> NDArray[np.float64]:
        """Occurrences of each term."""
        return np.asarray(self.counts.sum(axis=0)).ravel()


def build_corpus(
    texts: Sequence[Sequence[str]], *, min_texts: int = 5, max_share: float = 0.4, keep: Iterable[str] = ()
) -> Corpus:
    """Choose the vocabulary of texts given as terms, and count.

    Args:
        texts: terms of each text.
        min_texts: texts in which a term must occur.
        max_share: share of the texts above which a term tells nothing.
        keep: terms, such as seeds, that two texts are enough for.

    Raises:
        UsageError: there are too few texts or terms for a model.
    """
    filled = sum(1 for text in texts if text)
    if filled < FEWEST_TEXTS:
        raise UsageError(
            f"{filled} texts with words are too few for topics; widen the query, or take passages as units"
        )
    wanted = set(keep)
    dictionary = Dictionary(texts)
    terms = sorted(
        term
        for term, number in dictionary.token2id.items()
        if (n := dictionary.dfs[number]) <= max_share * filled
        and (n >= min_texts or (n > 1 and term in wanted))
    )
    if len(terms) < FEWEST_TERMS:
        raise UsageError(
            f"{len(terms)} terms stand in at least {min_texts} of {filled} texts: too few for topics; "
            "widen the query or lower --min-texts"
        )
    vocabulary = Vocabulary(tuple(terms))
    return Corpus(vocabulary, tuple(map(vocabulary.bag, texts)))
