"""Measures a model of one's own, or predictions of whatever made them, against gold labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from textgov.classify.labelmodel import load_label_model
from textgov.classify.labels import Columns, Labelled, read_labels
from textgov.classify.linear import FloatMatrix
from textgov.classify.persistence import META_FILE
from textgov.classify.training import likeliest
from textgov.errors import UsageError
from textgov.evaluation.calibration import calibration
from textgov.evaluation.metrics import compare, confusion, score, threshold_curve
from textgov.evaluation.reports import Evaluation
from textgov.export.pictures import save
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.pipeline.build import PipelineOptions
from textgov.workflows.annotate import start_worker
from textgov.workflows.evaluation_pictures import calibration_figure, score_figure, threshold_figure
from textgov.workflows.labelfiles import read_rows
from textgov.workflows.longtext import annotate_texts
from textgov.workflows.runs import recorded, versions
from textgov.workflows.stream import BATCH
from textgov.workflows.tag import shipped_model, with_paths
from textgov.workflows.train import fingerprints

MAPPINGS = ("paths", "probabilities", "scores")
"""Keys of JSON lines whose value maps labels to probabilities."""
HALF = 0.5
LISTED = 5


@dataclass(frozen=True)
class EvaluateRequest:
    """What to measure.

    Attributes:
        system: folder of a model, or file of predictions; None for the classifier of paths that ships.
        gold: file of gold labels.
        against: another model or file of predictions, on the same texts.
        columns: which columns of the gold file hold what.
        threshold: from which probability on a file's label counts as given; a model has its own.
        seed: of the bootstrap.
    """

    system: Path | None
    gold: Path
    against: Path | None = None
    columns: Columns = field(default_factory=Columns)
    threshold: float = HALF
    seed: int = 0


@dataclass(frozen=True)
class Predicted:
    """What a system says of the gold texts; no probabilities where it gives none."""

    name: str
    decisions: np.ndarray[Any, np.dtype[np.int8]]
    probabilities: FloatMatrix | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvaluateReport:
    """The evaluations, of the system and of the one that it is compared with, and what a user should know."""

    evaluation: Evaluation
    other: Evaluation | None
    notes: tuple[str, ...]


def evaluate(request: EvaluateRequest, index: Index | None = None) -> EvaluateReport:
    """Measure a system, and another on the same texts; the run is recorded in the index, if there is one.

    Raises:
        UsageError: files or labels do not fit each other, with what to do.
        ReadError: a file cannot be read.
        TextgovError: a model is altered or of another kind.
    """
    if index is None:
        return _evaluate(request)
    options: dict[str, str | int | float | bool | None] = {
        "system": None if request.system is None else str(request.system),
        "gold": str(request.gold),
        "against": None if request.against is None else str(request.against),
        "threshold": request.threshold,
    }
    with recorded(index, Run("evaluate", options, versions(), None, None, request.seed)) as running:
        report = _evaluate(request)
        running.counts |= {"texts": report.evaluation.scores.texts}
    return report


def _evaluate(request: EvaluateRequest) -> EvaluateReport:
    # The matrices are small: threads would wait for each other.
    with threadpool_limits(1, user_api="blas"):
        return _measured(request)


def _measured(request: EvaluateRequest) -> EvaluateReport:
    where = str(request.gold)
    gold = read_labels(read_rows(request.gold), request.columns, where)
    done = gold.done
    notes = list(gold.notes)
    if not done.all():
        notes.append(f"{int((~done).sum()):,} texts are not labelled, and are left out")
    systems: list[Path | None] = [request.system]
    if request.against is not None:
        systems.append(request.against)
    found = [_predicted(system, gold, request) for system in systems]
    places = np.flatnonzero(done)
    gold = gold.take(places)
    if not len(gold):
        raise UsageError(f"{where}: none of its texts is labelled; fill in its labels first")
    found = [
        Predicted(
            one.name,
            one.decisions[places],
            None if one.probabilities is None else one.probabilities[places],
            one.notes,
        )
        for one in found
    ]
    notes += [note for one in found for note in one.notes]
    evaluations = [_evaluation(one, gold, request.seed) for one in found]
    if len(found) == 1:
        return EvaluateReport(evaluations[0], None, tuple(notes))
    first, second = found
    differences = compare(
        gold.labels, gold.targets, first.decisions, second.decisions, groups=gold.groups, seed=request.seed
    )
    compared = _evaluation(first, gold, request.seed, second.name, tuple(differences))
    return EvaluateReport(compared, evaluations[1], tuple(notes))


def _evaluation(
    found: Predicted, gold: Labelled, seed: int, against: str | None = None, differences: tuple[Any, ...] = ()
) -> Evaluation:
    exclusive = gold.kind == "multiclass"
    sure = found.probabilities
    one_each = exclusive and bool((found.decisions.sum(axis=1) == 1).all())
    return Evaluation(
        found.name,
        score(gold.labels, gold.targets, found.decisions, groups=gold.groups, probabilities=sure, seed=seed),
        None if sure is None else calibration(gold.targets, sure, exclusive=exclusive),
        tuple(map(tuple, confusion(gold.targets, found.decisions).tolist())) if one_each else None,
        None
        if sure is None
        else {label: threshold_curve(gold.targets[:, k], sure[:, k]) for k, label in enumerate(gold.labels)},
        against,
        differences,
    )


def write_pictures(report: EvaluateReport, folder: Path) -> list[Path]:
    """Scores, and where there are probabilities calibration and thresholds, as SVG.

    Raises:
        UsageError: the folder cannot be written.
    """
    found, other = report.evaluation, report.other
    figures = {
        "scores.svg": score_figure(
            found.scores.labels,
            found.name,
            () if other is None else other.scores.labels,
            (found.name, "" if other is None else other.name),
        )
    }
    if found.calibration is not None:
        figures["calibration.svg"] = calibration_figure(found.calibration, found.name)
    if found.curves:
        figures["thresholds.svg"] = threshold_figure(found.curves, found.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            save(figure, folder / name)
    except OSError as error:
        raise UsageError(
            f"{folder}: pictures cannot be written ({error.strerror}); name another folder"
        ) from error
    return [folder / name for name in figures]


def _predicted(system: Path | None, gold: Labelled, request: EvaluateRequest) -> Predicted:
    if system is None:
        return _by_paths(gold, request.threshold)
    if system.is_dir() or (system / META_FILE).exists():
        return _by_model(system, gold)
    return _by_file(system, gold, request)


def _by_model(folder: Path, gold: Labelled) -> Predicted:
    meta, model = load_label_model(folder)
    unknown = [label for label in gold.labels if label not in model.labels]
    if len(unknown) == len(gold.labels):
        raise UsageError(
            f"{folder}: this model knows none of the gold labels ({', '.join(gold.labels)}); its labels are "
            f"{', '.join(model.labels)}"
        )
    notes = [f"{folder}: the label {label!r} is not known to this model" for label in unknown]
    known = fingerprints(gold.texts)
    learnt = str(meta.details.get("learnt from", ""))
    seen = {learnt[place : place + 8] for place in range(0, len(learnt), 8)} & set(known)
    if seen:
        number = sum(one in seen for one in known)
        notes.append(
            f"{folder}: {number:,} of {len(gold):,} texts are such as it learnt from, so that its scores are too good; "
            "card.md has those on held-out texts"
        )
    probabilities = model.predict(gold.texts, gold.groups)
    decisions = model.decide(probabilities)
    place_of = {label: place for place, label in enumerate(model.labels)}
    full = np.zeros(gold.targets.shape)
    said = np.zeros(gold.targets.shape, dtype=np.int8)
    for k, label in enumerate(gold.labels):
        if label in place_of:
            full[:, k], said[:, k] = probabilities[:, place_of[label]], decisions[:, place_of[label]]
    return Predicted(folder.name, said, full, tuple(notes))


def _by_paths(gold: Labelled, threshold: float) -> Predicted:
    """What the classifier that ships says, of texts that are annotated for it."""
    pipeline = start_worker(PipelineOptions())
    model = shipped_model(pipeline.codebook)
    if model is None:
        raise UsageError(
            "there is no classifier of paths for this codebook; name a model or a file of predictions"
        )
    known = sorted(set(gold.labels) & set(model.labels))
    if not known:
        raise UsageError(
            f"the gold labels ({', '.join(gold.labels)}) are none of the paths {', '.join(model.labels)}; name a model "
            "or a file of predictions"
        )
    said = annotate_texts(iter(gold.texts), with_paths(pipeline.annotate, model), BATCH)
    sure = np.array([[one.paths.get(label, 0.0) for label in gold.labels] for one in said])
    return Predicted("paths", (sure >= threshold).astype(np.int8), sure)


def _by_file(path: Path, gold: Labelled, request: EvaluateRequest) -> Predicted:
    rows = read_rows(path, raw=True)
    by_id = _aligned(rows, path, gold, request.columns.id)
    cells = [_said(row, gold.labels, path) for row in by_id]
    matrix = np.array([values for values, _ in cells]).reshape(gold.targets.shape)
    graded = any(sure for _, sure in cells)
    if gold.kind == "multiclass" and graded:
        decisions = likeliest(matrix)
    else:
        decisions = (matrix >= request.threshold).astype(np.int8)
    return Predicted(path.stem, decisions, matrix if graded else None)


def _aligned(
    rows: Sequence[Mapping[str, Any]], path: Path, gold: Labelled, column: str
) -> list[Mapping[str, Any]]:
    """The row of each gold text, by its id; by its place where the file has no ids."""
    if not any(column in row for row in rows):
        if len(rows) != len(gold):
            raise UsageError(
                f"{path}: has no column {column!r}, and {len(rows):,} rows for {len(gold):,} gold texts; give both "
                f"files a column {column!r}"
            )
        return list(rows)
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        name = str(row.get(column, "")).strip()
        if name in found:
            raise UsageError(f"{path}: the {column} {name!r} occurs twice; keep one prediction for each text")
        found[name] = row
    missing = [name for name in gold.ids if name not in found]
    if missing:
        listed = ", ".join(missing[:LISTED]) + (", ..." if len(missing) > LISTED else "")
        raise UsageError(
            f"{path}: {len(missing):,} of {len(gold):,} gold texts have no prediction ({listed}); predict all of them"
        )
    return [found[name] for name in gold.ids]


def _said(row: Mapping[str, Any], labels: Sequence[str], path: Path) -> tuple[list[float], bool]:
    """What a row says of each label, and whether it says how sure it is."""
    for key in MAPPINGS:
        if isinstance(row.get(key), Mapping):
            return [_number(row[key].get(label), path) for label in labels], True
    named = [label for label in labels if label in row]
    if named:
        values = [_number(row.get(label), path) for label in labels]
        return values, any(value not in (0.0, 1.0) for value in values)
    for key in ("labels", "label", "paths", "path", "codes", "code"):
        if key in row:
            given = row[key]
            listed = given if isinstance(given, list) else str(given or "").split(";")
            chosen = {str(one).strip() for one in listed}
            return [float(label in chosen) for label in labels], False
    raise UsageError(
        f"{path}: a row names none of the labels {', '.join(labels)}; give a column for each, or a column 'labels'"
    )


def _number(cell: Any, path: Path) -> float:
    try:
        value = float(cell) if cell not in (None, "") else 0.0
    except (TypeError, ValueError) as error:
        raise UsageError(f"{path}: {str(cell)[:40]!r} is not a number from 0 to 1") from error
    if not 0 <= value <= 1:
        raise UsageError(f"{path}: {value:g} is not a number from 0 to 1")
    return value
