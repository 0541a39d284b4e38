"""The numbers of the PRISMA 2020 flow diagram, from the index, and the diagram as a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from textgov.errors import TextgovError
from textgov.export.prisma import Assessment, Flow
from textgov.export.prisma_docx import write_docx
from textgov.export.prisma_svg import diagram
from textgov.index.screening import read_plan
from textgov.index.store import Index
from textgov.workflows.export import replaced, suffix_of
from textgov.workflows.screen import Origins, Standing, standings

FORMATS = (".svg", ".docx", ".json")
NO_REASON = "no reason given"


def prisma_flow(index: Index) -> Flow:
    """The numbers, as they stand.

    Raises:
        TextgovError: the index is empty, or its numbers do not add up.
    """
    origins = Origins(index)
    files, works = origins.files(), origins.works()
    documents = list(index.document_ids())
    if not documents:
        raise TextgovError(f"{index.path}: the index has no documents; read some by `textgov ingest FILES`")
    titles = standings(index, "title")
    texts = standings(index, "text")
    settled = Counter(one.verdict for one in titles.values())
    untouched = sum(1 for one in titles.values() if one.verdict is None and not one.votes)
    others = Counter(_kind(index, origins, document) for document in documents if document not in works)
    flow = Flow(
        databases=_by_name(origins, files, "database"),
        registers=_by_name(origins, files, "register"),
        duplicates=sum(map(len, files.values())) - len(works),
        unscreened=untouched,
        excluded=settled["exclude"],
        undecided=settled[None] - untouched,
        reports=_assessment(one for one in texts.values() if one.document in works),
        others=dict(sorted(others.items())),
        other_reports=_assessment(one for one in texts.values() if one.document not in works),
        stopped=read_plan(index).stopped,
    )
    if faults := flow.faults():
        raise TextgovError(
            f"{index.path}: the numbers do not add up: {'; '.join(faults)}; run textgov doctor"
        )
    return flow


def _by_name(origins: Origins, files: dict[str, list[str]], kind: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for path, documents in files.items():
        source = origins.source(path)
        if source is not None and source.kind == kind:
            counts[source.name] += len(documents)
    return dict(sorted(counts.items()))


def _kind(index: Index, origins: Origins, document: str) -> str:
    source = origins.source(index.document(document).source)
    return "other" if source is None or source.kind in ("database", "register") else source.kind


def _assessment(found: Iterable[Standing]) -> Assessment:
    missing = waiting = undecided = included = 0
    reasons: Counter[str] = Counter()
    for one in found:
        if one.verdict == "missing":
            missing += 1
        elif one.verdict == "include":
            included += 1
        elif one.verdict == "exclude":
            reasons[one.reason or NO_REASON] += 1
        elif one.votes:
            undecided += 1
        else:
            waiting += 1
    ordered = dict(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    return Assessment(missing, waiting, ordered, undecided, included)


def write_prisma(index: Index, path: Path) -> Flow:
    """Write the diagram as SVG or DOCX, or its numbers as JSON, as the file is named; returns its numbers.

    Raises:
        UsageError: the file's name tells none of these formats, or it cannot be written.
    """
    suffix = suffix_of(path, FORMATS)
    flow = prisma_flow(index)
    with replaced(path) as draft:
        if suffix == ".docx":
            write_docx(flow, draft)
        else:
            text = diagram(flow) if suffix == ".svg" else as_json(flow)
            draft.write_text(text, encoding="utf-8")
    return flow


def as_json(flow: Flow) -> str:
    """All numbers, those that are sums as well."""
    sums = {
        "identified": flow.identified,
        "screened": flow.screened,
        "sought": flow.reports.sought,
        "assessed": flow.reports.assessed,
        "other_sought": flow.other_reports.sought,
        "other_assessed": flow.other_reports.assessed,
        "included": flow.included,
    }
    return json.dumps(asdict(flow) | {"sums": sums, "unfinished": flow.unfinished()}, indent=2) + "\n"
