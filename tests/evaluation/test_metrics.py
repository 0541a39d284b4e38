"""Scores agree with scikit-learn's, and their intervals with what is known of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support
from threadpoolctl import threadpool_limits

from textgov.evaluation.calibration import calibration
from textgov.evaluation.metrics import COMMON, compare, confusion, score, threshold_curve
from textgov.evaluation.reports import Evaluation, averages, difference_rows, markdown, score_rows


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """The matrices are small: threads would wait for each other."""
    with threadpool_limits(1, user_api="blas"):
        yield


def matrices(seed: int = 0, size: int = 300, labels: int = 3, noise: float = 0.2):
    random = np.random.default_rng(seed)
    gold = (random.random((size, labels)) < 0.3).astype(np.int8)
    found = np.where(random.random(gold.shape) < noise, 1 - gold, gold).astype(np.int8)
    return gold, found


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), size=st.integers(1, 40), labels=st.integers(1, 4))
def test_scores_are_those_of_scikit_learn(seed, size, labels):
    gold, found = matrices(seed, size, labels)
    scores = score([f"l{k}" for k in range(labels)], gold, found, draws=20)
    expected = precision_recall_fscore_support(gold, found, average=None, zero_division=0)
    if labels == 1:
        expected = precision_recall_fscore_support(
            gold[:, 0], found[:, 0], labels=[1], average=None, zero_division=0
        )
    for k, one in enumerate(scores.labels):
        values = [one.precision.value, one.recall.value, one.f1.value, one.gold]
        assert values == pytest.approx([part[k] for part in expected])
        for interval in (one.precision, one.recall, one.f1):
            assert 0 <= interval.low <= interval.high <= 1
    assert scores.macro.value == pytest.approx(np.mean([one.f1.value for one in scores.labels]))
    assert scores.exact.value == pytest.approx((gold == found).all(axis=1).mean())


def test_intervals_hold_the_truth_as_often_as_they_say():
    # 80 % of what is there is found and nothing else, so that the true F1 is 2 x 0.8 / 1.8.
    truth, held = 2 * 0.8 / 1.8, 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        gold = (random.random((400, 1)) < 0.3).astype(np.int8)
        found = gold * (random.random(gold.shape) < 0.8)
        interval = score(["a"], gold, found, seed=seed, draws=300).labels[0].f1
        held += interval.low <= truth <= interval.high
    assert 88 <= held <= 100


def test_intervals_are_wider_where_texts_of_a_group_are_alike():
    gold, found = matrices(size=40, labels=1)
    groups = [str(n) for n in range(40) for _ in range(10)]
    many, said = np.repeat(gold, 10, axis=0), np.repeat(found, 10, axis=0)
    by_text = score(["a"], many, said).labels[0].f1
    by_group = score(["a"], many, said, groups=groups).labels[0].f1
    assert by_group.value == by_text.value
    assert by_group.high - by_group.low > 2 * (by_text.high - by_text.low)


def test_common_labels_are_averaged_apart():
    gold, found = matrices(size=400)
    gold[:, 2] = found[:, 2] = 0
    gold[: COMMON - 1, 2] = 1
    scores = score(["a", "b", "rare"], gold, found)
    assert scores.common is not None
    assert scores.common.value == pytest.approx(np.mean([one.f1.value for one in scores.labels[:2]]))
    assert [name for name, _ in averages(scores)][1] == "macro F1 over labels with at least 50 texts"


def test_a_comparison_turns_round():
    gold, good = matrices(noise=0.1)
    _, bad = matrices(noise=0.3)
    one, other = compare(["a", "b", "c"], gold, good, bad), compare(["a", "b", "c"], gold, bad, good)
    for first, second in zip(one, other, strict=True):
        assert first.difference.value == pytest.approx(-second.difference.value)
        assert first.difference.low == pytest.approx(-second.difference.high)
        assert first.p == pytest.approx(second.p)
    assert one[0].difference.value == pytest.approx(
        f1_score(gold, good, average="macro") - f1_score(gold, bad, average="macro")
    )
    assert one[0].p < 0.01


def test_equals_do_not_differ():
    gold, found = matrices()
    for one in compare(["a", "b", "c"], gold, found, found):
        assert (one.difference.value, one.difference.low, one.difference.high, one.p) == (0, 0, 0, 1)


def test_chance_is_seldom_taken_for_a_difference():
    taken = 0
    for seed in range(30):
        gold, one = matrices(seed, noise=0.2)
        other = np.where(np.random.default_rng(seed + 1).random(gold.shape) < 0.2, 1 - gold, gold)
        taken += compare(["a", "b", "c"], gold, one, other, seed=seed, draws=200)[0].p < 0.05
    assert taken <= 5


def test_confusion_counts_gold_in_rows():
    gold = np.eye(3, dtype=np.int8)[[0, 0, 1, 2]]
    found = np.eye(3, dtype=np.int8)[[0, 1, 1, 0]]
    assert confusion(gold, found).tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_threshold_curve():
    gold = np.array([0, 0, 1, 1])
    points = threshold_curve(gold, np.array([0.1, 0.6, 0.4, 0.9]))
    at = {point.threshold: point for point in points}
    assert (at[0.05].precision, at[0.05].recall) == (0.5, 1.0)
    assert (at[0.5].precision, at[0.5].recall, at[0.5].f1) == (0.5, 0.5, 0.5)
    assert (at[0.95].precision, at[0.95].recall, at[0.95].f1) == (0, 0, 0)
    assert len(points) == 19


def test_calibration_of_what_is_calibrated_and_what_is_not():
    random = np.random.default_rng(0)
    stated = random.random((4000, 2))
    gold = (random.random(stated.shape) < stated).astype(np.int8)
    good = calibration(gold, stated, exclusive=False)
    assert good.error < 0.03
    assert good.brier == pytest.approx(((stated - gold) ** 2).mean())
    assert sum(one.count for one in good.bins) == stated.size
    for one in good.bins:
        assert one.low <= one.predicted <= one.high
        assert one.observed_low <= one.observed <= one.observed_high
    bad = calibration(gold, np.where(stated > 0.5, 0.99, 0.01), exclusive=False)
    assert bad.error == pytest.approx(0.24, abs=0.03)


def test_calibration_of_one_class_each_goes_by_the_likeliest():
    stated = np.array([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])
    gold = np.array([[1, 0], [0, 1], [0, 1]])
    found = calibration(gold, stated, exclusive=True)
    assert [(one.count, round(one.predicted, 3), one.observed) for one in found.bins] == [
        (1, 0.6, 0.0),
        (1, 0.7, 1.0),
        (1, 0.8, 1.0),
    ]
    assert found.error == pytest.approx((0.6 + 0.3 + 0.2) / 3)


def test_reports_are_plain_records():
    import json

    gold, found = matrices()
    scores = score(["a|b", "c", "d"], gold, found)
    evaluation = Evaluation("mine", scores, differences=tuple(compare(["a|b", "c", "d"], gold, found, gold)))
    assert json.loads(json.dumps(evaluation.as_record()))["scores"]["macro"]["value"] == scores.macro.value
    table = markdown(score_rows(scores)).splitlines()
    assert table[0] == "| label | texts | found | right | precision | recall | F1 |"
    assert table[2].startswith("| a\\|b | ")
    assert {len(line.replace("\\|", "").split("|")) for line in table} == {9}
    rows = difference_rows(evaluation.differences, "mine", "gold")
    assert [row[""] for row in rows] == ["macro F1", "a|b", "c", "d"]
