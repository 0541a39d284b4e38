"""From files to documents in the index: read, cut into passages, link duplicates, list what failed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textgov.documents import Document, Passage, Problem
from textgov.errors import RecordError
from textgov.index.connection import expected_faults
from textgov.index.records import Duplicate, FileRecord, FileStatus, Run, Sentence
from textgov.index.store import Index
from textgov.index.texts import supersede
from textgov.preprocessing.dedupe import Duplicate as Repeated
from textgov.preprocessing.dedupe import Signature, signature
from textgov.preprocessing.segment import segment, sentences_of
from textgov.readers import ReadOptions, find_files, read_file
from textgov.readers.problems import source_name
from textgov.workflows.duplicates import IndexedFinder, keys
from textgov.workflows.parallel import CrashedError, Workers, ordered_map
from textgov.workflows.runs import recorded, versions

Progress = Callable[[int, int, str], None]
CHUNK = 1 << 20
WAITS = "waits to be read again"
"""Reason of a file that lost the document it was a copy of; the next ingest reads it, wherever it is."""
MANY = 500
"""So many new documents make it worth while to put the full-text tables in order."""
RECORDS = (".ris", ".bib", ".bibtex", ".csv", ".tsv", ".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class IngestOptions:
    """How to read, and in how many processes.

    Attributes:
        read: limits of the readers.
        jobs: number of processes.
        again: read files anew that the index already knows.
        isolate: read in processes of their own even with one job, so that no file can end the run.
        max_seconds: a file that takes longer is given up.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    jobs: int = 1
    again: bool = False
    isolate: bool = True
    max_seconds: float = 600.0


@dataclass
class IngestReport:
    """What became of the files: counts by status, and every problem in order.

    `kept` counts files that gave documents, `known` those that were read before and are unchanged.
    """

    files: int = 0
    kept: int = 0
    documents: int = 0
    duplicates: int = 0
    known: int = 0
    hidden: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def useful(self) -> bool:
        """Whether the index holds anything of what was asked for."""
        return bool(self.kept or self.known or self.duplicates)


@dataclass(frozen=True)
class Prepared:
    """A document ready for the index."""

    document: Document
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    signature: bytes


@dataclass(frozen=True)
class FileResult:
    """All that was read of one file."""

    path: Path
    sha256: str | None
    size: int
    mtime: int
    items: tuple[Prepared | Problem, ...]


def ingest(
    index: Index,
    paths: Sequence[Path],
    options: IngestOptions | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read files and folders into the index, each file in one transaction; known files are passed over.

    A run that was killed goes on where it stopped when it is called again with the same paths, and ends as
    if it had not been. Full texts are read before files of records, so that a record is linked to its text
    and not the other way round; where the record was there first, its file is read again after the text.

    Raises:
        IndexFileError: the index cannot be written.
    """
    options = options or IngestOptions()
    report = IngestReport()
    with recorded(index, Run("ingest", {"paths": len(paths), "jobs": options.jobs}, versions())) as run:
        _read_all(index, _todo(index, find_files(paths), options, report), options, report, progress)
        while again := _overtaken(index, report):
            _read_all(index, again, options, IngestReport(), progress)
        if report.documents >= MANY:
            index.optimize()
        report.problems.sort(key=_natural)
        run.counts |= {
            "files": report.files,
            "kept": report.kept,
            "documents": report.documents,
            "duplicates": report.duplicates,
            "problems": len(report.problems),
        }
    return report


def _read_all(
    index: Index,
    todo: Sequence[Path],
    options: IngestOptions,
    report: IngestReport,
    progress: Progress | None,
) -> None:
    finder = IndexedFinder(index)
    workers = Workers(options.jobs, options.isolate, options.max_seconds)
    results = ordered_map(_read, ((path, options.read) for path in todo), workers)
    for done, ((path, _), answer) in enumerate(results, 1):
        advice = "open it in its own program and save it anew"
        result = _failed(path, str(answer), advice) if isinstance(answer, CrashedError) else answer
        try:
            with index.transaction():
                _store(index, finder, result, report)
        except RecordError as error:
            with index.transaction():
                _store(index, finder, _failed(path, str(error), "save it anew"), report)
        if progress:
            progress(done, len(todo), path.name)


def _todo(
    index: Index, found: Iterable[Path | Problem], options: IngestOptions, report: IngestReport
) -> list[Path]:
    """Files to read, full texts first; what they replace is forgotten."""
    todo: dict[str, Path] = {}
    stale: list[str] = []
    own = {str(index.path.absolute()) + suffix for suffix in ("", "-wal", "-shm", "-journal")}
    for item in found:
        if str(Path(item.where if isinstance(item, Problem) else item).absolute()) in own:
            continue
        report.files += 1
        if isinstance(item, Problem):
            _pass_over(index, item, report)
            continue
        name = source_name(item)
        known = index.file(name)
        if known is not None and not options.again and _unchanged(item, known):
            report.known += 1
            if known.reason and known.status == "kept":
                report.problems.append(Problem(known.path, known.reason, known.advice))
            continue
        if known is not None:
            stale.append(name)
        todo[name] = item
    released = _forget(index, stale)
    waiting = {record.path for record in index.files("skipped") if record.reason == WAITS}
    for name in sorted((released | waiting) - todo.keys()):
        if Path(name).is_file():
            todo[name] = Path(name)
    return sorted(todo.values(), key=_rank)


def _pass_over(index: Index, problem: Problem, report: IngestReport) -> None:
    index.add_file(FileRecord(problem.where, "skipped", reason=problem.what, advice=problem.advice))
    if Path(problem.where).name.startswith("."):
        report.hidden += 1
    else:
        report.problems.append(problem)


def _rank(path: Path) -> int:
    """Texts with pages first, then other texts, then records: the first of several copies is the one kept."""
    suffix = path.suffix.lower()
    return 0 if suffix == ".pdf" else 2 if suffix in RECORDS else 1


def _forget(index: Index, names: Iterable[str]) -> set[str]:
    """Remove files with their documents; returns the copies that lose what they were copies of.

    All of them wait to be read again from then on, whenever this run may end.
    """
    released: set[str] = set()
    with index.transaction():
        for name in names:
            copies = index.forget(name)
            for lost in (name, *copies):
                index.add_file(FileRecord(lost, "skipped", reason=WAITS, advice="run textgov ingest again"))
            released.update(copies)
    return released


def _overtaken(index: Index, report: IngestReport) -> list[Path]:
    """Files to read again, in order: full texts linked to a mere record that had come first, and its file."""
    texts: set[str] = set()
    records: set[str] = set()
    for link in index.duplicates():
        if link.part is None and Path(link.source).suffix.lower() not in RECORDS:
            kept = index.document(link.kept)
            mere = kept.part is not None and kept.bibliography.kind == "abstract"
            if mere and Path(kept.source).is_file() and Path(link.source).is_file():
                texts.add(link.source)
                records.add(kept.source)
    report.kept += len(texts)
    released = _forget(index, sorted(texts | records)) - texts - records
    first = sorted(map(Path, texts), key=lambda path: (_rank(path), path))
    others = sorted(path for path in map(Path, released) if path.is_file())
    return [*first, *others, *sorted(map(Path, records))]


def _unchanged(path: Path, known: FileRecord) -> bool:
    """Whether a file is as it was when it was read; one that failed is tried again whenever it is named."""
    if known.status in ("failed", "skipped"):
        return False
    try:
        state = path.stat()
    except OSError:
        return False
    return known.size == state.st_size and (known.mtime == state.st_mtime_ns or known.sha256 == _digest(path))


def _digest(path: Path) -> str | None:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()


def _read(task: tuple[Path, ReadOptions]) -> FileResult:
    """Work of one process: everything of one file that can be done without the index."""
    path, options = task
    try:
        state = path.stat()
    except OSError as error:
        return _failed(path, f"cannot be read ({error.strerror})", "check the path")
    digest = _digest(path) if state.st_size < options.max_bytes else None
    items = tuple(item if isinstance(item, Problem) else _prepare(item) for item in read_file(path, options))
    return FileResult(path, digest, state.st_size, state.st_mtime_ns, items)


def _prepare(document: Document) -> Prepared:
    passages = segment(document)
    sentences = tuple(
        Sentence(passage.ordinal, start, end)
        for passage in passages
        for start, end in sentences_of(document.text, passage.start, passage.end)
    )
    return Prepared(document, passages, sentences, signature(document.text).to_bytes())


def _failed(path: Path, what: str, advice: str) -> FileResult:
    return FileResult(path, None, 0, 0, (Problem(source_name(path), what, advice),))


def _store(index: Index, finder: IndexedFinder, result: FileResult, report: IngestReport) -> None:
    source = source_name(result.path)
    copies = [f for f in index.files_with_hash(result.sha256) if f.path != source] if result.sha256 else []
    original = next((f for f in copies if f.status in ("kept", "duplicate") and f.document), None)
    if original is not None:
        reason = f"identical file: {original.path}"
        report.duplicates += 1
        index.link_duplicate(Duplicate(source, original.document or "", original.document or "", reason))
        index.add_file(_record(result, "duplicate", original.document, reason))
        return
    kept: list[str] = []
    links: list[tuple[str, str]] = []
    replaced = 0
    problems = [item for item in result.items if isinstance(item, Problem)]
    for item in result.items:
        if isinstance(item, Prepared):
            replaced += _store_document(index, finder, item, kept, links, report)
    report.problems.extend(problems)
    report.documents += len(kept) - replaced
    report.duplicates += len(links)
    reason = "; ".join(_within(source, problem) for problem in problems)
    advice = "; ".join(dict.fromkeys(p.advice for p in problems if p.advice))
    if kept:
        report.kept += 1
        index.add_file(_record(result, "kept", kept[0], reason, advice))
    elif links:
        index.add_file(_record(result, "duplicate", links[0][0], reason or links[0][1], advice))
    else:
        index.add_file(_record(result, "failed", None, reason, advice))


def _natural(problem: Problem) -> list[tuple[int, str]]:
    """Key that sorts `line 9` before `line 10`."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", problem.where)]


def _within(source: str, problem: Problem) -> str:
    """What is wrong, with the place within the file if it is told."""
    place = problem.where.removeprefix(source).lstrip(", ")
    return f"{place}: {problem.what}" if place else problem.what


def _store_document(
    index: Index,
    finder: IndexedFinder,
    item: Prepared,
    kept: list[str],
    links: list[tuple[str, str]],
    report: IngestReport,
) -> bool:
    """Keep a document or link it; whether it took the place of one of another file."""
    document = item.document
    sketch = Signature.from_bytes(item.signature)
    found = finder.find(sketch, document.bibliography)
    fuller = found is not None and _is_fuller_record(index, found, document)
    if (found is None or fuller) and index.add_document(
        document,
        item.passages,
        item.sentences,
        signature=item.signature,
        fingerprints=keys(sketch, document.bibliography),
    ):
        if found is None:
            kept.append(document.id)
            return False
        with expected_faults(index.path):
            report.kept -= supersede(index.connection, found.kept, document.id, found.reason)
        links.append((document.id, found.reason))
        elsewhere = found.kept not in kept
        kept[:] = [*(name for name in kept if name != found.kept), document.id]
        return elsewhere
    original = found.kept if found else document.id
    reason = found.reason if found else "identical text"
    index.link_duplicate(Duplicate(document.source, document.id, original, reason, document.part))
    links.append((original, reason))
    return False


def _is_fuller_record(index: Index, found: Repeated, document: Document) -> bool:
    """Whether a record holds the abstract that the one kept lacks; a kept one that people coded stays."""
    mere = document.part is not None and document.bibliography.kind == "abstract"
    return mere and found.fuller and not index.codings(found.kept, machine=False)


def _record(
    result: FileResult, status: FileStatus, document: str | None, reason: str = "", advice: str = ""
) -> FileRecord:
    source = source_name(result.path)
    return FileRecord(source, status, result.sha256, result.size, result.mtime, document, reason, advice)
