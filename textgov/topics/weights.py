"""What all kinds of topic models come down to: weights of terms in topics, and how texts are assigned by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from gensim.models import LdaModel
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls
from scipy.sparse import csr_matrix
from scipy.special import psi
from sklearn.preprocessing import normalize

from textgov.topics.corpus import Bag

FloatArray = NDArray[np.float64]
Kind = Literal["dirichlet", "factors"]
RIDGE = 1e-9
"""Keeps the factors' Gram matrix positive definite where two topics are all but equal."""


@dataclass(frozen=True)
class FitOptions:
    """How much of what.

    Attributes:
        topics: number of topics; the most for HDP, those of each member for an ensemble.
        seed: of all random draws.
        passes: over the corpus; for Gibbs sampling, tens of iterations.
        alpha: prior pseudo-occurrences of each topic in a text. Passages that speak of several things need about 1.
        eta: prior pseudo-occurrences of each term in a topic.
        members: models of an ensemble.
    """

    topics: int = 12
    seed: int = 1
    passes: int = 20
    alpha: float = 1.0
    eta: float = 0.02
    members: int = 6


@dataclass(frozen=True)
class Weights:
    """A fitted model, whatever fitted it.

    Attributes:
        kind: `dirichlet` for LDA and its kin, `factors` for NMF.
        components: topics by terms; pseudo-occurrences with their prior, or factors; none negative.
        alpha: prior of each topic in a text; of factor models unused.
        idf: weight of each term in a text; of Dirichlet models unused.
        learned: of Dirichlet models, occurrences without the prior.
    """

    kind: Kind
    components: FloatArray
    alpha: FloatArray
    idf: FloatArray
    learned: FloatArray | None = None

    @property
    def distributions(self) -> FloatArray:
        """Topics by terms, rows summing to 1."""
        sums = self.components.sum(axis=1, keepdims=True)
        rows: FloatArray = np.divide(
            self.components, sums, out=np.zeros_like(self.components), where=sums > 0
        )
        return rows


def assign(weights: Weights, bags: Sequence[Bag]) -> FloatArray:
    """Texts by topics, rows summing to 1; a text without known terms has a row of zeros.

    Each text is assigned by itself, so that it does not matter with which others it comes.
    """
    if weights.kind == "dirichlet":
        return _infer(weights, bags)
    return _project(weights, bags)


def _infer(weights: Weights, bags: Sequence[Bag]) -> FloatArray:
    model = inference_model(weights)
    rows = np.zeros((len(bags), len(weights.alpha)))
    for number, bag in enumerate(bags):
        if bag:
            # The model begins at a random point: the same one for each text.
            model.random_state = np.random.RandomState(0)
            gamma, _ = model.inference([bag])
            rows[number] = gamma[0] / gamma[0].sum()
    return rows


def inference_model(weights: Weights) -> Any:
    """A gensim LdaModel with these weights, for inference alone."""
    topics, terms = weights.components.shape
    model = LdaModel(
        num_topics=topics,
        id2word={number: str(number) for number in range(terms)},
        alpha=weights.alpha,
        iterations=500,
        gamma_threshold=1e-5,
        dtype=np.float64,
        random_state=0,
    )
    expected = psi(weights.components) - psi(weights.components.sum(axis=1, keepdims=True))
    model.expElogbeta[:] = np.exp(expected)
    return model


def tf_idf(counts: csr_matrix, idf: FloatArray) -> csr_matrix:
    """Counts weighted by the rarity of their terms, each text of length 1."""
    weighted: csr_matrix = normalize(counts.multiply(idf).tocsr())
    return weighted


def _project(weights: Weights, bags: Sequence[Bag]) -> FloatArray:
    """Non-negative least squares on the factors, through their Gram matrix: small, exact and convex."""
    factors = weights.components
    topics = len(factors)
    gram = factors @ factors.T
    root = cholesky(gram + RIDGE * np.trace(gram) / topics * np.eye(topics))
    rows = np.zeros((len(bags), topics))
    for number, bag in enumerate(bags):
        if bag:
            terms, counts = np.array(bag).T
            values = counts * weights.idf[terms]
            wanted = solve_triangular(root, factors[:, terms] @ (values / np.linalg.norm(values)), trans="T")
            found, _ = nnls(root, wanted)
            if found.sum() > 0:
                rows[number] = found / found.sum()
    return rows
