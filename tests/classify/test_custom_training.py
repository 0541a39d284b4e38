"""Training: it learns what is there, not what is not, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_texts import several, topical
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from textgov.classify.embeddings import available
from textgov.classify.labelmodel import load_label_model, save_label_model
from textgov.classify.learning_curve import learning_curve
from textgov.classify.training import (
    TrainingOptions,
    best_threshold,
    cross_validate,
    embedded,
    fit,
    plain_decisions,
    with_neighbours,
)
from textgov.errors import TextgovError, UsageError

OPTIONS = TrainingOptions(embeddings=False, strengths=(0.5,))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The matrices are small: threads would wait for each other."""
    with threadpool_limits(1, user_api="blas"):
        yield


def macro(gold, found) -> float:
    return float(f1_score(gold, found, average="macro", zero_division=0))


def test_it_learns_classes_and_neighbours():
    labelled = topical(clear=0.5)
    found = cross_validate(labelled, OPTIONS, folds=3)
    near = macro(labelled.targets, found.decisions)
    alone = macro(labelled.targets, found.alone)
    assert near > alone + 0.1 > macro(labelled.targets, found.plain)
    assert all(choices["neighbours"] for choices in found.choices)
    assert np.allclose(found.probabilities.sum(axis=1), 1)


def test_neighbours_are_left_where_the_order_tells_nothing():
    labelled = topical(clear=0.5)
    shuffled = labelled.take(np.random.default_rng(0).permutation(len(labelled)))
    scattered = replace(shuffled, groups=labelled.groups)
    found = cross_validate(scattered, OPTIONS, folds=3)
    assert sum(bool(choices["neighbours"]) for choices in found.choices) <= 1


def test_it_learns_several_labels():
    labelled = several()
    found = cross_validate(labelled, OPTIONS, folds=3)
    assert macro(labelled.targets, found.decisions) > 0.9
    assert macro(labelled.targets, found.decisions) > macro(labelled.targets, found.plain)


def test_it_learns_nothing_from_noise():
    labelled = several()
    noise = replace(labelled, targets=np.random.default_rng(1).permutation(labelled.targets))
    found = cross_validate(noise, OPTIONS, folds=3)
    share = labelled.targets.mean(axis=0)
    # What giving a label to every text would score.
    assert macro(noise.targets, found.decisions) < (2 * share / (1 + share)).mean() + 0.08
    assert np.abs(found.probabilities - share).mean() < 0.12


def test_one_label():
    labelled = several()
    single = replace(labelled, labels=labelled.labels[:1], targets=labelled.targets[:, :1])
    found = cross_validate(single, OPTIONS, folds=3)
    assert f1_score(single.targets[:, 0], found.decisions[:, 0]) > 0.9
    assert learning_curve(single, OPTIONS, 0.5, folds=3, shares=(0.1,))


def test_it_is_the_same_each_time():
    labelled = topical(90)
    one, other = (cross_validate(labelled, OPTIONS, folds=2) for _ in range(2))
    assert np.array_equal(one.probabilities, other.probabilities)


@pytest.mark.parametrize("make", [topical, several])
def test_a_stored_model_says_the_same(make, tmp_path):
    labelled = make(90)
    model = fit(labelled, OPTIONS)
    save_label_model(tmp_path / "one", model, name="mine", seed=0)
    meta, back = load_label_model(tmp_path / "one")
    assert (meta.labels, meta.kind) == (labelled.labels, "labels")
    probabilities = model.predict(labelled.texts, labelled.groups)
    assert np.array_equal(back.predict(labelled.texts, labelled.groups), probabilities)
    assert np.array_equal(back.decide(probabilities), model.decide(probabilities))
    save_label_model(tmp_path / "two", fit(labelled, OPTIONS), name="mine", seed=0)
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()


def test_a_model_of_another_kind_is_refused(tmp_path):
    from textgov.classify.persistence import ModelMeta, save_model

    save_model(tmp_path, ModelMeta("x", "paths", ("a",)), {})
    with pytest.raises(TextgovError, match="a model of the kind 'paths'"):
        load_label_model(tmp_path)


def test_texts_that_stand_alone_and_no_texts():
    model = fit(topical(120), OPTIONS)
    assert model.predict(["a strike at the mill"]).argmax() == 2
    assert model.predict([]).shape == (0, 3)
    assert "strike" in [term for term, _ in model.telling(2, 5)]


def test_texts_without_words_are_refused():
    labelled = topical(60)
    with pytest.raises(UsageError, match="no words to learn from"):
        fit(replace(labelled, texts=("...",) * 60), OPTIONS)


def test_embeddings_help_where_words_differ():
    if not available():
        pytest.skip("the extra embeddings and the word pieces are not installed")
    options = TrainingOptions()
    columns = embedded(["Workers walked out.", "Employees went on strike.", "It rained in spring."], options)
    assert columns is not None
    assert columns.shape == (3, 384)
    assert columns[0] @ columns[1] > columns[0] @ columns[2] + 0.2
    assert embedded(["x"], TrainingOptions(embeddings=False)) is None


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_neighbours_are_those_of_the_same_group_in_order(groups):
    scores = np.arange(1.0, len(groups) + 1)[:, None]
    wide = with_neighbours(scores, groups, reach=1)
    for place, group in enumerate(groups):
        members = [number for number, other in enumerate(groups) if other == group]
        at = members.index(place)
        before = members[at - 1] + 1 if at else 0
        after = members[at + 1] + 1 if at + 1 < len(members) else 0
        assert wide[place].tolist() == [place + 1, before, bool(before), after, bool(after)]


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=5, max_size=50))
def test_a_threshold_scores_nearly_as_well_as_the_best(pairs):
    target = np.array([one for one, _ in pairs], dtype=np.int8)
    probability = np.array([two for _, two in pairs])
    threshold = best_threshold(target, probability)
    assert 0.04 <= threshold <= 0.96


def test_a_threshold_lies_between_the_classes():
    target = np.array([0] * 80 + [1] * 20, dtype=np.int8)
    probability = np.where(target == 1, 0.4, 0.1)
    assert 0.1 < best_threshold(target, probability) <= 0.4


def test_the_baseline_is_what_scikit_learn_does_by_default():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    labelled = several(120)
    found = plain_decisions(labelled, labelled.texts)
    for k in range(3):
        model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(
            labelled.texts, labelled.targets[:, k]
        )
        assert np.array_equal(found[:, k], model.predict(labelled.texts))


def test_a_learning_curve_rises():
    points = learning_curve(topical(240, clear=0.95), OPTIONS, 0.5, folds=3, shares=(0.15, 0.8))
    assert points[0].texts < points[1].texts
    assert np.mean(points[1].f1) > np.mean(points[0].f1)
    assert len(points[0].f1) == 2
