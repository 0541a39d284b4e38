"""What every run records of itself."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from textgov.index.records import Run
from textgov.index.store import Index

RECORDED = ("textgov", "spacy", "thinc", "numpy", "scikit-learn", "pypdfium2")


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results may depend on."""
    found = {"python": platform.python_version()}
    for name in RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@dataclass
class Running:
    """A run under way: its number in the index, and what it has counted so far."""

    number: int
    counts: dict[str, int] = field(default_factory=dict)


@contextlib.contextmanager
def recorded(index: Index, run: Run) -> Generator[Running]:
    """Record a run with its counts, and whether it was done or stopped; a killed one stays `running`."""
    running = Running(index.start_run(run))
    outcome = "stopped"
    try:
        yield running
        outcome = "done"
    finally:
        index.finish_run(running.number, running.counts, outcome=outcome)
