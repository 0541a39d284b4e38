"""What to label next: the uncertain, the diverse, or the likeliest by the evidence so far."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from textgov.classify.labels import IntMatrix
from textgov.classify.linear import FloatMatrix
from textgov.errors import UsageError

Strategy = Literal["uncertain", "diverse", "evidence"]
STRATEGIES: tuple[str, ...] = get_args(Strategy)
POOL = 10
"""`diverse` chooses among so many times as many of the most uncertain texts as are asked for."""
MOST = 5_000
"""Texts among which `diverse` chooses while nothing is labelled."""
DIMENSIONS = 50
FLOOR = 0.5
"""Balanced classes: this is where a decision turns."""


def term_matrix(texts: Sequence[str]) -> Any:
    """TF-IDF of words and pairs of words: what ranking learns from, computed once for a pool."""
    smallest = 2 if len(texts) > 200 else 1
    return TfidfVectorizer(
        sublinear_tf=True, ngram_range=(1, 2), min_df=smallest, dtype=np.float32
    ).fit_transform(texts)


def learn_pool(matrix: Any, targets: IntMatrix, seed: int = 0) -> FloatMatrix:
    """Probabilities of each label for all texts of a pool, learnt from those that are labelled.

    Logistic regression with balanced classes: quick, and good at ordering. A label of which only one class was met
    has the probability 0.5 throughout.

    Args:
        matrix: features of all texts.
        targets: (texts, labels) of 0 and 1, -1 in the rows of texts that are not labelled.
        seed: of the model.
    """
    known = np.flatnonzero((targets >= 0).all(axis=1))
    probabilities = np.full(targets.shape, FLOOR)
    for label in range(targets.shape[1]):
        target = targets[known, label]
        if len(np.unique(target)) == 2:
            model = LogisticRegression(
                C=4.0, class_weight="balanced", solver="liblinear", random_state=seed
            ).fit(matrix[known], target)
            probabilities[:, label] = model.predict_proba(matrix)[:, 1]
    return probabilities


def propose(
    matrix: Any,
    targets: IntMatrix,
    count: int,
    strategy: Strategy = "uncertain",
    *,
    seed: int = 0,
    evidence: NDArray[np.float64] | None = None,
) -> NDArray[np.int_]:
    """Places of the texts to label next, best first; at random among equals.

    `uncertain` takes those whose labels are least sure (entropy), `diverse` takes of those the middles of clusters,
    `evidence` the likeliest to carry a label: the order for screening, of which the
    stopping rule speaks. While nothing is labelled, `evidence` goes by the evidence given, and the others spread
    over the pool.

    Args:
        matrix: features of all texts, rows of length 1.
        targets: (texts, labels) of 0 and 1, -1 in the rows of texts that are not labelled.
        count: how many; fewer if fewer are left.
        strategy: how to choose.
        seed: of the choice among equals.
        evidence: what is known of each text without labels, such as how many spans are coded in it.

    Raises:
        UsageError: the strategy is not known.
    """
    if strategy not in STRATEGIES:
        raise UsageError(f"no strategy {strategy!r}; there are {', '.join(STRATEGIES)}")
    done = np.asarray((targets >= 0).all(axis=1))
    open_places = np.flatnonzero(~done)
    if not len(open_places) or count < 1:
        return np.zeros(0, dtype=int)
    ties = np.random.default_rng(seed).random(len(done))
    hints = np.zeros(len(done)) if evidence is None else np.asarray(evidence, dtype=float)
    probabilities = learn_pool(matrix, targets, seed)
    if strategy == "evidence":
        # Where no label can be told from another yet, what is known without labels decides.
        order = np.lexsort((ties, -hints, -np.round(probabilities.max(axis=1), 6)))
        return np.asarray(order[~done[order]][:count])
    clipped = np.clip(probabilities, 1e-9, 1 - 1e-9)
    doubt = -(clipped * np.log(clipped) + (1 - clipped) * np.log(1 - clipped)).mean(axis=1)
    order = np.lexsort((ties, -np.round(doubt, 9)))
    ranked = np.asarray(order[~done[order]])
    if strategy == "uncertain" and done.any():
        return ranked[:count]
    candidates = ranked[: POOL * count] if done.any() else ranked[:MOST]
    return _spread(matrix, candidates, count, seed)


def _spread(matrix: Any, candidates: NDArray[np.int_], count: int, seed: int) -> NDArray[np.int_]:
    """The middle text of each of so many clusters: unlike each other, and each like many others (Xu et al. 2003)."""
    if len(candidates) <= count:
        return candidates
    part = matrix[candidates]
    size = min(DIMENSIONS, part.shape[1] - 1, len(candidates) - 1)
    if size > 1:
        part = TruncatedSVD(size, random_state=seed).fit_transform(part)
    with warnings.catch_warnings():
        # Fewer different texts than clusters: ranks make up for that.
        warnings.simplefilter("ignore", ConvergenceWarning)
        clusters = KMeans(count, n_init=1, max_iter=50, random_state=seed).fit(part)
    distance = clusters.transform(part)[np.arange(len(candidates)), clusters.labels_]
    # The best of each cluster first, then the second best, where equal texts left clusters empty.
    order = np.lexsort((np.arange(len(candidates)), distance))
    rank = np.empty(len(candidates), dtype=int)
    met: dict[int, int] = {}
    for place in order:
        cluster = int(clusters.labels_[place])
        rank[place] = met[cluster] = met.get(cluster, -1) + 1
    chosen = np.lexsort((np.arange(len(candidates)), rank))[:count]
    return np.asarray(candidates[np.sort(chosen)])
