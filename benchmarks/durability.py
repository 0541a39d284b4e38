"""Kills ingest and annotate with SIGKILL at random moments, resumes, and compares the exports to the byte.

usage: durability.py [--kills 20] [--documents 60] [--jobs 1 2]

Each trial begins with a fresh index, kills the command once at a random moment of its run, lets it go on to
its end, and compares all tables with those of a run that was not disturbed. Exit status 1 if any differs, or
if a worker outlives its parent.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
import psutil

from textgov.index.store import Index
from textgov.workflows.export import TABLE_NAMES, ExportOptions, export_stream

PROGRAM = (sys.executable, "-c", "from textgov.cli import main; main()")
SEED = 20160102
PATIENCE = 20.0


@dataclass(frozen=True)
class Job:
    """What is killed: a command in a folder, and the index that it begins with, if any."""

    folder: Path
    command: tuple[str, ...]
    begin: Path | None = None

    @property
    def index(self) -> Path:
        """The index that the command writes."""
        return self.folder / "textgov.db"

    def reset(self) -> None:
        """Put the index back to where the command begins."""
        for path in self.folder.glob("textgov.db*"):
            path.unlink()
        if self.begin is not None:
            shutil.copyfile(self.begin, self.index)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the command."""
        return subprocess.Popen(
            [*PROGRAM, *self.command], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def finish(self) -> float:
        """Run the command to its end; returns the seconds it took. Raises if it does not get there."""
        begun = time.perf_counter()
        status = self.start().wait()
        # 1: done, but a file cannot be read.
        if status not in (0, 1):
            raise RuntimeError(f"{' '.join(self.command)} ended with {status}")
        return time.perf_counter() - begun


def exports(folder: Path) -> dict[str, str]:
    """All tables of the index in a folder, as JSON lines."""
    found = {}
    with Index.open(folder / "textgov.db", read_only=True) as index:
        for table in TABLE_NAMES:
            stream = io.StringIO()
            export_stream(index, ExportOptions(table, "jsonl"), stream)
            found[table] = stream.getvalue()
    return found


def kill(job: Job, moment: float) -> bool:
    """Start a command and kill it after so many seconds; returns False if it was done before.

    Raises:
        RuntimeError: a worker lived on.
    """
    run = job.start()
    try:
        run.wait(moment)
    except subprocess.TimeoutExpired:
        workers = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.wait()
        _, alive = psutil.wait_procs(workers, PATIENCE)
        if alive:
            raise RuntimeError(f"workers outlive their parent: {alive}") from None
        return True
    return False


def trial(job: Job, draw: random.Random, longest: float) -> bool:
    """One kill at a random moment, and the resumed run to its end; returns whether the kill came in time."""
    job.reset()
    killed = kill(job, draw.uniform(0.15 * longest, longest))
    job.finish()
    return killed


def prepare(place: Path, documents: int, paragraphs: int = 8) -> Path:
    """A folder with texts of which some are copies of others, and files that cannot be read."""
    texts = corpus.write(place / "texts", documents, paragraphs=paragraphs)
    for number in range(0, documents, 7):
        shutil.copyfile(texts / f"{number:05}.txt", texts / f"{number:05}-copy.txt")
    (texts / "empty.pdf").write_bytes(b"")
    return place


def ingest_job(place: Path, jobs: int) -> Job:
    """The job of reading the texts."""
    return Job(place, ("ingest", "texts", "-j", str(jobs)))


def annotate_job(place: Path, jobs: int, *more: str) -> Job:
    """The job of coding them, with further arguments, from the index as it is after reading."""
    begin = place / "ingested.db"
    if not begin.exists():
        shutil.copyfile(place / "textgov.db", begin)
    return Job(place, ("annotate", "-j", str(jobs), *more), begin)


def compare(job: Job, kills: int, expected: dict[str, str], draw: random.Random) -> tuple[int, int]:
    """So many trials; returns how many kills came in time, and how many ended with other tables."""
    job.reset()
    longest = job.finish()
    killed = different = 0
    while killed < kills:
        killed += trial(job, draw, longest)
        different += exports(job.folder) != expected
    return killed, different


def main(arguments: Sequence[str] | None = None) -> int:
    """Print, for each command and number of processes, what became of the trials."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args(arguments)
    draw = random.Random(SEED)
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        place = prepare(Path(folder), options.documents)
        ingest_job(place, 1).finish()
        ingested = exports(place)
        annotate_job(place, 1).finish()
        annotated = exports(place)
        print(f"{options.documents} documents, {len(annotated['mentions'].splitlines()):,} mentions")
        for jobs in options.jobs:
            begun = ingest_job(place, jobs)
            for job, expected in ((begun, ingested), (annotate_job(place, jobs), annotated)):
                killed, different = compare(job, options.kills, expected, draw)
                worst += different
                print(
                    f"{job.command[0]:<9} {jobs} jobs: {killed} killed, {different} with other tables",
                    flush=True,
                )
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main())
