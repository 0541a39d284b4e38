"""How topics and codes go together: which topic stands for which code, and how well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_mutual_info_score, cohen_kappa_score, roc_auc_score

from textgov.documents import Record
from textgov.topics.stability import best_matching

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
NONE = "none"
FEWEST = 5
"""Texts that a code must have, and lack, to be compared."""


class CodeAgreement(Record, frozen=True):
    """How well a topic stands for a code.

    Attributes:
        code: the code.
        topic: number of the topic that is matched with it, or None.
        texts: texts with the code.
        kappa: Cohen's kappa of "has the code" and "has more of the topic than the mean text".
        auc: probability that a text with the code has more of the topic than one without, 0 to 1.
    """

    code: str
    topic: int | None
    texts: int
    kappa: float
    auc: float


class Agreement(Record, frozen=True):
    """How well topics and codes agree over the same texts.

    Attributes:
        codes: each code with the topic matched with it.
        kappa: mean over codes; a code without a topic counts as 0.
        auc: mean over codes; a code without a topic counts as one half.
        ami: adjusted mutual information of the foremost topic and the code, over texts of at most one code.
        single: number of those texts.
        matrix: for each topic and code, correlation of the topic's weight and the code's presence.
        order: codes in the order of the matrix' columns.
    """

    codes: tuple[CodeAgreement, ...]
    kappa: float
    auc: float
    ami: float
    single: int
    matrix: tuple[tuple[float, ...], ...]
    order: tuple[str, ...]


def presence(
    codes: Sequence[Mapping[str, object]] | Sequence[Sequence[str]], order: Sequence[str]
) -> BoolArray:
    """Texts by codes: which text has which code."""
    has = np.array([[code in found for code in order] for found in codes], dtype=np.bool_)
    return has.reshape(len(codes), len(order))


def correlations(weights: FloatArray, has: BoolArray) -> FloatArray:
    """Pearson correlation of each topic's weight and each code's presence; 0 where one of them never varies."""
    topics = weights - weights.mean(axis=0)
    codes = has - has.mean(axis=0)
    scale = np.outer(np.linalg.norm(topics, axis=0), np.linalg.norm(codes, axis=0))
    table: FloatArray = np.divide(topics.T @ codes, scale, out=np.zeros_like(scale), where=scale > 0)
    return table


def tagged(weights: FloatArray, means: FloatArray) -> BoolArray:
    """Which text has which topic: more of it than the mean text of the corpus that the model was fitted to."""
    found: BoolArray = weights > means
    return found


def agreement(
    weights: FloatArray,
    means: FloatArray,
    has: BoolArray,
    order: Sequence[str],
    given: Mapping[str, int] | None = None,
) -> Agreement:
    """Compare topics with codes.

    Args:
        weights: texts by topics.
        means: mean weight of each topic in the corpus that the model was fitted to.
        has: texts by codes.
        order: the codes.
        given: topic of each code where the model is seeded; otherwise the best matching by kappa is taken.
    """
    counts = has.sum(axis=0)
    usable = [n for n, count in enumerate(counts) if FEWEST <= count <= len(has) - FEWEST]
    positive = tagged(weights, means)
    kappas = np.array([[_kappa(has[:, n], positive[:, t]) for n in usable] for t in range(weights.shape[1])])
    kappas = kappas.reshape(weights.shape[1], len(usable))
    if given is None:
        topic_of = {usable[column]: row for row, column in best_matching(kappas)} if usable else {}
    else:
        topic_of = {n: given[order[n]] for n in usable if order[n] in given}
    rows = []
    for column, n in enumerate(usable):
        topic = topic_of.get(n)
        kappa = 0.0 if topic is None else float(kappas[topic, column])
        auc = 0.5 if topic is None else float(roc_auc_score(has[:, n], weights[:, topic]))
        rows.append(CodeAgreement(order[n], topic, int(counts[n]), kappa, auc))
    single = has.sum(axis=1) <= 1
    labels = np.array([*order, NONE])[np.where(has.any(axis=1), has.argmax(axis=1), len(order))]
    nan = float("nan")
    return Agreement(
        tuple(rows),
        float(np.mean([row.kappa for row in rows])) if rows else nan,
        float(np.mean([row.auc for row in rows])) if rows else nan,
        float(adjusted_mutual_info_score(labels[single], weights[single].argmax(axis=1)))
        if single.any()
        else nan,
        int(single.sum()),
        tuple(tuple(map(float, row)) for row in correlations(weights, has)),
        tuple(order),
    )


def _kappa(one: BoolArray, other: BoolArray) -> float:
    # Two constant ratings agree by chance alone, and their kappa is not defined.
    if len(np.unique(np.concatenate([one, other]))) < 2:
        return 0.0
    return float(cohen_kappa_score(one, other))
