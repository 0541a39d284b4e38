"""How much of the coding is concept and how much memory: scores with and without the entries that match most.

    python benchmarks/unlisted.py CODED.jsonl [CODED.jsonl ...] [--share 0.2]

Of the lexicon entries that match anywhere in the passages, the share that matches most often is chosen first, then
taken from the codebook (a codebook that extends the one that ships and drops them), and both are scored. A line is a
passage: `text`, and `mentions` with `start`, `end`, `layer`, `code`, and `optional` where they shall not count.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textgov.codebook.loader import DEFAULT
from textgov.evaluation.spans import Spans, score_spans
from textgov.pipeline.build import Pipeline, PipelineOptions
from textgov.pipeline.matcher import CANDIDATES

LAYERS = ("actor", "mechanism")


def most_frequent(pipeline: Pipeline, texts: Sequence[str], share: float) -> list[str]:
    """Ids of the entries that match most often, ties by id."""
    counts: Counter[str] = Counter()
    for doc in pipeline.docs(texts):
        counts.update(c.rule.id for c in doc.user_data.get(CANDIDATES, []) if c.rule.layer in LAYERS)
    ranked = sorted(counts, key=lambda rule: (-counts[rule], rule))
    return ranked[: round(share * len(ranked))]


def without(entries: Sequence[str], folder: Path) -> str:
    """A codebook in `folder` that drops the entries."""
    header = (
        f'id = "without"\nversion = "1.0.0"\ntitle = "Without"\nsource = "made for a measurement"\n'
        f"extends = {json.dumps(DEFAULT)}\ndrop = {json.dumps(list(entries))}\n"
    )
    folder.joinpath("codebook.toml").write_text(header, encoding="utf-8")
    return str(folder)


def scores(pipeline: Pipeline, passages: Sequence[dict[str, Any]]) -> dict[str, Spans]:
    """Counts by layer; what overlaps an optional mention only is left out."""
    total = {layer: Spans() for layer in LAYERS}
    for passage, found in zip(passages, pipeline.annotate([p["text"] for p in passages]), strict=True):
        for layer in LAYERS:
            coded = [m for m in passage["mentions"] if m["layer"] == layer]
            gold = [(m["start"], m["end"], m["code"]) for m in coded if not m.get("optional")]
            spare = [(m["start"], m["end"]) for m in coded if m.get("optional")]
            spans = [
                (m.start, m.end, m.code)
                for m in found.mentions
                if m.layer == layer and not _only_optional(m.start, m.end, gold, spare)
            ]
            total[layer] += score_spans(gold, spans)
    return total


def _only_optional(start: int, end: int, gold: Sequence[Any], spare: Sequence[tuple[int, int]]) -> bool:
    def meets(other: Sequence[int]) -> bool:
        return bool(start < other[1] and other[0] < end)

    return any(map(meets, spare)) and not any(map(meets, gold))


def main() -> int:
    """Print both scores of each file and their difference."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--share", type=float, default=0.2)
    options = parser.parse_args()
    files = {f: [json.loads(line) for line in f.read_text("utf-8").splitlines()] for f in options.files}
    full = Pipeline()
    entries = most_frequent(full, [p["text"] for ps in files.values() for p in ps], options.share)
    with tempfile.TemporaryDirectory() as folder:
        rest = Pipeline(PipelineOptions(codebook=without(entries, Path(folder))))
    print(f"{len(entries)} entries that match most often are taken away: {', '.join(entries[:8])} ...")
    for file, passages in files.items():
        for layer in LAYERS:
            before, after = scores(full, passages)[layer], scores(rest, passages)[layer]
            fall = before.overlap_f1 - after.overlap_f1
            overlap = f"{before.overlap_f1:.3f} -> {after.overlap_f1:.3f} ({fall:.3f} lost)"
            exact = f"{before.exact_f1:.3f} -> {after.exact_f1:.3f}"
            print(f"{file.stem:14s} {layer:10s} overlap F1 {overlap}, exact {exact}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
