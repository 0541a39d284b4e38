"""Screening in a spreadsheet: the queue as CSV with empty columns, and the same file back with decisions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from textgov.documents import Problem
from textgov.errors import TextgovError, UsageError
from textgov.export.records import Row
from textgov.index.screening import (
    Decision,
    Stage,
    Verdict,
    add_decisions,
    decisions,
    kept_instead,
    read_plan,
)
from textgov.index.store import Index
from textgov.readers.encoding import read_text
from textgov.readers.problems import UnreadableError
from textgov.workflows.screen import VERDICTS, candidates, checked
from textgov.workflows.screen_queue import Queue

COLUMNS: Final = (
    *("record", "stage", "rank", "score", "verdict", "reason", "note"),
    *("title", "authors", "year", "venue", "doi", "abstract", "full_text"),
)
NEEDED: Final = ("record", "verdict")
DELIMITERS: Final = ",;\t"
ID: Final = "doc:"
"""Begins an id in a file: spreadsheets take some ids for numbers."""


@dataclass
class FileReport:
    """What became of the lines of a file: decisions stored, said before, left open, and problems."""

    stored: int = 0
    known: int = 0
    open: int = 0
    problems: list[Problem] = field(default_factory=list)


def batch_rows(queue: Queue, number: int | None = None) -> Iterator[Row]:
    """The first documents of a queue, or all, as rows of `COLUMNS` with nothing decided."""
    for rank, one in enumerate(queue.waiting[:number], 1):
        card = queue.card(one)
        known = card.document.bibliography
        yield {
            "record": ID + one.document,
            "stage": queue.stage,
            "rank": rank,
            "score": None if one.score is None else round(one.score, 3),
            "verdict": None,
            "reason": None,
            "note": None,
            "title": known.title,
            "authors": list(known.authors),
            "year": known.year,
            "venue": known.venue,
            "doi": known.doi,
            "abstract": card.abstract,
            "full_text": card.document.source if card.has_text else None,
        }


def record_file(index: Index, path: Path, screener: str, stage: Stage) -> FileReport:
    """Store the decisions of a file that `batch_rows` began; lines without a verdict are left open.

    All good lines are stored in one transaction, every bad one is a problem with its line. A decision that the
    screener made before and did not change is not stored again, so that a file can be read twice.

    Raises:
        TextgovError: the file cannot be read or has not the columns.
    """
    plan = read_plan(index)
    stages = {one: set(candidates(index, one)) for one in get_args(Stage)}
    instead = kept_instead(index)
    last = _last(index, screener, instead)
    report = FileReport()
    found: list[Decision] = []
    for line, row in _rows(path):
        if not row["verdict"].strip():
            report.open += 1
            continue
        try:
            decision = checked(plan, _decision(row, screener, stage))
            document = instead.get(decision.document, decision.document)
            decision = msgspec.structs.replace(decision, document=document)
            if document not in stages[decision.stage]:
                raise UsageError(f"no record {document!r} at the stage `{decision.stage}` of this index")
        except UsageError as error:
            report.problems.append(Problem(f"{path}, line {line}", str(error)))
            continue
        said = (decision.verdict, decision.reason, decision.note)
        if last.get((decision.stage, document)) == said:
            report.known += 1
            continue
        last[decision.stage, document] = said
        found.append(decision)
    report.stored = add_decisions(index, found)
    return report


def _last(
    index: Index, screener: str, instead: Mapping[str, str]
) -> dict[tuple[Stage, str], tuple[Verdict, str | None, str]]:
    return {
        (one.stage, instead.get(one.document, one.document)): (one.verdict, one.reason, one.note)
        for one in decisions(index)
        if one.screener == screener and not one.resolves
    }


def _decision(row: Mapping[str, str], screener: str, stage: Stage) -> Decision:
    given = row["verdict"].strip().casefold()
    verdict = next((known for known in VERDICTS if given in (known, known[0])), None)
    if verdict is None:
        raise UsageError(f"{given!r} is no verdict; they are {', '.join(VERDICTS)}, or their first letters")
    named = row.get("stage", "").strip()
    if named and named not in get_args(Stage):
        raise UsageError(f"{named!r} is no stage; they are {', '.join(get_args(Stage))}")
    score = row.get("score", "").strip().replace(",", ".")
    try:
        number = float(score) if score else None
    except ValueError:
        number = None
    at: Any = named or stage
    return Decision(
        row["record"].strip().removeprefix(ID),
        at,
        screener,
        verdict,
        row.get("reason"),
        " ".join(row.get("note", "").split()),
        score=number,
        way="file",
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of the file with their cells by column name, in lower case."""
    try:
        text, _ = read_text(path)
    except OSError as error:
        raise TextgovError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except UnreadableError as error:
        raise TextgovError(f"{path}: {error}") from error
    heading = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        wanting = [name for name in NEEDED if name not in names]
        if wanting:
            raise TextgovError(
                f"{path}: has no column {' and '.join(wanting)} (columns: {', '.join(names) or 'none'}); "
                "begin the file with `textgov screen batch`"
            )
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * (len(names) - len(cells))]
                yield line, dict(zip(names, padded, strict=False))
    except csv.Error as error:
        raise TextgovError(
            f"{path}, line {reader.line_num}: cannot be read ({error}); save it anew"
        ) from error
