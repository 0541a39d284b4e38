"""Trains the classifier of paths that ships with textgov, and writes its card.

    python models/paths.py                     code the corpus by cross-fitted span finders, train, measure, save
    python models/paths.py --evidence FILE     use what models/crossfit.py has written
    python models/paths.py --no-card           save without measuring again

Seeded; on one machine and one set of versions the files come out byte-identical.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from build import corpus
from crossfit import CrossFitted, crossfit
from measure import (
    Floats,
    Targets,
    by_path,
    calibration_error,
    doubt,
    exact,
    interval,
    macro_f1,
    reliability_figure,
    stance_accuracy,
)
from threadpoolctl import threadpool_limits

from textgov.classify.abstain import SIGNIFICANCE, doubt_bands
from textgov.classify.evidence import Coded
from textgov.classify.folds import grouped_folds
from textgov.classify.paths import PATH_LAYER, SHIPPED, PathOptions, path_codes
from textgov.classify.pathtraining import CodedPassages, fit_paths, held_out_predictions
from textgov.codebook.loader import Codebook, default_codebook

HERE = Path(__file__).parent
TARGET = HERE / SHIPPED
CARD = "card.md"
FIGURE = "reliability.svg"
OPTIONS = PathOptions()
SEED = 11
"""Of the folds that are measured on: others than those that thresholds are learnt from."""

TEMPLATE = """# paths-gereffi-lee

Gives a passage a score and a stance for each of the six paths of social upgrading of the codebook gereffi-lee, and says
which it is unsure of. It reads the words of a passage, the words with the codes of actors and means in their place, and
what the pipeline says of them (codes, forms, statuses, pairs, relations, outcomes): one linear support vector machine a
path, calibrated by a logistic regression on the scores of all paths. Texts of fewer than 40 words are scored by a
second one that learnt from sentences too. Stances are told by a multinomial logistic regression.

## Trained on

The corpus `paths`: {passages} passages by {authors} authors, each coded by span finders that had not seen its author.

## Measured on authors it was not trained on

By `python models/paths.py`, {folds} folds that never divide an author; 95 % intervals by drawing authors.

- macro F1 {macro_F1}; exact set of paths {exact_set}; calibration error (ten bins) {calibration_error}
- right stance of the paths that a passage has: {stance_accuracy}
- unsure of {unsure} of all answers; of the others, {missed_though_sure} of the paths that passages have are missed and
  {given_wrongly_though_sure} of those that they have not are given, where {tolerated} of each are tolerated

| path | passages | F1 | kappa | average precision |
|---|---|---|---|---|
{rows}

![How often passages of a score have the path](reliability.svg)

## Limits

- The corpus was written for this purpose. Company statements are few in it, and passages with two paths are commoner
  than in print; on real texts expect less, most of all for `market` and `cluster`.
- A path is given from 0.5 on. The log-odds of each were raised by its best threshold on held-out passages, so that rare
  paths are found; scores near 0.5 are therefore a little too high.
- Texts in the manner of headings and lists of key words score too high; headings are not tagged.
- Stances are little better than guesses where a passage judges in passing: read the sentences.
"""


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


def measured(passages: CodedPassages, codebook: Codebook, folder: Path) -> dict[str, Any]:
    """Scores on authors that were not trained on, and a figure of how far the scores can be believed."""
    labels = tuple(codebook.codes[PATH_LAYER])
    targets = passages.targets(labels)
    scores, stances = held_out_predictions(passages, labels, path_codes(codebook), OPTIONS, SEED)
    bands = cross_bands(targets, scores, passages.groups)
    reliability_figure(labels, targets, scores, folder / FIGURE)
    return {
        "macro F1": str(interval(macro_f1, targets, scores, passages.groups)),
        "exact set": str(interval(exact, targets, scores, passages.groups)),
        "calibration error": str(interval(calibration_error, targets, scores, passages.groups)),
        "paths": by_path(labels, targets, scores),
        "doubt": bands,
        "stance accuracy": round(stance_accuracy(passages.stances, stances), 3),
    }


def cross_bands(targets: Targets, scores: Floats, groups: Sequence[str]) -> dict[str, float]:
    """Doubt by bands that were calibrated on other authors."""
    found = []
    for train, test in grouped_folds(targets, groups, OPTIONS.folds, SEED + 1):
        found.append(doubt(targets[test], scores[test], doubt_bands(targets[train], scores[train])))
    return {name: round(float(np.mean([one[name] for one in found])), 3) for name in found[0]}


def card(figures: dict[str, Any], passages: CodedPassages) -> str:
    """The model card."""
    rows = "\n".join(
        "| " + " | ".join(str(value) for value in row.values()) + " |" for row in figures["paths"]
    )
    return TEMPLATE.format(
        passages=len(passages.texts),
        authors=len(set(passages.groups)),
        folds=OPTIONS.folds,
        rows=rows,
        tolerated=SIGNIFICANCE,
        **{
            name.replace(" ", "_"): value for name, value in figures.items() if name not in ("paths", "doubt")
        },
        **{name.replace(" ", "_"): value for name, value in figures["doubt"].items()},
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--evidence", type=Path)
    parser.add_argument("--no-card", action="store_true")
    options = parser.parse_args()
    # Sums depend on the number of threads.
    threadpool_limits(1, user_api="blas")
    codebook = default_codebook()
    start = time.perf_counter()
    passages = coded_passages(codebook, options.evidence)
    model = fit_paths(passages, tuple(codebook.codes[PATH_LAYER]), path_codes(codebook), OPTIONS)
    details = {"corpus": {"name": "paths", "passages": len(passages.texts)}}
    meta = model.save(TARGET, codebook, details, OPTIONS.seed)
    if not options.no_card:
        (TARGET / CARD).write_text(card(measured(passages, codebook, TARGET), passages), encoding="utf-8")
    print(f"{len(passages.texts)} passages, {time.perf_counter() - start:.0f} s, saved as {meta.name}")


if __name__ == "__main__":
    main()
