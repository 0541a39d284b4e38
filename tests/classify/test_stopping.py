"""The stopping rules keep what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from textgov.classify import stopping as module
from textgov.classify.stopping import steadiness, stopping
from textgov.errors import UsageError

pytest.importorskip("buscarpy")


def by_hand(labels: list[int], total: int, recall: float) -> float:
    """Callaghan and Müller-Hansen (2020), equation by equation, in plain sums."""
    seen, least = sum(labels), 1.0
    for drawn in range(1, len(labels) + 1):
        found = sum(labels[-drawn:])
        before = seen - found
        left = total - (len(labels) - drawn)
        relevant = int(np.floor(seen / recall + 1 - before))
        least = min(least, float(hypergeom.cdf(found, left, relevant, drawn)))
    return least


@given(labels=st.lists(st.integers(0, 1), min_size=1, max_size=40), more=st.integers(30, 60))
def test_it_is_the_published_criterion(labels, more):
    total = len(labels) + more
    assert stopping(labels, total).p == pytest.approx(by_hand(labels, total, 0.95), abs=1e-9)


def test_a_random_order_keeps_the_promise():
    kept = 0
    for seed in range(60):
        target = (np.random.default_rng(seed).random(400) < 0.15).astype(int)
        for screened in range(20, 401, 20):
            if stopping(target[:screened].tolist(), 400).stop:
                break
        kept += target[:screened].sum() >= 0.95 * target.sum()
    assert kept >= 57


def test_it_does_stop_before_the_end():
    labels = [1] * 40 + [0] * 500
    found = stopping(labels, 700)
    assert found.stop
    assert (found.screened, found.found, found.total) == (540, 40, 700)
    assert "you may stop" in str(found)


def test_it_goes_on_while_much_is_left():
    found = stopping([1] * 40 + [0] * 60, 1000)
    assert not found.stop
    assert "go on" in str(found)


@pytest.mark.parametrize("labels", [[0] * 10, [1] * 10])
def test_nothing_left_is_the_end(labels):
    found = stopping(labels, 10)
    assert found.stop and found.p == 0
    assert str(found).endswith("nothing is left")


def test_the_target_cannot_be_missed_when_too_few_are_left():
    assert stopping([1] * 100 + [0] * 3, 104).stop


def test_nothing_screened_says_nothing():
    assert stopping([], 5).p == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recall": 1.0}, "recall 1"),
        ({"confidence": 0.0}, "confidence 0"),
        ({"total": 2}, "3 texts were screened of 2"),
    ],
)
def test_numbers_out_of_range_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        stopping([0, 1, 0], **({"total": 10} | arguments))


def test_without_the_extra_it_says_so(monkeypatch):
    monkeypatch.setattr(module, "available", lambda: False)
    with pytest.raises(UsageError, match=r"pip install 'textgov\[screening\]'"):
        stopping([1, 0], 10)


def test_settled_predictions_agree():
    random = np.random.default_rng(0)
    fixed = (random.random((200, 2)) < 0.3).astype(np.int8)
    assert steadiness([fixed] * 3) is None
    assert steadiness([fixed] * 4) == 1
    moving = [(random.random((200, 2)) < 0.3).astype(np.int8) for _ in range(4)]
    value = steadiness(moving)
    assert value is not None and abs(value) < 0.2
    assert steadiness([*moving, fixed, fixed, fixed, fixed]) == 1
