"""Trains the models that ship with textgov, and writes their cards.

    python models/build.py            train on all of corpora/paths and save
    python models/build.py --check    train on four fifths of the authors at a time, print the scores on the others

Seeded; on one machine and one set of versions the files come out byte-identical.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import get_args

from threadpoolctl import threadpool_limits

from textgov.codebook.loader import DEFAULT, Codebook, load
from textgov.codebook.marked import MarkedPassage, read_passages
from textgov.documents import Status
from textgov.evaluation.spans import Spans, score_spans
from textgov.pipeline.base import load_base
from textgov.pipeline.labels import LabelSet
from textgov.pipeline.matcher import Matcher
from textgov.pipeline.spanfinder import FOUND, VECTORS_FILE, Shape, SpanFinder, read_vectors
from textgov.pipeline.training import Example, TrainingOptions, examples, train

HERE = Path(__file__).parent
VOICES = HERE.parent / "corpora" / "paths" / "voices"
TARGET = HERE / "spans-gereffi-lee"
LAYERS = ("actor", "mechanism")
SHAPE = Shape(width=128, depth=2)
OPTIONS = TrainingOptions(epochs=18, dropout=0.3, hide_lexicon=0.1, seed=1)
FOLDS = 5


def corpus() -> list[tuple[str, list[MarkedPassage]]]:
    """Marked passages by author."""
    return [(path.stem, list(read_passages(path))) for path in sorted(VOICES.glob("*.md"))]


def new_finder(codebook: Codebook, shape: Shape) -> SpanFinder:
    """An untrained span finder for the codes of a codebook."""
    labels = [LabelSet(layer, tuple(codebook.codes[layer])) for layer in LAYERS]
    vectors = read_vectors((TARGET / VECTORS_FILE).read_bytes())
    return SpanFinder(labels, list(get_args(Status)), vectors, shape)


def prepared(finder: SpanFinder, codebook: Codebook, passages: Sequence[MarkedPassage]) -> list[Example]:
    """Examples with features."""
    nlp = load_base()
    nlp.remove_pipe("parser")
    nlp.remove_pipe("tagger")
    match = Matcher(nlp, codebook)
    docs = [match(nlp.make_doc(passage.text)) for passage in passages]
    encoder = nlp.get_pipe("tok2vec")
    encoder.set_annotations(docs, encoder.predict(docs))  # type: ignore[attr-defined]
    return examples(finder, docs, passages)


def check(codebook: Codebook, shape: Shape) -> None:
    """Scores on authors that were not trained on."""
    authors = corpus()
    total: dict[str, Spans] = {layer: Spans() for layer in LAYERS}
    for fold in range(FOLDS):
        held = [p for n, (_, ps) in enumerate(authors) if n % FOLDS == fold for p in ps]
        rest = [p for n, (_, ps) in enumerate(authors) if n % FOLDS != fold for p in ps]
        if not held:
            continue
        finder = new_finder(codebook, shape)
        train(finder, prepared(finder, codebook, rest), OPTIONS)
        data = prepared(finder, codebook, held)
        finder([example.doc for example in data])
        for example, passage in zip(data, held, strict=True):
            found = example.doc.user_data[FOUND]
            for layer in LAYERS:
                codes = set(codebook.codes[layer])
                gold = [(m.start, m.end, m.code) for m in passage.marks if m.code in codes]
                spans = [
                    (example.doc[f.start : f.end].start_char, example.doc[f.start : f.end].end_char, f.code)
                    for f in found
                    if f.layer == layer
                ]
                total[layer] += score_spans(gold, spans)
        print(f"fold {fold + 1}: {len(rest)} passages trained on, {len(held)} held out", flush=True)
    for layer, spans in total.items():
        print(
            f"{layer:10s} overlap F1 {spans.overlap_f1:.3f}  exact F1 {spans.exact_f1:.3f}  ({spans.gold} marks)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    # Sums depend on the number of threads; one is as fast on matrices of these sizes.
    threadpool_limits(1, user_api="blas")
    codebook = load(DEFAULT)
    if options.check:
        check(codebook, SHAPE)
        return
    passages = [passage for _, part in corpus() for passage in part]
    start = time.perf_counter()
    finder = new_finder(codebook, SHAPE)
    data = prepared(finder, codebook, passages)
    train(finder, data, OPTIONS)
    digest = hashlib.sha256("".join(p.id + p.text for p in passages).encode()).hexdigest()[:16]
    meta = {
        "name": "spans-gereffi-lee",
        "corpus": {"passages": len(passages), "marks": sum(len(p.marks) for p in passages), "hash": digest},
        "codebook": {"id": codebook.header.id, "version": codebook.header.version},
        "versions": {name: version(name) for name in ("spacy", "thinc", "numpy")},
        "seed": OPTIONS.seed,
    }
    finder.save(TARGET, meta)
    print(f"{len(passages)} passages, {time.perf_counter() - start:.0f} s, saved to {TARGET.name}")


if __name__ == "__main__":
    main()
