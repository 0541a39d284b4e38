"""Tags passages of an index with the labels of a model of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textgov.classify.labelmodel import KIND, load_label_model
from textgov.classify.persistence import META_FILE, ModelMeta, read_meta
from textgov.classify.training import LabelModel
from textgov.documents import CODED_KINDS, Coding
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.workflows.runs import recorded, versions

Progress = Callable[[int, int, str], None]
LAYER = "label:"
"""Begins the layer of codings; the name of the model follows."""


@dataclass
class LabelTagReport:
    """How many documents and passages were tagged, had been before, and how many passages got each label."""

    model: str
    layer: str
    documents: int = 0
    known: int = 0
    passages: int = 0
    given: Counter[str] = field(default_factory=Counter)


def is_label_model(folder: Path) -> bool:
    """Whether a folder holds a model that `textgov train` wrote.

    Raises:
        TextgovError: it holds a model that was altered or is of a newer format.
    """
    return (folder / META_FILE).is_file() and read_meta(folder).kind == KIND


def model_version(meta: ModelMeta) -> str:
    """How codings name a model: another one of the same name is another coder."""
    return f"{meta.name} {meta.seal[:8]}"


def tag_with_labels(index: Index, folder: Path, progress: Progress | None = None) -> LabelTagReport:
    """Give passages of all documents the labels of a model; documents that it has tagged are passed over.

    All probabilities are stored, so that thresholds can be moved later. Each document is written in one transaction,
    so that a run that was stopped goes on where it was.

    Raises:
        TextgovError: the model is missing, altered, or of a newer format.
        IndexFileError: the index cannot be written.
    """
    meta, model = load_label_model(folder)
    report = LabelTagReport(model_version(meta), LAYER + meta.name)
    documents = list(index.document_ids())
    waiting = [identity for identity in documents if not _has(index, identity, report)]
    report.known = len(documents) - len(waiting)
    if not waiting:
        return report
    with recorded(index, Run("tag", {"model": report.model}, versions(), seed=meta.seed)) as running:
        for done, identity in enumerate(waiting, 1):
            _tag_document(index, identity, model, report)
            if progress:
                progress(done, len(waiting), identity)
        running.counts |= {"documents": report.documents, "passages": report.passages}
    return report


def _has(index: Index, identity: str, report: LabelTagReport) -> bool:
    return any(
        layer == report.layer and coding.coder == report.model
        for layer, coding in index.codings(identity, machine=True)
    )


def _tag_document(index: Index, identity: str, model: LabelModel, report: LabelTagReport) -> None:
    document = index.document(identity)
    passages = [passage for passage in index.passages(identity) if passage.kind in CODED_KINDS]
    texts = [document.text[passage.start : passage.end] for passage in passages]
    probabilities = model.predict(texts, [identity] * len(texts))
    given = model.decide(probabilities)
    codings = [
        Coding(identity, passage.ordinal, label, round(float(row[k]), 4), None, (), report.model)
        for passage, row in zip(passages, probabilities, strict=True)
        for k, label in enumerate(model.labels)
    ]
    with index.transaction():
        older = {
            coding.coder for layer, coding in index.codings(identity, machine=True) if layer == report.layer
        }
        for coder in older - {report.model}:
            index.write_codings(identity, Coder(coder, report.layer, machine=True), [])
        index.write_codings(identity, Coder(report.model, report.layer, machine=True), codings)
    report.documents += 1
    report.passages += len(passages)
    for k, label in enumerate(model.labels):
        report.given[label] += int(given[:, k].sum())


def label_rows(
    index: Index, folder: Path, documents: Iterable[str] | None = None
) -> Iterator[dict[str, Any]]:
    """A row for each tagged passage: its place, the labels given, all probabilities, and the text.

    Args:
        index: an index that was tagged.
        folder: the model, for its thresholds.
        documents: ids; all where None.
    """
    meta, model = load_label_model(folder)
    version, layer = model_version(meta), LAYER + meta.name
    for identity in index.document_ids() if documents is None else documents:
        by_passage: dict[int, dict[str, float]] = {}
        for found, coding in index.codings(identity, machine=True):
            if found == layer and coding.coder == version and coding.passage is not None:
                by_passage.setdefault(coding.passage, {})[coding.code] = coding.score
        document = index.document(identity)
        for passage in index.passages(identity):
            scores = by_passage.get(passage.ordinal)
            if scores is not None:
                yield {
                    "document": identity,
                    "file": document.source,
                    "passage": passage.ordinal,
                    "page": passage.page,
                    "labels": given_labels(model, scores),
                    "probabilities": scores,
                    "text": document.text[passage.start : passage.end],
                }


def given_labels(model: LabelModel, scores: dict[str, float]) -> list[str]:
    """The labels that a model gives at these probabilities."""
    if model.kind == "multiclass":
        return [max(model.labels, key=lambda label: scores.get(label, 0.0))]
    limits = zip(model.labels, model.thresholds, strict=True)
    return [label for label, threshold in limits if scores.get(label, 0.0) >= threshold]
