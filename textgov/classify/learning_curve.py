"""How scores grow with the number of labelled texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from textgov.classify.folds import grouped_folds
from textgov.classify.labels import IntMatrix, Labelled
from textgov.classify.training import Answer, Mapper, Task, TrainingOptions, answer, make_task

SHARES = (0.1, 0.2, 0.4, 0.7)
REPEATS = 2


@dataclass(frozen=True)
class CurvePoint:
    """So many texts were learnt from; macro F1 on held-out texts of the model and the baseline, by repeat."""

    texts: int
    f1: tuple[float, ...]
    plain: tuple[float, ...]


def learning_curve(
    labelled: Labelled,
    options: TrainingOptions,
    strength: float,
    *,
    folds: int = 5,
    shares: Sequence[float] = SHARES,
    columns: Any = None,
    mapper: Mapper | None = None,
) -> list[CurvePoint]:
    """Learn from growing parts of the texts, whole groups at a time.

    Args:
        labelled: texts that are all labelled.
        options: how to train; its strengths are not searched again.
        strength: inverse strength of regularisation, as chosen on all texts.
        folds: as in cross-validation, of which `REPEATS` are used.
        shares: of the training part of a fold, each less than 1.
        columns: further features.
        mapper: how the tasks are done.
    """
    fixed = replace(options, strengths=(strength,))
    parts = grouped_folds(labelled.targets, labelled.blocks(), folds, options.seed)[:REPEATS]
    tasks: list[Task] = []
    sizes: list[tuple[int, int]] = []
    for repeat, (train, test) in enumerate(parts):
        order = _shuffled(labelled, train, options.seed + repeat)
        for number, share in enumerate(shares):
            part = np.sort(order[: max(2, round(len(order) * share))])
            if labelled.take(part).targets.any() and len(set(labelled.take(part).blocks())) > 1:
                tasks.append(make_task(labelled, part, test, fixed, columns))
                sizes.append((number, len(part)))
    found = list((mapper or map)(answer, tasks))
    return list(_points(tasks, sizes, found))


def _shuffled(labelled: Labelled, train: NDArray[np.int_], seed: int) -> NDArray[np.int_]:
    """Places of training, groups in random order."""
    blocks = np.unique(np.asarray(labelled.take(train).blocks()), return_inverse=True)[1]
    ranks = np.random.default_rng(seed).permutation(int(blocks.max()) + 1)
    return train[np.argsort(ranks[blocks], kind="stable")]


def _points(
    tasks: Sequence[Task], sizes: Sequence[tuple[int, int]], found: Sequence[Answer]
) -> list[CurvePoint]:
    points = []
    for number in sorted({number for number, _ in sizes}):
        chosen = [place for place, (share, _) in enumerate(sizes) if share == number]
        texts = round(float(np.mean([sizes[place][1] for place in chosen])))
        f1 = tuple(_macro(tasks[place], found[place].decisions) for place in chosen)
        plain = tuple(_macro(tasks[place], found[place].plain) for place in chosen)
        points.append(CurvePoint(texts, f1, plain))
    return points


def _macro(task: Task, decisions: IntMatrix) -> float:
    """F1 averaged over the labels that occur in what was asked."""
    there = task.asked.targets.any(axis=0)
    return float(
        f1_score(task.asked.targets[:, there], decisions[:, there], average="macro", zero_division=0)
    )
