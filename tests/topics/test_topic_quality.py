"""Quality, stability and agreement by cases that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_texts import THEMES, plain, texts

from textgov.topics import quality
from textgov.topics.agreement import agreement, correlations, presence
from textgov.topics.stability import assignment_agreement, best_matching, jaccard, stability

ROWS = np.array([[0.5, 0.3, 0.2, 0.0], [0.0, 0.3, 0.2, 0.5]])
MEANS = np.array([0.5, 0.5])


def test_coherent_topics_score_above_mixed_ones():
    reference = [plain().terms(text) for text in texts()]
    words = [theme.split()[:5] for theme in THEMES.values()]
    mixed = [word for pair in zip(*words, strict=True) for word in pair][:5]
    for measure in quality.MEASURES:
        good, bad = quality.coherence([words[0], mixed], reference, measure)
        assert good > bad + 0.3


def test_coherence_of_what_the_reference_does_not_have():
    reference = [plain().terms(text) for text in texts()]
    values = quality.coherence([["boat", "unheard"], ["boat", "crew", "unheard"]], reference, "c_npmi")
    assert math.isnan(values[0])
    assert values[1] > 0.3
    assert quality.mean(values) == values[1]
    assert math.isnan(quality.mean([math.nan]))


def test_diversity_and_exclusivity():
    assert quality.diversity(ROWS, 1) == 1
    assert quality.diversity(ROWS, 3) == pytest.approx(4 / 6)
    assert quality.exclusivity(ROWS, 1) == [1, 1]
    assert quality.exclusivity(ROWS, 3) == [pytest.approx((1 + 0.5 + 0.5) / 3)] * 2


def test_top_and_telling_terms():
    rows = np.array([[0.4, 0.35, 0.25, 0.0], [0.9, 0.0, 0.0, 0.1]])
    assert quality.top_terms(rows, 2) == [[0, 1], [0, 3]]
    assert quality.telling_terms(rows, 1) == [[1], [0]]
    assert all(3 not in telling for telling in quality.telling_terms(rows, 4)[:1])


def test_matching_is_the_best_in_all():
    assert best_matching(np.array([[0.9, 0.8], [0.8, 0.0]])) == [(0, 1), (1, 0)]
    assert jaccard([["a", "b"]], [["b", "c"], []]).tolist() == [[1 / 3, 0]]


@settings(max_examples=40)
@given(st.permutations(range(4)), st.integers(0, 99))
def test_a_model_with_its_topics_in_another_order_is_the_same(order, seed):
    draw = np.random.default_rng(seed)
    rows, assigned = draw.dirichlet(np.ones(60), 4), draw.dirichlet(np.ones(4), 20)
    found = stability([rows, rows[list(order)]], [assigned, assigned[:, list(order)]])
    assert (found.models, found.terms, found.texts, found.topics) == (2, 1, 1, (1, 1, 1, 1))


def test_models_that_share_half():
    other = np.array([[0.5, 0.3, 0.2, 0.0], [0.3, 0.6, 0.1, 0.0]])
    assigned = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.0, 0.0]])
    found = stability([ROWS, other], [assigned, assigned[:, ::-1]], 2)
    assert found.terms == pytest.approx((1 + 1 / 3) / 2)
    assert found.texts == 0
    assert math.isnan(stability([ROWS], [assigned]).terms)
    assert math.isnan(assignment_agreement(np.zeros((2, 2)), assigned[:2], [(0, 0)]))


def test_a_smaller_model_leaves_topics_without_partner():
    found = stability([ROWS, ROWS[:1]], [np.eye(2), np.ones((2, 1))], 2)
    assert found.terms == 0.5
    assert found.topics == (1, 0)


def test_topics_that_are_the_codes_agree_wholly():
    has = presence([["a"], ["b"]] * 10, ["a", "b"])
    weights = np.array([[0.1, 0.9], [0.8, 0.2]] * 10)
    found = agreement(weights, MEANS, has, ["a", "b"])
    assert [(row.code, row.topic, row.texts, row.kappa, row.auc) for row in found.codes] == [
        ("a", 1, 10, 1, 1),
        ("b", 0, 10, 1, 1),
    ]
    assert (found.kappa, found.auc, found.ami, found.single) == (1, 1, pytest.approx(1), 20)
    assert np.allclose(found.matrix, [[-1, 1], [1, -1]])
    given_ = agreement(weights, MEANS, has, ["a", "b"], {"a": 0})
    assert given_.codes[0].kappa == -1
    assert (given_.codes[1].topic, given_.codes[1].kappa, given_.codes[1].auc) == (None, 0, 0.5)


def test_rare_codes_are_not_compared():
    has = presence([["a", "rare"]] + [["a"], []] * 10, ["a", "rare"])
    weights = np.tile([[0.9, 0.1]], (21, 1))
    found = agreement(weights, MEANS, has, ["a", "rare"])
    assert [row.code for row in found.codes] == ["a"]
    assert found.codes[0].kappa == 0
    assert found.single == 20


def test_correlation_of_what_never_varies_is_none():
    assert correlations(np.ones((4, 2)), presence([["a"], [], ["a"], []], ["a"])).tolist() == [[0], [0]]
    assert presence([], ["a"]).shape == (0, 1)
