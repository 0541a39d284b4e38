"""What speaks for a path in a passage: its coded mentions, how they stand together, and what they do.

Each piece of evidence has a name, a strength and the mentions that it rests on, so that a code can be traced to its
sentence. Layers that the pipeline comes to code later add names of their own, which a model that was trained without
them passes over.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer

from textgov.documents import Annotation, Mention
from textgov.preprocessing.segment import sentences_of

MEANS_LAYER = "mechanism"
GOVERNANCE_LAYERS = frozenset({"actor", MEANS_LAYER})
"""Who governs, and by what means."""

RESULT_LAYERS = frozenset({"outcome", "economic_upgrading"})
"""With what result; the direction of these mentions counts as well."""

PLAIN = "asserted"
_SEPARATOR = "\n"
_NAMES = "names"


class Coded(NamedTuple):
    """A text with what the pipeline says of it; offsets of the annotation are those of the text."""

    text: str
    annotation: Annotation


class Evidence(NamedTuple):
    """One piece of evidence: its name, its strength, and the places of the mentions that it rests on."""

    name: str
    value: float
    mentions: tuple[int, ...]


def evidence(coded: Coded) -> dict[str, float]:
    """Strengths by name of all evidence in a text."""
    return {piece.name: piece.value for piece in pieces(coded)}


def pieces(coded: Coded) -> list[Evidence]:
    """All evidence in a text; names do not repeat.

    `has:CODE`, `many:CODE` (the logarithm of 1 + mentions), `share:CODE` (of all mentions of actors and means);
    `form:FORM`, `cell:FORM-SCOPE` (shares); `status:CODE:STATUS`; `pair:CODE:CODE`, two codes in one sentence;
    `link:KIND:CODE` and `link:KIND:CODE:CODE`, what governs by what, or leads to what; `result:CODE` and
    `result:CODE:DIRECTION`; and how long and how dense the text is.
    """
    mentions = coded.annotation.mentions
    governing = [place for place, m in enumerate(mentions) if m.layer in GOVERNANCE_LAYERS]
    found = [
        *_by_code(mentions, governing),
        *_by_status(mentions, governing),
        *_pairs(coded, governing),
        *_links(coded.annotation),
        *_results(mentions),
        *_size(coded, governing),
    ]
    return sorted(found)


def _grouped(places: Iterable[int], keys: Iterable[str | None]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, key in zip(places, keys, strict=True):
        if key:
            groups[key].append(place)
    return groups


def _by_code(mentions: Sequence[Mention], governing: Sequence[int]) -> Iterator[Evidence]:
    for code, places in _grouped(governing, (mentions[p].code for p in governing)).items():
        where = tuple(places)
        yield Evidence(f"has:{code}", 1.0, where)
        yield Evidence(f"many:{code}", math.log1p(len(places)), where)
        yield Evidence(f"share:{code}", len(places) / len(governing), where)
    for form, places in _grouped(governing, (mentions[p].form for p in governing)).items():
        yield Evidence(f"form:{form}", len(places) / len(governing), tuple(places))
    cells = (f"{mentions[p].form}-{mentions[p].scope}" if mentions[p].form else None for p in governing)
    for cell, places in _grouped(governing, cells).items():
        yield Evidence(f"cell:{cell}", len(places) / len(governing), tuple(places))


def _by_status(mentions: Sequence[Mention], governing: Sequence[int]) -> Iterator[Evidence]:
    marked = [p for p in governing if mentions[p].status != PLAIN]
    keys = (f"status:{mentions[p].code}:{mentions[p].status}" for p in marked)
    for name, places in _grouped(marked, keys).items():
        yield Evidence(name, 1.0, tuple(places))


def _pairs(coded: Coded, governing: Sequence[int]) -> Iterator[Evidence]:
    """Who and by what means, in one sentence."""
    mentions = coded.annotation.mentions
    starts = [start for start, _ in sentences_of(coded.text, 0, len(coded.text))]
    sentences: dict[int, list[int]] = defaultdict(list)
    for place in governing:
        sentences[bisect_right(starts, mentions[place].start)].append(place)
    together: dict[tuple[str, str], set[int]] = defaultdict(set)
    for places in sentences.values():
        for one, other in itertools.combinations(places, 2):
            first, second = sorted((mentions[one], mentions[other]), key=lambda m: (m.layer, m.code))
            if first.layer != second.layer:
                together[first.code, second.code] |= {one, other}
    for (first_code, second_code), where in together.items():
        yield Evidence(f"pair:{first_code}:{second_code}", 1.0, tuple(sorted(where)))


def _links(annotation: Annotation) -> Iterator[Evidence]:
    linked: dict[str, set[int]] = defaultdict(set)
    for relation in annotation.relations:
        ends = [p for p in (relation.source, relation.means, relation.target) if p is not None]
        codes = [annotation.mentions[p].code for p in ends]
        for size in range(1, min(len(codes), 2) + 1):
            linked[":".join(("link", relation.kind, *codes[:size]))] |= set(ends[:size])
    for name, where in linked.items():
        yield Evidence(name, 1.0, tuple(sorted(where)))


def _results(mentions: Sequence[Mention]) -> Iterator[Evidence]:
    results = [p for p, m in enumerate(mentions) if m.layer in RESULT_LAYERS]
    for code, places in _grouped(results, (mentions[p].code for p in results)).items():
        yield Evidence(f"result:{code}", 1.0, tuple(places))
    directed = (f"{m.code}:{m.direction}" if m.direction else None for m in (mentions[p] for p in results))
    for name, places in _grouped(results, directed).items():
        yield Evidence(f"result:{name}", 1.0, tuple(places))


def _size(coded: Coded, governing: Sequence[int]) -> Iterator[Evidence]:
    words = len(coded.text.split())
    yield Evidence("size:mentions", math.log1p(len(governing)), ())
    yield Evidence("size:density", 10.0 * len(governing) / max(words, 1), ())


class EvidenceVectorizer(DictVectorizer):  # type: ignore[misc]
    """Evidence by name to columns between -1 and 1; names that are too rare to learn from are left out.

    Args:
        min_count: fewest texts that a name must occur in.
    """

    def __init__(self, min_count: int = 3) -> None:
        super().__init__()
        self.min_count = min_count

    def fit(self, X: Iterable[Mapping[str, float]], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn which names occur often enough, and how large each grows."""
        rows = list(X)
        counts = Counter(name for row in rows for name in row)
        kept = {name for name, count in counts.items() if count >= self.min_count}
        super().fit([{name: row[name] for name in row if name in kept} for row in rows])
        matrix = abs(super().transform(rows))
        largest = matrix.max(axis=0).toarray().ravel() if kept else np.zeros(0)
        self.scale_ = np.where(largest > 0, largest, 1.0)
        return self

    def fit_transform(self, X: Iterable[Mapping[str, float]], y: object = None) -> sparse.csr_matrix:  # noqa: N803
        """Learn, and give the columns of the same texts."""
        rows = list(X)
        return self.fit(rows).transform(rows)

    def transform(self, X: Iterable[Mapping[str, float]]) -> sparse.csr_matrix:  # noqa: N803
        """Columns of texts, one row each; unknown names are passed over."""
        return sparse.csr_matrix(super().transform(X).multiply(1.0 / self.scale_))

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        state.pop("vocabulary_", None)
        names = state.pop("feature_names_", None)
        if names is not None:
            state[_NAMES] = _SEPARATOR.join(names)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        names = state.pop(_NAMES, None)
        super().__setstate__(state)
        if names is not None:
            self.feature_names_ = names.split(_SEPARATOR) if names else []
            self.vocabulary_ = {name: place for place, name in enumerate(self.feature_names_)}
