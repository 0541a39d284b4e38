"""Annotation of the documents of an index."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec
from threadpoolctl import threadpool_limits

from textgov.documents import CODED_KINDS, Annotation, Passage
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.pipeline.build import Pipeline, PipelineOptions
from textgov.workflows.parallel import CrashedError, Workers, ordered_map
from textgov.workflows.runs import recorded, versions
from textgov.workflows.tag import TagReport, shipped_model, tag_index

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class AnnotateOptions:
    """How documents are annotated.

    Attributes:
        pipeline: codebook and model.
        jobs: number of processes.
        also: kinds of passages that are coded beside the body, such as `table`.
        languages: ISO 639-1 codes; documents in others are marked as done with nothing found.
    """

    pipeline: PipelineOptions = field(default_factory=PipelineOptions)
    jobs: int = 1
    also: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en",)


@dataclass
class AnnotateReport:
    """How many documents were annotated, passed over for their language, and failed, with the reason.

    `tagged` tells of their paths; None if the classifier that ships does not fit the codebook.
    """

    documents: int = 0
    mentions: int = 0
    known: int = 0
    other_language: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    tagged: TagReport | None = None


@dataclass(frozen=True)
class Task:
    """One document's passages to annotate."""

    document: str
    source: str
    ordinals: tuple[int, ...]
    texts: tuple[str, ...]


class _Worker:
    """The pipeline of this process."""

    pipeline: Pipeline | None = None


def start_worker(options: PipelineOptions) -> Pipeline:
    """The pipeline of this process, built at the first call; matrices are multiplied in one thread from then on.

    The matrices are small: threads wait for each other longer than they work, the more so the busier the machine, and
    sums would depend on how many there are.
    """
    threadpool_limits(1, user_api="blas")
    if _Worker.pipeline is None or _Worker.pipeline.options != options:
        _Worker.pipeline = Pipeline(options)
        # Lexicons and models are millions of objects that stay: the collector would go through them again and again.
        gc.collect()
        gc.freeze()
    return _Worker.pipeline


def annotate_task(task: Task) -> bytes:
    """Annotations of a document's passages, packed: smaller and faster to hand over than objects."""
    assert _Worker.pipeline is not None
    # One document is one batch, so that no result depends on its neighbours or on the number of workers.
    return msgspec.msgpack.encode(list(_Worker.pipeline.annotate(task.texts)))


def annotate_index(
    index: Index, options: AnnotateOptions | None = None, progress: Progress | None = None
) -> AnnotateReport:
    """Annotate every document that this codebook and pipeline have not annotated, each in one transaction.

    A run that was killed goes on where it stopped when it is called again.

    Raises:
        CodebookError: the codebook has faults.
        IndexFileError: the index cannot be written.
    """
    options = options or AnnotateOptions()
    pipeline = start_worker(options.pipeline)
    identity = "+".join([pipeline.hash, *sorted(options.also)])
    pending = list(index.pending(pipeline.codebook.hash, identity))
    report = AnnotateReport(known=sum(1 for _ in index.document_ids()) - len(pending))
    run = Run("annotate", _recorded_options(options), versions(), pipeline.codebook.hash, identity)
    with recorded(index, run) as running:
        tasks = _tasks(index, pending, options, report)
        workers = Workers(options.jobs, initializer=start_worker, arguments=(options.pipeline,))
        if options.jobs > 1:
            # The workers build their own; two in one process would be memory for nothing.
            _Worker.pipeline = None
        for done, (task, packed) in enumerate(ordered_map(annotate_task, tasks, workers), 1):
            _store(index, running.number, task, packed, report)
            if progress:
                progress(done, len(pending), task.source)
        running.counts |= {
            "documents": report.documents,
            "mentions": report.mentions,
            "other language": len(report.other_language),
            "failed": len(report.failed),
        }
    model = shipped_model(pipeline.codebook)
    if model is not None:
        report.tagged = tag_index(index, model)
    return report


def _recorded_options(options: AnnotateOptions) -> dict[str, str | int | float | bool | None]:
    folder = Path(options.pipeline.codebook)
    # Searches find the codebook again from any working folder.
    codebook = str(folder.resolve()) if folder.is_dir() else options.pipeline.codebook
    also = " ".join(sorted(options.also))
    return {"jobs": options.jobs, "also": also, **asdict(options.pipeline), "codebook": codebook}


def _store(index: Index, run: int, task: Task, packed: bytes | CrashedError, report: AnnotateReport) -> None:
    if isinstance(packed, CrashedError):
        report.failed.append(f"{task.source} [{task.document}]: {packed}")
        return
    annotations = msgspec.msgpack.decode(packed, type=list[Annotation])
    index.write_annotations(task.document, zip(task.ordinals, annotations, strict=True), run)
    report.documents += 1
    report.mentions += sum(len(annotation.mentions) for annotation in annotations)


def _tasks(
    index: Index, pending: Iterable[str], options: AnnotateOptions, report: AnnotateReport
) -> Iterator[Task]:
    wanted = CODED_KINDS | options.also
    for identifier in pending:
        document = index.document(identifier)
        language = document.bibliography.language
        passages: list[Passage] = []
        if language is None or language in options.languages:
            passages = [p for p in index.passages(identifier) if p.kind in wanted]
        else:
            report.other_language.append(f"{document.source} [{identifier}]: its language is {language!r}")
        yield Task(
            identifier,
            document.source,
            tuple(p.ordinal for p in passages),
            tuple(document.text[p.start : p.end] for p in passages),
        )
