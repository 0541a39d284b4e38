"""Models as folders: what comes back, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from textgov.classify.persistence import (
    META_FILE,
    ModelMeta,
    _digest,
    _meta_bytes,
    load_model,
    read_meta,
    save_model,
)
from textgov.classify.terms import TermVectorizer
from textgov.errors import TextgovError

TEXTS = [f"the union struck in mill {n}" for n in range(20)] + [
    f"the buyer audits plant {n}" for n in range(20)
]
META = ModelMeta("mine", "test", ("a", "b"), "some-codebook", "0123", 7, {"thresholds": [0.5, 0.25]})


def estimators():
    words = make_pipeline(TermVectorizer(dtype=np.float32), LogisticRegression()).fit(
        TEXTS, [0] * 20 + [1] * 20
    )
    letters = TermVectorizer(analyzer="char_wb", ngram_range=(1, 3)).fit(TEXTS)
    return {"words": words, "letters": letters}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_model(tmp_path / "model", META, estimators())
    return tmp_path / "model"


def reseal(folder: Path, **changes: object) -> None:
    """Change the meta as somebody would who knows how it is sealed."""
    meta = msgspec.convert(json.loads((folder / META_FILE).read_text(encoding="utf-8")) | changes, ModelMeta)
    hashes = {name: _digest((folder / name).read_bytes()) for name in meta.sha256}
    meta = msgspec.structs.replace(meta, sha256=changes.get("sha256", hashes), seal="")
    meta = msgspec.structs.replace(meta, seal=_digest(_meta_bytes(meta)))
    (folder / META_FILE).write_bytes(_meta_bytes(meta))


def refusal(folder: Path, **arguments: object) -> str:
    with pytest.raises(TextgovError) as error:
        load_model(folder, **arguments)
    message = str(error.value)
    assert message.startswith(f"{folder}: ")
    assert "; " in message, "the message does not say what to do"
    assert "\n" not in message
    return message


def test_what_was_saved_comes_back(model):
    meta, found = load_model(model)
    assert meta == read_meta(model)
    assert (meta.name, meta.labels, meta.details, meta.seed) == ("mine", ("a", "b"), META.details, 7)
    assert set(meta.versions) == {"textgov", "scikit-learn", "numpy"}
    for name, estimator in estimators().items():
        method = "predict_proba" if name == "words" else "transform"
        expected, got = (getattr(one, method)(TEXTS) for one in (estimator, found[name]))
        assert np.array_equal(
            *(np.asarray(one.todense() if hasattr(one, "todense") else one) for one in (expected, got))
        )


def test_equal_models_give_equal_bytes_in_other_processes_and_after_loading(model, tmp_path):
    _, found = load_model(model)
    save_model(tmp_path / "again", META, found)
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]; import test_persistence as t;"
        "t.save_model(Path(sys.argv[1]), t.META, t.estimators())"
    )
    subprocess.run(
        [sys.executable, "-c", code, tmp_path / "other", Path(__file__).parent],
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        check=True,
    )
    for folder in ("again", "other"):
        for file in model.iterdir():
            assert (tmp_path / folder / file.name).read_bytes() == file.read_bytes(), (folder, file.name)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("name", ["meta.json", "words.skops", "letters.skops"])
def test_one_byte_changed_is_refused(model, name, share):
    data = bytearray((model / name).read_bytes())
    place = int(len(data) * share)
    data[place] = ord(" ") if data[place] != ord(" ") else ord("x")
    (model / name).write_bytes(bytes(data))
    refusal(model)


def test_every_byte_of_the_meta_counts(model):
    data = (model / META_FILE).read_bytes()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        (model / META_FILE).write_bytes(bytes(changed))
        with pytest.raises(TextgovError):
            read_meta(model)


@pytest.mark.parametrize("name", ["meta.json", "words.skops"])
def test_a_missing_file_is_refused(model, name):
    (model / name).unlink()
    assert name in refusal(model)


def test_no_model_is_refused(tmp_path):
    assert "there is no model here" in refusal(tmp_path)


def test_a_newer_format_is_refused(model):
    meta = json.loads((model / META_FILE).read_text(encoding="utf-8")) | {"format": 2, "more": "of it"}
    (model / META_FILE).write_text(json.dumps(meta), encoding="utf-8")
    assert "format 2, this textgov reads 1; update textgov" in refusal(model)


def test_another_codebook_is_refused(model):
    assert "made by the codebook some-codebook (0123)" in refusal(model, codebook_hash="4567")
    assert load_model(model, codebook_hash="0123")[0].name == "mine"


@pytest.mark.parametrize("version", ["99.0.0", "0.24.2", "1.9999.0"])
def test_another_scikit_learn_is_refused(model, version):
    reseal(model, versions={"scikit-learn": version})
    assert f"scikit-learn {version}" in refusal(model)


def test_an_older_scikit_learn_of_the_same_major_is_read(model):
    reseal(model, versions={"scikit-learn": "1.4.0"})
    load_model(model)


class Unknown(BaseEstimator):
    """An estimator that is not on the list."""

    def __init__(self, value: int = 1) -> None:
        self.value = value


class Trap(BaseEstimator):
    """An estimator that does something when it is made from a file."""

    def __setstate__(self, state: dict[str, object]) -> None:
        raise AssertionError("an object of a type that is not trusted was made")


def test_types_that_are_not_listed_are_refused_unread(tmp_path):
    save_model(tmp_path / "model", META, {"odd": Trap()})
    assert "test_persistence.Trap" in refusal(tmp_path / "model")
    with pytest.raises(AssertionError, match="not trusted"):
        load_model(tmp_path / "model", trusted=[f"{Trap.__module__}.Trap"])


def test_further_types_can_be_named(tmp_path):
    save_model(tmp_path / "model", META, {"odd": Unknown(3)})
    _, found = load_model(tmp_path / "model", trusted=[f"{Unknown.__module__}.Unknown"])
    assert found["odd"].value == 3


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", b"\x80\x04N."])
def test_a_file_that_is_no_archive_is_refused_under_the_right_hash(model, content):
    (model / "words.skops").write_bytes(content)
    reseal(model)
    assert "words.skops" in refusal(model)


def test_an_archive_without_an_array_is_refused_under_the_right_hash(model):
    with zipfile.ZipFile(model / "words.skops") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(model / "words.skops", "w") as archive:
        archive.writestr("schema.json", contents["schema.json"])
    reseal(model)
    assert "words.skops" in refusal(model)


def test_files_outside_the_folder_are_refused(model):
    outside = model.parent / "words.skops"
    outside.write_bytes((model / "words.skops").read_bytes())
    reseal(model, sha256={"../words.skops": _digest(outside.read_bytes())})
    assert "not the name of a model's file" in refusal(model)


def test_saving_again_leaves_nothing_of_the_older_model(model):
    save_model(model, META, {"words": estimators()["words"]})
    assert sorted(file.name for file in model.iterdir()) == ["meta.json", "words.skops"]
    assert set(load_model(model)[1]) == {"words"}


def test_a_model_that_was_written_half_is_refused(model):
    old = (model / META_FILE).read_bytes()
    save_model(
        model, META, {"words": TermVectorizer().fit(["other words"]), "letters": estimators()["letters"]}
    )
    (model / META_FILE).write_bytes(old)
    assert "words.skops" in refusal(model)


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TextgovError, match="cannot be written"):
        save_model(tmp_path / "file" / "model", META, {})


def test_bad_names_of_estimators_are_refused(tmp_path):
    with pytest.raises(ValueError, match="lower-case"):
        save_model(tmp_path, META, {"../x": TermVectorizer()})


def test_entries_have_no_time_stamps(model):
    with zipfile.ZipFile(model / "words.skops") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_vocabulary_is_stored_as_one_text(tmp_path):
    vectorizer = TermVectorizer(ngram_range=(1, 2)).fit([f"word{n} other{n % 7}" for n in range(3000)])
    save_model(tmp_path, META, {"words": vectorizer})
    assert (tmp_path / "words.skops").stat().st_size < 100_000
    assert load_model(tmp_path)[1]["words"].vocabulary_ == vectorizer.vocabulary_


def test_a_term_with_a_line_feed_is_refused():
    vectorizer = TermVectorizer(analyzer="char", ngram_range=(1, 1)).fit(["a\nb"])
    with pytest.raises(ValueError, match="line feed"):
        vectorizer.__getstate__()
