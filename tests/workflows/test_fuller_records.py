"""Of two records of one work the one with the abstract is kept, in whatever order they come."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from screening_small import read, record, write_csv

from textgov.documents import Coding
from textgov.index.annotations import Coder
from textgov.index.store import Index
from textgov.workflows.ingest import IngestOptions, ingest

NUMBERS = range(5)


def bibtex(path: Path, numbers: range = NUMBERS) -> Path:
    entry = (
        "@article{{key{n}, title={{{Title}}}, year={{{Year}}}, doi={{{DOI}}}, author={{Author{n:02}, A.}}}}\n"
    )
    entries = (entry.format(n=number, **record(number)) for number in numbers)
    path.write_text("".join(entries), encoding="utf-8")
    return path


def ris(path: Path) -> Path:
    entries = (
        "TY  - JOUR\nTI  - {Title}\nPY  - {Year}\nDO  - {DOI}\nAB  - {Abstract}\nER  - \n\n".format(
            **record(number)
        )
        for number in NUMBERS
    )
    path.write_text("".join(entries), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    return {
        "bib": bibtex(tmp_path / "a.bib"),
        "csv": write_csv(tmp_path / "b.csv", NUMBERS),
        "ris": ris(tmp_path / "c.ris"),
    }


@pytest.mark.parametrize("order", list(itertools.permutations(("bib", "csv", "ris"))), ids="-".join)
@pytest.mark.parametrize("at_once", [True, False])
def test_the_abstract_is_kept_whatever_the_order(tmp_path, files, order, at_once):
    path = tmp_path / "index.db"
    paths = [files[name] for name in order]
    for some in [paths] if at_once else [[one] for one in paths]:
        read(path, *some)
    with Index.open(path) as index:
        documents = list(index.documents())
        assert [record(n)["Abstract"] in one.text for n, one in enumerate(documents)] == [True] * len(NUMBERS)
        assert {one.source for one in documents} == {str(files[next(n for n in order if n != "bib")])}
        links = list(index.duplicates())
        assert len(links) == 2 * len(NUMBERS)
        assert {link.kept for link in links} == {one.id for one in documents}
        states = {Path(one.path).name: one.status for one in index.files()}
        assert states["a.bib"] == "duplicate"
        assert sorted(states.values()) == ["duplicate", "duplicate", "kept"]
        assert all(index.has_document(one.document or "") for one in index.files())
        assert index.check() == []


def test_what_is_reported_is_what_is_there(tmp_path, files):
    with Index.open(tmp_path / "index.db", create=True) as index:
        report = ingest(index, [files["bib"], files["csv"]], IngestOptions(isolate=False))
        assert (report.documents, report.duplicates, report.kept) == (5, 5, 1)


def test_a_file_keeps_what_has_no_fuller_record(tmp_path):
    first = bibtex(tmp_path / "a.bib", range(8))
    path = read(tmp_path / "index.db", first, write_csv(tmp_path / "b.csv", NUMBERS))
    with Index.open(path) as index:
        assert [Path(one.source).name for one in index.documents()] == ["a.bib"] * 3 + ["b.csv"] * 5
        [record_] = [one for one in index.files() if one.path.endswith("a.bib")]
        assert record_.status == "kept"
        assert index.document(record_.document or "").source == str(first)


def test_within_one_file_too(tmp_path):
    path = tmp_path / "both.csv"
    rows = [
        "Title,Year,DOI,Abstract",
        *(f'"{r["Title"]}",{r["Year"]},{r["DOI"]},' for r in map(record, NUMBERS)),
    ]
    rows += [f'"{r["Title"]}",{r["Year"]},{r["DOI"]},"{r["Abstract"]}"' for r in map(record, NUMBERS)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Index.open(tmp_path / "index.db", create=True) as index:
        report = ingest(index, [path], IngestOptions(isolate=False))
        assert (report.documents, report.duplicates, report.kept) == (5, 5, 1)
        assert all(record(n)["Abstract"] in one.text for n, one in enumerate(index.documents()))


def test_what_people_coded_is_never_thrown_away(tmp_path, files):
    path = read(tmp_path / "index.db", files["bib"])
    with Index.open(path) as index:
        coded = next(index.document_ids())
        index.write_codings(
            coded, Coder("ana", "path", machine=False), [Coding(coded, None, "csr", 1.0, None, (), "ana")]
        )
    read(path, files["csv"])
    with Index.open(path) as index:
        assert len(index.codings(coded, machine=False)) == 1
        assert sum(one.source.endswith(".csv") for one in index.documents()) == 4


def test_the_changed_file_is_read_again(tmp_path, files):
    path = read(tmp_path / "index.db", files["bib"], files["csv"])
    write_csv(files["csv"], range(2))
    read(path, files["csv"])
    with Index.open(path) as index:
        found = {Path(one.source).name: 0 for one in index.documents()}
        for one in index.documents():
            found[Path(one.source).name] += 1
        assert found == {"a.bib": 3, "b.csv": 2}
        assert index.check() == []
