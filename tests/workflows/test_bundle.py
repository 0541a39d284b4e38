"""A bundle makes its index again elsewhere, and whatever is changed in it is found."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import shutil
import zipfile
from pathlib import Path

import msgspec
import pytest
from screening_small import RECORDS, record, relevant, small_review, write_csv

from textgov.documents import Coding
from textgov.errors import ReadError, TextgovError, UsageError
from textgov.export.archive import extract, write_zip
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.screening import Decision, Source, decisions, read_plan
from textgov.index.store import Index
from textgov.pipeline.build import PipelineOptions
from textgov.workflows.annotate import AnnotateOptions, annotate_index
from textgov.workflows.bundle import MANIFEST, bundle_names, encoded, write_bundle
from textgov.workflows.bundle_verify import VerifyOptions, verify_bundle
from textgov.workflows.codebook import new_codebook
from textgov.workflows.ingest import IngestOptions, ingest
from textgov.workflows.screen import candidates, change_plan, decide, describe_source

NO_RUN = VerifyOptions(run=False)
HERE = VerifyOptions(isolate=False)


@contextlib.contextmanager
def quiet(_):
    yield lambda done, total, item: None


def codebook(place: Path) -> Path:
    """A small one of one's own, so that the coder is quick to build and its folder has to go along."""
    new_codebook(place / "small", extends=None)
    lexicon = next((place / "small").glob("lexicon.*.jsonl"))
    entry = json.loads(lexicon.read_text(encoding="utf-8").splitlines()[0])
    rows = [
        {"id": f"small.{n:03}", "code": entry["code"], "term": term}
        for n, term in enumerate(("union", "mill", "worker", "weaver"))
    ]
    lexicon.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return place / "small"


def review(place: Path) -> Path:
    """Records, texts, a copy, a file that fails, codes by machine and hand, decisions of two screeners."""
    path = small_review(place)
    texts = place / "texts"
    texts.mkdir()
    for number in range(3):
        told = f"A report on mill {number}. The weavers and workers of the {number} sheds had no union. "
        (texts / f"found-{number}.txt").write_text(told * 4 + record(number)["Abstract"], encoding="utf-8")
    shutil.copy(texts / "found-0.txt", texts / "copy.txt")
    (texts / "empty.txt").write_bytes(b"")
    options = PipelineOptions(str(codebook(place)), use_model=False)
    with Index.open(path) as index:
        ingest(index, [texts], IngestOptions(isolate=False))
        annotate_index(index, AnnotateOptions(options))
        change_plan(index, screeners=2, reasons=["no data"], question="On labour?")
        describe_source(index, Source(str(place / "exports"), "Both", "database", "2024", "q"))
        numbers = titles_of(index)
        for document in candidates(index, "title"):
            verdict = "include" if relevant(numbers[document]) else "exclude"
            decide(index, Decision(document, "title", "ana", verdict, score=0.25))
        document = candidates(index, "title")[0]
        coding = Coding(document, None, "csr", 1.0, "works", (), "ana")
        index.write_codings(document, Coder("ana", "path", machine=False), [coding])
    return path


def titles_of(index: Index) -> dict[str, int]:
    works = set(candidates(index, "title"))
    return {
        one.id: int((one.bibliography.title or "").split()[2]) for one in index.documents() if one.id in works
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a review and its bundle, made once; read only."""
    place = tmp_path_factory.mktemp("bundle")
    with Index.open(review(place), read_only=True) as index:
        write_bundle(index, place / "review.zip")
    return place


@pytest.fixture
def bundle(made, tmp_path) -> Path:
    return Path(shutil.copy(made / "review.zip", tmp_path / "review.zip"))


def test_it_makes_the_same_index_again(made, tmp_path):
    found = verify_bundle(made / "review.zip", VerifyOptions(isolate=False, output=tmp_path / "again"), quiet)
    assert (found.damaged, found.differences, found.other_versions, found.run) == ([], [], [], True)
    assert found.tables["documents"] == RECORDS + 3
    assert found.tables["mentions"] > 20
    assert found.tables["duplicates"] == 7
    assert found.tables["decisions"] == RECORDS
    with Index.open(tmp_path / "again" / "review.db") as index, Index.open(made / "textgov.db") as original:
        assert list(index.document_ids()) == list(original.document_ids())
        assert read_plan(index) == read_plan(original)
        said = [msgspec.structs.replace(one, id=None) for one in decisions(index)]
        assert said == [msgspec.structs.replace(one, id=None) for one in decisions(original)]
        first = candidates(index, "title")[0]
        assert index.codings(first, machine=False) == original.codings(first, machine=False)
        assert candidates(index, "text") == candidates(original, "text")


def test_the_same_index_gives_the_same_bytes(made, tmp_path):
    with Index.open(made / "textgov.db", read_only=True) as index:
        report = write_bundle(index, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (made / "review.zip").read_bytes()
    assert verify_bundle(tmp_path / "again.zip", NO_RUN, quiet).sha256 == report.sha256
    assert [Path(name).name for name, _ in report.left_out] == ["empty.txt"]


def test_no_path_of_this_machine_is_in_it(made):
    with zipfile.ZipFile(made / "review.zip") as archive:
        for name in archive.namelist():
            assert str(made).encode() not in archive.read(name), name
            assert not name.startswith("/")


@pytest.mark.parametrize("seed", range(120))
def test_one_changed_byte_is_found(made, bundle, seed):
    """Wherever it is: in a text, a table, the manifest, or what the archive says of itself."""
    draw = random.Random(seed)  # noqa: S311
    content = bytearray(bundle.read_bytes())
    start = zipfile.ZipFile(bundle).start_dir
    span = (0, start) if seed % 3 else (start, len(content))
    place = draw.randrange(*span)
    content[place] ^= 1 << draw.randrange(8)
    bundle.write_bytes(content)
    try:
        assert verify_bundle(bundle, NO_RUN, quiet).damaged != []
    except ReadError as error:
        assert str(bundle) in str(error)


def again(bundle: Path, folder: Path, change) -> None:
    """Write a bundle anew as an archive that is sound, with its members changed."""
    names = [name for name, _ in extract(bundle, folder)]
    change(folder, names)
    write_zip(bundle, [(name, folder / name) for name in names])


def test_a_member_that_was_exchanged_is_named(bundle, tmp_path):
    def change(folder, names):
        table = folder / "tables" / "documents.csv"
        table.write_text(table.read_text(encoding="utf-8").replace("Study", "Tale"), encoding="utf-8")

    again(bundle, tmp_path / "x", change)
    assert verify_bundle(bundle, NO_RUN, quiet).damaged == ["tables/documents.csv is not what was written"]


def test_a_member_that_is_gone_or_new_is_named(bundle, tmp_path):
    def change(folder, names):
        names.remove("tables/mentions.csv")
        names.append("more.txt")
        (folder / "more.txt").write_text("more", encoding="utf-8")

    again(bundle, tmp_path / "x", change)
    assert verify_bundle(bundle, NO_RUN, quiet).damaged == [
        "tables/mentions.csv is missing",
        "more.txt does not belong to it",
    ]


def forge(bundle: Path, folder: Path, name: str, old: str, new: str) -> None:
    """Change a member, and the digest of it as well."""

    def change(place, _):
        member = place / name
        member.write_text(member.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        manifest = json.loads((place / MANIFEST).read_bytes())
        digest = hashlib.sha256(member.read_bytes()).hexdigest()
        manifest["members"][name] = digest
        for table in manifest["tables"]:
            if name == f"tables/{table}.csv":
                manifest["tables"][table]["sha256"] = digest
        (place / MANIFEST).write_bytes(encoded(manifest))

    again(bundle, folder, change)


def test_a_result_that_was_forged_with_its_digest_does_not_come_out_again(bundle, tmp_path):
    whole = verify_bundle(bundle, NO_RUN, quiet).sha256
    forge(bundle, tmp_path / "x", "tables/mentions.csv", "union", "unions")
    assert verify_bundle(bundle, NO_RUN, quiet).damaged == []
    found = verify_bundle(bundle, HERE, quiet)
    assert found.damaged == []
    [difference] = found.differences
    assert difference.startswith("mentions: ")
    assert "instead of 'unions'" in difference
    found = verify_bundle(bundle, VerifyOptions(isolate=False, sha256=whole), quiet)
    assert found.damaged[0].startswith("the file's SHA-256 is")


def test_scores_that_were_rounded_otherwise_are_the_same(bundle, tmp_path):
    forge(bundle, tmp_path / "x", "tables/decisions.csv", ",0.25,", ",0.251,")
    assert verify_bundle(bundle, HERE, quiet).differences == []


def test_without_texts_they_are_found_by_their_content(made, tmp_path):
    path = tmp_path / "bare.zip"
    with Index.open(made / "textgov.db", read_only=True) as index:
        write_bundle(index, path, with_texts=False)
    with zipfile.ZipFile(path) as archive:
        assert not any(name.startswith("files/") for name in archive.namelist())
    with pytest.raises(UsageError, match="not in this bundle; name their folder by --files"):
        verify_bundle(path, HERE, quiet)
    mine = tmp_path / "mine"
    for place, file in enumerate(sorted([*(made / "texts").iterdir(), *(made / "exports").iterdir()])):
        (mine / str(place)).mkdir(parents=True)
        shutil.copy(file, mine / str(place) / f"renamed-{place}")
    found = verify_bundle(path, VerifyOptions(isolate=False, files=mine), quiet)
    assert (found.damaged, found.differences, found.run) == ([], [], True)
    next(mine.glob("*/renamed-0")).unlink()
    next(mine.glob("*/renamed-2")).unlink()
    with pytest.raises(UsageError, match="holds no file with the content of"):
        verify_bundle(path, VerifyOptions(isolate=False, files=mine), quiet)


def test_a_file_that_changed_since_is_refused(place):
    path = small_review(place)
    with Index.open(path) as index:
        write_csv(place / "exports" / "wos.csv", range(3))
        (place / "exports" / "scopus.csv").unlink()
        with pytest.raises(
            TextgovError, match=r"scopus\.csv cannot be read .*wos\.csv has changed since.*ingest"
        ):
            write_bundle(index, place / "review.zip")
    assert not (place / "review.zip").exists()


def test_documents_that_are_not_coded_yet_are_refused(made, tmp_path):
    shutil.copytree(made, tmp_path / "copy")
    with Index.open(tmp_path / "copy" / "textgov.db") as index:
        (tmp_path / "more.txt").write_text(
            "Weavers met in another town and spoke of wages there. " * 5, encoding="utf-8"
        )
        ingest(index, [tmp_path / "more.txt"], IngestOptions(isolate=False))
        with pytest.raises(TextgovError, match="1 documents are not coded by the last codebook"):
            write_bundle(index, tmp_path / "review.zip")


def test_what_is_no_bundle_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    write_zip(tmp_path / "b.zip", [("a.txt", b"text")])
    write_zip(tmp_path / "c.zip", [("../a.txt", b"text")])
    write_zip(tmp_path / "d.zip", [(MANIFEST, b'{"format": 99}')])
    for name, message in (
        ("a.txt", "the archive is damaged"),
        ("b.zip", "this is no bundle"),
        ("c.zip", "unsafe name"),
        ("d.zip", "newer format"),
        ("e.zip", "cannot be read"),
    ):
        with pytest.raises(ReadError, match=message):
            verify_bundle(tmp_path / name, NO_RUN, quiet)
    assert not (tmp_path.parent / "a.txt").exists()


def test_nothing_that_is_there_is_written_over(made, tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        verify_bundle(made / "review.zip", VerifyOptions(isolate=False, output=tmp_path), quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["papers/a.pdf", "b.ris"], ["papers/a.pdf", "b.ris"]),
        (["./papers/a.pdf"], ["papers/a.pdf"]),
        (["/data/x/papers/a.pdf", "/data/x/b.ris"], ["papers/a.pdf", "b.ris"]),
        (["/data/x/a.pdf"], ["a.pdf"]),
        (["../here/a.pdf", "../there/a.pdf"], ["here/a.pdf", "there/a.pdf"]),
    ],
)
def test_names_within_a_bundle(place, paths, names):
    assert list(bundle_names(paths).values()) == names


def test_an_index_that_grew_in_steps_is_made_again(place):
    """Records came before texts and texts in between: the order of the documents is that of the first time."""
    path = small_review(place)
    for number in (5, 1, 3):
        told = f"The looms of {number} sheds stood still, and the weavers of mill {number} walked out. " * 4
        (place / f"text-{number}.txt").write_text(told + record(number)["Abstract"], encoding="utf-8")
        with Index.open(path) as index:
            ingest(index, [place / f"text-{number}.txt"], IngestOptions(isolate=False))
            more = write_csv(place / f"more-{number}.csv", range(100 + number, 104 + number))
            ingest(index, [more], IngestOptions(isolate=False))
    with Index.open(path) as index:
        write_bundle(index, place / "review.zip")
    found = verify_bundle(place / "review.zip", HERE, quiet)
    assert found.differences == []


def test_a_codebook_that_changed_since_is_refused(made, tmp_path):
    shutil.copytree(made, tmp_path / "copy")
    lexicon = next((made / "small").glob("lexicon.*.jsonl"))
    before = lexicon.read_text(encoding="utf-8")
    try:
        lexicon.write_text(before.replace("weaver", "spinner"), encoding="utf-8")
        with (
            Index.open(tmp_path / "copy" / "textgov.db", read_only=True) as index,
            pytest.raises(TextgovError, match="codebook has changed since the documents were coded"),
        ):
            write_bundle(index, tmp_path / "review.zip")
    finally:
        lexicon.write_text(before, encoding="utf-8")


def test_a_built_in_codebook_of_another_version_is_said(place):
    path = small_review(place)
    with Index.open(path) as index:
        run = index.start_run(
            Run("annotate", {"codebook": "gereffi-lee"}, {"textgov": "0.0.1"}, "c0de", "p1pe")
        )
        for document in list(index.document_ids()):
            index.write_annotations(document, [], run)
        index.finish_run(run, {})
        report = write_bundle(index, place / "review.zip")
    assert report.notes == (
        "coded by textgov 0.0.1 with another built-in codebook than is here; it takes that to verify",
    )
    assert verify_bundle(place / "review.zip", NO_RUN, quiet).manifest.codebook[2] == "c0de"
