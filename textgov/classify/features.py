"""The columns that the classifiers of paths read: evidence, and terms of the text with and without its codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

from textgov.classify.evidence import Coded, EvidenceVectorizer, evidence
from textgov.classify.terms import TermVectorizer
from textgov.classify.texts import joined, masked, plain

TOKEN_PATTERN = r"\S+"
LONGEST_TERM = 2
FEWEST = 3


Weights = tuple[float, float, float]


@dataclass(frozen=True)
class PathFeatures:
    """Fitted vectorizers, and how much each weighs.

    Attributes:
        evidence: of names of evidence.
        terms: of words as they stand.
        masked: of words with codes in place of mentions.
        weights: factors of the three, in this order. Rows of terms have length 1, those of evidence are much longer.
    """

    evidence: EvidenceVectorizer
    terms: TermVectorizer
    masked: TermVectorizer
    weights: Weights

    @classmethod
    def fit(cls, texts: Sequence[Coded], weights: Weights) -> PathFeatures:
        """Learn the names and terms that occur in at least three texts."""
        options = {
            "token_pattern": TOKEN_PATTERN,
            "min_df": FEWEST,
            "sublinear_tf": True,
            "dtype": np.float32,
        }
        terms = TermVectorizer(ngram_range=(1, LONGEST_TERM), **options)
        coded_terms = TermVectorizer(ngram_range=(1, LONGEST_TERM), **options)
        return cls(
            EvidenceVectorizer(FEWEST).fit([evidence(coded) for coded in texts]),
            terms.fit([joined(plain(coded)) for coded in texts]),
            coded_terms.fit([joined(masked(coded)) for coded in texts]),
            weights,
        )

    def transform(self, texts: Sequence[Coded]) -> sparse.csr_matrix:
        """A row a text: evidence, terms, terms with codes."""
        blocks = [
            self.evidence.transform([evidence(coded) for coded in texts]),
            self.terms.transform([joined(plain(coded)) for coded in texts]),
            self.masked.transform([joined(masked(coded)) for coded in texts]),
        ]
        weighed = [block * weight for block, weight in zip(blocks, self.weights, strict=True)]
        return sparse.hstack(weighed, format="csr", dtype=np.float64)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of columns of the three blocks, in their order."""
        return (
            len(self.evidence.feature_names_),
            len(self.terms.vocabulary_),
            len(self.masked.vocabulary_),
        )

    def estimators(self) -> dict[str, BaseEstimator]:
        """The parts that are saved, by name."""
        return {"evidence": self.evidence, "terms": self.terms, "masked": self.masked}

    @classmethod
    def of(cls, estimators: dict[str, Any], weights: Weights) -> PathFeatures:
        """The features whose parts were saved."""
        return cls(estimators["evidence"], estimators["terms"], estimators["masked"], weights)
