"""The span finder: from probabilities to spans, and a model file that is whole, of this format, and without pickle."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_small import LABELS, STATUSES, VECTORS, small_finder, token_vectors
from spacy.language import Language
from spacy.tokens import Doc

from textgov.errors import TextgovError
from textgov.pipeline.features import VectorTable
from textgov.pipeline.network import RowCache
from textgov.pipeline.spanfinder import (
    DOUBT,
    FORMAT,
    FOUND,
    META_FILE,
    OTHERS,
    VECTORS_FILE,
    WEIGHTS_FILE,
    Decoding,
    Found,
    Shape,
    SpanFinder,
    load_span_finder,
    model_folder,
    read_vectors,
    save_vectors,
)

TEXTS = ("The buyer sent an audit to the mill", "Workers struck", "the mill , the worker and the buyer")


def documents(nlp: Language) -> list[Doc]:
    return [token_vectors(nlp.make_doc(text)) for text in TEXTS]


@pytest.fixture(scope="module")
def finder() -> SpanFinder:
    return small_finder(Shape(width=16, depth=1, voters=2))


@pytest.fixture(scope="module")
def stored(finder: SpanFinder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model") / "spans"
    finder.save(folder, {"name": "spans", "seed": 7})
    return folder


@pytest.fixture
def model(stored: Path, tmp_path: Path) -> Path:
    """A copy of a good model, to be broken."""
    return Path(shutil.copytree(stored, tmp_path / "spans"))


# From probabilities to spans


def told(
    monkeypatch: pytest.MonkeyPatch,
    doc: Doc,
    rows: dict[str, dict[int, dict[str, float]]],
    statuses: dict[int, str] | None = None,
    decoding: Decoding | None = None,
) -> dict[str, list[Found]]:
    """What is found where the network gives `{layer: {token: {"B-code" or "I-code": probability}}}`."""
    finder = small_finder()
    blocks = []
    for layer in LABELS:
        block = np.zeros((len(doc), layer.size), dtype=np.float32)
        for token, shares in rows.get(layer.layer, {}).items():
            for name, probability in shares.items():
                part, _, code = name.partition("-")
                block[token, 1 + 2 * layer.codes.index(code) + (part == "I")] = probability
        block[:, 0] = 1 - block.sum(axis=1)
        blocks.append(block)
    status = np.full((len(doc), len(STATUSES)), 0.01, dtype=np.float32)
    for token in range(len(doc)):
        status[token, STATUSES.index((statuses or {}).get(token, "asserted"))] = 0.9
    if decoding is not None:
        finder.decoding = decoding
    monkeypatch.setattr(finder, "probabilities", lambda docs: [[*blocks, status] for _ in docs])
    finder([doc])
    found: list[Found] = doc.user_data[FOUND]
    return {layer.layer: [f for f in found if f.layer == layer.layer] for layer in LABELS}


def test_each_layer_is_decoded_for_itself(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = token_vectors(nlp.make_doc("night shift walked out today"))
    found = told(
        monkeypatch,
        doc,
        {
            "actor": {0: {"B-worker": 0.9}, 1: {"I-worker": 0.7}, 2: {"B-firm": 0.3}},
            "mechanism": {2: {"B-strike": 0.6}, 3: {"I-strike": 0.8}},
        },
        {2: "negated", 3: "negated"},
    )
    assert found["actor"] == [Found(0, 2, "actor", "worker", "asserted", 0.8)]
    assert found["mechanism"] == [Found(2, 4, "mechanism", "strike", "negated", 0.7)]
    doubt = doc.user_data[DOUBT]
    np.testing.assert_allclose(doubt["actor"], [0.9, 0.7, 0.3, 0, 0], atol=1e-6)
    np.testing.assert_allclose(doubt["mechanism"], [0, 0, 0.6, 0.8, 0], atol=1e-6)


def test_the_status_is_that_of_most_of_the_span(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = token_vectors(nlp.make_doc("they go slow now"))
    rows = {"mechanism": {n: {"B-strike" if n == 0 else "I-strike": 0.9} for n in range(3)}}
    found = told(monkeypatch, doc, rows, {0: "planned", 1: "hedged", 2: "hedged", 3: "negated"})
    assert found["mechanism"][0].status == "hedged"


def test_a_code_counts_by_its_begin_and_inside_labels_together(
    nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    doc = token_vectors(nlp.make_doc("one team"))
    rows = {"actor": {1: {"B-worker": 0.4, "B-firm": 0.3, "I-firm": 0.2}}}
    [found] = told(monkeypatch, doc, rows)["actor"]
    assert (found.code, found.confidence) == ("firm", 0.5)


def test_spans_with_the_same_head_word_vote(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = token_vectors(nlp.make_doc("the Mill and a mill or mills"))
    rows = {
        "actor": {
            1: {"B-worker": 0.5, "B-firm": 0.4},
            4: {"B-firm": 0.9},
            6: {"B-worker": 0.5, "B-firm": 0.4},
        }
    }
    found = told(monkeypatch, doc, rows)["actor"]
    assert [(f.start, f.code, f.confidence) for f in found] == [
        (1, "firm", 0.4),
        (4, "firm", 0.9),
        (6, "worker", 0.5),
    ]


def test_a_sure_span_is_not_outvoted_by_another(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = token_vectors(nlp.make_doc("mill mill"))
    own = 0.9
    other = own / OTHERS - 0.3
    assert other < 1
    rows = {"actor": {0: {"B-worker": own}, 1: {"B-firm": other}}}
    assert [f.code for f in told(monkeypatch, doc, rows)["actor"]] == ["worker", "firm"]


def test_a_span_is_outvoted_by_two_others_as_sure(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    doc = token_vectors(nlp.make_doc("mill mill mill"))
    rows = {"actor": {0: {"B-worker": 0.9}, 1: {"B-firm": 0.9}, 2: {"B-firm": 0.9}}}
    found = told(monkeypatch, doc, rows)["actor"]
    assert [(f.code, f.confidence) for f in found] == [("firm", 0.0), ("firm", 0.9), ("firm", 0.9)]


def test_less_weight_of_outside_finds_more_in_that_layer_alone(
    nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {"actor": {0: {"B-worker": 0.4}}, "mechanism": {0: {"B-strike": 0.4}}}
    strict = told(monkeypatch, token_vectors(nlp.make_doc("team")), rows)
    loose = told(monkeypatch, token_vectors(nlp.make_doc("team")), rows, decoding=Decoding({"actor": 1.0}))
    assert [len(strict[layer]) for layer in ("actor", "mechanism")] == [0, 0]
    assert [len(loose[layer]) for layer in ("actor", "mechanism")] == [1, 0]
    assert loose["actor"][0].confidence == 0.4


def test_probabilities_of_each_layer_and_of_the_statuses_add_up_to_one(
    nlp: Language, finder: SpanFinder
) -> None:
    docs = documents(nlp)
    finder.prepare(docs)
    for doc, blocks in zip(docs, finder.probabilities(docs), strict=True):
        assert [block.shape for block in blocks] == [(len(doc), 5), (len(doc), 5), (len(doc), len(STATUSES))]
        for block in blocks:
            np.testing.assert_allclose(block.sum(axis=1), 1, atol=1e-5)
            assert block.min() >= 0


def test_voters_are_averaged(nlp: Language, finder: SpanFinder) -> None:
    docs = documents(nlp)
    finder.prepare(docs)
    both = finder.probabilities(docs)
    alone = []
    for network in finder.networks:
        single = SpanFinder(LABELS, STATUSES, VECTORS, Shape(width=16, depth=1))
        single.networks = [network]
        alone.append(single.probabilities(docs))
    for place, blocks in enumerate(both):
        for number, block in enumerate(blocks):
            one, two = (a[place][number] for a in alone)
            assert np.abs(one - two).max() > 1e-3
            np.testing.assert_allclose(block, (one + two) / 2, atol=1e-6)


@pytest.mark.parametrize("texts", [[], [""], ["", "a worker", ""]])
def test_documents_without_words_are_passed_over(nlp: Language, finder: SpanFinder, texts: list[str]) -> None:
    docs = [token_vectors(nlp.make_doc(text)) for text in texts]
    finder(docs)
    assert [FOUND in doc.user_data for doc in docs] == [bool(text) for text in texts]


def test_very_large_scores_overflow_nothing(nlp: Language) -> None:
    finder = small_finder()
    for node in finder.networks[0].walk():
        if node.name == "linear" and node.get_dim("nO") == finder.outputs:
            node.set_param("b", np.linspace(-1e4, 1e4, finder.outputs, dtype=np.float32))
    [doc] = docs = documents(nlp)[:1]
    finder(docs)
    assert np.isfinite(doc.user_data[DOUBT]["actor"]).all()


# Save and load


def test_a_loaded_finder_finds_the_same(nlp: Language, finder: SpanFinder, stored: Path) -> None:
    loaded = load_span_finder(stored)
    first, second = documents(nlp), documents(nlp)
    finder(first)
    loaded(second)
    assert sum(len(doc.user_data[FOUND]) for doc in first) > 3
    for one, two in zip(first, second, strict=True):
        assert one.user_data[FOUND] == two.user_data[FOUND]
        for layer, doubt in one.user_data[DOUBT].items():
            assert (doubt == two.user_data[DOUBT][layer]).all()


def test_a_loaded_finder_is_saved_to_the_same_bytes(stored: Path, tmp_path: Path) -> None:
    load_span_finder(stored).save(tmp_path / "again", {"name": "spans", "seed": 7})
    for name in (META_FILE, WEIGHTS_FILE, VECTORS_FILE):
        assert (tmp_path / "again" / name).read_bytes() == (stored / name).read_bytes()


def test_labels_shape_and_vectors_come_back(finder: SpanFinder, stored: Path) -> None:
    loaded = load_span_finder(stored)
    assert loaded.labels == finder.labels
    assert loaded.statuses == finder.statuses
    assert loaded.shape == finder.shape
    assert loaded.vectors.words == VECTORS.words
    assert (loaded.vectors.rows == VECTORS.rows).all()


def test_the_card_says_what_was_given_and_the_hashes(stored: Path) -> None:
    meta = json.loads((stored / META_FILE).read_text(encoding="utf-8"))
    assert (meta["format"], meta["name"], meta["seed"]) == (FORMAT, "spans", 7)
    assert meta["sha256"] == {
        name: hashlib.sha256((stored / name).read_bytes()).hexdigest()
        for name in (WEIGHTS_FILE, VECTORS_FILE)
    }


def test_fingerprints_tell_models_apart(stored: Path, model: Path, tmp_path: Path) -> None:
    other = small_finder(Shape(width=16, depth=1, voters=2), seed=5)
    other.save(tmp_path / "other", {})
    swapped = SpanFinder(LABELS[::-1], STATUSES, VECTORS, Shape(width=16, depth=1, voters=2))
    swapped.networks = load_span_finder(stored).networks
    swapped.save(tmp_path / "swapped", {})
    assert load_span_finder(tmp_path / "swapped").labels == LABELS[::-1]
    revectored = SpanFinder(
        LABELS, STATUSES, VectorTable(VECTORS.words, VECTORS.packed, 2.0), Shape(width=16, depth=1, voters=2)
    )
    revectored.networks = load_span_finder(stored).networks
    revectored.save(tmp_path / "revectored", {})
    assert load_span_finder(stored).fingerprint == load_span_finder(model).fingerprint != ""
    folders = (stored, tmp_path / "other", tmp_path / "swapped", tmp_path / "revectored")
    assert len({load_span_finder(folder).fingerprint for folder in folders}) == 4


@given(
    words=st.lists(st.text(alphabet="aé-'中", min_size=1, max_size=6), unique=True, min_size=1, max_size=5),
    scale=st.floats(1e-3, 10),
    seed=st.integers(0, 99),
)
def test_vectors_come_back(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], scale: float, seed: int
) -> None:
    packed = np.random.default_rng(seed).integers(-128, 128, (len(words), 3)).astype(np.int8)
    path = tmp_path_factory.mktemp("vectors") / "vectors.npz"
    save_vectors(path, VectorTable(tuple(words), packed, scale))
    table = read_vectors(path.read_bytes())
    assert (table.words, table.scale) == (tuple(words), scale)
    assert (table.packed == packed).all()
    assert table.packed.dtype == np.int8


# What is refused


def refusal(folder: Path) -> str:
    """The one line by which a model is refused: it names the folder, and says what to do."""
    with pytest.raises(TextgovError) as caught:
        load_span_finder(folder)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f"{folder}: ")
    assert re.search(r"; (install the model again|update textgov or the model)$", message)
    return message


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    meta = json.loads((folder / META_FILE).read_text(encoding="utf-8"))
    change(meta)
    (folder / META_FILE).write_text(json.dumps(meta), encoding="utf-8")


def reseal(folder: Path) -> None:
    """Make the hashes those of the files, as somebody would who wants a file accepted."""
    rewrite(
        folder,
        lambda meta: meta["sha256"].update(
            {
                name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
                for name in (WEIGHTS_FILE, VECTORS_FILE)
            }
        ),
    )


@pytest.mark.parametrize("name", [WEIGHTS_FILE, VECTORS_FILE])
@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_one_byte_changed_is_refused(model: Path, name: str, place: float) -> None:
    data = bytearray((model / name).read_bytes())
    data[int(place * (len(data) - 1))] ^= 1
    (model / name).write_bytes(data)
    assert f"{name} is not the file that the model was saved with" in refusal(model)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, VECTORS_FILE])
@pytest.mark.parametrize("content", [b"", b"half"])
def test_a_cut_file_is_refused(model: Path, name: str, content: bytes) -> None:
    (model / name).write_bytes(content)
    assert name in refusal(model)


@pytest.mark.parametrize("name", [META_FILE, WEIGHTS_FILE, VECTORS_FILE])
def test_a_missing_file_is_refused_by_name(model: Path, name: str) -> None:
    (model / name).unlink()
    assert f"no readable {name}" in refusal(model)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert f"no readable {META_FILE}" in refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("number", [FORMAT + 1, 0, str(FORMAT), None])
def test_another_format_is_refused(model: Path, number: object) -> None:
    rewrite(model, lambda meta: meta.update(format=number))
    assert f"model format {number}, this textgov reads {FORMAT}; update" in refusal(model)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b"1"])
def test_a_card_that_is_none_is_refused(model: Path, content: bytes) -> None:
    (model / META_FILE).write_bytes(content)
    refusal(model)


@pytest.mark.parametrize("key", ["labels", "statuses", "shape", "sha256"])
@pytest.mark.parametrize("value", [None, [], {}, 3, "x", {"x": 1}])
def test_a_card_with_another_value_is_refused(model: Path, key: str, value: object) -> None:
    rewrite(model, lambda meta: meta.update({key: value}))
    refusal(model)


@pytest.mark.parametrize(
    "change",
    [
        {"shape": {"width": 24, "depth": 1, "voters": 2}},
        {"shape": {"width": 16, "depth": 2, "voters": 2}},
        {"shape": {"width": 16, "depth": 1, "voters": 3}},
        {"labels": {"actor": ["worker"], "mechanism": ["audit", "strike"]}},
        {"statuses": ["asserted"]},
    ],
    ids=["width", "depth", "voters", "labels", "statuses"],
)
def test_weights_of_another_network_are_refused(model: Path, change: dict[str, Any]) -> None:
    rewrite(model, lambda meta: meta.update(change))
    refusal(model)


class Payload:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, VECTORS_FILE])
def test_objects_are_refused_unread_even_under_the_right_hash(model: Path, tmp_path: Path, name: str) -> None:
    trap = tmp_path / "executed"
    with np.load(model / name) as archive:
        arrays = {key: archive[key] for key in archive.files}
    first = next(iter(arrays))
    arrays[first] = np.array([Payload(trap)], dtype=object)
    np.savez(model / name, **arrays, allow_pickle=True)
    reseal(model)
    assert "Object arrays cannot be loaded" in refusal(model)
    assert not trap.exists()
    with np.load(model / name, allow_pickle=True) as archive:
        archive[first]
    assert trap.exists(), "the trap does not work, so that this test would prove nothing"


@pytest.mark.parametrize("name", [WEIGHTS_FILE, VECTORS_FILE])
@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", b"\x80\x04N."])
def test_a_file_that_is_no_archive_is_refused_under_the_right_hash(
    model: Path, name: str, content: bytes
) -> None:
    (model / name).write_bytes(content)
    reseal(model)
    refusal(model)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, VECTORS_FILE])
def test_an_archive_without_an_array_is_refused(model: Path, name: str) -> None:
    with np.load(model / name) as archive:
        arrays = {key: archive[key] for key in archive.files}
    arrays.pop(next(iter(arrays)))
    np.savez(model / name, **arrays)
    reseal(model)
    refusal(model)


def test_saving_writes_no_objects(stored: Path) -> None:
    for name in (WEIGHTS_FILE, VECTORS_FILE):
        with np.load(stored / name, allow_pickle=False) as archive:
            assert all(archive[key].dtype != object for key in archive.files)
        with zipfile.ZipFile(stored / name) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_model_that_ships_is_whole() -> None:
    finder = load_span_finder(model_folder())
    assert [layer.layer for layer in finder.labels] == ["actor", "mechanism"]
    assert set(finder.statuses) == set(STATUSES)


def test_rows_come_out_the_same_whatever_was_read_before() -> None:
    weights = np.random.default_rng(3).normal(size=(5, 7)).astype(np.float32)
    columns = np.random.default_rng(4).integers(1, 50, size=(300, 5), dtype=np.uint64)
    calls = []

    def compute(rows):
        calls.append(len(rows))
        return (rows.astype(np.float32) @ weights).astype(np.float32)

    at_once = RowCache().lookup(columns, compute)
    calls.clear()
    cache = RowCache()
    pieces = np.vstack([cache.lookup(columns[n : n + 7], compute) for n in range(0, 300, 7)])
    assert np.array_equal(at_once, pieces)
    assert set(calls) == {RowCache.BLOCK}
    calls.clear()
    assert np.array_equal(cache.lookup(columns, compute), at_once)
    assert calls == []


def test_a_full_cache_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RowCache, "LIMIT", 10)
    cache = RowCache()
    for first in (1, 100, 200):
        columns = np.arange(first, first + 8, dtype=np.uint64).reshape(-1, 1)
        assert np.array_equal(cache.lookup(columns, lambda rows: rows.astype(np.float32)), columns)
    assert len(cache._places) == 8
