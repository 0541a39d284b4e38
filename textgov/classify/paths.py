"""The classifier of the paths: from a coded passage to a probability and a stance for each path.

One linear score a path over evidence and terms, so that each tag can be taken apart into what moved it; and a logistic
calibration of all scores together, because paths attract and exclude each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from textgov.classify.evidence import GOVERNANCE_LAYERS, Coded
from textgov.classify.features import PathFeatures, Weights
from textgov.classify.folds import grouped_folds
from textgov.classify.linear import LabelScores, ScoreCalibrator
from textgov.classify.persistence import ModelMeta, load_model, save_model
from textgov.classify.stance import PathCodes, StanceModel
from textgov.codebook.loader import Codebook
from textgov.documents import Annotation

KIND = "paths"
PATH_LAYER = "path"
SHIPPED = "paths-gereffi-lee"
GIVEN = 0.5
"""A path is given from this score on."""

SHORT = 40
"""Words; the passages that are learnt from have 25 to 260."""

_DIGITS = 4
_ALMOST = 1e-6
FloatMatrix = NDArray[np.float64]


@dataclass(frozen=True)
class PathOptions:
    """How the classifier is trained.

    Attributes:
        strength: inverse strength of the regularisation of the scores.
        weights: of evidence, of words, and of words with codes in place of mentions.
        stance_strength: inverse strength of the regularisation of the stance.
        folds: by which calibration and thresholds are learnt; of groups that are never divided.
        seed: of folds and models.
    """

    strength: float = 0.1
    weights: Weights = (0.1, 1.0, 2.0)
    stance_strength: float = 1.0
    folds: int = 5
    seed: int = 0


@dataclass(frozen=True)
class PathTags:
    """What is said of a passage: a score for each path, a stance for each that is given, and which are unsure."""

    scores: dict[str, float]
    stance: dict[str, str]
    unsure: tuple[str, ...] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """Paths whose score is 0.5 or more."""
        return tuple(path for path, score in self.scores.items() if score >= GIVEN)


@dataclass(frozen=True)
class Head:
    """From columns to scores between 0 and 1.

    Attributes:
        scores: from columns to linear scores.
        calibrator: from linear scores to probabilities.
        offsets: by how much the log-odds of each path are raised, so that it is given from 0.5 on.
    """

    scores: LabelScores
    calibrator: ScoreCalibrator
    offsets: tuple[float, ...]

    def transform(self, columns: Any) -> FloatMatrix:
        """Scores between 0 and 1, a row a text and a column a path."""
        return shifted(self.calibrator.predict_proba(self.scores.transform(columns)), self.offsets)


@dataclass(frozen=True)
class PathModel:
    """A trained classifier of paths.

    Attributes:
        labels: ids of the paths.
        features: from coded texts to columns.
        passages: learnt from passages.
        sentences: learnt from passages and their sentences, for texts of fewer than 40 words.
        bands: for each path the scores between which the model is unsure.
        stance: of the paths that are given.
        meta: of a model that was saved.
    """

    labels: tuple[str, ...]
    features: PathFeatures
    passages: Head
    sentences: Head
    bands: tuple[tuple[float, float], ...]
    stance: StanceModel
    meta: ModelMeta | None = field(default=None, compare=False)

    def matrix(self, texts: Sequence[Coded]) -> FloatMatrix:
        """Scores between 0 and 1, a row a text and a column a path."""
        scores = np.zeros((len(texts), len(self.labels)))
        if texts:
            columns = self.features.transform(texts)
            short = np.array([is_short(coded) for coded in texts])
            for head, rows in ((self.passages, ~short), (self.sentences, short)):
                if rows.any():
                    scores[rows] = head.transform(columns[rows])
        return scores

    def head(self, coded: Coded) -> Head:
        """By which part of the model a text is scored."""
        return self.sentences if is_short(coded) else self.passages

    def tags(self, texts: Sequence[Coded]) -> list[PathTags]:
        """Scores, stances and doubts of coded texts, in order."""
        rows = np.round(self.matrix(texts), _DIGITS)
        asked = [
            (coded, path)
            for coded, row in zip(texts, rows, strict=True)
            for path, score in zip(self.labels, row, strict=True)
            if score >= GIVEN
        ]
        stances = iter(self.stance.predict(asked))
        return [self._tags(row, stances) for row in rows]

    def _tags(self, row: FloatMatrix, stances: Any) -> PathTags:
        scores = {path: float(score) for path, score in zip(self.labels, row, strict=True)}
        stance = {path: next(stances) for path, score in scores.items() if score >= GIVEN}
        unsure = tuple(path for path, score in scores.items() if self.is_unsure(path, score))
        return PathTags(scores, stance, unsure)

    def is_unsure(self, path: str, score: float) -> bool:
        """Whether a score of a path conforms to passages that have it and to passages that have not, or to neither."""
        low, high = self.bands[self.labels.index(path)]
        return low < score < high

    def applied(self, texts: Sequence[str], annotations: Sequence[Annotation]) -> list[Annotation]:
        """The annotations with `paths` and `stance` filled in."""
        coded = [Coded(text, annotation) for text, annotation in zip(texts, annotations, strict=True)]
        return [
            msgspec.structs.replace(one.annotation, paths=tags.scores, stance=tags.stance)
            for one, tags in zip(coded, self.tags(coded), strict=True)
        ]

    @cached_property
    def version(self) -> str:
        """Name and content of the model, as codings carry it."""
        return f"{self.meta.name} {self.meta.seal[:12]}" if self.meta else "paths, not saved"

    def save(self, folder: Path, codebook: Codebook, details: Mapping[str, Any], seed: int) -> ModelMeta:
        """Write the model; the same training gives the same bytes.

        Raises:
            TextgovError: the folder cannot be written.
        """
        kept = {
            "weights": list(self.features.weights),
            "offsets": {"passages": list(self.passages.offsets), "sentences": list(self.sentences.offsets)},
            "bands": [list(band) for band in self.bands],
            "codes": {path: list(codes) for path, codes in self.stance.codes.items()},
        }
        meta = ModelMeta(
            name=folder.name,
            kind=KIND,
            labels=self.labels,
            codebook=codebook.header.id,
            codebook_hash=codes_hash(codebook),
            seed=seed,
            details={**kept, **details},
        )
        parts: dict[str, Any] = {}
        for name, head in (("passages", self.passages), ("sentences", self.sentences)):
            parts |= {f"{name}-scores": head.scores, f"{name}-calibrator": head.calibrator}
        return save_model(folder, meta, {**self.features.estimators(), **parts, **self.stance.estimators()})


TRUSTED = (
    "textgov.classify.evidence.EvidenceVectorizer",
    "textgov.classify.linear.LabelScores",
    "textgov.classify.linear.ScoreCalibrator",
)
"""Types in the files of this kind of model, beside those of all models."""


def load_paths(folder: Traversable, codebook: Codebook) -> PathModel:
    """A saved classifier of paths, for a codebook.

    Raises:
        TextgovError: it is missing, altered, of a newer version, of another kind or of a codebook with other codes.
    """
    meta, parts = load_model(folder, codebook_hash=codes_hash(codebook), trusted=TRUSTED)
    details = meta.details
    passages, sentences = (
        Head(parts[f"{name}-scores"], parts[f"{name}-calibrator"], tuple(details["offsets"][name]))
        for name in ("passages", "sentences")
    )
    return PathModel(
        meta.labels,
        PathFeatures.of(parts, tuple(details["weights"])),
        passages,
        sentences,
        tuple((low, high) for low, high in details["bands"]),
        StanceModel.of(parts, {path: tuple(codes) for path, codes in details["codes"].items()}),
        meta,
    )


def codes_hash(codebook: Codebook) -> str:
    """Identifies what a classifier of paths depends on in a codebook: the codes, not the words that find them."""
    layers = sorted({*GOVERNANCE_LAYERS, PATH_LAYER})
    codes = {layer: list(codebook.codes.get(layer, {})) for layer in layers}
    return hashlib.sha256(json.dumps([codebook.header.id, codes]).encode()).hexdigest()[:16]


def path_codes(codebook: Codebook) -> PathCodes:
    """Codes of the mechanisms and actors of each path."""
    paths = codebook.codes.get(PATH_LAYER, {})
    return {path: (*code.mechanisms, *code.actors) for path, code in paths.items()}


def is_short(coded: Coded) -> bool:
    """Whether a text is a sentence or two rather than a passage."""
    return len(coded.text.split()) < SHORT


def shifted(probabilities: FloatMatrix, offsets: Sequence[float]) -> FloatMatrix:
    """Probabilities whose log-odds are raised by an offset a column."""
    inside = np.clip(probabilities, _ALMOST, 1 - _ALMOST)
    return np.asarray(expit(logit(inside) + np.asarray(offsets)))


def held_out_scores(
    columns: Any, targets: NDArray[np.int8], groups: Sequence[str], options: PathOptions
) -> FloatMatrix:
    """Linear scores given to each text by a model that saw nothing of its group."""
    scores = np.zeros(targets.shape)
    for train, test in grouped_folds(targets, groups, options.folds, options.seed):
        model = LabelScores(options.strength, options.seed).fit(columns[train], targets[train])
        scores[test] = model.transform(columns[test])
    return scores
