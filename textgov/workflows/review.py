"""Active learning by files: proposes what to label next, learns from what was labelled, and says when to stop.

Nothing is kept between two calls but the files: the pool of texts, and the batches that were labelled, in the order in
which they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from textgov.classify import stopping
from textgov.classify.active import Strategy, learn_pool, propose, term_matrix
from textgov.classify.labels import Columns, IntMatrix, flag, text_column
from textgov.documents import CODED_KINDS, Coding
from textgov.errors import UsageError
from textgov.export.tables import FORMULA_STARTS
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.workflows.labelfiles import passage_id, read_rows
from textgov.workflows.runs import recorded, versions

HALF = 0.5
LISTED = 5
FORMULA_MARKS = tuple(f"'{start}" for start in FORMULA_STARTS)


@dataclass(frozen=True)
class ReviewRequest:
    """What to review.

    Attributes:
        pool: file of texts; None for the passages of the index.
        batches: files of labelled texts, in the order in which they were labelled.
        labels: names of the labels, each a column of 0 and 1.
        count: how many texts to propose.
        strategy: how to choose them.
        columns: names of the columns of text and id.
        recall: the share of relevant texts that is to be found.
        confidence: with which to have found it.
        seed: of the choice among equals.
        layer: layer under which labels are stored in the index.
        coder: who labelled; the labels are stored in the index under this name.
    """

    labels: tuple[str, ...]
    pool: Path | None = None
    batches: tuple[Path, ...] = ()
    count: int = 20
    strategy: Strategy = "uncertain"
    columns: Columns = field(default_factory=Columns)
    recall: float = stopping.RECALL
    confidence: float = stopping.CONFIDENCE
    seed: int = 0
    layer: str = ""
    coder: str | None = None


@dataclass(frozen=True)
class ReviewReport:
    """What to label next, as rows with empty labels, and how far the review has come.

    Attributes:
        rows: the proposed texts, best first.
        labelled: texts labelled.
        total: texts there are.
        counts: texts with each label so far.
        advice: whether to stop, one line for each label or one for all.
        notes: what a user should know.
        stored: codings that were stored in the index.
    """

    rows: list[dict[str, Any]]
    labelled: int
    total: int
    counts: dict[str, int]
    advice: list[str]
    notes: list[str]
    stored: int = 0


class _Pool(NamedTuple):
    """Texts by id, and what is known of each without labels."""

    ids: list[str]
    texts: list[str]
    evidence: np.ndarray[Any, np.dtype[np.float64]]


class _Given(NamedTuple):
    """Labels by place, and the places in the order in which they were labelled, by batch."""

    targets: IntMatrix
    batches: list[list[int]]
    notes: list[str]

    @property
    def order(self) -> list[int]:
        """Places in the order in which they were labelled."""
        return [place for batch in self.batches for place in batch]


def review(request: ReviewRequest, index: Index | None = None) -> ReviewReport:
    """Learn from the batches, and propose the next one; a run that stores labels is recorded in the index.

    Raises:
        UsageError: a file has unknown ids or labels that are neither 0 nor 1, or there is nothing to review.
        ReadError: a file cannot be read.
    """
    pool = _pool_of_index(index) if request.pool is None else _pool_of_file(request)
    given = _read_batches(request, pool)
    matrix = term_matrix(pool.texts)
    hints = pool.evidence if pool.evidence.any() else None
    with threadpool_limits(1, user_api="blas"):
        places = propose(
            matrix, given.targets, request.count, request.strategy, seed=request.seed, evidence=hints
        )
    probabilities = learn_pool(matrix, given.targets, request.seed)
    rows = [_row(request, pool, probabilities, rank, int(place)) for rank, place in enumerate(places, 1)]
    stored = 0
    if index is not None and request.coder is not None and request.pool is None:
        run = Run("review", {"layer": request.layer, "coder": request.coder}, versions(), seed=request.seed)
        with recorded(index, run) as running:
            stored = _store(index, request, pool, given)
            running.counts |= {"codings": stored}
    known = given.targets[given.order]
    counts = {label: int(known[:, k].sum()) for k, label in enumerate(request.labels)}
    advice = list(_advice(request, matrix, given, len(pool.ids)))
    return ReviewReport(rows, len(given.order), len(pool.ids), counts, advice, given.notes, stored)


def _pool_of_file(request: ReviewRequest) -> _Pool:
    assert request.pool is not None
    rows = read_rows(request.pool)
    where = str(request.pool)
    if not rows:
        raise UsageError(f"{where}: holds no texts; a heading and a row for each text are expected")
    names = list(dict.fromkeys(name for row in rows for name in row))
    column = text_column(names, request.columns, where)
    ids: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        text = str(row.get(column) or "").strip()
        name = str(row.get(request.columns.id) or number).strip()
        if name in ids:
            raise UsageError(
                f"{where}: the {request.columns.id} {name!r} occurs twice; give each text its own"
            )
        if text:
            ids[name] = text
    if not ids:
        raise UsageError(f"{where}: all texts are empty; name the column of texts by --text")
    return _Pool(list(ids), list(ids.values()), np.zeros(len(ids)))


def _pool_of_index(index: Index | None) -> _Pool:
    if index is None:
        raise UsageError("nothing to review; name a file of texts, or an index by --index")
    ids: list[str] = []
    texts: list[str] = []
    evidence: list[float] = []
    for document in index.documents():
        mentions = {ordinal: len(said.mentions) for ordinal, said in index.annotations(document.id)}
        for passage in index.passages(document.id):
            if passage.kind in CODED_KINDS:
                ids.append(passage_id(document.id, passage.ordinal))
                texts.append(document.text[passage.start : passage.end])
                evidence.append(mentions.get(passage.ordinal, 0))
    if not ids:
        raise UsageError(f"{index.path}: holds no passages to review; ingest documents first")
    return _Pool(ids, texts, np.array(evidence, dtype=float))


def _read_batches(request: ReviewRequest, pool: _Pool) -> _Given:
    place_of = {name: place for place, name in enumerate(pool.ids)}
    targets = np.full((len(pool.ids), len(request.labels)), -1, dtype=np.int8)
    batches: list[list[int]] = []
    notes: list[str] = []
    for path in request.batches:
        rows = read_rows(path)
        _check_columns(rows, request, path)
        unknown = [str(row.get(request.columns.id)) for row in rows if _id(row, request) not in place_of]
        if unknown:
            listed = ", ".join(unknown[:LISTED]) + (", ..." if len(unknown) > LISTED else "")
            raise UsageError(
                f"{path}: {len(unknown):,} of {len(rows):,} ids are not in the pool ({listed}); use the pool that the "
                "batch was made from"
            )
        batch = []
        for number, row in enumerate(rows):
            values = [flag(row, label, number, str(path)) for label in request.labels]
            place = place_of[_id(row, request)]
            if min(values) < 0:
                continue
            if targets[place].min() < 0:
                batch.append(place)
            elif (targets[place] != values).any():
                notes.append(
                    f"{path}: {pool.ids[place]} was labelled otherwise before; the later label counts"
                )
            targets[place] = values
        batches.append(batch)
        if len(batch) < len(rows):
            notes.append(
                f"{path}: {len(rows) - len(batch):,} of {len(rows):,} texts have no label or had one before"
            )
    return _Given(targets, batches, notes)


def _id(row: dict[str, Any], request: ReviewRequest) -> str:
    # In CSV an apostrophe keeps what looks like a formula from being run.
    name = str(row.get(request.columns.id, "")).strip()
    return name[1:] if name.startswith(FORMULA_MARKS) else name


def _check_columns(rows: Sequence[dict[str, Any]], request: ReviewRequest, path: Path) -> None:
    names = {name for row in rows for name in row}
    missing = [name for name in (request.columns.id, *request.labels) if name not in names]
    if missing:
        raise UsageError(
            f"{path}: has no column {missing[0]!r}; the columns are {', '.join(sorted(names)) or 'none'}"
        )


def _row(
    request: ReviewRequest, pool: _Pool, probabilities: np.ndarray[Any, Any], rank: int, place: int
) -> dict[str, Any]:
    row: dict[str, Any] = {"rank": rank, request.columns.id: pool.ids[place]}
    row |= dict.fromkeys(request.labels)
    row |= {f"p({label})": round(float(probabilities[place, k]), 3) for k, label in enumerate(request.labels)}
    return row | {"text": pool.texts[place]}


def _advice(request: ReviewRequest, matrix: Any, given: _Given, total: int) -> Iterator[str]:
    if request.strategy == "evidence":
        if not stopping.available():
            yield "whether to stop is not known: pip install 'textgov[screening]'"
            return
        known = given.targets[given.order].max(axis=1) if given.order else np.zeros(0, dtype=np.int8)
        yield str(
            stopping.stopping(known.tolist(), total, recall=request.recall, confidence=request.confidence)
        )
        return
    steady = stopping.steadiness(list(_decisions(request, matrix, given)))
    if steady is None:
        yield f"go on: whether the labels have settled shows after {stopping.WINDOW + 1} batches"
    elif steady >= stopping.STEADY:
        yield (
            f"you may stop: the last {stopping.WINDOW} batches hardly changed what is predicted of the pool "
            f"(agreement {steady:.3f})"
        )
    else:
        yield f"go on: the last batches still changed what is predicted of the pool (agreement {steady:.3f})"


def _decisions(request: ReviewRequest, matrix: Any, given: _Given) -> Iterator[IntMatrix]:
    """What is predicted of the pool after each of the last batches."""
    filled = [batch for batch in given.batches if batch]
    for last in range(max(0, len(filled) - stopping.WINDOW - 1), len(filled)):
        known = np.full(given.targets.shape, -1, dtype=np.int8)
        places = [place for batch in filled[: last + 1] for place in batch]
        known[places] = given.targets[places]
        yield (learn_pool(matrix, known, request.seed) > HALF).astype(np.int8)


def _store(index: Index, request: ReviewRequest, pool: _Pool, given: _Given) -> int:
    """Store labels as a person's codings: score 1 where a label was given, 0 where it was ruled out."""
    assert request.coder is not None
    by_document: dict[str, list[Coding]] = {}
    for place in sorted(given.order):
        document, _, ordinal = pool.ids[place].rpartition(":")
        for k, label in enumerate(request.labels):
            score = float(given.targets[place, k])
            coding = Coding(document, int(ordinal), label, score, None, (), request.coder)
            by_document.setdefault(document, []).append(coding)
    with index.transaction():
        for document, codings in by_document.items():
            kept = _others(index, request, document, codings)
            index.write_codings(
                document, Coder(request.coder, request.layer, machine=False), [*kept, *codings]
            )
    return sum(map(len, by_document.values()))


def _others(index: Index, request: ReviewRequest, document: str, codings: Iterable[Coding]) -> list[Coding]:
    """The coder's older codings of the layer that the batches say nothing of."""
    said = {(coding.passage, coding.code) for coding in codings}
    return [
        coding
        for layer, coding in index.codings(document, machine=False)
        if layer == request.layer
        and coding.coder == request.coder
        and (coding.passage, coding.code) not in said
    ]
