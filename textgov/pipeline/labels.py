"""The label set of the span finder: begin and inside of every code of a layer, and the statuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

OUTSIDE = 0
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LabelSet:
    """Labels of one layer: 0 is outside, 2i+1 begins and 2i+2 continues a span of code i."""

    layer: str
    codes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of labels."""
        return 1 + 2 * len(self.codes)

    def encode(self, length: int, spans: Iterable[tuple[int, int, str]]) -> IntArray:
        """Labels of `length` tokens; spans of codes outside the set are left out."""
        labels = np.zeros(length, dtype=np.int64)
        for start, end, code in spans:
            if code in self.codes:
                begin = 2 * self.codes.index(code) + 1
                labels[start] = begin
                labels[start + 1 : end] = begin + 1
        return labels

    def decode(self, log_probabilities: FloatArray) -> list[tuple[int, int, str]]:
        """The best sequence in which every inside follows a begin or inside of its code.

        The best label of each token is taken where that is such a sequence; only stretches where it is not are searched
        (Viterbi), between tokens whose best label is outside.
        """
        labels = log_probabilities.argmax(axis=1)
        if len(labels) == 0:
            return []
        inside = (labels > 0) & (labels % 2 == 0)
        before = np.concatenate(([OUTSIDE], labels[:-1]))
        wrong = np.flatnonzero(inside & (before != labels) & (before != labels - 1))
        done = 0
        for place in wrong:
            if place < done:
                continue
            start = _edge(labels, int(place), -1)
            done = _edge(labels, int(place), 1)
            labels[start:done] = _viterbi(log_probabilities[start:done])
        return self._spans(labels)

    def _spans(self, labels: IntArray) -> list[tuple[int, int, str]]:
        spans: list[tuple[int, int, str]] = []
        for start in np.flatnonzero(labels % 2 == 1).tolist():
            label = int(labels[start])
            end = start + 1
            while end < len(labels) and labels[end] == label + 1:
                end += 1
            spans.append((start, end, self.codes[label // 2]))
        return spans


def _edge(labels: IntArray, place: int, step: int) -> int:
    """The nearest token outside any span, on one side; the end of the text counts as one."""
    while 0 <= place < len(labels) and labels[place] != OUTSIDE:
        place += step
    return max(place, 0) if step < 0 else min(place, len(labels))


def _viterbi(scores: FloatArray) -> list[int]:
    """Best path; an inside label (2i+2) may follow only 2i+1 or 2i+2.

    All other labels may follow anything, so that only the best predecessor and each code's own pair matter: linear in
    the number of labels.
    """
    length, size = scores.shape
    if length == 0:
        return []
    best = scores[0].copy()
    best[2::2] = -np.inf
    back = np.zeros((length, size), dtype=np.int64)
    begins = np.arange(1, size, 2)
    for token in range(1, length):
        top = int(best.argmax())
        back[token] = top
        new = best[top] + scores[token]
        own = np.where(best[begins] >= best[begins + 1], begins, begins + 1)
        new[begins + 1] = best[own] + scores[token, begins + 1]
        back[token, begins + 1] = own
        best = new
    path = [int(best.argmax())]
    for token in range(length - 1, 0, -1):
        path.append(int(back[token, path[-1]]))
    return path[::-1]
