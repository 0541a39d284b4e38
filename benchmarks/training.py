"""How well and how fast classifiers of one's own are trained.

    python benchmarks/training.py LABELLED... [--group COLUMN] [--jobs 2]

LABELLED is a CSV or JSON lines file as `textgov train` reads it. For each is printed macro F1 over labels with 50
texts or more, held out by folds over groups, of the model with and without its neighbours, and of TF-IDF with logistic
regression (scikit-learn's defaults) in the same folds, with the paired difference; and the time, all told. Exit status
1 where the difference is below 0.05, or 3,000 texts would take more than two minutes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from textgov.classify.labels import Columns
from textgov.workflows.train import TrainRequest, train

TARGET = 0.05
SECONDS, TEXTS = 120.0, 3_000


def measure(path: Path, group: str | None, jobs: int) -> bool:
    """Print a line; whether the targets were met."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        report = train(TrainRequest(Path(folder) / "model", path, Columns(group=group), jobs=jobs))
        seconds = time.perf_counter() - begun
    differences = report.evaluation.differences
    # The second row is that over common labels, where there are rare ones as well.
    row = differences[1] if differences[1].name.startswith("macro") else differences[0]
    texts = len(report.labelled)
    print(
        f"{path.name:<32} {texts:>6,} texts  F1 {row.first:.3f}  baseline {row.second:.3f}  difference "
        f"{row.difference.value:+.3f} [{row.difference.low:+.3f}, {row.difference.high:+.3f}]  all labels, without "
        f"neighbours {report.alone or report.evaluation.scores.macro.value:.3f}  {seconds:.0f} s",
        flush=True,
    )
    return row.difference.value >= TARGET and seconds / texts <= SECONDS / TEXTS


def main() -> int:
    """Measure every file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path, nargs="+")
    parser.add_argument("--group")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    met = [measure(path, arguments.group, arguments.jobs) for path in arguments.labelled]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
