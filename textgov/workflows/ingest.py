"""From files to documents in the index: read, cut into passages, link duplicates, list what failed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textgov.documents import Document, Passage, Problem
from textgov.index.records import Duplicate, FileRecord, Run, Sentence
from textgov.index.store import Index
from textgov.preprocessing.dedupe import DuplicateFinder, Signature, signature
from textgov.preprocessing.segment import segment, sentences_of
from textgov.readers import ReadOptions, find_files, read_file
from textgov.readers.problems import source_name
from textgov.workflows.parallel import CrashedError, ordered_map
from textgov.workflows.runs import versions

Progress = Callable[[int, int, str], None]
CHUNK = 1 << 20


@dataclass(frozen=True)
class IngestOptions:
    """How to read, and in how many processes; `again` reads files anew that the index already knows."""

    read: ReadOptions = field(default_factory=ReadOptions)
    jobs: int = 1
    again: bool = False


@dataclass
class IngestReport:
    """What became of the files: counts by status, and every problem in order."""

    kept: int = 0
    documents: int = 0
    duplicates: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything was not read."""
        return bool(self.problems)


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
    """Read files and folders into the index, each file in one transaction; files already known are passed over.

    A run that was killed goes on where it stopped when it is called again with the same paths.
    """
    options = options or IngestOptions()
    report = IngestReport()
    found = list(find_files(paths))
    run = index.start_run(Run("ingest", {"paths": len(paths), "jobs": options.jobs}, versions()))
    finder = _known_documents(index)
    todo = list(_new_files(index, found, options, report))
    results = ordered_map(_read, [(path, options.read) for path in todo], jobs=options.jobs)
    for done, ((path, _), result) in enumerate(results, 1):
        if isinstance(result, CrashedError):
            result = _crashed(path, result)
        with index.transaction():
            _store(index, finder, result, report)
        if progress:
            progress(done, len(todo), path.name)
    counts = {"files": len(found), "kept": report.kept, "documents": report.documents}
    index.finish_run(run, counts | {"duplicates": report.duplicates, "problems": len(report.problems)})
    return report


def _known_documents(index: Index) -> DuplicateFinder:
    finder = DuplicateFinder()
    bibliographies = {d.id: d.bibliography for d in index.documents()}
    for identifier, stored in index.signatures():
        finder.keep(identifier, Signature.from_bytes(stored), bibliographies[identifier])
    return finder


def _new_files(
    index: Index, found: Iterable[Path | Problem], options: IngestOptions, report: IngestReport
) -> Iterator[Path]:
    for item in found:
        if isinstance(item, Problem):
            report.problems.append(item)
            index.add_file(FileRecord(item.where, "skipped", reason=item.what, advice=item.advice))
            continue
        known = index.file(source_name(item))
        if known is not None and not options.again and _unchanged(item, known):
            report.known += 1
            if known.status == "failed":
                report.problems.append(Problem(known.path, known.reason, known.advice))
            continue
        if known is not None:
            index.forget(known.path)
        yield item


def _unchanged(path: Path, known: FileRecord) -> bool:
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
        problem = Problem(source_name(path), f"cannot be read ({error.strerror})", "check the path")
        return FileResult(path, None, 0, 0, (problem,))
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


def _crashed(path: Path, error: CrashedError) -> FileResult:
    problem = Problem(source_name(path), str(error), "open it in its own program and save it anew")
    return FileResult(path, None, 0, 0, (problem,))


def _store(index: Index, finder: DuplicateFinder, result: FileResult, report: IngestReport) -> None:
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
    problems = [item for item in result.items if isinstance(item, Problem)]
    for item in result.items:
        if isinstance(item, Prepared):
            _store_document(index, finder, item, kept, links)
    report.problems.extend(problems)
    report.documents += len(kept)
    report.duplicates += len(links)
    reason = "; ".join(f"{p.where}: {p.what}" if p.where != source else p.what for p in problems)
    advice = "; ".join(dict.fromkeys(p.advice for p in problems if p.advice))
    if kept:
        report.kept += 1
        index.add_file(_record(result, "kept", kept[0], reason, advice))
    elif links:
        index.add_file(_record(result, "duplicate", links[0][0], reason or links[0][1], advice))
    else:
        index.add_file(_record(result, "failed", None, reason, advice))


def _store_document(
    index: Index, finder: DuplicateFinder, item: Prepared, kept: list[str], links: list[tuple[str, str]]
) -> None:
    document = item.document
    found = finder.add_signature(document.id, Signature.from_bytes(item.signature), document.bibliography)
    if found is None and not index.has_document(document.id):
        index.add_document(document, item.passages, item.sentences, signature=item.signature)
        kept.append(document.id)
        return
    original = found.kept if found else document.id
    reason = found.reason if found else "identical text"
    index.link_duplicate(Duplicate(document.source, document.id, original, reason, document.part))
    links.append((original, reason))


def _record(
    result: FileResult, status: str, document: str | None, reason: str = "", advice: str = ""
) -> FileRecord:
    return FileRecord(
        source_name(result.path),
        status,  # type: ignore[arg-type]
        result.sha256,
        result.size,
        result.mtime,
        document,
        reason,
        advice,
    )
