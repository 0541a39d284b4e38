"""Trains the classifier of paths that ships with textgov, and writes its card.

    python models/paths.py                     code the corpus by cross-fitted span finders, train, measure, save
    python models/paths.py --evidence FILE     use what models/crossfit.py has written
    python models/paths.py --no-card           save without measuring again

Seeded; on one machine and one set of versions the files come out byte-identical.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import msgspec
from build import corpus
from crossfit import CrossFitted, crossfit

from textgov.classify.evidence import Coded
from textgov.classify.paths import PATH_LAYER, SHIPPED, PathOptions, path_codes
from textgov.classify.pathtraining import CodedPassages, fit_paths
from textgov.codebook.loader import Codebook, default_codebook

HERE = Path(__file__).parent
TARGET = HERE / SHIPPED
CARD = "card.md"
OPTIONS = PathOptions()


def coded_passages(codebook: Codebook, evidence: Path | None) -> CodedPassages:
    """The corpus with cross-fitted annotations."""
    if evidence is None:
        found = list(crossfit(codebook))
    else:
        lines = evidence.read_bytes().splitlines()
        found = [msgspec.json.decode(line, type=CrossFitted) for line in lines]
    annotations = {one.passage: one.annotation for one in found}
    passages = [(author, passage) for author, part in corpus() for passage in part]
    return CodedPassages(
        tuple(Coded(passage.text, annotations[passage.id]) for _, passage in passages),
        tuple(passage.paths for _, passage in passages),
        tuple(author for author, _ in passages),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--evidence", type=Path)
    parser.add_argument("--no-card", action="store_true")
    options = parser.parse_args()
    codebook = default_codebook()
    start = time.perf_counter()
    passages = coded_passages(codebook, options.evidence)
    model = fit_paths(passages, tuple(codebook.codes[PATH_LAYER]), path_codes(codebook), OPTIONS)
    details = {"corpus": {"name": "paths", "passages": len(passages.texts)}}
    meta = model.save(TARGET, codebook, details, OPTIONS.seed)
    print(f"{len(passages.texts)} passages, {time.perf_counter() - start:.0f} s, saved as {meta.name}")


if __name__ == "__main__":
    main()
