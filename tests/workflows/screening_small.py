"""Records of two databases and some full texts, small, with overlaps that are known."""

from __future__ import annotations

import csv
from pathlib import Path

from textgov.index.store import Index
from textgov.workflows.ingest import IngestOptions, ingest

TOPICS = {
    True: "Unions bargained over wages with the mills, and workers struck for shorter hours in the sheds of town {n}.",
    False: "The lattice of the crystal was measured by neutrons at low temperature, in sample number {n} of the batch.",
}
RECORDS = 24
SHARED = 6
"""So many records stand in both exports."""


def relevant(number: int) -> bool:
    return number % 4 == 0


def record(number: int) -> dict[str, str]:
    text = TOPICS[relevant(number)].format(n=number)
    return {
        "Title": f"Study number {number} on the matter of {'labour' if relevant(number) else 'crystals'}",
        "Authors": f"Author{number:02}, A.; Okafor, B.",
        "Year": str(2000 + number % 20),
        "DOI": f"10.5555/study.{number}",
        "Abstract": f"{text} It is told in {number + 3} chapters.",
    }


def write_csv(path: Path, numbers: range) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(record(0)))
        writer.writeheader()
        writer.writerows(record(number) for number in numbers)
    return path


def read(path: Path, *paths: Path) -> Path:
    with Index.open(path, create=True) as index:
        ingest(index, paths, IngestOptions(isolate=False))
    return path


def small_review(folder: Path) -> Path:
    """An index of two exports of 24 works, 6 of them in both; relative to the working folder."""
    first = write_csv(folder / "exports" / "scopus.csv", range(RECORDS - 8))
    second = write_csv(folder / "exports" / "wos.csv", range(RECORDS - 8 - SHARED, RECORDS))
    return read(folder / "textgov.db", first, second)


def titles(index: Index) -> dict[str, int]:
    """Number of each document."""
    return {one.id: int((one.bibliography.title or "").split()[2]) for one in index.documents()}
