"""Topics that were fitted before, given to the texts of an index; and where seeded ones and the codings disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, cast

import numpy as np
from threadpoolctl import threadpool_limits

from textgov.documents import Coding, Record
from textgov.errors import UsageError
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.topics.agreement import tagged
from textgov.topics.describe import Unit
from textgov.topics.model import TopicModel
from textgov.topics.persistence import load
from textgov.workflows.query import codebook_of
from textgov.workflows.runs import recorded, versions
from textgov.workflows.topic_units import read_units

LAYER: Final = "topic"
"""Layer of codings by topics: beside that of the paths, so that searches for these are not mixed with them."""
NOTHING: Final = "no term of the model"


class Assigned(Record, frozen=True):
    """A text with its topics, from 0; `topic` is None where the text has no term of the model."""

    document: str
    passage: int | None
    year: int | None
    page: int | None
    start: int
    end: int
    text: str
    topic: int | None
    name: str
    weight: float
    second: str
    weights: tuple[float, ...]


class TopicTag(Record, frozen=True):
    """What a seeded topic says of a code in a text.

    Attributes:
        weight: of the topic in the text, 0 to 1.
        mean: of the topic in the texts that the model was fitted to; above it, the text counts as tagged.
        tagged: whether it does.
        coded: whether the codings of the index give the code; None where nobody has coded the document.
    """

    unit: Unit
    code: str
    topic: int
    weight: float
    mean: float
    tagged: bool
    coded: bool | None


def assign_topics(
    index: Index, folder: Path, query: str | None = None, *, codebook: str | None = None
) -> list[Assigned]:
    """Topics of the texts of an index, or of those that a query finds; the unit is that of the model.

    Raises:
        TextgovError: the model cannot be read.
        QueryError: the query cannot be parsed.
    """
    model, report = load(folder)
    units = _units(index, model, query, codebook)
    names = [card.name for card in report.cards]
    with threadpool_limits(1):
        weights = model.transform([unit.text for unit in units])
    found = []
    for unit, row in zip(units, weights, strict=True):
        order = np.argsort(-row, kind="stable")
        topic = int(order[0]) if row.sum() > 0 else None
        found.append(
            Assigned(
                *(unit.document, unit.passage, unit.year, unit.page, unit.start, unit.end, unit.text, topic),
                name=NOTHING if topic is None else names[topic],
                weight=float(row[order[0]]),
                second="" if topic is None else names[int(order[1])],
                weights=tuple(map(float, row)),
            )
        )
    return found


def row(line: Assigned) -> dict[str, Any]:
    """A text with its topics as a row of a table; topics are numbered from 1, as they are shown."""
    return {
        "document": line.document,
        "passage": line.passage,
        "year": line.year,
        "page": line.page,
        "start": line.start,
        "end": line.end,
        "topic": None if line.topic is None else line.topic + 1,
        "name": line.name,
        "weight": round(line.weight, 6),
        "second": line.second,
        "weights": [round(weight, 6) for weight in line.weights],
        "text": " ".join(line.text.split()),
    }


def counted(lines: list[Assigned]) -> list[tuple[int, str, int]]:
    """Topics with the number of texts of which they are the foremost; -1 for texts without."""
    counts = Counter((-1 if line.topic is None else line.topic, line.name) for line in lines)
    return [(topic, name, count) for (topic, name), count in sorted(counts.items())]


def store_assignments(index: Index, folder: Path, lines: list[Assigned]) -> int:
    """Keep the foremost topic of each text as a coding of the layer `topic`; returns their number.

    Raises:
        TextgovError: the model cannot be read.
        IndexFileError: the index cannot be written.
    """
    model, _ = load(folder)
    name = f"topics {model.identity}"
    by_document: dict[str, list[Assigned]] = {}
    for line in lines:
        by_document.setdefault(line.document, []).append(line)
    stored = 0
    run = Run("topics assign", {"model": model.identity}, versions())
    with recorded(index, run) as running:
        for document, own in by_document.items():
            codings = [
                Coding(document, line.passage, f"topic-{line.topic + 1}", line.weight, None, (), name)
                for line in own
                if line.topic is not None
            ]
            index.write_codings(document, Coder(name, LAYER, machine=True), codings)
            stored += len(codings)
        running.counts["texts"] = stored
    return stored


def tag_by_topics(
    index: Index, folder: Path, query: str | None = None, *, codebook: str | None = None
) -> Iterator[TopicTag]:
    """What the seeded topics of a model say of each text and code, beside the codings of the index.

    Texts without any term of the model are left out: its topics say nothing of them.

    Raises:
        UsageError: the model is not seeded, or with the codes of another codebook.
        TextgovError: the model cannot be read.
        QueryError: the query cannot be parsed.
    """
    model, _ = load(folder)
    if not model.seeded:
        raise UsageError(
            f"{folder}: the topics of this model are not seeded with codes; fit one by --method seeded"
        )
    header = codebook_of(index, codebook).header
    if model.meta.codebook != f"{header.id} {header.version}":
        raise UsageError(
            f"{folder}: the topics of this model are seeded by the codebook {model.meta.codebook}, "
            f"not by {header.id} {header.version}; fit them again by `textgov topics fit`"
        )
    units = _units(index, model, query, codebook)
    with threadpool_limits(1):
        weights = model.transform([unit.text for unit in units])
    means = np.array(model.meta.means)
    has = tagged(weights, means)
    for number, unit in enumerate(units):
        for code, topic in model.seeded.items() if weights[number].any() else ():
            coded = None if unit.codings is None else code in unit.codings
            weight, mean = float(weights[number, topic]), float(means[topic])
            yield TopicTag(unit, code, topic, weight, mean, bool(has[number, topic]), coded)


def disagreements(
    index: Index, folder: Path, query: str | None = None, *, codebook: str | None = None
) -> list[dict[str, Any]]:
    """Where a seeded topic and the codings disagree, for a human to decide: the clearest first.

    Raises:
        UsageError: the model is not seeded, or with the codes of another codebook, or the index has no codings to
            compare with.
        TextgovError: the model cannot be read.
        QueryError: the query cannot be parsed.
    """
    tags = list(tag_by_topics(index, folder, query, codebook=codebook))
    known = [tag for tag in tags if tag.coded is not None]
    if not known:
        raise UsageError("the index has no codings to compare topics with; give some by `textgov tag`")
    apart = [tag for tag in known if tag.tagged != tag.coded]
    apart.sort(key=lambda tag: -clearness(tag.weight, tag.mean))
    return [
        {
            "document": tag.unit.document,
            "passage": tag.unit.passage,
            "file": tag.unit.file,
            "page": tag.unit.page,
            "code": tag.code,
            "topic": tag.topic + 1,
            "weight": round(tag.weight, 6),
            "mean": round(tag.mean, 6),
            "coded": tag.coded,
            "text": " ".join(tag.unit.text.split()),
        }
        for tag in apart
    ]


def clearness(weight: float, mean: float) -> float:
    """How clearly a topic is strong or weak in a text: three times the mean is as clear as a third of it."""
    return abs(float(np.log((weight + 1e-3) / (mean + 1e-3))))


def _units(index: Index, model: TopicModel, query: str | None, codebook: str | None) -> list[Unit]:
    known = codebook_of(index, codebook)
    unit = cast("Literal['passage', 'document']", model.meta.unit)
    return list(read_units(index, known, query, unit, model.meta.layer or "path"))
