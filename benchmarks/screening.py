"""What active learning saves in screening, and whether the stopping rule keeps its promise.

    python benchmarks/screening.py LABELLED... [--group COLUMN] [--label NAME] [--seeds 20]

LABELLED is a CSV or JSON lines file as `textgov train` reads it, or a folder of marked passages such as corpora/paths.
Each label in turn is what is looked for: all texts are screened in the order of `textgov review --strategy evidence`,
beginning with a random batch, and at random. Printed are, over all seeds: the share of the texts that need not be
screened to find 95 % of the relevant ones, less the 5 % that this is worth (WSS@95, Cohen et al. 2006); the same for
random order; where the rule of Callaghan and Müller-Hansen (2020) says to stop, the share of the texts that is not
screened, the least recall, and in how many of the runs the target recall was reached.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import wilcoxon
from statsmodels.stats.proportion import proportion_confint
from threadpoolctl import threadpool_limits

from textgov.classify.active import propose, term_matrix
from textgov.classify.labels import Columns, Labelled, read_labels
from textgov.classify.stopping import stopping
from textgov.codebook.marked import read_passages
from textgov.workflows.labelfiles import read_rows

RECALL = 0.95
CONFIDENCE = 0.95
FIRST = 25
GROWTH = 0.1
"""A batch is this share of what was screened, as in Cormack and Grossman (2015), and FIRST at least."""
FEWEST = 50
MOST = 0.5
"""Labels that more than half of the texts have are not searched for."""


@dataclass(frozen=True)
class Simulation:
    """One run: shares of the texts screened to reach the recall, and at the stop; the recall there."""

    reached: float
    stopped: float
    recall: float


def read(path: Path, group: str | None) -> Labelled:
    """Texts with their labels."""
    if not path.is_dir():
        return read_labels(read_rows(path), Columns(group=group), str(path))
    passages = [one for file in sorted(path.glob("voices/*.md")) for one in read_passages(file)]
    rows: list[dict[str, Any]] = [
        {"id": one.id, "text": one.text, "paths": list(one.paths)} for one in passages
    ]
    return read_labels(rows, Columns(), str(path))


def batches(done: int, total: int) -> int:
    """Size of the next batch."""
    return min(max(FIRST, round(done * GROWTH)), total - done)


def screen(matrix: Any, target: np.ndarray[Any, Any], seed: int, *, learn: bool) -> Simulation:
    """Screen all texts for one label, and note where the recall was reached and where the rule stopped."""
    total = len(target)
    order: list[int] = np.random.default_rng(seed).permutation(total).tolist()
    screened: list[int] = []
    stop: int | None = None
    known = np.full((total, 1), -1, dtype=np.int8)
    needed = int(np.ceil(RECALL * target.sum()))
    while len(screened) < total:
        size = batches(len(screened), total)
        if not learn or not screened:
            chosen = order[len(screened) : len(screened) + size]
        else:
            chosen = propose(matrix, known, size, "evidence", seed=seed).tolist()
        screened += chosen
        known[chosen, 0] = target[chosen]
        labels = target[screened].tolist()
        if stop is None and stopping(labels, total, recall=RECALL, confidence=CONFIDENCE).stop:
            stop = len(screened)
        if stop is not None and sum(labels) >= needed:
            break
    found = np.cumsum(target[screened])
    reached = int(np.searchsorted(found, needed)) + 1
    stop = stop or total
    return Simulation(reached / total, stop / total, float(found[stop - 1] / target.sum()))


def simulate(task: tuple[Any, np.ndarray[Any, Any], int]) -> tuple[Simulation, Simulation]:
    """The learnt order and the random one, from the same seed."""
    matrix, target, seed = task
    with threadpool_limits(1):
        return screen(matrix, target, seed, learn=True), screen(matrix, target, seed, learn=False)


def report(path: Path, arguments: argparse.Namespace, pool: ProcessPoolExecutor) -> Iterator[tuple[int, int]]:
    """Print a line for each label; yields runs that kept the promise, and runs."""
    labelled = read(path, arguments.group)
    labelled = labelled.take(np.flatnonzero(labelled.done))
    matrix = term_matrix(labelled.texts)
    for k, label in enumerate(labelled.labels):
        target = labelled.targets[:, k]
        if not FEWEST <= target.sum() <= MOST * len(target) or arguments.label not in (None, label):
            continue
        begun = time.monotonic()
        runs = list(pool.map(simulate, [(matrix, target, seed) for seed in range(arguments.seeds)]))
        learnt, chance = [one for one, _ in runs], [other for _, other in runs]
        saved = [1 - one.reached - (1 - RECALL) for one in learnt]
        random_saved = [1 - one.reached - (1 - RECALL) for one in chance]
        kept = sum(one.recall >= RECALL for one in learnt)
        p = wilcoxon(saved, random_saved).pvalue if len(runs) > 1 else float("nan")
        print(
            f"{path.name[:24]:<24} {label[:20]:<20} {len(target):>6,} {int(target.sum()):>5,}  "
            f"{np.mean(saved):>6.3f} {min(saved):>6.3f}  {np.mean(random_saved):>6.3f}  {p:>8.1e}  "
            f"{1 - np.mean([one.stopped for one in learnt]):>6.3f}  {min(one.recall for one in learnt):>6.3f}  "
            f"{kept:>3}/{len(runs)}  {time.monotonic() - begun:>4.0f} s",
            flush=True,
        )
        yield kept, len(runs)


def main() -> int:
    """Print the table; exit status 1 if the rule failed more often than it may."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path, nargs="+")
    parser.add_argument("--group")
    parser.add_argument("--label")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    print(
        f"{'file':<24} {'label':<20} {'texts':>6} {'found':>5}  {'WSS@95':>6} {'least':>6}  {'random':>6}  "
        f"{'p':>8}  {'unread':>6}  {'recall':>6}  {'kept':>6}"
    )
    with ProcessPoolExecutor(arguments.jobs) as pool:
        found = [one for path in arguments.labelled for one in report(path, arguments, pool)]
    kept, runs = sum(one for one, _ in found), sum(number for _, number in found)
    if not runs:
        print(f"no label has at least {FEWEST} texts and at most {MOST:.0%} of them", file=sys.stderr)
        return 1
    low, high = proportion_confint(kept, runs, method="wilson")
    print(
        f"the target recall of {RECALL:.0%} was reached in {kept} of {runs} runs: {kept / runs:.1%}, "
        f"95 % interval {low:.1%} to {high:.1%}"
    )
    return 0 if high >= CONFIDENCE else 1


if __name__ == "__main__":
    sys.exit(main())
