"""Decisions of screeners, the plan they follow, and where the records were found, in the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from textgov.documents import Record
from textgov.errors import RecordError
from textgov.index import rows
from textgov.index.connection import expected_faults
from textgov.index.store import Index

Stage = Literal["title", "text"]
Verdict = Literal["include", "exclude", "unsure", "missing"]
SourceKind = Literal["database", "register", "website", "organisation", "citation"]

_COLUMNS = "document, stage, screener, verdict, reason, note, resolves, score, way, decided, id"
_SOURCE_COLUMNS = "path, name, kind, searched, query"
_PLAN = "screening plan"


class Plan(Record, frozen=True):
    """How a review is screened.

    Attributes:
        screeners: how many people have to decide on each record, 1 or 2.
        reasons: the reasons for which a record may be left out; any text where there are none.
        question: what is asked of a record, shown to the screeners.
        seed: of the order in which records come before the classifier has learnt anything.
        batch: the order is learnt anew after so many decisions.
        stopped: why titles and abstracts are not all screened, such as the rule that was met; empty if they are.
    """

    screeners: int = 1
    reasons: tuple[str, ...] = ()
    question: str = ""
    seed: int = 1
    batch: int = 20
    stopped: str = ""


class Source(Record, frozen=True):
    """Where the records of a file were found: name, kind, when it was searched, and by which query."""

    path: str
    name: str
    kind: SourceKind = "database"
    searched: str | None = None
    query: str | None = None


class Decision(Record, frozen=True):
    """What a screener said of a document at a stage.

    Attributes:
        document: id of the text that was judged.
        stage: `title` for title and abstract, `text` for the full text.
        screener: a name.
        verdict: `missing` says that the full text cannot be had.
        reason: why it was left out.
        note: anything else.
        resolves: whether this settles a disagreement between screeners.
        score: what the classifier gave it then, 0 to 1; None where the order was random.
        way: `terminal` or `file`.
        decided: UTC in ISO 8601.
        id: number of the decision, ascending in time.
    """

    document: str
    stage: Stage
    screener: str
    verdict: Verdict
    reason: str | None = None
    note: str = ""
    resolves: bool = False
    score: float | None = None
    way: str = "terminal"
    decided: str | None = None
    id: int | None = None


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _decision(row: rows.Row) -> Decision:
    document, stage, screener, verdict, reason, note, resolves, score, way, decided, number = row
    return Decision(
        document, stage, screener, verdict, reason, note, bool(resolves), score, way, decided, number
    )


def _source(row: rows.Row) -> Source:
    path, name, kind, searched, query = row
    return Source(rows.path_of(path), name, kind, searched, query)


def read_plan(index: Index) -> Plan:
    """The plan of the index; the default one where none was made."""
    found = index.value("SELECT value FROM meta WHERE key = ?", (_PLAN,))
    if found is None:
        return Plan()
    with expected_faults(index.path):
        return msgspec.json.decode(found, type=Plan)


def write_plan(index: Index, plan: Plan) -> None:
    """Keep a plan in place of the one before."""
    with index.transaction(), expected_faults(index.path):
        index.connection.execute("REPLACE INTO meta VALUES (?, ?)", (_PLAN, rows.as_json(plan)))


def sources(index: Index) -> list[Source]:
    """Files of which it is known where their records were found, in order of their paths."""
    return list(index.select(_source, f"SELECT {_SOURCE_COLUMNS} FROM screening_sources ORDER BY path"))


def write_source(index: Index, source: Source) -> None:
    """Keep what is known of a file's records, in place of what was known before."""
    row = (rows.path_value(source.path), source.name, source.kind, source.searched, source.query)
    with index.transaction(), expected_faults(index.path):
        index.connection.execute(
            f"REPLACE INTO screening_sources ({_SOURCE_COLUMNS}) VALUES ({rows.marks(_SOURCE_COLUMNS)})", row
        )


def add_decisions(index: Index, decisions: Iterable[Decision]) -> int:
    """Store decisions in one transaction, all or none; returns their number.

    Decisions that say when they were made keep that time.

    Raises:
        RecordError: a document is not in the index.
    """
    count = 0
    with index.transaction(), expected_faults(index.path):
        for decision in decisions:
            if not _known(index, decision.document):
                raise RecordError(f"the index has no document {decision.document} to decide on")
            index.connection.execute(
                f"INSERT INTO screening_decisions ({_COLUMNS}) VALUES ({rows.marks(_COLUMNS)})",
                _row(decision),
            )
            count += 1
    return count


def _known(index: Index, document: str) -> bool:
    query = "SELECT 1 FROM duplicates WHERE document = ?"
    return index.has_document(document) or index.value(query, (document,)) is not None


def _row(decision: Decision) -> Sequence[Any]:
    return (
        decision.document,
        decision.stage,
        decision.screener,
        decision.verdict,
        decision.reason,
        decision.note,
        int(decision.resolves),
        decision.score,
        decision.way,
        decision.decided or _now(),
        None,
    )


def decisions(index: Index, stage: Stage | None = None) -> Iterator[Decision]:
    """All decisions, or those of a stage, in the order in which they were made."""
    query = f"SELECT {_COLUMNS} FROM screening_decisions WHERE ? IN (stage, '') ORDER BY id"
    return index.select(_decision, query, (stage or "",))


def kept_instead(index: Index) -> dict[str, str]:
    """Ids of texts that gave way to another text of the same work, each with the id of the one that is kept."""
    found = index.select(
        lambda row: (str(row[0]), str(row[1])),
        "SELECT document, kept FROM duplicates UNION "
        "SELECT id, duplicate_of FROM documents WHERE duplicate_of NOT NULL",
    )
    own = set(index.document_ids())
    return {document: kept for document, kept in found if document not in own}


def entries(index: Index) -> Iterator[tuple[str, str, str]]:
    """Source, part and kept document of every part of a file, whether it was kept or linked as a duplicate.

    Those of one source are together, in order of the sources and parts.
    """
    query = (
        "SELECT source, part, id FROM documents WHERE part NOT NULL AND duplicate_of IS NULL "
        "UNION SELECT source, part, kept FROM duplicates WHERE part <> '' ORDER BY source, part"
    )
    return index.select(lambda row: (rows.path_of(row[0]), str(row[1]), str(row[2])), query)


def full_texts(index: Index) -> set[str]:
    """Ids of kept documents that are more than a record with a title and an abstract."""
    query = "SELECT id FROM documents WHERE duplicate_of IS NULL AND (part IS NULL OR kind <> 'abstract')"
    return set(index.select(lambda row: str(row[0]), query))
