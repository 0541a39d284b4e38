"""What was searched, kept, screened and coded, by which versions, from the index and its records of runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from textgov.errors import CodebookError
from textgov.export.methods import CodingFacts, Facts, Search, StageFacts, paragraph, write_docx
from textgov.index.records import Run
from textgov.index.screening import Stage, read_plan
from textgov.index.store import Index
from textgov.workflows.export import replaced, suffix_of
from textgov.workflows.prisma import prisma_flow
from textgov.workflows.query import codebook_of
from textgov.workflows.screen import Agreement, Origins, agreements, standings

FORMATS = (".md", ".txt", ".docx")
MODEL_RULE = "model"
"""The rule of mentions that only the trained span finder found."""


def methods_facts(index: Index) -> Facts:
    """All that can be said of an index.

    Raises:
        TextgovError: the index is empty.
    """
    flow = prisma_flow(index)
    plan = read_plan(index)
    counts = index.status()
    runs = [run for run in index.runs() if run.outcome == "done"]
    coded = next((run for run in reversed(runs) if run.command == "annotate"), None)
    last = coded or next(iter(reversed(runs)), None)
    return Facts(
        searches=_searches(index),
        read_on=tuple(sorted({_day(run) for run in runs if run.command == "ingest"})),
        flow=flow,
        duplicates=_duplicates(index),
        unreadable=counts.files.get("failed", 0),
        documents=counts.documents,
        passages=counts.passages,
        sentences=counts.sentences,
        plan_screeners=plan.screeners,
        question=plan.question,
        batch=plan.batch,
        reasons=plan.reasons,
        titles=_stage(index, "title"),
        texts=_stage(index, "text"),
        coding=None if coded is None else _coding(index, coded, counts.annotated, counts.mentions),
        versions={} if last is None else last.versions,
    )


def _day(run: Run) -> str:
    return (run.started or "").partition("T")[0]


def _searches(index: Index) -> tuple[Search, ...]:
    origins = Origins(index)
    found: dict[tuple[str, str, str | None, str | None], int] = {}
    for path, documents in origins.files().items():
        source = origins.source(path)
        if source is not None:
            key = (source.name, source.kind, source.searched, source.query)
            found[key] = found.get(key, 0) + len(documents)
    return tuple(
        Search(name, kind, number, searched, query)
        for (name, kind, searched, query), number in sorted(found.items(), key=lambda pair: pair[0][:2])
    )


def _duplicates(index: Index) -> dict[str, int]:
    """Copies by the reason why they are held to be copies, without names and figures."""
    reasons = Counter(link.reason.partition(":")[0].partition(" (")[0] for link in index.duplicates())
    return dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))


def _stage(index: Index, stage: Stage) -> StageFacts | None:
    found = [one for one in standings(index, stage).values() if one.votes]
    if not found:
        return None
    votes = [vote for one in found for vote in one.votes.values()]
    return StageFacts(
        documents=len(found),
        screeners=len({vote.screener for vote in votes}),
        kappas=tuple(map(_agreement, agreements(index, stage))),
        resolved=sum(1 for one in found if one.resolution is not None),
        ranked=any(vote.score is not None for vote in votes),
    )


def _agreement(one: Agreement) -> str:
    said = f"{100 * one.agreed / one.documents:.1f} % of {one.documents:,} records that two people screened"
    if one.kappa is None:
        return said
    interval = "" if one.low is None else f", 95 % interval {one.low:.2f} to {one.high:.2f}"
    return f"{said} (Cohen's kappa {one.kappa:.2f}{interval})"


def _coding(index: Index, run: Run, documents: int, mentions: dict[str, int]) -> CodingFacts:
    name, title, source = str(run.options.get("codebook") or ""), "", ""
    try:
        known = codebook_of(index)
    except CodebookError:
        name = Path(name).name
    else:
        name, title, source = (
            f"{known.header.id} {known.header.version}",
            known.header.title,
            known.header.source,
        )
    return CodingFacts(
        codebook=name,
        title=title,
        source=source,
        codebook_hash=run.codebook or "",
        pipeline_hash=run.pipeline or "",
        date=_day(run),
        finder=index.value("SELECT 1 FROM mentions WHERE rule = ? LIMIT 1", (MODEL_RULE,)) is not None,
        documents=documents,
        other_language=_other_language(index, run),
        also=str(run.options.get("also") or "").replace(" ", ", ").replace("_", " "),
        mentions=mentions,
        tagged=_tagged(index),
    )


def _tagged(index: Index) -> tuple[str, int, int] | None:
    """The classifier of paths that was last used, and how many documents and passages it tagged."""
    runs = [run for run in index.runs() if run.command == "tag" and run.options.get("model")]
    if not runs:
        return None
    alike = [run for run in runs if run.options["model"] == runs[-1].options["model"]]
    documents, passages = (
        sum(run.counts.get(name, 0) for run in alike) for name in ("documents", "passages")
    )
    return str(runs[-1].options["model"]), documents, passages


def _other_language(index: Index, run: Run) -> int:
    """Documents that all runs by the same codebook and coder passed over for their language."""
    alike = (one for one in index.runs() if (one.codebook, one.pipeline) == (run.codebook, run.pipeline))
    return sum(one.counts.get("other language", 0) for one in alike if one.command == "annotate")


def methods_text(index: Index) -> str:
    """The paragraph as Markdown."""
    return paragraph(methods_facts(index))


def write_methods(index: Index, path: Path) -> None:
    """Write the paragraph as Markdown, text or DOCX, as the file is named.

    Raises:
        UsageError: the file's name tells none of these formats, or it cannot be written.
    """
    suffix = suffix_of(path, FORMATS)
    text = methods_text(index)
    with replaced(path) as draft:
        if suffix == ".docx":
            write_docx(text, draft)
        else:
            draft.write_text(text, encoding="utf-8")
