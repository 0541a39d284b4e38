"""The estimators keep scikit-learn's contract, and do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from textgov.classify.linear import LabelScores, ScoreCalibrator


@parametrize_with_checks([LabelScores(), ScoreCalibrator()])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_contract(estimator, check):
    check(estimator)


def data(seed: int = 0, size: int = 400):
    random = np.random.default_rng(seed)
    features = random.normal(size=(size, 4))
    targets = (features[:, :2] + random.normal(scale=0.5, size=(size, 2)) > [0.0, 1.2]).astype(np.int8)
    return features, targets


def test_scores_of_each_label_rise_with_its_own_feature():
    features, targets = data()
    scores = LabelScores().fit(features, targets).transform(features)
    assert scores.shape == targets.shape
    assert abs(np.corrcoef(scores[:, 0], features[:, 0])[0, 1]) > 0.95
    assert abs(np.corrcoef(scores[:, 1], features[:, 0])[0, 1]) < 0.5


def test_rare_labels_weigh_as_much_as_common_ones():
    features, targets = data(size=2000)
    given = LabelScores().fit(features, targets).transform(features) > 0
    found = [given[targets[:, 1] == 1, 1].mean(), (~given)[targets[:, 1] == 0, 1].mean()]
    assert targets[:, 1].mean() < 0.2
    assert min(found) > 0.8


def test_a_label_that_is_always_or_never_there_has_a_constant_score():
    features, targets = data()
    targets[:, 0], targets[:, 1] = 1, 0
    scores = LabelScores().fit(features, targets).transform(features)
    assert (scores == [1.0, -1.0]).all()
    probabilities = ScoreCalibrator().fit(scores, targets).predict_proba(scores)
    assert (probabilities == [1.0, 0.0]).all()


def test_probabilities_are_calibrated():
    features, targets = data(size=8000)
    scores = LabelScores().fit(features[:2000], targets[:2000]).transform(features)
    calibrator = ScoreCalibrator().fit(scores[2000:5000], targets[2000:5000])
    probabilities = calibrator.predict_proba(scores[5000:])
    for low in (0.1, 0.3, 0.5, 0.7):
        inside = (probabilities >= low) & (probabilities < low + 0.2)
        assert abs(targets[5000:][inside].mean() - probabilities[inside].mean()) < 0.07


def test_classes_of_one_column_have_probabilities_that_add_up():
    features, targets = data()
    classes = np.array(["none", "first", "second", "both"])[targets @ [1, 2]]
    calibrator = ScoreCalibrator().fit(features, classes)
    probabilities = calibrator.predict_proba(features)
    assert probabilities.shape == (400, 4)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (calibrator.predict(features) == classes).mean() > 0.7
