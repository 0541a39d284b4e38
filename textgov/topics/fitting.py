"""One contract for all kinds of topic models: from a corpus and options to weights of terms in topics."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from textgov.documents import Record
from textgov.errors import UsageError
from textgov.topics import factorization, gensim_lda, gibbs
from textgov.topics.corpus import Corpus
from textgov.topics.weights import FitOptions, Weights

Method = Literal["seeded", "lda", "ensemble", "hdp", "tomotopy", "nmf", "gensim-nmf"]
"""How topics are found; see `METHODS`."""


@dataclass(frozen=True)
class _Kind:
    fit: Callable[[Corpus, FitOptions, NDArray[np.float64] | None], Weights]
    help: str
    seeded: bool = False


METHODS: Final = MappingProxyType(
    {
        "seeded": _Kind(gensim_lda.fit_lda, "gensim's LDA with the codebook's codes as priors", seeded=True),
        "lda": _Kind(gensim_lda.fit_lda, "gensim's LDA"),
        "ensemble": _Kind(gensim_lda.fit_ensemble, "gensim's EnsembleLda: topics that several LDA models share"),
        "hdp": _Kind(gensim_lda.fit_hdp, "gensim's HDP, which finds the number of topics"),
        "tomotopy": _Kind(gibbs.fit_tomotopy, "tomotopy's LDA by Gibbs sampling (extra `topics`)"),
        "nmf": _Kind(factorization.fit_sklearn, "scikit-learn's NMF of TF-IDF weights"),
        "gensim-nmf": _Kind(factorization.fit_gensim, "gensim's online NMF of TF-IDF weights"),
    }
)  # fmt: skip


def fit_weights(
    corpus: Corpus, method: str, options: FitOptions, prior: NDArray[np.float64] | None = None
) -> Weights:
    """Fit a model; the same corpus, options and seed give the same weights.

    Args:
        corpus: the corpus.
        method: a key of `METHODS`.
        options: number of topics, seed, effort.
        prior: for a seeded model, pseudo-occurrences by topic and term.

    Raises:
        UsageError: the method is unknown or not installed, or finds nothing in this corpus.
    """
    kind = METHODS.get(method)
    if kind is None:
        raise UsageError(f"no method {method!r}; there are {', '.join(METHODS)}")
    if kind.seeded and prior is None:
        raise UsageError(f"the method {method!r} needs seeds")
    if options.topics > len(corpus.bags):
        raise UsageError(
            f"{options.topics} topics are more than the {len(corpus.bags)} texts; give fewer by --k"
        )
    with _quiet():
        return kind.fit(corpus, options, prior if kind.seeded else None)


@contextlib.contextmanager
def _quiet() -> Generator[None]:
    """gensim tells of every step that did not converge yet, on standard error where nobody has set up a log."""
    logger = logging.getLogger("gensim")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


class MethodLine(Record, frozen=True):
    """A method in a list."""

    method: str
    help: str


def methods() -> list[MethodLine]:
    """All methods with what they are."""
    return [MethodLine(name, kind.help) for name, kind in METHODS.items()]
