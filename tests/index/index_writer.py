"""Ingests and annotates made-up documents, to be killed at any moment and started again.

python index_writer.py INDEX ingest|annotate DOCUMENTS
"""

from __future__ import annotations

import random
import sys

from textgov.documents import Annotation, Document, Mention, Page, Passage, Relation
from textgov.index.records import FileRecord, Run, Sentence
from textgov.index.store import Index

_WORDS = ("unions", "bargain", "buyers", "audit", "garments", "wages")


def ingest(index: Index, documents: int) -> None:
    for number in range(documents):
        path = f"{number:03}.txt"
        if index.file(path) is not None:
            continue
        draw = random.Random(number)  # noqa: S311
        sentences, passages, text = [], [], ""
        identity = f"{number:016x}"
        for ordinal in range(10):
            first = len(text)
            for _ in range(3):
                start = len(text)
                text += " ".join(draw.choices(_WORDS, k=8)) + ". "
                sentences.append(Sentence(ordinal, start, len(text) - 1))
            passages.append(Passage(identity, ordinal, first, len(text) - 1))
        with index.transaction():
            document = Document(identity, path, text, pages=(Page(1, 0, 500), Page(2, 500, len(text))))
            index.add_document(document, passages, sentences, signature=b"s", fingerprints=[f"doi:{number}"])
            index.add_file(FileRecord(path, "kept", document=identity))
        print(path, flush=True)


def annotate(index: Index) -> None:
    run = index.start_run(Run("annotate", codebook="c", pipeline="p"))
    for document in index.pending("c", "p"):
        draw = random.Random(document)  # noqa: S311
        said = []
        for passage in index.passages(document):
            starts = [draw.randrange(passage.end - passage.start - 5) for _ in range(20)]
            mentions = tuple(Mention(at, at + 5, "actor", draw.choice("xyz"), "name", "r.1") for at in starts)
            said.append(
                (
                    passage.ordinal,
                    Annotation(mentions, (Relation("sets", 0, 1, 2, 0, 9, "r.2"),), (), {"p": 0.9}),
                )
            )
        index.write_annotations(document, said, run)
        print(document, flush=True)
    index.finish_run(run, {})


if __name__ == "__main__":
    with Index.open(sys.argv[1], create=True) as opened:
        print("ready", flush=True)
        if sys.argv[2] == "ingest":
            ingest(opened, int(sys.argv[3]))
        else:
            annotate(opened)
