"""What is proposed next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_texts import topical

from textgov.classify.active import STRATEGIES, learn_pool, propose, term_matrix
from textgov.errors import UsageError

POOL = topical(240, clear=1.0)
MATRIX = term_matrix(POOL.texts)


def known(places, label: int = 2):
    targets = np.full((len(POOL), 1), -1, dtype=np.int8)
    targets[places, 0] = POOL.targets[places, label]
    return targets


@settings(max_examples=40)
@given(
    places=st.lists(st.integers(0, 239), max_size=40, unique=True),
    count=st.integers(0, 300),
    strategy=st.sampled_from(STRATEGIES),
    seed=st.integers(0, 3),
)
def test_only_open_texts_are_proposed_once_each(places, count, strategy, seed):
    found = propose(MATRIX, known(places), count, strategy, seed=seed).tolist()
    assert len(found) == min(count, 240 - len(places))
    assert len(set(found)) == len(found)
    assert not set(found) & set(places)
    assert found == propose(MATRIX, known(places), count, strategy, seed=seed).tolist()


def test_evidence_finds_what_is_relevant_first():
    places = list(range(0, 240, 12))
    found = propose(MATRIX, known(places), 40, "evidence")
    assert POOL.targets[found, 2].mean() >= 0.9
    assert POOL.targets[:, 2].mean() < 0.4


def test_uncertain_takes_those_nearest_to_a_half():
    targets = known(list(range(0, 240, 12)))
    found = propose(MATRIX, targets, 30, "uncertain")
    doubt = abs(learn_pool(MATRIX, targets)[:, 0] - 0.5)
    left = np.setdiff1d(np.flatnonzero(targets[:, 0] < 0), found)
    assert doubt[found].max() <= doubt[left].min() + 1e-9


def test_diverse_is_less_alike_than_uncertain():
    texts = [*(f"the same words again n{n}" for n in range(30)), *POOL.texts]
    matrix = term_matrix(texts)
    targets = np.full((len(texts), 1), -1, dtype=np.int8)
    diverse = propose(matrix, targets, 10, "diverse")
    assert sum(place < 30 for place in diverse) <= 1


def test_with_nothing_labelled_evidence_goes_by_what_is_coded():
    hints = np.arange(240.0)
    found = propose(MATRIX, known([]), 5, "evidence", evidence=hints)
    assert found.tolist() == [239, 238, 237, 236, 235]
    assert propose(MATRIX, known([]), 5, "evidence").tolist() != found.tolist()


def test_an_order_depends_on_the_seed_where_all_are_equal():
    orders = {tuple(propose(MATRIX, known([]), 5, "evidence", seed=seed).tolist()) for seed in range(5)}
    assert len(orders) == 5


def test_a_label_that_was_met_in_one_class_only_is_not_guessed():
    assert (learn_pool(MATRIX, known([0])) == 0.5).all()


def test_an_unknown_strategy_is_refused():
    with pytest.raises(UsageError, match="there are uncertain, diverse, evidence"):
        propose(MATRIX, known([]), 5, "luck")  # type: ignore[arg-type]
