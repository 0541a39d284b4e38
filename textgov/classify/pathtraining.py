"""Training of the classifier of paths: scores, calibration, thresholds and bands of doubt, all from held-out scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.special import logit

from textgov.classify.abstain import doubt_bands
from textgov.classify.evidence import GOVERNANCE_LAYERS, MEANS_LAYER, Coded
from textgov.classify.features import PathFeatures
from textgov.classify.folds import grouped_folds
from textgov.classify.linear import LabelScores, ScoreCalibrator
from textgov.classify.paths import FloatMatrix, Head, PathModel, PathOptions, held_out_scores, shifted
from textgov.classify.stance import PathCodes, StanceModel
from textgov.classify.training import best_threshold
from textgov.documents import Annotation
from textgov.preprocessing.segment import sentences_of

IntMatrix = NDArray[np.int8]
SHORTEST = 40
"""Characters of a sentence that is learnt from."""


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
    head, probabilities = _head(columns, targets, passages.groups, options)
    parts = sentences_with_paths(passages, labels, codes)
    wide = scipy.sparse.vstack([columns, features.transform(parts.texts)], format="csr")
    wide_targets = np.vstack([targets, parts.targets(labels)])
    sentences, _ = _head(wide, wide_targets, (*passages.groups, *parts.groups), options, len(targets))
    return PathModel(
        tuple(labels),
        features,
        head,
        sentences,
        doubt_bands(targets, shifted(probabilities, head.offsets)),
        StanceModel.fit(passages.texts, passages.stances, codes, options.stance_strength),
    )


def _head(
    columns: Any, targets: IntMatrix, groups: Sequence[str], options: PathOptions, first: int = 0
) -> tuple[Head, FloatMatrix]:
    """A head with its held-out probabilities; it is calibrated on the rows from `first` on, if there are any."""
    held_out = held_out_scores(columns, targets, groups, options)
    first = first if first < len(targets) else 0
    own, own_targets, own_groups = held_out[first:], targets[first:], groups[first:]
    probabilities = calibrated_held_out(own, own_targets, own_groups, options)
    scores = LabelScores(options.strength, options.seed).fit(columns, targets)
    calibrator = ScoreCalibrator().fit(own, own_targets)
    return Head(scores, calibrator, given_offsets(own_targets, probabilities)), probabilities


def sentences_with_paths(passages: CodedPassages, labels: Sequence[str], codes: PathCodes) -> CodedPassages:
    """The sentences of passages, as passages.

    A sentence has those paths of its passage of which it holds a means; it is left out where it holds an actor of a
    path and no means, because then nobody can tell. `codes` lists both; a means is told by its layer.
    """
    found: list[tuple[Coded, dict[str, str], str]] = []
    for coded, stance, group in zip(passages.texts, passages.stances, passages.groups, strict=True):
        for start, end in sentences_of(coded.text, 0, len(coded.text)):
            part = _part(coded, start, end)
            held = {path: _speaks(part, codes[path]) for path in labels if path in stance}
            if end - start >= SHORTEST and None not in held.values():
                found.append((part, {path: stance[path] for path, yes in held.items() if yes}, group))
    return CodedPassages(
        tuple(part for part, _, _ in found),
        tuple(stance for _, stance, _ in found),
        tuple(group for _, _, group in found),
    )


def _part(coded: Coded, start: int, end: int) -> Coded:
    inside = [m for m in coded.annotation.mentions if start <= m.start and m.end <= end]
    moved = tuple(
        msgspec.structs.replace(m, start=m.start - start, end=m.end - start, condition=None, group=None)
        for m in inside
    )
    return Coded(coded.text[start:end], Annotation(moved))


def _speaks(part: Coded, codes: Sequence[str]) -> bool | None:
    """Whether a sentence holds a means of a path; None where it holds an actor of it alone."""
    layers = {m.layer for m in part.annotation.mentions if m.layer in GOVERNANCE_LAYERS and m.code in codes}
    if MEANS_LAYER in layers:
        return True
    return None if layers else False


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
