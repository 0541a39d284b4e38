"""Does the peak memory of ingest and annotate grow with the number of documents? usage: memory.py [FEW MANY]

Writes folders of texts of one size, reads and codes them in processes of their own, and prints the greatest
resident memory of each process tree (MiB), sampled while it runs. The cache of the index grows to 64 MiB and no
further: choose FEW so that it is full.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import corpus
import psutil

PROGRAM = (sys.executable, "-c", "from textgov.cli import main; main()")
INTERVAL = 0.05
MIB = 1 << 20


def peak(*arguments: str | Path, stdin: Path | None = None) -> float:
    """Greatest resident memory (MiB) of a textgov command with its workers; raises if the command fails."""
    with (stdin or Path("/dev/null")).open("rb") as stream:
        run = subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            stdin=stream,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        parent = psutil.Process(run.pid)
        greatest = 0.0
        while run.poll() is None:
            greatest = max(greatest, _resident(parent) / MIB)
            time.sleep(INTERVAL)
        _, said = run.communicate()
    if run.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {run.returncode}: {said.decode()}")
    return greatest


def _resident(parent: psutil.Process) -> int:
    total = 0
    try:
        for process in (parent, *parent.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def measure(place: Path, documents: int, *, paragraphs: int = 10, jobs: int = 1) -> tuple[float, float]:
    """Peaks of ingest and annotate over so many documents."""
    folder = corpus.write(place / f"texts-{documents}", documents, paragraphs=paragraphs)
    index = place / f"{documents}.db"
    return (
        peak("ingest", folder, "--index", index, "-j", str(jobs)),
        peak("annotate", "--index", index, "-j", str(jobs)),
    )


def main() -> int:
    """Print the peaks for few and for many documents."""
    few, many = (int(argument) for argument in (sys.argv[1:3] or ("2500", "7500")))
    with tempfile.TemporaryDirectory() as folder:
        found = {documents: measure(Path(folder), documents) for documents in (few, many)}
    print(f"{'documents':>10} {'ingest':>10} {'annotate':>10}   peak resident memory, MiB")
    for documents, (ingest, annotate) in found.items():
        print(f"{documents:>10,} {ingest:>10.0f} {annotate:>10.0f}")
    growth = [100 * (b / a - 1) for a, b in zip(found[few], found[many], strict=True)]
    print(f"{'growth':>10} {growth[0]:>9.0f}% {growth[1]:>9.0f}%")
    return 0


if __name__ == "__main__":
    sys.exit(main())
