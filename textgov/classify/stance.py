"""Whether a passage says that a path works, fails, does both, or only that it is so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from textgov.classify.evidence import GOVERNANCE_LAYERS, RESULT_LAYERS, Coded, EvidenceVectorizer
from textgov.classify.features import FEWEST, LONGEST_TERM, TOKEN_PATTERN
from textgov.classify.terms import TermVectorizer
from textgov.classify.texts import joined, masked
from textgov.preprocessing.segment import sentences_of

PathCodes = Mapping[str, Sequence[str]]
"""Codes of the mechanisms and actors of each path, as the codebook lists them."""

FOCUS_WEIGHT = 1.0


def focus(coded: Coded, codes: Sequence[str]) -> list[tuple[int, int]]:
    """Ranges of the sentences in which a path's means or actors stand; all sentences where none does."""
    sentences = sentences_of(coded.text, 0, len(coded.text))
    starts = [start for start, _ in sentences]
    wanted = set(codes)
    held = {
        bisect_right(starts, m.start) - 1
        for m in coded.annotation.mentions
        if m.layer in GOVERNANCE_LAYERS and m.code in wanted
    }
    return [span for place, span in enumerate(sentences) if place in held] or sentences


def stance_evidence(coded: Coded, path: str, codes: Sequence[str]) -> dict[str, float]:
    """What the path's sentences say of what came of it, by name."""
    spans = focus(coded, codes)
    found = {f"path:{path}": 1.0}
    for mention in coded.annotation.mentions:
        near = any(start <= mention.start < end for start, end in spans)
        if mention.layer in RESULT_LAYERS and mention.direction:
            found[f"{'near' if near else 'far'}:{mention.direction}"] = 1.0
        if near and mention.layer in GOVERNANCE_LAYERS and mention.code in codes:
            found[f"status:{mention.status}"] = 1.0
    return found


@dataclass(frozen=True)
class StanceModel:
    """A multinomial logistic regression over the words near a path's codes and those of the whole passage."""

    evidence: EvidenceVectorizer
    terms: TermVectorizer
    model: LogisticRegression
    codes: PathCodes

    @classmethod
    def fit(
        cls, texts: Sequence[Coded], stances: Sequence[Mapping[str, str]], codes: PathCodes, strength: float
    ) -> StanceModel:
        """Learn from passages and the stance of each path that they have."""
        terms = TermVectorizer(
            token_pattern=TOKEN_PATTERN,
            min_df=FEWEST,
            sublinear_tf=True,
            dtype=np.float32,
            ngram_range=(1, LONGEST_TERM),
        )
        terms.fit([joined(masked(coded)) for coded in texts])
        asked = [
            (coded, path) for coded, stance in zip(texts, stances, strict=True) for path in sorted(stance)
        ]
        answers = [stance[path] for stance in stances for path in sorted(stance)]
        vectorizer = EvidenceVectorizer(FEWEST)
        vectorizer.fit([stance_evidence(coded, path, codes[path]) for coded, path in asked])
        blank = cls(vectorizer, terms, LogisticRegression(), codes)
        model = LogisticRegression(C=strength, max_iter=3000)
        return cls(vectorizer, terms, model.fit(blank.matrix(asked), answers), codes)

    def matrix(self, asked: Sequence[tuple[Coded, str]]) -> sparse.csr_matrix:
        """A row for each passage and path."""
        whole = {id(coded): masked(coded) for coded, _ in asked}
        near = []
        for coded, path in asked:
            spans = focus(coded, self.codes[path])
            inside = [t for t in whole[id(coded)] if any(a <= t.start < b for a, b in spans)]
            near.append(joined(inside))
        rows = [stance_evidence(coded, path, self.codes[path]) for coded, path in asked]
        blocks = [
            self.evidence.transform(rows),
            self.terms.transform(near) * FOCUS_WEIGHT,
            self.terms.transform([joined(whole[id(coded)]) for coded, _ in asked]),
        ]
        return sparse.hstack(blocks, format="csr", dtype=np.float64)

    def predict(self, asked: Sequence[tuple[Coded, str]]) -> list[str]:
        """The likeliest stance of each passage to a path."""
        return [str(stance) for stance in self.model.predict(self.matrix(asked))] if asked else []

    def estimators(self) -> dict[str, BaseEstimator]:
        """The parts that are saved, by name."""
        return {"stance-evidence": self.evidence, "stance-terms": self.terms, "stance": self.model}

    @classmethod
    def of(cls, estimators: dict[str, Any], codes: PathCodes) -> StanceModel:
        """The model whose parts were saved."""
        return cls(estimators["stance-evidence"], estimators["stance-terms"], estimators["stance"], codes)
