"""Folds divide no group, test every text once, and are alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.classify.folds import grouped_folds, strata
from textgov.errors import UsageError


@given(
    groups=st.lists(st.sampled_from("abcdefgh"), min_size=4, max_size=60).filter(lambda g: len(set(g)) > 1),
    labels=st.integers(1, 4),
    count=st.integers(2, 6),
    seed=st.integers(0, 99),
)
def test_no_group_is_divided_and_each_text_is_tested_once(groups, labels, count, seed):
    targets = (np.random.default_rng(seed).random((len(groups), labels)) < 0.3).astype(np.int8)
    folds = grouped_folds(targets, groups, count, seed)
    tested = np.concatenate([test for _, test in folds])
    assert sorted(tested) == list(range(len(groups)))
    for train, test in folds:
        assert not {groups[place] for place in train} & {groups[place] for place in test}
        assert sorted([*train, *test]) == list(range(len(groups)))
    again = grouped_folds(targets, groups, count, seed)
    assert all(np.array_equal(one[1], other[1]) for one, other in zip(folds, again, strict=True))


def test_rare_labels_are_spread():
    random = np.random.default_rng(0)
    targets = (random.random((600, 3)) < [0.5, 0.3, 0.05]).astype(np.int8)
    folds = grouped_folds(targets, [str(n) for n in range(600)], 5, 0)
    shares = [targets[test].mean(axis=0) for _, test in folds]
    assert np.ptp(shares, axis=0)[2] < 0.02


def test_one_group_is_refused():
    with pytest.raises(UsageError, match="one group"):
        grouped_folds(np.ones((5, 1), dtype=np.int8), ["a"] * 5, 3, 0)


def test_strata_are_the_rarest_label_of_each_text():
    targets = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 0, 0]], dtype=np.int8)
    assert strata(targets).tolist() == [0, 1, 2, 3]
