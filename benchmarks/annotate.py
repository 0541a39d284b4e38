"""Speed of annotation beside plain spaCy: the same text, one process each, in turn.

    python benchmarks/annotate.py FOLDER_OF_PDFS [--files 30]

Prints words per second and the ratio by pairs, the share of time of each component, and words per second with 1
and 2 jobs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textgov.documents import CODED_KINDS, Document
from textgov.pipeline.build import BATCH, Pipeline, PipelineOptions
from textgov.preprocessing.segment import segment
from textgov.readers import find_files, read_file
from textgov.workflows.annotate import Task, annotate_task, start_worker
from textgov.workflows.parallel import Workers, ordered_map


def bodies(folder: Path, files: int) -> list[list[str]]:
    """Texts of the coded passages, by document."""
    documents = []
    paths = [path for path in find_files([folder]) if isinstance(path, Path)]
    for path in paths[:files]:
        for item in read_file(path):
            if isinstance(item, Document):
                passages = [p for p in segment(item) if p.kind in CODED_KINDS]
                documents.append([item.text[p.start : p.end] for p in passages])
    return documents


def plain_spacy() -> Any:
    """The full base model as it ships."""
    import importlib

    from textgov.pipeline.base import BASE_PACKAGES

    for package in BASE_PACKAGES:
        if importlib.util.find_spec(package):
            return importlib.import_module(package).load()
    raise SystemExit("no English model installed")


def seconds(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    documents = bodies(options.folder, options.files)
    texts = [text for document in documents for text in document]
    words = sum(len(text.split()) for text in texts)
    print(f"{len(documents)} documents, {len(texts)} passages, {words:,} words")

    plain, pipeline = plain_spacy(), start_worker(PipelineOptions())
    list(plain.pipe(texts[:50])), list(pipeline.annotate(texts[:50]))
    ratios, ours, theirs = [], [], []
    for _ in range(options.rounds):
        theirs.append(seconds(lambda: list(plain.pipe(texts, batch_size=BATCH))))
        ours.append(seconds(lambda: list(pipeline.annotate(texts))))
        ratios.append(theirs[-1] / ours[-1])
    print(f"plain spaCy {words / statistics.median(theirs):,.0f} words/s")
    print(f"textgov     {words / statistics.median(ours):,.0f} words/s")
    spread = f"min {min(ratios):.2f}, max {max(ratios):.2f}, {len(ratios)} pairs"
    print(f"ratio       {statistics.median(ratios):.2f} ({spread})")
    shares(pipeline, texts, words)
    for jobs in (1, 2):
        print(
            f"jobs {jobs}: {words / in_processes(documents, jobs):,.0f} words/s, start of the workers included"
        )


def in_processes(documents: list[list[str]], jobs: int) -> float:
    """Seconds for all documents with a number of worker processes."""
    tasks = [Task(str(n), "", tuple(range(len(d))), tuple(d)) for n, d in enumerate(documents)]
    options = PipelineOptions()
    return seconds(
        lambda: list(
            ordered_map(annotate_task, tasks, Workers(jobs, initializer=start_worker, arguments=(options,)))
        )
    )


def shares(pipeline: Pipeline, texts: list[str], words: int) -> None:
    """Time of each step of the pipeline."""
    spent: dict[str, float] = {}
    for first in range(0, len(texts), BATCH):
        pipeline.run_batch(texts[first : first + BATCH], spent)
    total = sum(spent.values())
    for name, value in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {name:14s} {value / total:6.1%}  {1e6 * value / words:6.2f} microseconds a word")


if __name__ == "__main__":
    main()
