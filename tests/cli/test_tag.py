"""`textgov tag`: paths of documents and passages, what moved them, and models that are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from textgov.classify.paths import SHIPPED
from textgov.classify.persistence import META_FILE
from textgov.index.annotations import Coder
from textgov.index.store import Index
from textgov.pipeline.build import PipelineOptions
from textgov.workflows.annotate import AnnotateOptions, annotate_index
from textgov.workflows.ingest import IngestOptions, ingest

MODEL = Path(__file__).parents[2] / "models" / SHIPPED
PATHS = ["market", "csr", "multistakeholder", "labor", "cluster", "public"]
STRIKE = (
    "The dockers' union called a strike after nine of its members had been dismissed. Workers picketed the gates for "
    "six days, and the collective agreement that ended the walkout brought back the dismissed and raised wages."
)
MACHINE = "The company bought a new loom in spring. Its turnover grew by a tenth, and the roof was painted."


@pytest.fixture(scope="module")
def annotated(tmp_path_factory):
    """An index of two documents, made once; read only."""
    folder = tmp_path_factory.mktemp("tagged")
    (folder / "strike.txt").write_text(f"{STRIKE}\n\n{MACHINE}\n", encoding="utf-8")
    (folder / "loom.txt").write_text(f"{MACHINE}\n", encoding="utf-8")
    with Index.open(folder / "index.db", create=True) as opened:
        ingest(opened, [folder / "loom.txt", folder / "strike.txt"], IngestOptions())
        annotate_index(opened, AnnotateOptions(PipelineOptions(use_model=False)))
    return folder / "index.db"


@pytest.fixture
def index(place, annotated):
    return Path(shutil.copyfile(annotated, place / "textgov.db"))


def test_annotate_has_tagged_already(textgov, index):
    result = textgov("tag")
    assert result.status == 0
    assert result.err.startswith("0 documents with 0 passages tagged by paths-gereffi-lee ")
    assert result.err.endswith(", 2 documents tagged before\n")
    assert "  labor " in result.out


def test_documents_have_the_score_of_their_best_passage(textgov, index):
    rows = textgov("tag", "strike.txt", "--json", "--explain").rows()
    whole, *parts = rows
    assert list(whole) == ["document", "title", "file", "passage", "page", "tags"]
    assert [tag["path"] for tag in whole["tags"]] == PATHS
    assert whole["passage"] is None
    labor = whole["tags"][3]
    assert labor["given"] and labor["stance"] in {"works", "fails", "mixed", "stated"}
    assert labor["passages"] == [part["passage"] for part in parts if part["tags"][3]["given"]]
    assert labor["score"] == max(part["tags"][3]["score"] for part in parts)
    why = next(part for part in parts if part["tags"][3]["given"])["tags"][3]["why"]
    assert why and all(one["text"] in one["sentence"] and one["weight"] > 0 for one in why)
    assert {one["code"] for one in why} & {"strike", "union", "worker", "collective_bargaining"}


def test_codings_cite_their_mentions(textgov, index):
    with Index.open(index, read_only=True) as opened:
        for identity in opened.document_ids():
            mentions = {ordinal: len(a.mentions) for ordinal, a in opened.annotations(identity)}
            codings = [coding for layer, coding in opened.codings(identity, machine=True) if layer == "path"]
            assert len(codings) == len(PATHS) * len({coding.passage for coding in codings})
            for coding in codings:
                assert coding.evidence == () or coding.score >= 0.5
                assert all(0 <= place < mentions[coding.passage] for place in coding.evidence)


def test_paths_can_be_searched(textgov, index):
    found = textgov("search", "path:labor", "--json").rows()
    assert [row["text"] for row in found] == [STRIKE]


def test_a_stopped_run_goes_on(textgov, index):
    before = textgov("tag", "--json", "--explain").out
    with Index.open(index) as opened:
        [first, _] = opened.document_ids()
        coders = {(c.coder, layer) for layer, c in opened.codings(first, machine=True)}
        for coder, layer in coders:
            opened.write_codings(first, Coder(coder, layer, machine=True), [])
    result = textgov("tag", "--json", "--explain")
    assert result.err.startswith("1 document with ")
    assert result.out == before


def test_another_model_takes_the_place_of_the_first(textgov, index, place):
    from textgov.classify.paths import load_paths
    from textgov.codebook.loader import default_codebook

    model = load_paths(MODEL, default_codebook())
    model.save(place / "other", default_codebook(), {"note": "another"}, seed=5)
    result = textgov("tag", "--model", "other", "--json")
    assert result.status == 0
    assert result.err.startswith("2 documents with ")
    with Index.open(index, read_only=True) as opened:
        for identity in opened.document_ids():
            coders = {c.coder for layer, c in opened.codings(identity, machine=True) if "path" in layer}
            assert len(coders) == 1 and coders.pop().startswith("other ")


def altered(folder: Path) -> None:
    data = bytearray((folder / "passages-scores.skops").read_bytes())
    data[1000] ^= 1
    (folder / "passages-scores.skops").write_bytes(bytes(data))


def newer(folder: Path) -> None:
    meta = json.loads((folder / META_FILE).read_text())
    (folder / META_FILE).write_text(json.dumps(meta | {"format": 7}))


REFUSED = {
    altered: "bad: passages-scores.skops is not the file that the model was saved with; "
    "install the model again, or train it again",
    newer: "bad: this model has format 7, this textgov reads 1; update textgov, or train it again",
    lambda folder: (folder / META_FILE).unlink(): "bad: there is no model here (no readable meta.json); "
    "name the folder of a model",
}


@pytest.mark.parametrize("spoil", REFUSED, ids=["altered", "newer", "missing"])
def test_bad_models_are_refused(textgov, index, place, spoil):
    shutil.copytree(MODEL, place / "bad")
    spoil(place / "bad")
    before = index.read_bytes()
    result = textgov("tag", "--model", "bad")
    assert (result.status, result.out, result.err) == (3, "", f"textgov: {REFUSED[spoil]}\n")
    assert index.read_bytes() == before


def test_unknown_documents_are_named(textgov, index):
    result = textgov("tag", "storm.txt")
    assert result.status == 2
    assert result.err.startswith("textgov: no document 'storm.txt' in the index; ")


def test_what_is_not_annotated_is_said(textgov, place):
    (place / "strike.txt").write_text(STRIKE, encoding="utf-8")
    textgov("ingest", "strike.txt")
    result = textgov("tag")
    assert (result.status, result.out) == (3, "")
    assert result.err.endswith("1 document not annotated yet; run textgov annotate\n")


def test_the_filter_fills_paths_and_stance(textgov, place):
    lines = "".join(
        json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate([STRIKE, MACHINE, ""])
    )
    result = textgov("annotate", "-", "--no-model", stdin=lines.encode())
    assert (result.status, result.err) == (0, "")
    for row in result.rows():
        assert list(row["paths"]) == PATHS
        assert all(0.0 <= score <= 1.0 for score in row["paths"].values())
        assert set(row["stance"]) == {path for path, score in row["paths"].items() if score >= 0.5}
    first, second, empty = result.rows()
    assert first["paths"]["labor"] >= 0.5
    assert second["stance"] == empty["stance"] == {}
