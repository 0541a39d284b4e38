"""The whole pipeline: in order, batch by batch, under a hash that says what it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from golden import base
from pipeline_small import TERMS, small_finder, write_codebook

from textgov.documents import Annotation
from textgov.errors import CodebookError, TextgovError
from textgov.pipeline import build
from textgov.pipeline.build import BATCH, Pipeline, PipelineOptions
from textgov.pipeline.spanfinder import DOUBT, FOUND, META_FILE, WEIGHTS_FILE, Shape

SENTENCES = (
    "The buyers audit the mill.",
    "Workers struck in Kenya.",
    "The river is wide here.",
    "An NGO named Fair Cloth Watch (FCW) came; FCW left.",
)


@pytest.fixture(autouse=True)
def one_base(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base model is loaded once for all tests."""
    monkeypatch.setattr(build, "load_base", base)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_codebook(tmp_path_factory.mktemp("build") / "codebook")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build") / "model"
    small_finder(Shape(width=16, depth=1)).save(folder, {})
    return folder


@pytest.fixture
def options(folder: Path, model: Path) -> PipelineOptions:
    return PipelineOptions(codebook=str(folder), model=str(model))


@pytest.fixture
def plain(folder: Path) -> Pipeline:
    return Pipeline(PipelineOptions(codebook=str(folder), use_model=False))


# Which model


def test_a_model_whose_codes_are_in_the_codebook_is_used(options: PipelineOptions) -> None:
    pipeline = Pipeline(options)
    assert pipeline.finder is not None
    [doc] = pipeline.docs(["The buyers audit the mill."])
    assert set(doc.user_data[DOUBT]) == {"actor", "mechanism"}
    assert FOUND in doc.user_data


def test_a_codebook_without_the_codes_of_the_model_runs_without_it(folder: Path) -> None:
    pipeline = Pipeline(PipelineOptions(codebook=str(folder)))
    assert pipeline.finder is None
    [annotation] = pipeline.annotate(["The buyers audit the mill."])
    assert [(m.code, m.rule) for m in annotation.mentions] == [
        ("firm", "actor.firm.1"),
        ("audit", "mechanism.audit.1"),
    ]


def test_one_code_too_many_is_enough_not_to_use_a_model(folder: Path, model: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(model, tmp_path / "model"))
    meta = json.loads((changed / META_FILE).read_text(encoding="utf-8"))
    meta["labels"]["actor"] = ["worker", "alien"]
    (changed / META_FILE).write_text(json.dumps(meta), encoding="utf-8")
    assert Pipeline(PipelineOptions(codebook=str(folder), model=str(changed))).finder is None


def test_the_model_can_be_left_out(options: PipelineOptions) -> None:
    assert Pipeline(replace(options, use_model=False)).finder is None


def test_a_model_that_was_asked_for_and_is_not_there_is_said(
    options: PipelineOptions, tmp_path: Path
) -> None:
    with pytest.raises(TextgovError) as caught:
        Pipeline(replace(options, model=str(tmp_path / "nowhere")))
    assert f"{tmp_path / 'nowhere'}: no readable {META_FILE}" in str(caught.value)


def test_a_damaged_model_is_refused_and_not_left_out(
    options: PipelineOptions, model: Path, tmp_path: Path
) -> None:
    damaged = Path(shutil.copytree(model, tmp_path / "model"))
    (damaged / WEIGHTS_FILE).unlink()
    with pytest.raises(TextgovError, match=WEIGHTS_FILE):
        Pipeline(replace(options, model=str(damaged)))


def test_where_no_model_ships_the_lexicon_works_alone_or_beside_a_model_that_is_given(
    folder: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "model_folder", lambda: tmp_path / "nowhere")
    assert Pipeline(PipelineOptions(codebook=str(folder))).finder is None
    assert Pipeline(PipelineOptions(codebook=str(folder), model=str(model))).finder is not None


@pytest.mark.parametrize("name", ["nowhere", "../nowhere"])
def test_a_codebook_that_is_not_there_is_said(name: str) -> None:
    with pytest.raises(CodebookError, match=f"{name}: no such codebook"):
        Pipeline(PipelineOptions(codebook=name))


# Hash


def test_equal_pipelines_have_equal_hashes(options: PipelineOptions) -> None:
    one, two = Pipeline(options), Pipeline(options)
    list(one.annotate(SENTENCES))
    assert one.hash == two.hash
    assert len(one.hash) == 16
    assert int(one.hash, 16) >= 0


def test_whatever_changes_annotations_changes_the_hash(
    options: PipelineOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = {
        Pipeline(options).hash,
        Pipeline(replace(options, use_model=False)).hash,
        Pipeline(replace(options, parse_everything=True)).hash,
    }
    changed = write_codebook(tmp_path / "codebook", terms=TERMS[1:])
    hashes.add(Pipeline(replace(options, codebook=str(changed))).hash)
    other = tmp_path / "model"
    small_finder(Shape(width=16, depth=1), seed=9).save(other, {})
    hashes.add(Pipeline(replace(options, model=str(other))).hash)
    for name in ("textgov", "spacy", "thinc"):
        with monkeypatch.context() as patch:
            real = build.version
            patch.setattr(build, "version", lambda n, name=name, real=real: "9.9" if n == name else real(n))
            hashes.add(Pipeline(options).hash)
    for key in ("lang", "name", "version"):
        pipeline = Pipeline(options)
        with monkeypatch.context() as patch:
            patch.setitem(pipeline.base.meta, key, "other")
            hashes.add(pipeline.hash)
    assert len(hashes) == 11


def test_the_content_of_codebook_and_model_counts_and_not_only_their_place(
    folder: Path, model: Path, tmp_path: Path
) -> None:
    hashes = []
    for terms, seed in ((TERMS, 0), (TERMS[1:], 0), (TERMS, 1)):
        shutil.rmtree(tmp_path / "place", ignore_errors=True)
        codebook = write_codebook(tmp_path / "place" / "codebook", terms=terms)
        small_finder(Shape(width=16, depth=1), seed=seed).save(tmp_path / "place" / "model", {})
        here = PipelineOptions(codebook=str(codebook), model=str(tmp_path / "place" / "model"))
        hashes.append(Pipeline(here).hash)
    assert len(set(hashes)) == 3


# Texts in, annotations out


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_batches_without_words(options: PipelineOptions, texts: list[str]) -> None:
    pipeline = Pipeline(options)
    assert pipeline.run_batch(texts) == list(pipeline.docs(texts)) or texts
    assert [doc.text for doc in pipeline.run_batch(texts)] == texts
    assert list(pipeline.annotate(texts)) == [Annotation() for _ in texts]


def test_texts_come_back_in_order_over_several_batches(plain: Pipeline) -> None:
    texts = [f"{SENTENCES[n % 4]} {n}" if n % 5 else "" for n in range(2 * BATCH + 3)]
    assert [doc.text for doc in plain.docs(texts)] == texts
    alone = {text: next(plain.annotate([text])) for text in SENTENCES}
    for text, annotation in zip(texts, plain.annotate(texts), strict=True):
        assert annotation == alone.get(text.rpartition(" ")[0], Annotation())


def test_texts_are_read_batch_by_batch(plain: Pipeline) -> None:
    read = 0

    def source() -> Iterator[str]:
        nonlocal read
        for _ in range(3 * BATCH):
            read += 1
            yield "Workers struck."

    results = plain.annotate(source())
    assert read == 0
    next(results)
    assert read == BATCH
    for _ in range(BATCH - 1):
        next(results)
    assert read == BATCH
    next(results)
    assert read == 2 * BATCH


def test_a_text_is_annotated_the_same_in_any_batch(default_pipeline: Pipeline) -> None:
    texts = [
        "Labour inspectors fined two brick kilns in the delta.",
        "No audit was announced, and the buyer may cut its orders.",
        "Women workers went on strike until the union was recognised.",
    ]
    alone = [next(default_pipeline.annotate([text])) for text in texts]
    together = list(default_pipeline.annotate(["", *texts, *texts[::-1]]))
    assert together == [Annotation(), *alone, *alone[::-1]]
    assert all(annotation.mentions for annotation in alone)


def test_only_documents_with_mechanisms_are_parsed(plain: Pipeline, options: PipelineOptions) -> None:
    parsed = [doc.has_annotation("DEP") for doc in plain.docs(SENTENCES)]
    assert parsed == [True, True, False, False]
    everywhere = Pipeline(replace(options, use_model=False, parse_everything=True))
    assert all(doc.has_annotation("DEP") for doc in everywhere.docs(SENTENCES))
    assert all(doc.has_annotation("TAG") for doc in plain.docs(SENTENCES))


def test_a_mechanism_that_only_the_lexicon_knows_is_parsed_beside_a_finder(
    options: PipelineOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(options)
    assert pipeline.finder is not None
    monkeypatch.setattr(pipeline.finder, "_found", lambda doc, blocks, logs: [])
    [doc] = pipeline.docs(["No audit came."])
    assert doc.user_data[FOUND] == []
    assert [m.code for m in next(pipeline.annotate(["No audit came."])).mentions] == ["audit"]
    assert doc.has_annotation("DEP")


def test_the_seconds_of_each_stage_are_added_up(options: PipelineOptions) -> None:
    pipeline = Pipeline(options)
    spent: dict[str, float] = {}
    pipeline.run_batch(SENTENCES, spent)
    first = dict(spent)
    pipeline.run_batch(SENTENCES, spent)
    assert list(spent)[:6] == ["matcher", "encoder", "span finder", "tagger", "mentions", "parser"]
    assert all(spent[name] > first[name] > 0 for name in spent)
    without: dict[str, float] = {}
    Pipeline(replace(options, use_model=False)).run_batch(SENTENCES, without)
    assert set(spent) - set(without) == {"span finder"}


def test_all_layers_of_the_small_codebook_come_through(plain: Pipeline) -> None:
    text = "NGOs and Kenyan workers audit Brook Mills Ltd and the public Fair Cloth Watch; no buyer strikes."
    [annotation] = plain.annotate([text])
    found = [(text[m.start : m.end], m.layer, m.code, m.rule, m.form, m.scope) for m in annotation.mentions]
    assert found == [
        ("NGOs", "actor", "ngo", "actor.ngo.1", "social", "horizontal"),
        ("Kenyan", "place", "KEN", "place.1", None, None),
        ("Kenyan workers", "actor", "worker", "actor.worker.1", "social", "horizontal"),
        ("audit", "mechanism", "audit", "mechanism.audit.1", "private", "vertical"),
        ("Brook Mills Ltd", "actor", "firm", "firm-name", "private", "vertical"),
        ("Fair Cloth Watch", "actor", "ngo", "gaz.1", "public", "horizontal"),
        ("buyer", "actor", "firm", "actor.firm.1", "private", "vertical"),
        ("strikes", "mechanism", "strike", "mechanism.strike.1", "social", "horizontal"),
    ]
    assert annotation.cells == ("private-vertical", "public-horizontal", "social-horizontal")
