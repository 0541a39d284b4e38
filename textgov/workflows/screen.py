"""Screening: who decided what on which record, and what follows from it.

Two stages, as PRISMA 2020 counts them (Page et al. 2021, doi:10.1136/bmj.n71): titles and abstracts of all that a
search found, then the full texts of what was let through. Decisions are added one by one, each in a transaction of its
own; whatever else is said here is computed from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import isnan
from pathlib import Path
from typing import Literal, get_args

import msgspec

from textgov.documents import Document
from textgov.errors import UsageError
from textgov.index.screening import (
    Decision,
    Plan,
    Source,
    SourceKind,
    Stage,
    Verdict,
    add_decisions,
    decisions,
    entries,
    kept_instead,
    read_plan,
    sources,
    write_plan,
    write_source,
)
from textgov.index.store import Index
from textgov.workflows.ingest import RECORDS

State = Literal["open", "settled", "conflict"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
SEARCHED: frozenset[SourceKind] = frozenset({"database", "register"})
"""Kinds of sources whose records are screened by title and abstract first."""
MAX_SCREENERS = 2
MAX_NAME = 60


@dataclass(frozen=True)
class Standing:
    """Where a document stands at a stage.

    Attributes:
        document: its id.
        state: `open` where decisions are wanting, `conflict` where screeners differ or are unsure.
        verdict: what holds, once it is settled.
        reason: why it was left out, once it is.
        votes: the last decision of each screener, by name, in the order of their first ones.
        resolution: the decision that settled a conflict.
    """

    document: str
    state: State = "open"
    verdict: Verdict | None = None
    reason: str | None = None
    votes: dict[str, Decision] = field(default_factory=dict)
    resolution: Decision | None = None


@dataclass(frozen=True)
class Progress:
    """Counts of a stage.

    Attributes:
        stage: the stage.
        documents: how many are to be decided on.
        states: how many of them are open, settled, in conflict.
        verdicts: of those that are settled.
        screeners: verdicts of each screener, by name.
    """

    stage: Stage
    documents: int
    states: dict[State, int]
    verdicts: dict[Verdict, int]
    screeners: dict[str, dict[Verdict, int]]


@dataclass(frozen=True)
class Agreement:
    """How far two screeners agree on what both decided, without what was settled between them later.

    Attributes:
        first, second: their names.
        documents: how many both decided on.
        agreed: on how many they said the same.
        kappa: Cohen's (1960) kappa, with the bounds of its 95 % interval; None where all verdicts are alike.
        low, high: those bounds.
        pairs: how often the first said one thing and the second another.
    """

    first: str
    second: str
    documents: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None
    pairs: dict[tuple[Verdict, Verdict], int]


def change_plan(
    index: Index,
    *,
    screeners: int | None = None,
    reasons: Iterable[str] = (),
    question: str | None = None,
    batch: int | None = None,
    seed: int | None = None,
    stopped: str | None = None,
) -> Plan:
    """Change what is given of the plan, add reasons to it, and keep it.

    Raises:
        UsageError: a value is out of range.
    """
    old = read_plan(index)
    given = {"screeners": screeners, "question": question, "batch": batch, "seed": seed, "stopped": stopped}
    new = msgspec.structs.replace(
        old,
        reasons=tuple(dict.fromkeys((*old.reasons, *(" ".join(reason.split()) for reason in reasons)))),
        **{name: value for name, value in given.items() if value is not None},
    )
    if not 1 <= new.screeners <= MAX_SCREENERS:
        raise UsageError(f"{new.screeners} screeners: it is 1, or 2 who do not see each other's decisions")
    if new.batch < 1:
        raise UsageError(f"a batch of {new.batch}: it is at least 1")
    if "" in new.reasons:
        raise UsageError("a reason is empty; say why a record is left out")
    if new != old:
        write_plan(index, new)
    return new


def describe_source(index: Index, source: Source) -> int:
    """Keep where the records of a file, or the files of a folder, were found; returns how many files it is of.

    Raises:
        UsageError: the index has read no such file.
    """
    count = sum(1 for record in index.files() if _is_of(record.path, source.path))
    if not count:
        known = ", ".join(record_counts(index)) or "none"
        raise UsageError(
            f"{source.path}: the index has read no file of this name or in it; files of records are: {known}"
        )
    write_source(index, source)
    return count


def _is_of(path: str, named: str) -> bool:
    return path == named or path.startswith(named.rstrip("/") + "/")


class Origins:
    """Where works were found: from the files that hold them, and what was said of these."""

    def __init__(self, index: Index) -> None:
        self._named = sorted(sources(index), key=lambda source: -len(source.path))
        self._entries: dict[str, list[str]] = {}
        for source, _, document in entries(index):
            # XML may hold several texts as well, but whole ones.
            if Path(source).suffix.lower() in RECORDS:
                self._entries.setdefault(source, []).append(document)

    def source(self, path: str) -> Source | None:
        """What was said of a file; a file of records of which nothing was is a database of its own name."""
        found = next((source for source in self._named if _is_of(path, source.path)), None)
        if found is not None:
            return found
        return Source(path, Path(path).stem) if Path(path).suffix.lower() in RECORDS else None

    def files(self) -> dict[str, list[str]]:
        """Files of records of databases and registers, each with the document of every record, repeated or not."""
        return {
            path: documents
            for path, documents in self._entries.items()
            if (found := self.source(path)) is not None and found.kind in SEARCHED
        }

    def works(self) -> set[str]:
        """Documents that a database or register gave: those of which titles and abstracts are screened."""
        return {document for documents in self.files().values() for document in documents}


def record_counts(index: Index) -> dict[str, int]:
    """How many records each file of a database or register holds, duplicates among them."""
    return {path: len(documents) for path, documents in Origins(index).files().items()}


def candidates(index: Index, stage: Stage) -> list[str]:
    """Ids of the documents to decide on, in order of ingest.

    At the first stage those that a database or register gave; at the second those that were let through, and what
    was found in other ways.
    """
    works = Origins(index).works()
    documents = list(index.document_ids())
    records = [document for document in documents if document in works]
    if stage == "title":
        return records
    screened = _standings(index, "title", records)
    return [
        document for document in documents if document not in works or screened[document].verdict == "include"
    ]


def standings(index: Index, stage: Stage) -> dict[str, Standing]:
    """Where each document of a stage stands, in order of ingest."""
    return _standings(index, stage, candidates(index, stage))


def _standings(index: Index, stage: Stage, documents: Iterable[str]) -> dict[str, Standing]:
    plan = read_plan(index)
    votes: dict[str, dict[str, Decision]] = {document: {} for document in documents}
    resolutions: dict[str, Decision] = {}
    instead = kept_instead(index)
    for decision in decisions(index, stage):
        document = instead.get(decision.document, decision.document)
        if document not in votes:
            continue
        if decision.resolves:
            resolutions[document] = decision
        else:
            votes[document][decision.screener] = decision
    return {
        document: _standing(plan, stage, document, given, resolutions.get(document))
        for document, given in votes.items()
    }


def _standing(
    plan: Plan, stage: Stage, document: str, votes: dict[str, Decision], resolution: Decision | None
) -> Standing:
    if resolution is not None:
        return Standing(document, "settled", resolution.verdict, resolution.reason, votes, resolution)
    if len(votes) < plan.screeners:
        return Standing(document, votes=votes)
    given = list(votes.values())
    verdicts = {decision.verdict for decision in given}
    reasons = list(dict.fromkeys(decision.reason for decision in given if decision.reason))
    # Reasons in one's own words always differ; of a list, at the stage that counts them, they must not.
    differ = stage == "text" and bool(plan.reasons) and len(reasons) > 1
    if len(verdicts) > 1 or "unsure" in verdicts or differ:
        return Standing(document, "conflict", votes=votes)
    return Standing(document, "settled", given[0].verdict, reasons[0] if reasons else None, votes)


def checked(plan: Plan, decision: Decision) -> Decision:
    """A decision as it can be stored.

    Raises:
        UsageError: it is not one that the plan allows.
    """
    name = " ".join(decision.screener.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UsageError(
            f"{decision.screener!r} is no name of a screener; give one of 1 to {MAX_NAME} letters"
        )
    reason = " ".join((decision.reason or "").split()) or None
    if decision.verdict == "missing" and decision.stage != "text":
        raise UsageError("`missing` is said of full texts that cannot be had, so at the stage `text` only")
    if reason is not None and decision.verdict != "exclude":
        raise UsageError(f"a reason goes with `exclude`, not with `{decision.verdict}`; write a note instead")
    if reason is None and decision.verdict == "exclude" and decision.stage == "text":
        raise UsageError("a full text is left out for a reason" + _listed(plan))
    if reason is not None and plan.reasons:
        known = {one.casefold(): one for one in plan.reasons}
        if reason.casefold() not in known:
            raise UsageError(f"{reason!r} is no reason of the plan" + _listed(plan))
        reason = known[reason.casefold()]
    return msgspec.structs.replace(decision, screener=name, reason=reason)


def _listed(plan: Plan) -> str:
    if not plan.reasons:
        return "; say which"
    return f"; the reasons are: {'; '.join(plan.reasons)} (`textgov screen plan --reason` adds one)"


def decide(index: Index, decision: Decision) -> Decision:
    """Store one decision; it is kept once this returns.

    Raises:
        UsageError: the plan does not allow it, or the document is not of this stage.
    """
    decision = checked(read_plan(index), decision)
    if decision.document not in set(candidates(index, decision.stage)):
        raise UsageError(f"document {decision.document} is not among those of the stage `{decision.stage}`")
    add_decisions(index, [decision])
    return decision


def resolve(index: Index, decision: Decision) -> Decision:
    """Settle a conflict by a decision that holds whatever the screeners said.

    Raises:
        UsageError: there is no conflict on that document, or the verdict settles nothing.
    """
    if decision.verdict == "unsure":
        raise UsageError("`unsure` settles nothing; resolve by another verdict")
    found = standings(index, decision.stage).get(decision.document)
    if found is None or (found.state != "conflict" and found.resolution is None):
        raise UsageError(
            f"there is no conflict on document {decision.document} at the stage `{decision.stage}`; "
            f"`textgov screen conflicts --stage {decision.stage}` lists them"
        )
    decision = checked(read_plan(index), msgspec.structs.replace(decision, resolves=True))
    add_decisions(index, [decision])
    return decision


def conflicts(index: Index, stage: Stage) -> list[tuple[Standing, Document]]:
    """Documents on which screeners differ or are unsure, in order of ingest."""
    found = [one for one in standings(index, stage).values() if one.state == "conflict"]
    return [(one, index.document(one.document)) for one in found]


def progress_of(index: Index, stage: Stage) -> Progress:
    """Counts of a stage."""
    found = standings(index, stage)
    states = Counter(one.state for one in found.values())
    verdicts = Counter(one.verdict for one in found.values() if one.verdict is not None)
    screeners: dict[str, Counter[Verdict]] = {}
    for one in found.values():
        for name, decision in one.votes.items():
            screeners.setdefault(name, Counter())[decision.verdict] += 1
    return Progress(
        stage,
        len(found),
        {state: states[state] for state in get_args(State)},
        {verdict: verdicts[verdict] for verdict in VERDICTS if verdicts[verdict]},
        {
            name: {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}
            for name, counts in sorted(screeners.items())
        },
    )


def agreements(index: Index, stage: Stage) -> list[Agreement]:
    """Agreement of each two screeners who decided on the same documents, in order of their names."""
    found = standings(index, stage)
    names = sorted({name for one in found.values() for name in one.votes})
    answers = []
    for first, second in combinations(names, 2):
        pairs = [
            (one.votes[first].verdict, one.votes[second].verdict)
            for one in found.values()
            if first in one.votes and second in one.votes
        ]
        if pairs:
            answers.append(_agreement(first, second, pairs))
    return answers


def _agreement(first: str, second: str, pairs: list[tuple[Verdict, Verdict]]) -> Agreement:
    import numpy as np  # noqa: PLC0415 - slow to import
    from statsmodels.stats.inter_rater import cohens_kappa  # noqa: PLC0415

    counts = Counter(pairs)
    agreed = sum(count for (one, other), count in counts.items() if one == other)
    used = [verdict for verdict in VERDICTS if any(verdict in pair for pair in counts)]
    kappa = low = high = None
    if len(used) > 1:
        table = np.array([[counts[one, other] for other in used] for one in used])
        # Where one screener says the same of all, kappa is 0 and its interval is not defined.
        with np.errstate(invalid="ignore", divide="ignore"):
            result = cohens_kappa(table)
        kappa, low, high = (
            None if isnan(value) else max(-1.0, min(1.0, float(value)))
            for value in (result.kappa, result.kappa_low, result.kappa_upp)
        )
    return Agreement(first, second, len(pairs), agreed, kappa, low, high, dict(sorted(counts.items())))
