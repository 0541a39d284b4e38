"""Annotation of an index, and the filter that annotates a stream of JSON lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

import msgspec

from textgov.documents import CODED_KINDS, Annotation, Passage, to_json
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.pipeline.build import Pipeline, PipelineOptions
from textgov.workflows.parallel import CrashedError, ordered_map
from textgov.workflows.runs import versions

Progress = Callable[[int, int, str], None]
STREAM_BATCH = 64
SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class AnnotateOptions:
    """Which pipeline, in how many processes, and which kinds of passages are coded beside the body."""

    pipeline: PipelineOptions = field(default_factory=PipelineOptions)
    jobs: int = 1
    also: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en",)


@dataclass
class AnnotateReport:
    """How many documents were annotated, passed over for their language, and failed, with the reason."""

    documents: int = 0
    mentions: int = 0
    other_language: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Task:
    """One document's passages to annotate."""

    document: str
    ordinals: tuple[int, ...]
    texts: tuple[str, ...]


class _Worker:
    """The pipeline of this process."""

    pipeline: Pipeline | None = None


def start_worker(options: PipelineOptions) -> None:
    """Build the pipeline of a worker process, once."""
    if _Worker.pipeline is None or _Worker.pipeline.options != options:
        _Worker.pipeline = Pipeline(options)


def annotate_task(task: Task) -> bytes:
    """Annotations of a document's passages, packed: smaller and faster to hand over than objects."""
    assert _Worker.pipeline is not None
    # One document is one batch, so that no result depends on its neighbours or on the number of workers.
    return msgspec.msgpack.encode(list(_Worker.pipeline.annotate(task.texts)))


def annotate_index(
    index: Index, options: AnnotateOptions | None = None, progress: Progress | None = None
) -> AnnotateReport:
    """Annotate every document that this codebook and pipeline have not annotated yet; each in one transaction."""
    options = options or AnnotateOptions()
    start_worker(options.pipeline)
    assert _Worker.pipeline is not None
    identity = _Worker.pipeline.hash + ("+" + "+".join(sorted(options.also)) if options.also else "")
    run = Run(
        "annotate",
        {"jobs": options.jobs, "also": " ".join(sorted(options.also))} | asdict(options.pipeline),
        versions(),
        _Worker.pipeline.codebook.hash,
        identity,
    )
    pending = list(index.pending(run.codebook or "", identity))
    report = AnnotateReport()
    number = index.start_run(run)
    decoder = msgspec.msgpack.Decoder(list[Annotation])
    tasks = _tasks(index, pending, options, report)
    results = ordered_map(
        annotate_task, tasks, jobs=options.jobs, initializer=start_worker, arguments=(options.pipeline,)
    )
    for done, (task, packed) in enumerate(results, 1):
        if isinstance(packed, CrashedError):
            report.failed.append(f"{task.document}: {packed}")
            continue
        annotations = decoder.decode(packed)
        index.write_annotations(task.document, list(zip(task.ordinals, annotations, strict=True)), number)
        report.documents += 1
        report.mentions += sum(len(a.mentions) for a in annotations)
        if progress:
            progress(done, len(pending), task.document)
    index.finish_run(
        number, {"documents": report.documents, "mentions": report.mentions, "failed": len(report.failed)}
    )
    return report


def _tasks(
    index: Index, pending: Iterable[str], options: AnnotateOptions, report: AnnotateReport
) -> Iterator[Task]:
    wanted = CODED_KINDS | options.also
    for identifier in pending:
        document = index.document(identifier)
        language = document.bibliography.language
        if language is not None and language not in options.languages:
            report.other_language.append(f"{document.source}: not coded, its language is {language!r}")
            passages: list[Passage] = []
        else:
            passages = [p for p in index.passages(identifier) if p.kind in wanted]
        yield Task(
            identifier,
            tuple(p.ordinal for p in passages),
            tuple(document.text[p.start : p.end] for p in passages),
        )


@dataclass(frozen=True)
class StreamItem:
    """A line of the stream: its id and text, or what is wrong with it."""

    id: Any
    text: str = ""
    error: str | None = None


def annotate_stream(lines: Iterable[str], pipeline: Pipeline) -> Iterator[tuple[str, bool]]:
    """Answer every line of JSON with a line of JSON, in order; the flag says whether it could be read.

    Memory does not grow with the number of lines.
    """
    items = (_item(line, number) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(items, STREAM_BATCH)):
        annotations = pipeline.annotate(item.text for item in batch if item.error is None)
        for item in batch:
            if item.error is not None:
                yield json.dumps({"id": item.id, "error": item.error}, ensure_ascii=False), False
                continue
            body = to_json(next(annotations))
            yield f'{{"id":{json.dumps(item.id, ensure_ascii=False)},{body[1:]}', True


def _item(line: str, number: int) -> StreamItem:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return StreamItem(None, error=f"line {number}: not JSON at column {error.colno}: {error.msg}")
    except RecursionError:
        return StreamItem(None, error=f"line {number}: nested too deeply")
    if not isinstance(value, dict):
        return StreamItem(None, error=f"line {number}: expected an object with 'id' and 'text'")
    missing = [key for key in ("id", "text") if key not in value]
    if missing:
        return StreamItem(value.get("id"), error=f"line {number}: lacks {' and '.join(map(repr, missing))}")
    if not isinstance(value["text"], str):
        return StreamItem(value["id"], error=f"line {number}: 'text' is not a string")
    # A lone surrogate is no character; its replacement keeps all offsets.
    return StreamItem(value["id"], SURROGATES.sub("\N{REPLACEMENT CHARACTER}", value["text"]))
