"""How good topics are by themselves: coherence, diversity, exclusivity, and the terms that tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from numpy.typing import NDArray
from scipy.stats import rankdata

FloatArray = NDArray[np.float64]
Measure = Literal["c_v", "c_npmi"]
MEASURES: tuple[Measure, ...] = ("c_npmi", "c_v")
TOP = 10
CANDIDATES = 60
"""Foremost terms among which those are looked for that tell a topic apart."""
BALANCE = 0.5


def top_terms(distributions: FloatArray, count: int = TOP) -> list[list[int]]:
    """Numbers of the foremost terms of each topic, the first first; of equals the first in the vocabulary."""
    return [np.argsort(-row, kind="stable")[:count].tolist() for row in distributions]


def coherence(
    topics: Sequence[Sequence[str]], reference: Sequence[Sequence[str]], measure: Measure
) -> list[float]:
    """How much the foremost terms of each topic go together in a reference corpus (Röder et al. 2015).

    Args:
        topics: terms of each topic; those that the reference does not have are passed over.
        reference: terms of each text.
        measure: `c_npmi`, -1 to 1, or `c_v`, 0 to 1.

    Returns:
        One number a topic; NaN for a topic of which the reference has fewer than two terms.
    """
    dictionary = Dictionary(reference)
    known = [[term for term in topic if term in dictionary.token2id] for topic in topics]
    measured = [number for number, topic in enumerate(known) if len(topic) > 1]
    values = [float("nan")] * len(topics)
    if measured:
        # One model for all topics: the reference is gone through once.
        model = CoherenceModel(
            topics=[known[number] for number in measured],
            texts=reference,
            dictionary=dictionary,
            coherence=measure,
            topn=max(len(topic) for topic in known),
            processes=1,
        )
        with np.errstate(all="ignore"):
            found = model.get_coherence_per_topic()
        for number, value in zip(measured, found, strict=True):
            values[number] = float(value)
    return values


def mean(values: Sequence[float]) -> float:
    """Mean of the numbers among values; NaN if there is none."""
    numbers = [value for value in values if not np.isnan(value)]
    return float(np.mean(numbers)) if numbers else float("nan")


def diversity(distributions: FloatArray, count: int = 25) -> float:
    """Share of different terms among the foremost of all topics, 0 to 1 (Dieng et al. 2020)."""
    terms = [term for topic in top_terms(distributions, count) for term in topic]
    return len(set(terms)) / len(terms)


def exclusivity(distributions: FloatArray, count: int = TOP) -> list[float]:
    """For each topic, how much of its foremost terms is its own: mean share of a term's weight, 0 to 1."""
    share = shares(distributions)
    return [float(share[n, top].mean()) for n, top in enumerate(top_terms(distributions, count))]


def shares(distributions: FloatArray) -> FloatArray:
    """Share that each topic has of each term's weight."""
    sums = distributions.sum(axis=0, keepdims=True)
    found: FloatArray = np.divide(distributions, sums, out=np.zeros_like(distributions), where=sums > 0)
    return found


def telling_terms(distributions: FloatArray, count: int = TOP) -> list[list[int]]:
    """Numbers of the terms that are frequent in a topic and exclusive to it: FREX (Airoldi and Bischof 2016)."""
    share = shares(distributions)
    found = []
    for row, own in zip(distributions, share, strict=True):
        candidates = np.argsort(-row, kind="stable")[:CANDIDATES]
        candidates = candidates[row[candidates] > 0]
        frequent = rankdata(row[candidates]) / len(candidates)
        exclusive = rankdata(own[candidates]) / len(candidates)
        frex = 1 / (BALANCE / exclusive + (1 - BALANCE) / frequent)
        found.append(candidates[np.argsort(-frex, kind="stable")[:count]].tolist())
    return found
