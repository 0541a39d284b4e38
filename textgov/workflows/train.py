"""Trains a classifier on labels of one's own, measures it beside a baseline, and writes it with its card."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from textgov.classify.embeddings import NAME, SentenceEmbedder
from textgov.classify.labelmodel import save_label_model
from textgov.classify.labels import Columns, Labelled, read_labels, sample, usable
from textgov.classify.learning_curve import CurvePoint, learning_curve
from textgov.classify.persistence import META_FILE, SUFFIX
from textgov.classify.training import (
    Answer,
    CrossValidated,
    LabelModel,
    Mapper,
    Progress,
    Task,
    TrainingOptions,
    cross_validate,
    embedded,
    fit_features,
    fit_matrix,
)
from textgov.documents import document_id
from textgov.errors import TextgovError, UsageError
from textgov.evaluation.calibration import calibration
from textgov.evaluation.metrics import compare, confusion, score, threshold_curve
from textgov.evaluation.reports import Evaluation
from textgov.evaluation.reports_card import PICTURES, Card, card_text
from textgov.export.pictures import save
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.workflows.evaluation_pictures import calibration_figure, curve_figure, score_figure
from textgov.workflows.labelfiles import coded_rows, read_rows
from textgov.workflows.parallel import CrashedError, Workers, ordered_map
from textgov.workflows.runs import recorded, versions

CARD_FILE = "card.md"
TELLING = 12


@dataclass(frozen=True)
class TrainRequest:
    """What to train on, and how.

    Attributes:
        folder: where the model is written.
        labels: file of labelled texts; None for what people coded in the index.
        columns: which columns of the file hold what.
        layer: the layer of codings in the index.
        coder: whose codings; None for everyone's.
        options: of training.
        folds: by which it is measured.
        sample: so many texts at random; None for all.
        curve: whether to draw a learning curve.
        jobs: number of processes.
    """

    folder: Path
    labels: Path | None = None
    columns: Columns = field(default_factory=Columns)
    layer: str = ""
    coder: str | None = None
    options: TrainingOptions = field(default_factory=TrainingOptions)
    folds: int = 5
    sample: int | None = None
    curve: bool = True
    jobs: int = 1


@dataclass(frozen=True)
class TrainReport:
    """What was trained: the labelled texts, the model's scores beside the baseline's, and what it was made of.

    `unseen` is the number of texts whose like was not learnt from, with macro F1 of both on them; `alone` macro F1
    of the model where it does not look at neighbours, None where it never does.
    """

    labelled: Labelled
    evaluation: Evaluation
    plain: Evaluation
    unseen: tuple[int, float, float] | None
    alone: float | None
    curve: list[CurvePoint]
    model: LabelModel


def train(request: TrainRequest, index: Index | None = None, progress: Progress | None = None) -> TrainReport:
    """Train, measure and write a model; the run is recorded in the index, if there is one.

    Raises:
        UsageError: the labels cannot be learnt from, with what to do; or the folder holds something else.
        ReadError: the file of labels cannot be read.
    """
    _check_folder(request.folder)
    if index is None:
        return _train(request, None, progress)
    run = Run("train", _recorded(request), versions(), None, None, request.options.seed)
    with recorded(index, run) as running:
        report = _train(request, index, progress)
        running.counts |= {"texts": len(report.labelled), "labels": len(report.labelled.labels)}
    return report


def read_labelled(request: TrainRequest, index: Index | None) -> Labelled:
    """The labelled texts that a request names, checked.

    Raises:
        UsageError: see `train`.
    """
    if request.labels is not None:
        where = str(request.labels)
        labelled = read_labels(read_rows(request.labels), request.columns, where)
    elif index is not None and request.layer:
        where = f"{index.path}, layer {request.layer}"
        labelled = coded_rows(index, request.layer, request.coder)
    else:
        raise UsageError("nothing to learn from; name a file of labels, or a layer of codings in the index")
    if request.sample is not None:
        labelled = sample(labelled, request.sample, request.options.seed)
    return usable(labelled, where)


def _train(request: TrainRequest, index: Index | None, progress: Progress | None) -> TrainReport:
    labelled = read_labelled(request, index)
    options = request.options
    with threadpool_limits(1, user_api="blas"):
        columns = embedded(labelled.texts, options)
        mapper = process_mapper(request.jobs)
        found = cross_validate(
            labelled, options, folds=request.folds, columns=columns, mapper=mapper, progress=progress
        )
        features = fit_features(labelled.texts, replace(options, embeddings=False))
        matrix = features.transform(labelled.texts, columns)
        # The columns were computed above; from now on the model makes them itself.
        embedder = None if columns is None else SentenceEmbedder()
        complete = replace(features, embedder=embedder, weight=options.weight)
        model = fit_matrix(labelled, complete, matrix, options)
        curve = []
        if request.curve:
            strength = model.choices["C"]
            curve = learning_curve(
                labelled, options, strength, folds=request.folds, columns=columns, mapper=mapper
            )
    report = _report(request, labelled, found, curve, model)
    _write(request, report)
    return report


def process_mapper(jobs: int) -> Mapper:
    """Does tasks in processes, in order."""

    def run(function: Callable[[Task], Answer], tasks: Sequence[Task]) -> Iterator[Answer]:
        workers = Workers(min(jobs, len(tasks)), initializer=one_thread)
        for _, found in ordered_map(function, tasks, workers):
            if isinstance(found, CrashedError):
                raise TextgovError(f"training stopped: {found}; free memory, or use --sample and --jobs 1")
            yield found

    return run


def one_thread() -> None:
    """Sums do not depend on the number of threads, nor do processes wait for each other's."""
    threadpool_limits(1, user_api="blas")


def _report(
    request: TrainRequest,
    labelled: Labelled,
    found: CrossValidated,
    curve: list[CurvePoint],
    model: LabelModel,
) -> TrainReport:
    gold, labels, groups, seed = labelled.targets, labelled.labels, labelled.groups, request.options.seed
    exclusive = labelled.kind == "multiclass"
    evaluation = Evaluation(
        request.folder.name,
        score(labels, gold, found.decisions, groups=groups, probabilities=found.probabilities, seed=seed),
        calibration(gold, found.probabilities, exclusive=exclusive),
        tuple(map(tuple, confusion(gold, found.decisions).tolist())) if exclusive else None,
        {label: threshold_curve(gold[:, k], found.probabilities[:, k]) for k, label in enumerate(labels)},
        "baseline",
        tuple(compare(labels, gold, found.decisions, found.plain, groups=groups, seed=seed)),
    )
    plain = Evaluation("baseline", score(labels, gold, found.plain, groups=groups, seed=seed))
    unseen = None
    if found.seen.any() and not found.seen.all():
        new = ~found.seen
        macro = [
            float(f1_score(gold[new], said[new], average="macro", zero_division=0))
            for said in (found.decisions, found.plain)
        ]
        unseen = (int(new.sum()), macro[0], macro[1])
    alone = None
    if any(choices["neighbours"] for choices in found.choices):
        alone = float(f1_score(gold, found.alone, average="macro", zero_division=0))
    return TrainReport(labelled, evaluation, plain, unseen, alone, curve, model)


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: this is a file; name a folder for the model by --model")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / META_FILE).is_file():
        raise UsageError(
            f"{folder}: this folder holds something else; name a new one for the model by --model"
        )


def _recorded(request: TrainRequest) -> dict[str, str | int | float | bool | None]:
    columns = request.columns
    return {
        "labels": None if request.labels is None else str(request.labels),
        "layer": request.layer or None,
        "coder": request.coder,
        "model": str(request.folder),
        "text": columns.text,
        "label": " ".join(columns.labels) or None,
        "group": columns.group,
        "folds": request.folds,
        "sample": request.sample,
    }


def fingerprints(texts: Sequence[str]) -> list[str]:
    """Eight hexadecimal digits of each text: by them a model knows what it learnt from."""
    return [document_id(text)[:8] for text in texts]


def command_of(request: TrainRequest) -> str:
    """The command that does the same again."""
    columns, options = request.columns, request.options
    parts = ["textgov", "train"]
    if request.labels is not None:
        parts.append(request.labels.name)
    given: list[tuple[str, Any]] = [
        ("--layer", request.layer or None),
        ("--coder", request.coder),
        ("--text", columns.text),
        *(("--label", label) for label in columns.labels),
        ("--group", columns.group),
        ("--model", request.folder.name),
        ("--sample", request.sample),
        ("--seed", options.seed),
    ]
    for name, value in given:
        if value is not None:
            parts += [name, str(value)]
    if options.embeddings is False:
        parts.append("--no-embeddings")
    if options.neighbours is False:
        parts.append("--no-neighbours")
    return shlex.join(parts)


def _write(request: TrainRequest, report: TrainReport) -> None:
    labelled, evaluation, folder = report.labelled, report.evaluation, request.folder
    for old in (*folder.glob(f"*{SUFFIX}"), folder / META_FILE) if folder.is_dir() else ():
        old.unlink(missing_ok=True)
    details = {
        "command": command_of(request),
        "texts": len(labelled),
        "learnt from": "".join(sorted(set(fingerprints(labelled.texts)))),
        "counts": dict(zip(labelled.labels, map(int, labelled.targets.sum(axis=0)), strict=True)),
        "groups": None if labelled.groups is None else len(set(labelled.groups)),
        "macro F1": round(evaluation.scores.macro.value, 4),
        "baseline macro F1": round(report.plain.scores.macro.value, 4),
        "calibration error": None
        if evaluation.calibration is None
        else round(evaluation.calibration.error, 4),
    }
    save_label_model(folder, report.model, name=folder.name, seed=request.options.seed, details=details)
    figures = [
        score_figure(evaluation.scores.labels, folder.name, report.plain.scores.labels, ("model", "baseline"))
    ]
    assert evaluation.calibration is not None
    figures.append(calibration_figure(evaluation.calibration, folder.name))
    if report.curve:
        figures.append(curve_figure(report.curve, folder.name))
    pictures = PICTURES[: len(figures)]
    for name, figure in zip(pictures, figures, strict=True):
        save(figure, folder / name)
    text = card_text(_card(request, report, pictures))
    (folder / CARD_FILE).write_text(text, encoding="utf-8")


def _card(request: TrainRequest, report: TrainReport, pictures: Sequence[str]) -> Card:
    labelled, model = report.labelled, report.model
    groups = (
        "none; equal texts were kept together"
        if labelled.groups is None
        else f"{len(set(labelled.groups)):,}"
    )
    near = model.choices["neighbours"]
    return Card(
        name=request.folder.name,
        command=command_of(request),
        facts=[
            ("texts", f"{len(labelled):,}"),
            ("groups", groups),
            ("labels", ", ".join(labelled.labels)),
            ("a text has", "one label" if labelled.kind == "multiclass" else "any number of labels"),
            (
                "features",
                "terms of words and of characters" + (f", {NAME}" if model.features.embedder else ""),
            ),
            ("neighbours", f"{near} texts before and after in the same group" if near else "not looked at"),
            ("chosen by inner folds", ", ".join(f"{name} {value}" for name, value in model.choices.items())),
            ("seed", str(request.options.seed)),
            ("versions", ", ".join(f"{name} {number}" for name, number in versions().items())),
        ],
        notes=labelled.notes,
        evaluation=report.evaluation,
        unseen=report.unseen,
        alone=report.alone,
        curve=curve_rows(report.curve),
        telling=[
            (label, [term for term, _ in model.telling(k, TELLING)])
            for k, label in enumerate(labelled.labels)
        ],
        pictures=pictures,
    )


def curve_rows(curve: Sequence[CurvePoint]) -> list[dict[str, Any]]:
    """A row for each number of texts."""
    return [
        {
            "texts": point.texts,
            "macro F1": f"{np.mean(point.f1):.3f}",
            "baseline": f"{np.mean(point.plain):.3f}",
        }
        for point in curve
    ]
