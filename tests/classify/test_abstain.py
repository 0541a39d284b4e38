"""Doubt: bands that hold the share of errors they promise."""

from __future__ import annotations

import numpy as np
import pytest
from crepes import ConformalClassifier

from textgov.classify.abstain import doubt_bands


def sample(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    noise = np.random.default_rng(seed)
    targets = (noise.random((size, 1)) < 0.3).astype(np.int8)
    scores = 1 / (1 + np.exp(-(noise.normal(size=(size, 1)) * 1.5 + 3.0 * targets - 1.5)))
    return targets, scores


@pytest.mark.parametrize("significance", [0.05, 0.1, 0.2])
def test_errors_stay_within_what_is_tolerated(significance):
    [(low, high)] = doubt_bands(*sample(2000, 0), significance)
    targets, scores = sample(20_000, 1)
    wrong_no = (scores[targets == 1] <= low).mean()
    wrong_yes = (scores[targets == 0] >= high).mean()
    assert wrong_no <= significance + 0.02
    assert wrong_yes <= significance + 0.02


def test_less_tolerance_more_doubt():
    widths = [high - low for s in (0.2, 0.1, 0.05, 0.01) for low, high in doubt_bands(*sample(800, 0), s)]
    assert widths == sorted(widths)


def test_bands_agree_with_conformal_prediction():
    targets, scores = sample(300, 0)
    [(low, high)] = doubt_bands(targets, scores, 0.1)
    grid = np.linspace(0.01, 0.99, 99)
    values = {}
    for answer in (0, 1):
        conformal = ConformalClassifier()
        conformal.fit(np.abs(answer - scores[targets == answer]))
        alphas = np.abs(answer - grid)[:, None]
        values[answer] = conformal.predict_p(alphas, all_classes=True, smoothing=False)[:, 0]
    for place, score in enumerate(grid):
        sure_yes = values[1][place] > 0.1 >= values[0][place]
        sure_no = values[0][place] > 0.1 >= values[1][place]
        if score >= 0.5:
            assert (score >= high) == sure_yes or abs(score - high) < 0.01
        else:
            assert (score <= low) == sure_no or abs(score - low) < 0.01


def test_one_answer_alone_is_never_sure():
    assert doubt_bands(np.ones((5, 1), dtype=np.int8), np.full((5, 1), 0.9)) == ((0.0, 1.0),)
