"""The peak memory of ingest, annotate and the filter does not grow with the number of documents.

`benchmarks/memory.py` measures it with more documents and the built-in codebook.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator

import corpus
import pytest

from textgov.documents import Annotation, Mention
from textgov.workflows.parallel import Workers, ordered_map
from textgov.workflows.stream import annotate_stream

MIB = 1 << 20


def fake_annotate(texts) -> Iterator[Annotation]:
    for text in texts:
        yield Annotation((Mention(0, len(text), "actor", "union", "union", "r.1"),) * 20)


def peak_of_stream(lines: int) -> int:
    text = "The union bargained with the mill. " * 40
    source = (json.dumps({"id": number, "text": text}) for number in range(lines))
    tracemalloc.start()
    count = sum(good for _, good in annotate_stream(source, fake_annotate))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == lines
    return peak


def test_the_filter_holds_no_more_than_a_batch():
    few, many = peak_of_stream(200), peak_of_stream(5_000)
    # The lines that are not held would be 7 MiB.
    assert many < few + MIB


def double(number: int) -> int:
    return 2 * number


def test_items_are_taken_as_they_are_needed():
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(500):
            taken += 1
            yield number

    for done, (item, result) in enumerate(ordered_map(double, items(), Workers(2)), 1):
        assert result == 2 * item
        assert taken - done < 8


@pytest.mark.slow
def test_ingest_holds_no_more_for_more_documents(tmp_path):
    import memory

    def peak(documents: int) -> float:
        folder = corpus.write(tmp_path / str(documents), documents, paragraphs=4)
        return memory.peak("ingest", folder, "--index", tmp_path / f"{documents}.db", "-j", "1")

    # The cache of the index grows to 64 MiB; with so little text it is not full.
    assert peak(600) < peak(60) + 40
