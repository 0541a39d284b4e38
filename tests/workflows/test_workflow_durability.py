"""Kill -9 at random moments of ingest and annotate, resume, and the tables are those of an undisturbed run.

`benchmarks/durability.py` does the same with more documents, the built-in codebook, and twenty kills of each.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import durability
import pytest

from textgov.workflows.codebook import new_codebook

DOCUMENTS = 24
KILLS = 3


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, str], dict[str, str], tuple[str, str]]:
    """A folder with texts and a small codebook, and the tables after an undisturbed ingest and annotate."""
    place = durability.prepare(tmp_path_factory.mktemp("durability"), DOCUMENTS)
    new_codebook(place / "small", extends=None)
    lexicon = next((place / "small").glob("lexicon.*.jsonl"))
    entry = json.loads(lexicon.read_text(encoding="utf-8").splitlines()[0])
    terms = ("worker", "buyer", "factory", "union", "inspector", "audit", "code", "wage", "mill", "firm")
    rows = [{"id": f"small.{n:03}", "code": entry["code"], "term": term} for n, term in enumerate(terms)]
    lexicon.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    codebook = ("--codebook", "small")
    durability.ingest_job(place, 1).finish()
    ingested = durability.exports(place)
    durability.annotate_job(place, 1, *codebook).finish()
    return place, ingested, durability.exports(place), codebook


def test_there_is_something_to_lose(prepared):
    _, ingested, annotated, _ = prepared
    assert len(ingested["documents"].splitlines()) == DOCUMENTS
    assert len(ingested["duplicates"].splitlines()) == 4
    assert ingested["mentions"] == ""
    assert len(annotated["mentions"].splitlines()) > 300
    assert annotated["passages"] == ingested["passages"]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_ingest_survives_kills(prepared, jobs):
    place, ingested, _, _ = prepared
    job = durability.ingest_job(place, jobs)
    assert durability.compare(job, KILLS, ingested, random.Random(jobs))  # noqa: S311 == (KILLS, 0)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_annotate_survives_kills(prepared, jobs):
    place, _, annotated, codebook = prepared
    job = durability.annotate_job(place, jobs, *codebook)
    assert durability.compare(job, KILLS, annotated, random.Random(jobs))  # noqa: S311 == (KILLS, 0)
