"""Training of the classifier of paths: scores, calibration, thresholds and bands of doubt, all from held-out scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from textgov.classify.abstain import doubt_bands
from textgov.classify.evidence import Coded
from textgov.classify.features import PathFeatures
from textgov.classify.folds import grouped_folds
from textgov.classify.linear import LabelScores, ScoreCalibrator
from textgov.classify.paths import FloatMatrix, PathModel, PathOptions, held_out_scores, shifted
from textgov.classify.stance import PathCodes, StanceModel
from textgov.classify.training import best_threshold

IntMatrix = NDArray[np.int8]


@dataclass(frozen=True)
class CodedPassages:
    """Passages to learn from.

    Attributes:
        texts: with annotations that no model made which was trained on them.
        stances: the stance of each path that a passage has.
        groups: the author of each; folds never divide one.
    """

    texts: tuple[Coded, ...]
    stances: tuple[Mapping[str, str], ...]
    groups: tuple[str, ...]

    def targets(self, labels: Sequence[str]) -> IntMatrix:
        """A row a passage, a column a path: whether it has it."""
        return np.array([[path in stance for path in labels] for stance in self.stances], dtype=np.int8)

    def take(self, places: Sequence[int] | NDArray[np.int_]) -> CodedPassages:
        """Some of the passages."""
        return CodedPassages(
            tuple(self.texts[place] for place in places),
            tuple(self.stances[place] for place in places),
            tuple(self.groups[place] for place in places),
        )


def fit_paths(
    passages: CodedPassages, labels: Sequence[str], codes: PathCodes, options: PathOptions | None = None
) -> PathModel:
    """Train a classifier of paths.

    Args:
        passages: to learn from.
        labels: ids of the paths.
        codes: mechanisms and actors of each path.
        options: how.
    """
    options = options or PathOptions()
    targets = passages.targets(labels)
    features = PathFeatures.fit(passages.texts, options.weights)
    columns = features.transform(passages.texts)
    held_out = held_out_scores(columns, targets, passages.groups, options)
    calibrator = ScoreCalibrator().fit(held_out, targets)
    probabilities = calibrated_held_out(held_out, targets, passages.groups, options)
    offsets = given_offsets(targets, probabilities)
    return PathModel(
        tuple(labels),
        features,
        LabelScores(options.strength, options.seed).fit(columns, targets),
        calibrator,
        offsets,
        doubt_bands(targets, shifted(probabilities, offsets)),
        StanceModel.fit(passages.texts, passages.stances, codes, options.stance_strength),
    )


def calibrated_held_out(
    scores: FloatMatrix, targets: IntMatrix, groups: Sequence[str], options: PathOptions
) -> FloatMatrix:
    """Probabilities of held-out scores by calibrators that saw nothing of their group either."""
    probabilities = np.zeros(targets.shape)
    for train, test in grouped_folds(targets, groups, options.folds, options.seed + 1):
        probabilities[test] = ScoreCalibrator().fit(scores[train], targets[train]).predict_proba(scores[test])
    return probabilities


def given_offsets(targets: IntMatrix, probabilities: FloatMatrix) -> tuple[float, ...]:
    """By how much the log-odds of each path are raised, so that its best threshold (by F1) comes to be 0.5."""
    thresholds = [best_threshold(target, p) for target, p in zip(targets.T, probabilities.T, strict=True)]
    return tuple(round(-float(logit(threshold)), 4) for threshold in thresholds)


def held_out_predictions(
    passages: CodedPassages, labels: Sequence[str], codes: PathCodes, options: PathOptions, seed: int
) -> tuple[FloatMatrix, list[dict[str, str]]]:
    """Scores and stances (of the paths that a passage truly has) by models that never saw its author."""
    targets = passages.targets(labels)
    scores = np.zeros(targets.shape)
    stances: list[dict[str, str]] = [{} for _ in passages.texts]
    for train, test in grouped_folds(targets, passages.groups, options.folds, seed):
        model = fit_paths(passages.take(train), labels, codes, options)
        held: Any = passages.take(test)
        scores[test] = model.matrix(held.texts)
        asked = [(place, path) for place in test for path in sorted(passages.stances[place])]
        answers = model.stance.predict([(passages.texts[place], path) for place, path in asked])
        for (place, path), answer in zip(asked, answers, strict=True):
            stances[place][path] = answer
    return scores, stances
