"""The classifier of paths: what it learns, what it refuses, and that it is saved without loss."""

from __future__ import annotations

import json
import shutil

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from path_small import LABELS, coded, passages, small_model

from textgov.classify.evidence import Coded
from textgov.classify.paths import (
    SHIPPED,
    PathOptions,
    codes_hash,
    held_out_scores,
    load_paths,
    path_codes,
    shifted,
)
from textgov.classify.pathtraining import fit_paths, given_offsets, held_out_predictions
from textgov.classify.persistence import META_FILE, model_folder, read_meta
from textgov.codebook.loader import default_codebook
from textgov.documents import Annotation
from textgov.errors import TextgovError

STRIKE = coded("The [union] began a [strike] at the harbour.")
FINED = coded("The [inspectorate] began [law_enforcement] at the harbour.")
NOTHING = coded("The [supplier] bought a boat.")


@pytest.fixture
def saved(tmp_path):
    folder = tmp_path / "small"
    small_model().save(folder, default_codebook(), {}, seed=0)
    return folder


def test_learns_paths_and_stance():
    strike, fined, nothing = small_model().tags([STRIKE, FINED, NOTHING])
    assert (strike.given, fined.given, nothing.given) == (("labor",), ("public",), ())
    assert set(strike.scores) == set(LABELS)
    assert list(strike.stance) == ["labor"]
    failed = coded("[union] called a [strike] at the dock and it failed.")
    assert small_model().tags([failed])[0].stance == {"labor": "fails"}


def test_fills_annotations_and_changes_nothing_else():
    texts = [STRIKE.text, NOTHING.text]
    before = [STRIKE.annotation, NOTHING.annotation]
    first, second = small_model().applied(texts, before)
    assert first.paths["labor"] >= 0.5 > first.paths["public"]
    assert second.stance == {}
    for old, new in zip(before, (first, second), strict=True):
        assert msgspec.structs.replace(new, paths={}, stance={}) == old


def test_alone_or_in_a_batch_is_the_same():
    texts = list(passages().texts[:9])
    together = small_model().tags(texts)
    assert [small_model().tags([text])[0] for text in texts] == together
    assert small_model().tags([]) == []


@given(st.text(max_size=60))
def test_any_text_has_scores(text):
    [tags] = small_model().tags([Coded(text, Annotation())])
    assert all(0.0 <= score <= 1.0 for score in tags.scores.values())
    assert set(tags.stance) == set(tags.given)


def test_held_out_scores_come_from_other_authors():
    data = passages()
    targets = data.targets(LABELS)
    # Authors are all that tells: who is scored by a model that saw her own passages would be found out.
    groups = np.array(data.groups)
    columns = (groups[:, None] == np.unique(groups)[None, :]).astype(float)
    random = np.repeat(np.array([[1, 0], [0, 1]] * 3, dtype=np.int8), 16, axis=0)
    scores = held_out_scores(columns, random, data.groups, PathOptions(folds=3))
    assert not ((scores > 0.5) == random).all()
    assert targets.shape == (96, 2)


def test_held_out_predictions_cover_all():
    data = passages()
    scores, stances = held_out_predictions(data, LABELS, small_model().stance.codes, PathOptions(folds=3), 1)
    assert ((scores >= 0.5) == data.targets(LABELS)).mean() > 0.95
    assert [set(found) for found in stances] == [set(true) for true in data.stances]


def test_training_twice_gives_the_same_bytes(saved, tmp_path):
    other = tmp_path / "other" / "small"
    again = fit_paths(passages(), LABELS, small_model().stance.codes, PathOptions(strength=1.0, folds=3))
    again.save(other, default_codebook(), {}, seed=0)
    files = sorted(path.name for path in saved.iterdir())
    assert files == sorted(path.name for path in other.iterdir())
    for name in files:
        assert (saved / name).read_bytes() == (other / name).read_bytes(), name


def test_saved_model_says_the_same(saved):
    loaded = load_paths(saved, default_codebook())
    texts = list(passages().texts)
    assert loaded.tags(texts) == small_model().tags(texts)
    assert loaded.version.startswith("small ")


@pytest.mark.parametrize("place", [0, 0.5, -1])
def test_one_altered_byte_is_refused(saved, tmp_path, place):
    for file in sorted(saved.iterdir()):
        copy = tmp_path / f"copy-{file.name}"
        shutil.copytree(saved, copy)
        data = bytearray((copy / file.name).read_bytes())
        data[int(place * (len(data) - 1)) if place >= 0 else -1] ^= 1
        (copy / file.name).write_bytes(bytes(data))
        with pytest.raises(TextgovError, match=r"install the model again, or train it again|update textgov"):
            load_paths(copy, default_codebook())


def test_newer_model_is_refused(saved):
    meta = json.loads((saved / META_FILE).read_text())
    (saved / META_FILE).write_text(json.dumps(meta | {"format": 99}))
    with pytest.raises(TextgovError, match=r"this model has format 99, .* update textgov"):
        load_paths(saved, default_codebook())


def test_other_codes_are_refused_and_other_words_are_not(saved):
    codebook = default_codebook()
    codes = {layer: dict(found) for layer, found in codebook.codes.items()}
    del codes["mechanism"]["strike"]
    other = type(codebook)(**{**_fields(codebook), "codes": codes, "hash": "0"})
    with pytest.raises(
        TextgovError, match=r"made by the codebook gereffi-lee .* the one in use\s+is another"
    ):
        load_paths(saved, other)
    same = type(codebook)(**{**_fields(codebook), "terms": {}, "hash": "0"})
    assert codes_hash(same) == codes_hash(codebook)
    load_paths(saved, same)


def _fields(codebook):
    return {name: getattr(codebook, name) for name in type(codebook).__dataclass_fields__}


def test_offsets_put_the_best_threshold_at_a_half():
    probabilities = np.array([[0.1], [0.2], [0.3], [0.4]])
    targets = np.array([[0], [0], [1], [1]], dtype=np.int8)
    offsets = given_offsets(targets, probabilities)
    assert ((shifted(probabilities, offsets) >= 0.5).astype(np.int8) == targets).all()
    assert shifted(np.array([[0.0, 1.0]]), (1.0, -1.0)) == pytest.approx(np.array([[0.0, 1.0]]), abs=1e-5)


def test_what_ships_fits_the_codebook_that_ships():
    codebook = default_codebook()
    meta = read_meta(model_folder(SHIPPED))
    assert meta.codebook_hash == codes_hash(codebook)
    assert meta.labels == tuple(codebook.codes["path"])
    size = sum(len(model_folder(SHIPPED).joinpath(name).read_bytes()) for name in meta.sha256)
    assert size < 5_000_000
    model = load_paths(model_folder(SHIPPED), codebook)
    assert model.stance.codes == path_codes(codebook)


BORDERLINES = {
    "[union] called a [strike] and, after nine days of picketing, won a higher wage for the dockers.": "labor",
    "The [inspectorate] stepped up [law_enforcement]; fines for unpaid overtime under the statute tripled.": "public",
}


@pytest.mark.parametrize("marked", BORDERLINES)
def test_what_ships_knows_the_plainest_cases(marked):
    model = load_paths(model_folder(SHIPPED), default_codebook())
    assert model.tags([coded(marked)])[0].given == (BORDERLINES[marked],)
