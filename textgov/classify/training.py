"""Learns labels from labelled texts: features, linear scores, calibrated probabilities, thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from sklearn.pipeline import make_pipeline

from textgov.classify.embeddings import SentenceEmbedder, available
from textgov.classify.folds import Fold, grouped_folds
from textgov.classify.labels import IntMatrix, Kind, Labelled
from textgov.classify.linear import FloatMatrix, LabelScores, ScoreCalibrator
from textgov.classify.terms import TermVectorizer
from textgov.errors import UsageError

Progress = Callable[[int, int, str], None]
REACH = 2
"""So many texts before and after a text of the same group are looked at."""
STRENGTHS = (0.1, 0.5)
CALIBRATIONS = (0.03, 0.1, 0.3, 1.0)
SMALL = 100
"""With fewer texts, terms that occur once are kept as well."""
WORTH = 0.005
"""Neighbours are used if they lower the log loss of held-out texts by this share at least."""
SHARPNESS = 50.0
"""How much a threshold weighs by its F1: of two that differ by 0.02, one counts 2.7 times as much as the other."""
_GRID = np.round(np.arange(0.04, 0.97, 0.01), 2)


@dataclass(frozen=True)
class TrainingOptions:
    """How to train.

    Attributes:
        seed: of folds and models.
        inner: folds by which strength, neighbours and thresholds are chosen.
        strengths: inverse strengths of regularisation to try.
        embeddings: whether sentence embeddings are features; None for where the extra is installed.
        neighbours: whether texts before and after are looked at; None to find out.
        weight: of embeddings beside terms.
    """

    seed: int = 0
    inner: int = 4
    strengths: tuple[float, ...] = STRENGTHS
    embeddings: bool | None = None
    neighbours: bool | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Features:
    """Terms of words and of characters, sentence embeddings, and columns that the caller adds."""

    words: TermVectorizer
    characters: TermVectorizer
    embedder: SentenceEmbedder | None
    weight: float = 1.0

    def transform(self, texts: Sequence[str], extra: Any = None) -> Any:
        """A sparse matrix, a row a text."""
        parts = [self.words.transform(texts), self.characters.transform(texts)]
        if self.embedder is not None:
            parts.append(scipy.sparse.csr_matrix(self.embedder.transform(texts) * self.weight))
        if extra is not None:
            parts.append(scipy.sparse.csr_matrix(extra))
        return scipy.sparse.hstack(parts, format="csr", dtype=np.float32)

    def names(self) -> list[str]:
        """What each column of terms stands for; embeddings have no names."""
        return [
            *self.words.get_feature_names_out().tolist(),
            *(f"~{term}~" for term in self.characters.get_feature_names_out().tolist()),
        ]


@dataclass(frozen=True)
class LabelModel:
    """A trained model.

    Attributes:
        labels: names of the labels.
        kind: whether each text has one label, or any number.
        features: from texts to columns.
        scores: from columns to scores.
        alone: from the scores of a text to probabilities.
        among: from the scores of a text and its neighbours to probabilities; None if they do not help.
        thresholds: a label is given from this probability on; unused where each text has one label.
        choices: what was chosen in training, and the scores by which.
    """

    labels: tuple[str, ...]
    kind: Kind
    features: Features
    scores: LabelScores
    alone: ScoreCalibrator
    among: ScoreCalibrator | None
    thresholds: tuple[float, ...]
    choices: dict[str, Any] = field(default_factory=dict)

    def predict(
        self, texts: Sequence[str], groups: Sequence[str] | None = None, extra: Any = None
    ) -> FloatMatrix:
        """Probabilities, a row a text and a column a label.

        Args:
            texts: the texts; those of one group in their order.
            groups: the document or so that each text stands in; None if they have nothing to do with each other.
            extra: further columns, as in training.
        """
        if not len(texts):
            return np.zeros((0, len(self.labels)))
        return self.from_matrix(self.features.transform(texts, extra), groups)

    def from_matrix(self, matrix: Any, groups: Sequence[str] | None) -> FloatMatrix:
        """Probabilities from features that were computed before."""
        scores = self.scores.transform(matrix)
        if groups is None or self.among is None:
            return _spread(self.alone, scores, self.kind, len(self.labels))
        return _spread(self.among, with_neighbours(scores, groups), self.kind, len(self.labels))

    def decide(self, probabilities: FloatMatrix) -> IntMatrix:
        """0 and 1 for each label: those over their threshold, or the likeliest one."""
        if self.kind == "multiclass":
            return likeliest(probabilities)
        return (probabilities >= np.array(self.thresholds)).astype(np.int8)

    def telling(self, label: int, count: int = 12) -> list[tuple[str, float]]:
        """The terms that speak most for a label, with their weights."""
        names = self.features.names()
        weights = self.scores.coef_[label][: len(names)]
        return [
            (names[place], float(weights[place])) for place in np.argsort(-weights, kind="stable")[:count]
        ]


def likeliest(probabilities: FloatMatrix) -> IntMatrix:
    """1 for the likeliest label of each row."""
    return np.asarray(np.eye(probabilities.shape[1], dtype=np.int8)[probabilities.argmax(axis=1)])


def with_neighbours(scores: FloatMatrix, groups: Sequence[str], reach: int = REACH) -> FloatMatrix:
    """Scores of each row with those of rows before and after in its group, and whether there are any.

    Rows of a group need not stand side by side; their order counts.
    """
    numbers = np.unique(np.asarray(groups), return_inverse=True)[1]
    order = np.argsort(numbers, kind="stable")
    ordered, sorted_groups = scores[order], numbers[order]
    blocks = [ordered]
    for step in (*range(-reach, 0), *range(1, reach + 1)):
        beside = np.zeros((len(scores), scores.shape[1] + 1))
        places = np.arange(len(scores)) + step
        inside = (places >= 0) & (places < len(scores))
        inside[inside] &= sorted_groups[places[inside]] == sorted_groups[inside]
        beside[inside, :-1] = ordered[places[inside]]
        beside[inside, -1] = 1
        blocks.append(beside)
    result = np.empty((len(scores), sum(block.shape[1] for block in blocks)))
    result[order] = np.hstack(blocks)
    return result


def fit_features(texts: Sequence[str], options: TrainingOptions) -> Features:
    """The vocabulary of some texts; labels are not looked at.

    Raises:
        UsageError: there are no words in the texts.
    """
    few = len(texts) < SMALL
    words = TermVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=1 if few else 2, dtype=np.float32)
    characters = TermVectorizer(
        sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), min_df=1 if few else 3, dtype=np.float32
    )
    try:
        words.fit(texts)
        characters.fit(texts)
    except ValueError as error:
        raise UsageError(
            f"the texts hold no words to learn from ({error}); check the column of texts"
        ) from error
    wanted = available() if options.embeddings is None else options.embeddings
    return Features(words, characters, SentenceEmbedder() if wanted else None, options.weight)


def fit(labelled: Labelled, options: TrainingOptions | None = None, extra: Any = None) -> LabelModel:
    """Train on labelled texts, all of whose rows are labelled; see `textgov.classify.labels.usable`."""
    options = options or TrainingOptions()
    features = fit_features(labelled.texts, options)
    return fit_matrix(labelled, features, features.transform(labelled.texts, extra), options)


def fit_matrix(labelled: Labelled, features: Features, matrix: Any, options: TrainingOptions) -> LabelModel:
    """Train on features that were computed before.

    The regularisation that orders held-out texts best is chosen (mean average precision over labels); its scores of
    held-out texts teach the calibration, and tell whether neighbours help.
    """
    targets = labelled.targets
    folds = grouped_folds(targets, labelled.blocks(), options.inner, options.seed)
    best: tuple[float, float, FloatMatrix] | None = None
    for strength in options.strengths:
        held_out = _held_out_scores(matrix, targets, folds, LabelScores(strength, options.seed))
        quality = mean_precision(targets, held_out)
        if best is None or quality > best[0]:
            best = (quality, strength, held_out)
    assert best is not None
    quality, strength, held_out = best
    alone, loss, probabilities = _calibrated(held_out, labelled, folds)
    choices: dict[str, Any] = {
        "C": strength,
        "mean average precision, held out": round(quality, 4),
        "log loss, held out": round(loss, 4),
    }
    among = None
    if labelled.groups is not None and options.neighbours is not False:
        wide = with_neighbours(held_out, labelled.groups)
        calibrator, wide_loss, wide_probabilities = _calibrated(wide, labelled, folds)
        choices["log loss with neighbours, held out"] = round(wide_loss, 4)
        if options.neighbours or wide_loss < loss * (1 - WORTH):
            among, probabilities = calibrator, wide_probabilities
    choices["neighbours"] = REACH if among is not None else 0
    return LabelModel(
        labelled.labels,
        labelled.kind,
        features,
        LabelScores(strength, options.seed).fit(matrix, targets),
        alone,
        among,
        tuple(best_threshold(targets[:, k], probabilities[:, k]) for k in range(targets.shape[1])),
        choices,
    )


def mean_precision(targets: IntMatrix, scores: FloatMatrix) -> float:
    """Average precision of each label that occurs, averaged."""
    found = [
        average_precision_score(targets[:, k], scores[:, k])
        for k in range(targets.shape[1])
        if 0 < targets[:, k].sum() < len(targets)
    ]
    return float(np.mean(found)) if found else 0.0


def best_threshold(target: NDArray[np.int8], probability: NDArray[np.float64]) -> float:
    """The threshold of the best F1, averaged over thresholds that are nearly as good: less noisy with few texts."""
    given = probability[None, :] >= _GRID[:, None]
    right = (given & (target == 1)).sum(axis=1)
    f1 = 2 * right / np.maximum(given.sum(axis=1) + target.sum(), 1)
    weights = np.exp((f1 - f1.max()) * SHARPNESS)
    return round(float((_GRID * weights).sum() / weights.sum()), 3)


def _held_out_scores(
    matrix: Any, targets: IntMatrix, folds: Sequence[Fold], estimator: LabelScores
) -> FloatMatrix:
    scores = np.zeros(targets.shape)
    for train, test in folds:
        scores[test] = estimator.fit(matrix[train], targets[train]).transform(matrix[test])
    return scores


def _calibrated(
    scores: FloatMatrix, labelled: Labelled, folds: Sequence[Fold]
) -> tuple[ScoreCalibrator, float, FloatMatrix]:
    """A calibrator, its log loss on held-out texts, and its probabilities of them."""
    target = _target(labelled)
    best: tuple[float, float, FloatMatrix] | None = None
    for strength in CALIBRATIONS:
        probabilities = np.zeros(labelled.targets.shape)
        for train, test in folds:
            calibrator = ScoreCalibrator(strength).fit(scores[train], target[train])
            probabilities[test] = _spread(calibrator, scores[test], labelled.kind, len(labelled.labels))
        loss = _loss(labelled, probabilities)
        if best is None or loss < best[0]:
            best = (loss, strength, probabilities)
    assert best is not None
    return ScoreCalibrator(best[1]).fit(scores, target), best[0], best[2]


def _target(labelled: Labelled) -> NDArray[Any]:
    return labelled.targets.argmax(axis=1) if labelled.kind == "multiclass" else labelled.targets


def _spread(calibrator: ScoreCalibrator, scores: FloatMatrix, kind: Kind, labels: int) -> FloatMatrix:
    """Probabilities in the columns of all labels, also where the calibrator has not met one."""
    probabilities = calibrator.predict_proba(scores)
    if kind == "multilabel" and labels > 1:
        return np.asarray(probabilities)
    if kind == "multilabel":
        # A single label was learnt as two classes, of which a small part of the texts may lack one.
        return np.asarray((probabilities * (calibrator.classes_ == 1)).sum(axis=1, keepdims=True))
    full = np.zeros((len(scores), labels))
    full[:, calibrator.classes_] = probabilities
    return full


def _loss(labelled: Labelled, probabilities: FloatMatrix) -> float:
    if labelled.kind == "multiclass":
        return float(log_loss(_target(labelled), probabilities, labels=range(len(labelled.labels))))
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    given = labelled.targets == 1
    return float(-np.mean(np.where(given, np.log(clipped), np.log(1 - clipped)).sum(axis=1)))


def plain_decisions(train: Labelled, texts: Sequence[str]) -> IntMatrix:
    """What TF-IDF and logistic regression with scikit-learn's defaults say: the baseline."""
    if train.kind == "multiclass":
        places = (
            make_pipeline(TfidfVectorizer(), LogisticRegression())
            .fit(train.texts, _target(train))
            .predict(texts)
        )
        return np.asarray(np.eye(len(train.labels), dtype=np.int8)[places])
    vectorizer = TfidfVectorizer()
    known, asked = vectorizer.fit_transform(train.texts), vectorizer.transform(texts)
    columns = [
        LogisticRegression().fit(known, target).predict(asked)
        if 0 < target.sum() < len(target)
        else np.full(asked.shape[0], target[0])
        for target in train.targets.T
    ]
    return np.column_stack(columns).astype(np.int8)


@dataclass(frozen=True)
class Task:
    """Learn from one part of the texts and predict another; `columns` are further features of both."""

    known: Labelled
    asked: Labelled
    options: TrainingOptions
    known_columns: Any = None
    asked_columns: Any = None


@dataclass(frozen=True)
class Answer:
    """What a model and the baseline say of the texts asked.

    `alone` is what the model says without looking at neighbours; `seen` marks texts whose like it learnt from.
    """

    probabilities: FloatMatrix
    decisions: IntMatrix
    alone: IntMatrix
    plain: IntMatrix
    seen: NDArray[np.bool_]
    choices: dict[str, Any]


def answer(task: Task) -> Answer:
    """Do one task; a function of this module, so that it can be called in another process."""
    known, asked = task.known, task.asked
    # Embeddings are among the columns already.
    features = fit_features(known.texts, replace(task.options, embeddings=False))
    model = fit_matrix(known, features, features.transform(known.texts, task.known_columns), task.options)
    matrix = features.transform(asked.texts, task.asked_columns)
    probabilities = model.from_matrix(matrix, asked.groups)
    texts = set(known.texts)
    return Answer(
        probabilities,
        model.decide(probabilities),
        model.decide(model.from_matrix(matrix, None)),
        plain_decisions(known, asked.texts),
        np.array([text in texts for text in asked.texts], dtype=bool),
        model.choices,
    )


Mapper = Callable[[Callable[[Task], Answer], Sequence[Task]], Iterator[Answer]]
"""How tasks are done: one after the other as `map` does, or in processes."""


@dataclass(frozen=True)
class CrossValidated:
    """What models said of texts that they had not seen, as in `Answer`; the fold of each text."""

    probabilities: FloatMatrix
    decisions: IntMatrix
    alone: IntMatrix
    plain: IntMatrix
    fold: NDArray[np.int_]
    seen: NDArray[np.bool_]
    choices: tuple[dict[str, Any], ...]


def cross_validate(
    labelled: Labelled,
    options: TrainingOptions | None = None,
    *,
    folds: int = 5,
    columns: Any = None,
    mapper: Mapper | None = None,
    progress: Progress | None = None,
) -> CrossValidated:
    """Train and predict in turn, all choices made within the training part of each fold.

    Args:
        labelled: texts that are all labelled.
        options: how to train.
        folds: number of parts that are predicted in turn.
        columns: features beside terms, such as those of `embedded`.
        mapper: how the folds are done.
        progress: called after each fold.
    """
    options = options or TrainingOptions()
    shape = labelled.targets.shape
    probabilities = np.zeros(shape)
    decisions, alone, plain = (np.zeros(shape, np.int8) for _ in range(3))
    fold_of, seen = np.zeros(shape[0], dtype=int), np.zeros(shape[0], dtype=bool)
    parts = grouped_folds(labelled.targets, labelled.blocks(), folds, options.seed)
    tasks = [make_task(labelled, train, test, options, columns) for train, test in parts]
    chosen: list[dict[str, Any]] = []
    for number, found in enumerate((mapper or map)(answer, tasks)):
        test = parts[number][1]
        probabilities[test], decisions[test] = found.probabilities, found.decisions
        alone[test], plain[test] = found.alone, found.plain
        fold_of[test], seen[test] = number, found.seen
        chosen.append(found.choices)
        if progress:
            progress(number + 1, len(parts), "fold")
    return CrossValidated(probabilities, decisions, alone, plain, fold_of, seen, tuple(chosen))


def make_task(
    labelled: Labelled,
    train: NDArray[np.int_],
    test: NDArray[np.int_],
    options: TrainingOptions,
    columns: Any = None,
) -> Task:
    """The task of learning from some places and predicting others."""
    parts = (None, None) if columns is None else (columns[train], columns[test])
    return Task(labelled.take(train), labelled.take(test), options, *parts)


def embedded(texts: Sequence[str], options: TrainingOptions) -> FloatMatrix | None:
    """Sentence embeddings as columns, if the options want them: they do not depend on what is learnt."""
    wanted = available() if options.embeddings is None else options.embeddings
    return np.asarray(SentenceEmbedder().transform(texts) * options.weight) if wanted else None


def joined(*parts: Any) -> Any:
    """Columns side by side; None where there are none."""
    there = [part for part in parts if part is not None]
    return np.hstack(there) if there else None
