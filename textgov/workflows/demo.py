"""The whole job on the corpus that ships with textgov."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import cast

from textgov.codebook.loader import DEFAULT
from textgov.errors import TextgovError, UsageError
from textgov.index.keys import Scope
from textgov.index.search import Hits
from textgov.index.store import Index
from textgov.workflows.annotate import AnnotateOptions, AnnotateReport, annotate_index
from textgov.workflows.export import ExportOptions, export_file, replaced
from textgov.workflows.ingest import IngestOptions, IngestReport, ingest
from textgov.workflows.maps import MapFile, standard_maps, write_contents, write_map
from textgov.workflows.query import Page, find
from textgov.workflows.show import html_page, view_document
from textgov.workflows.status import StatusReport, index_status
from textgov.workflows.tag import load_model_for, tag_index
from textgov.workflows.theory_maps import Shape, TheoryRequest, theory_chart
from textgov.workflows.topics import TopicOptions, fit_topics, write_report

Progress = Callable[[int, int, str], None]
Stage = Callable[[str], AbstractContextManager[Progress]]
INDEX = "demo.db"
DOCUMENTS = "documents"
MAPS = "maps"
TABLES = ("documents", "mentions")
SHAPES: tuple[Shape, ...] = ("table1", "table2", "figure1")
SHOWN = 2


@dataclass(frozen=True)
class Example:
    """An example search: the question in words, the query, its unit, and the first hits."""

    question: str
    query: str
    within: Scope
    hits: Hits


@dataclass(frozen=True)
class DemoReport:
    """What the demo made."""

    folder: Path
    index: Path
    page: Path
    tables: dict[Path, int]
    maps: tuple[MapFile, ...]
    contents: Path
    ingested: IngestReport
    annotated: AnnotateReport
    status: StatusReport
    examples: tuple[Example, ...]


def run_demo(folder: Path, stage: Stage, jobs: int = 1) -> DemoReport:
    """Copy the corpus into a folder, ingest and annotate it, write a page and tables; again is quick.

    Args:
        folder: is made if it is not there.
        stage: opens a display of progress under a title.
        jobs: number of processes.

    Raises:
        UsageError: the folder cannot be written.
    """
    settings = tomllib.loads(files("textgov").joinpath("data", "demo.toml").read_text(encoding="utf-8"))
    documents = copy_corpus(folder / DOCUMENTS)
    path = folder / INDEX
    with Index.open(path, create=True) as index:
        with stage("reading") as progress:
            ingested = ingest(index, [documents], IngestOptions(jobs=jobs), progress)
        with stage("annotating") as progress:
            annotated = annotate_index(index, AnnotateOptions(jobs=jobs), progress)
        with stage("tagging with paths") as progress:
            tag_index(index, load_model_for(index, None), progress)
        page = folder / f"{Path(settings['page']).stem}.html"
        with replaced(page) as draft:
            draft.write_text(
                html_page(view_document(index, settings["page"], codebook=DEFAULT)), encoding="utf-8"
            )
        tables = {}
        for table in TABLES:
            target = folder / f"{table}.csv"
            tables[target] = export_file(index, ExportOptions(table), target)
        examples = tuple(_example(index, search) for search in settings["search"])
        maps = _draw(index, folder / MAPS, stage)
        status = index_status(index)
    contents = _contents(folder, page, maps, status)
    return DemoReport(folder, path, page, tables, maps, contents, ingested, annotated, status, examples)


def _draw(index: Index, folder: Path, stage: Stage) -> tuple[MapFile, ...]:
    """The maps of the literature, those of the theory, and the report of the topics."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[MapFile] = []
    with stage("drawing maps") as progress:
        made += standard_maps(index, folder)
        for done, shape in enumerate(SHAPES, 1):
            chart = theory_chart(index, shape, TheoryRequest())
            path = folder / f"{shape}.html"
            write_map(chart, path)
            made.append(MapFile(path, f"{chart.kind}: {chart.title}", chart.lead))
            progress(done, len(SHAPES), chart.kind)
    with stage("fitting topics") as progress:
        fitted = fit_topics(index, TopicOptions(), progress)
        path = folder / "topics.html"
        write_report(fitted.report, DEFAULT, [path])
        made.append(
            MapFile(
                path,
                "Topics",
                "Topics seeded with the paths of the theory, and how far the texts follow them.",
            )
        )
    return tuple(made)


def _contents(folder: Path, page: Path, maps: Sequence[MapFile], status: StatusReport) -> Path:
    path = folder / "index.html"
    example = MapFile(page, page.stem.replace("-", " ").capitalize(), "An annotated document.")
    counts = status.counts
    facts = [("Documents", f"{counts.documents:,}"), ("Passages", f"{counts.passages:,}")]
    facts += [(f"Mentions: {name}", f"{count:,}") for name, count in counts.mentions.items()]
    write_contents(
        path,
        "The demo of textgov",
        "What textgov makes of the corpus that ships with it. All documents were written for this purpose.",
        facts,
        {"Maps": maps, "Documents": [example]},
    )
    return path


def _example(index: Index, search: dict[str, str]) -> Example:
    within = cast("Scope", search["within"])
    hits = find(index, search["query"], codebook=DEFAULT, within=within, page=Page(SHOWN))
    return Example(search["question"], search["query"], within, hits)


def copy_corpus(target: Path) -> Path:
    """Copy the documents of the demo corpus into a folder, over what is there of the same name.

    Raises:
        UsageError: the folder cannot be written.
        TextgovError: the corpus is not there.
    """
    packaged = files("textgov").joinpath("data", "demo")
    try:
        with as_file(packaged) as folder:
            source = folder if folder.is_dir() else _checkout()
            target.mkdir(parents=True, exist_ok=True)
            for file in sorted(source.iterdir()):
                copy = target / file.name
                if not copy.is_file() or copy.read_bytes() != file.read_bytes():
                    shutil.copyfile(file, copy)
    except OSError as error:
        raise UsageError(
            f"{target}: cannot be written ({error.strerror}); name another folder by --output"
        ) from error
    return target


def _checkout() -> Path:
    """The corpus in a checkout, from where the wheel takes it."""
    found = Path(__file__).parents[2] / "corpora" / "demo" / "documents"
    if not found.is_dir():
        raise TextgovError("the demo corpus is missing; install textgov again")
    return found
