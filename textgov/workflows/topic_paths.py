"""Paths by seeded topics beside those by the classifier, and where the two disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from textgov.classify.paths import GIVEN, PATH_LAYER, PathModel
from textgov.documents import Coding, Record
from textgov.errors import UsageError
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.topics.persistence import load
from textgov.workflows.runs import recorded, versions
from textgov.workflows.tag import DOCUMENT_LAYER
from textgov.workflows.topic_tags import TopicTag, clearness, tag_by_topics

LAYER: Final = "topic_path"
"""Layer of codings with paths by topics: apart, so that a search for a path finds what the classifier says."""


class Beside(Record, frozen=True):
    """A path of a document, or of a passage of it, by the classifier and by the topic that is seeded with it.

    Attributes:
        passage: ordinal of the passage; None for the document.
        score: the classifier's, 0 to 1; None where nothing is coded in the passage, so that it has none.
        given: whether the classifier gives the path.
        stance: that of the path, if it is given.
        weight: of the topic, 0 to 1; of a document, the mean of its texts that have terms of the model.
        mean: of the topic in the texts that the model was fitted to.
        tagged: whether the weight is above that.
        agree: whether both give the path, or neither.
        text: of the passage; empty for a document.
    """

    document: str
    title: str | None
    file: str
    passage: int | None
    page: int | None
    path: str
    score: float | None
    given: bool
    stance: str | None
    weight: float
    mean: float
    tagged: bool
    agree: bool
    text: str = ""


@dataclass(frozen=True)
class TopicPaths:
    """What seeded topics say of the paths of an index.

    Attributes:
        identity: of the topic model.
        astray: paths whose topic does not follow its seeds, so that little is to be made of it.
        passages: number of passages that have at least one path by topics.
        documents: every document with each path, in the order of the index.
        apart: the passages in which the two disagree, the clearest first; those that people coded are left out.
    """

    identity: str
    astray: tuple[str, ...]
    passages: int
    documents: tuple[Beside, ...]
    apart: tuple[Beside, ...]


def tag_with_topics(
    index: Index, folder: Path, classifier: PathModel, *, codebook: str | None = None
) -> TopicPaths:
    """Give documents and passages the paths of their seeded topics, kept in the index, and compare with a classifier.

    A text has a path if it has more of the path's topic than the mean text that the model was fitted to; a document,
    if its texts have more of it on average. Documents that the classifier has not tagged are left out.

    Raises:
        UsageError: the model is not seeded with paths, or with those of another codebook.
        TextgovError: the model cannot be read.
        IndexFileError: the index cannot be written.
    """
    model, report = load(folder)
    if model.seeded and model.meta.layer != PATH_LAYER:
        raise UsageError(
            f"{folder}: its topics are seeded with the layer {model.meta.layer}, not with paths; "
            f"fit them by --layer {PATH_LAYER}"
        )
    by_document: dict[str, list[TopicTag]] = {}
    for tag in tag_by_topics(index, folder, codebook=codebook):
        by_document.setdefault(tag.unit.document, []).append(tag)
    known = {identity: _of_classifier(index, identity, classifier) for identity in by_document}
    by_document = {identity: tags for identity, tags in by_document.items() if known[identity]}
    wholes = [line for identity, tags in by_document.items() for line in _of_document(tags, known[identity])]
    _keep(index, model.identity, by_document, wholes)
    parts = [
        _beside(tag, known[tag.unit.document], tag.weight)
        for tags in by_document.values()
        for tag in tags
        if tag.unit.passage is not None and not tag.unit.by_people
    ]
    apart = sorted(
        (line for line in parts if not line.agree), key=lambda line: -clearness(line.weight, line.mean)
    )
    passages = {
        (tag.unit.document, tag.unit.passage)
        for tags in by_document.values()
        for tag in tags
        if tag.tagged and tag.unit.passage is not None
    }
    astray = tuple(line.code for line in report.adherence if not line.follows)
    return TopicPaths(model.identity, astray, len(passages), tuple(wholes), tuple(apart))


def beside_row(line: Beside) -> dict[str, Any]:
    """A line as a row of JSON."""
    row: dict[str, Any] = msgspec.to_builtins(line)
    return row | {
        "weight": round(line.weight, 6),
        "mean": round(line.mean, 6),
        "text": " ".join(line.text.split()),
    }


def _of_classifier(
    index: Index, identity: str, classifier: PathModel
) -> dict[tuple[int | None, str], Coding]:
    """What the classifier said of a document and its passages; nothing where it has not tagged it."""
    return {
        (coding.passage, coding.code): coding
        for layer, coding in index.codings(identity, machine=True)
        if coding.coder == classifier.version and layer in (PATH_LAYER, DOCUMENT_LAYER)
    }


def _of_document(
    tags: Sequence[TopicTag], known: Mapping[tuple[int | None, str], Coding]
) -> Iterator[Beside]:
    weights: dict[str, list[float]] = {}
    for tag in tags:
        weights.setdefault(tag.code, []).append(tag.weight)
    first = {tag.code: tag for tag in reversed(tags)}
    for code, found in weights.items():
        unit = msgspec.structs.replace(first[code].unit, passage=None, page=None, text="")
        yield _beside(msgspec.structs.replace(first[code], unit=unit), known, float(np.mean(found)))


def _beside(tag: TopicTag, known: Mapping[tuple[int | None, str], Coding], weight: float) -> Beside:
    unit = tag.unit
    coding = known.get((unit.passage, tag.code))
    given = coding is not None and coding.score >= GIVEN
    has = weight > tag.mean
    return Beside(
        *(unit.document, unit.title, unit.file, unit.passage, unit.page, tag.code),
        score=None if coding is None else coding.score,
        given=given,
        stance=coding.stance if coding is not None and given else None,
        weight=weight,
        mean=tag.mean,
        tagged=has,
        agree=given == has,
        text=unit.text,
    )


def _keep(
    index: Index, identity: str, by_document: Mapping[str, Sequence[TopicTag]], wholes: Sequence[Beside]
) -> None:
    """Write the paths by topics, in place of those by other topics; nothing where they are there already."""
    name = f"topics {identity}"
    codings: dict[str, list[Coding]] = {document: [] for document in by_document}
    for line in wholes:
        if line.tagged:
            codings[line.document].append(_coding(line.document, None, line.path, line.weight, name))
    for document, tags in by_document.items():
        for tag in tags:
            if tag.tagged and tag.unit.passage is not None:
                codings[document].append(_coding(document, tag.unit.passage, tag.code, tag.weight, name))
    before = {document: _kept(index, document) for document in codings}
    changed = {document: found for document, found in codings.items() if before[document] != _in_order(found)}
    if not changed:
        return
    run = Run("tag topics", {"model": identity}, versions())
    with recorded(index, run) as running:
        for document, found in changed.items():
            with index.transaction():
                for other in {coding.coder for coding in before[document]} - {name}:
                    index.write_codings(document, Coder(other, LAYER, machine=True), [])
                index.write_codings(document, Coder(name, LAYER, machine=True), found)
        running.counts["documents"] = len(changed)


def _coding(document: str, passage: int | None, path: str, weight: float, name: str) -> Coding:
    return Coding(document, passage, path, weight, None, (), name)


def _kept(index: Index, document: str) -> list[Coding]:
    return _in_order(coding for layer, coding in index.codings(document, machine=True) if layer == LAYER)


def _in_order(codings: Iterator[Coding] | Sequence[Coding]) -> list[Coding]:
    return sorted(codings, key=lambda c: (c.coder, -1 if c.passage is None else c.passage, c.code))
