"""Codes the passages of corpora/paths by span finders that were not trained on their authors.

What the span finder that ships says of passages that it learnt from is too good: a classifier that is trained on that
trusts mentions too much. Five span finders, each trained for fewer epochs on four fifths of the authors, code the
passages of the others instead.

    python models/crossfit.py FILE    write the annotations, one JSON object a line

`models/paths.py` calls this by itself.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from build import FOLDS, OPTIONS, SHAPE, corpus, new_finder, prepared
from threadpoolctl import threadpool_limits

from textgov.codebook.loader import Codebook, default_codebook
from textgov.codebook.marked import MarkedPassage
from textgov.documents import Annotation, Record
from textgov.pipeline.build import Pipeline, PipelineOptions
from textgov.pipeline.training import train

EPOCHS = 9
META = {"name": "crossfit"}


class CrossFitted(Record, frozen=True):
    """A passage of an author with what span finders said of it that did not know the author."""

    author: str
    passage: str
    annotation: Annotation


def crossfit(codebook: Codebook) -> Iterator[CrossFitted]:
    """All passages, fold by fold."""
    authors = corpus()
    for fold in range(FOLDS):
        held = [(name, p) for n, (name, part) in enumerate(authors) if n % FOLDS == fold for p in part]
        rest = [p for n, (_, part) in enumerate(authors) if n % FOLDS != fold for p in part]
        if held:
            yield from _fold(codebook, rest, held)
            print(f"fold {fold + 1} of {FOLDS}: {len(held)} passages coded", file=sys.stderr, flush=True)


def _fold(
    codebook: Codebook, rest: list[MarkedPassage], held: list[tuple[str, MarkedPassage]]
) -> Iterator[CrossFitted]:
    finder = new_finder(codebook, SHAPE)
    train(finder, prepared(finder, codebook, rest), dataclasses.replace(OPTIONS, epochs=EPOCHS))
    with tempfile.TemporaryDirectory() as folder:
        finder.save(Path(folder), META)
        pipeline = Pipeline(PipelineOptions(model=folder))
        annotations = pipeline.annotate(passage.text for _, passage in held)
        for (author, passage), annotation in zip(held, annotations, strict=True):
            yield CrossFitted(author, passage.id, annotation)


def main() -> None:
    threadpool_limits(1, user_api="blas")
    target = Path(sys.argv[1])
    lines = (msgspec.json.encode(one) for one in crossfit(default_codebook()))
    target.write_bytes(b"\n".join(lines) + b"\n")


if __name__ == "__main__":
    main()
