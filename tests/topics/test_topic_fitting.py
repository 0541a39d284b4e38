"""Every method finds plain themes, gives the same for the same seed, and assigns each text by itself."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_texts import THEMES, corpus, model, themes_of

from textgov.errors import UsageError
from textgov.topics.fitting import METHODS, fit_weights, methods
from textgov.topics.seeds import seed_prior
from textgov.topics.weights import FitOptions, assign

OPTIONS = FitOptions(topics=3, seed=2, passes=8, alpha=0.3, members=4)
SEEDS = {theme: words.split()[:4] for theme, words in THEMES.items()}
HAS_TOMOTOPY = importlib.util.find_spec("tomotopy") is not None
each_method = pytest.mark.parametrize(
    "method",
    [
        pytest.param(m, marks=pytest.mark.skipif(m == "tomotopy" and not HAS_TOMOTOPY, reason="an extra"))
        for m in METHODS
    ],
)


def fitted(method, options=OPTIONS, texts_seed=0):
    made = corpus(seed=texts_seed)
    wanted = replace(options, topics=20, passes=20) if method == "hdp" else options
    return made, fit_weights(made, method, wanted, seed_prior(made, SEEDS, 3, 0.02))


@each_method
def test_finds_plain_themes(method):
    made, weights = fitted(method)
    rows = assign(weights, made.bags)
    assert np.allclose(rows.sum(axis=1), 1)
    assert themes_of(rows) > 0.9
    assert np.allclose(weights.distributions.sum(axis=1), 1)
    assert (weights.components >= 0).all()


@each_method
def test_the_same_seed_gives_the_same_to_the_bit(method):
    (_, one), (_, other) = fitted(method), fitted(method)
    assert np.array_equal(one.components, other.components)
    assert np.array_equal(one.alpha, other.alpha)


@each_method
def test_a_text_is_assigned_by_itself(method):
    made, weights = fitted(method)
    rows = assign(weights, made.bags[:9])
    backwards = assign(weights, made.bags[8::-1])
    assert np.array_equal(rows, backwards[::-1])
    assert np.array_equal(rows[3], assign(weights, [made.bags[3]])[0])


def test_another_seed_gives_another_model():
    (_, one), (_, other) = fitted("lda"), fitted("lda", replace(OPTIONS, seed=3))
    assert not np.array_equal(one.components, other.components)


def test_seeded_topics_come_in_the_order_of_their_codes():
    made, weights = fitted("seeded")
    for topic, words in enumerate(THEMES.values()):
        foremost = np.argsort(-weights.distributions[topic])[:10]
        found = {made.vocabulary.terms[n] for n in foremost}
        assert len(found & set(words.split())) >= 8


@pytest.mark.parametrize("kind", ["dirichlet", "factors"])
@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9)), max_size=12, unique_by=lambda pair: pair[0])
)
def test_rows_are_shares_or_zero(kind, bag):
    rows = assign(model(kind).weights, [sorted(bag)])
    assert (rows >= 0).all()
    assert rows.sum() == (pytest.approx(1) if bag else 0)


def test_more_of_a_topics_words_is_more_of_the_topic():
    one = model().transform(["boat crew loom", "boat crew net loom", "loom", "of nothing known"])
    assert one[1, 0] > one[0, 0] > one[2, 0]
    assert one[3].tolist() == [0, 0, 0]


def test_unknown_methods_and_missing_seeds_are_said():
    with pytest.raises(UsageError, match="no method 'lsa'; there are seeded, lda"):
        fit_weights(corpus(), "lsa", OPTIONS)
    with pytest.raises(UsageError, match="needs seeds"):
        fit_weights(corpus(), "seeded", OPTIONS)
    with pytest.raises(UsageError, match="91 topics are more than the 90 texts"):
        fit_weights(corpus(), "nmf", replace(OPTIONS, topics=91))
    assert [line.method for line in methods()] == list(METHODS)


def test_an_ensemble_that_shares_nothing_says_so():
    made = corpus(40)
    with pytest.raises(UsageError, match=r"shares [01] topics"):
        fit_weights(made, "ensemble", FitOptions(topics=25, passes=1, members=2, alpha=5.0))


def test_without_tomotopy_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tomotopy", None)
    with pytest.raises(UsageError, match=r"pip install 'textgov\[topics\]'"):
        fit_weights(corpus(), "tomotopy", OPTIONS)
