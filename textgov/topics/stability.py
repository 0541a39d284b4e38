"""Whether other seeds find the same topics: models are matched topic by topic, then compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from textgov.documents import Record
from textgov.topics.quality import TOP, top_terms

FloatArray = NDArray[np.float64]
Pairs = list[tuple[int, int]]


class Stability(Record, frozen=True):
    """How alike models of several seeds are.

    Attributes:
        models: number of models.
        terms: mean Jaccard index of the foremost terms of matched topics, over all pairs of models, 0 to 1.
        texts: share of texts whose foremost topics match, over all pairs of models, 0 to 1.
        topics: for each topic of the first model, mean Jaccard index with its matches in the others.
    """

    models: int
    terms: float
    texts: float
    topics: tuple[float, ...]


def jaccard(first: Sequence[Sequence[object]], second: Sequence[Sequence[object]]) -> FloatArray:
    """Jaccard index of each topic of one model with each of another, by their foremost terms."""
    table = np.zeros((len(first), len(second)))
    for row, one in enumerate(map(set, first)):
        for column, other in enumerate(map(set, second)):
            union = len(one | other)
            table[row, column] = len(one & other) / union if union else 0.0
    return table


def best_matching(similarity: FloatArray) -> Pairs:
    """The one-to-one matching of rows and columns of greatest total similarity (Kuhn 1955)."""
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def assignment_agreement(first: FloatArray, second: FloatArray, pairs: Pairs) -> float:
    """Share of texts whose foremost topics in two models are matched; texts without topics are left out."""
    known = (first.sum(axis=1) > 0) & (second.sum(axis=1) > 0)
    if not known.any():
        return float("nan")
    partner = np.full(first.shape[1], -1)
    for row, column in pairs:
        partner[row] = column
    return float((partner[first[known].argmax(axis=1)] == second[known].argmax(axis=1)).mean())


def stability(
    distributions: Sequence[FloatArray], assignments: Sequence[FloatArray], count: int = TOP
) -> Stability:
    """Compare models that were fitted to one corpus under several seeds, each with each.

    Args:
        distributions: of each model, topics by terms.
        assignments: of each model, texts by topics.
        count: foremost terms that are compared.
    """
    tops = [top_terms(rows, count) for rows in distributions]
    terms, texts = [], []
    topics: list[list[float]] = [[] for _ in tops[0]]
    for one, other in combinations(range(len(tops)), 2):
        table = jaccard(tops[one], tops[other])
        pairs = best_matching(table)
        # A topic that has no partner because the other model has fewer is as unlike as can be.
        terms.append(sum(table[pair] for pair in pairs) / max(table.shape))
        texts.append(assignment_agreement(assignments[one], assignments[other], pairs))
        if one == 0:
            matched = dict(pairs)
            for topic, found in enumerate(topics):
                found.append(float(table[topic, matched[topic]]) if topic in matched else 0.0)
    nan = float("nan")
    return Stability(
        len(tops),
        float(np.mean(terms)) if terms else nan,
        float(np.mean(texts)) if texts else nan,
        tuple(float(np.mean(found)) if found else nan for found in topics),
    )
