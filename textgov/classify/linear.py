"""The two estimators of a label model: linear scores of each label, and probabilities from scores."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

FloatMatrix = NDArray[np.float64]


class LabelScores(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One linear support vector machine a label (liblinear), each class weighing the same; gives their scores.

    Args:
        C: inverse of the strength of regularisation.
        random_state: seed of liblinear.
    """

    def __init__(self, C: float = 1.0, random_state: int = 0) -> None:  # noqa: N803 - scikit-learn's name
        self.C = C
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803
        """Learn from features and a matrix of 0 and 1, one column a label; or from the labels of one column."""
        features, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], multi_output=True
        )
        check_classification_targets(y)
        targets = np.asarray(y)
        if targets.ndim == 1:
            self.classes_, places = np.unique(targets, return_inverse=True)
            targets = np.eye(len(self.classes_), dtype=np.int8)[places]
            targets = targets[:, 1:] if targets.shape[1] == 2 else targets
        coefficients, intercepts = [], []
        for column in targets.T:
            coefficient, intercept = self._one(features, column)
            coefficients.append(coefficient)
            intercepts.append(intercept)
        self.coef_ = np.array(coefficients, dtype=np.float32).reshape(-1, features.shape[1])
        self.intercept_ = np.array(intercepts, dtype=np.float64)
        return self

    def _one(self, features: Any, target: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
        if len(np.unique(target)) < 2:
            # A label that this part of the texts always has, or never.
            return np.zeros(features.shape[1]), 1.0 if target.any() else -1.0
        model = LinearSVC(
            C=self.C, class_weight="balanced", dual="auto", max_iter=5000, random_state=self.random_state
        )
        model.fit(features, target)
        return model.coef_[0], float(model.intercept_[0])

    def transform(self, X: ArrayLike) -> FloatMatrix:  # noqa: N803
        """Scores, one column a label; above 0 where the label is likelier than not in a balanced world."""
        check_is_fitted(self)
        features = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False)
        return np.asarray(features @ self.coef_.T, dtype=np.float64) + self.intercept_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.required = True
        return tags


class ScoreCalibrator(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Probabilities of labels from scores (Platt 1999, with the scores of all labels and of neighbours).

    Learns a logistic regression a label from a matrix of 0 and 1, or one of all classes from one column.

    Args:
        C: inverse of the strength of regularisation.
    """

    def __init__(self, C: float = 1.0) -> None:  # noqa: N803
        self.C = C

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803
        """Learn from scores that were given to texts by models that had not seen them."""
        scores, y = validate_data(self, X, y, dtype=np.float64, multi_output=True)
        check_classification_targets(y)
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        self.scaler_ = StandardScaler().fit(scores)
        scaled = self.scaler_.transform(scores)
        if y.ndim == 1:
            self.classes_: Any = np.unique(y)
            self.models_ = [self._one(scaled, y)]
        else:
            self.classes_ = [np.unique(column) for column in y.T]
            self.models_ = [self._one(scaled, column) for column in y.T]
        return self

    def _one(self, scaled: FloatMatrix, target: NDArray[Any]) -> Any:
        if len(np.unique(target)) < 2:
            return float(target[0] if np.issubdtype(target.dtype, np.number) else 1.0)
        return LogisticRegression(C=self.C, max_iter=2000).fit(scaled, target)

    def predict_proba(self, X: ArrayLike) -> FloatMatrix:  # noqa: N803
        """Probability of each class of one column, or of each label of a matrix."""
        check_is_fitted(self)
        scaled = self.scaler_.transform(validate_data(self, X, dtype=np.float64, reset=False))
        if not isinstance(self.classes_, list):
            [model] = self.models_
            if isinstance(model, float):
                return np.ones((len(scaled), 1))
            return np.asarray(model.predict_proba(scaled))
        columns = [
            np.full(len(scaled), model) if isinstance(model, float) else model.predict_proba(scaled)[:, 1]
            for model in self.models_
        ]
        return np.column_stack(columns)

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The likeliest class of each row, or 0 and 1 for each label of a matrix."""
        probabilities = self.predict_proba(X)
        if isinstance(self.classes_, list):
            return (probabilities >= 0.5).astype(int)
        return np.asarray(self.classes_[probabilities.argmax(axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
