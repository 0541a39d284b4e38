"""What moved a tag: the mentions and the words whose shares of the score are largest, each with its sentence.

The score of a path is a sum over columns, so that shares add up to it (less its constant). A share of evidence is
divided among the mentions that the evidence rests on, that of a term among the places where it stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from textgov.classify.evidence import Coded, pieces
from textgov.classify.paths import PathModel
from textgov.classify.texts import Token, masked, plain
from textgov.documents import Record
from textgov.preprocessing.segment import sentences_of

MOST = 3


class Reason(Record, frozen=True):
    """One thing in a text that moved a tag.

    `start` and `end` are its range, `sentence` that of its sentence; `mention` is its place among the mentions, None
    for a word; `weight` its share of the score, above 0 if it spoke for the path.
    """

    path: str
    start: int
    end: int
    sentence: tuple[int, int]
    mention: int | None
    weight: float


Key = tuple[int, int, int | None]
"""Range of a thing in the text, and its place among the mentions."""


def reasons(
    model: PathModel, coded: Coded, paths: Sequence[str], most: int = MOST
) -> dict[str, list[Reason]]:
    """What spoke most for each of some paths in a text, the strongest first; less where less did.

    Args:
        model: by which the text was tagged.
        coded: the text with its annotation.
        paths: of the model's.
        most: things for each path.
    """
    if not paths:
        return {}
    row = model.features.transform([coded]).tocoo()
    where = dict(zip(row.col.tolist(), row.data.tolist(), strict=True))
    places = _places(model, coded, set(where))
    sentences = sentences_of(coded.text, 0, len(coded.text))
    scores = model.head(coded).scores
    found = {}
    for path in paths:
        weights = scores.coef_[model.labels.index(path)]
        shares: dict[Key, float] = defaultdict(float)
        for column, value in where.items():
            for key in places.get(column, ()):
                shares[key] += float(weights[column]) * value / len(places[column])
        found[path] = [_reason(path, key, shares[key], sentences) for key in _strongest(shares, most)]
    return found


def _strongest(shares: dict[Key, float], most: int) -> list[Key]:
    """The largest shares above 0; a word within a mention that counts already is not said twice."""
    chosen: list[Key] = []
    for key in sorted(shares, key=lambda k: (-shares[k], k[:2])):
        if len(chosen) == most or shares[key] <= 0:
            break
        if not any(key[0] < other[1] and other[0] < key[1] for other in chosen):
            chosen.append(key)
    return chosen


def _reason(path: str, key: Key, weight: float, sentences: Sequence[tuple[int, int]]) -> Reason:
    start, end, mention = key
    starts = [first for first, _ in sentences]
    sentence = sentences[max(bisect_right(starts, start) - 1, 0)]
    return Reason(path, start, end, sentence, mention, round(weight, 4))


def _places(model: PathModel, coded: Coded, present: set[int]) -> dict[int, list[Key]]:
    """Where each column that is not 0 stands in the text."""
    mentions = coded.annotation.mentions
    first, second, _ = model.features.sizes
    names = model.features.evidence.vocabulary_
    found: dict[int, list[Key]] = {}
    for piece in pieces(coded):
        column = names.get(piece.name)
        if column in present:
            found[column] = [(mentions[p].start, mentions[p].end, p) for p in piece.mentions]
    for vectorizer, tokens, shift in (
        (model.features.terms, plain(coded), first),
        (model.features.masked, masked(coded), first + second),
    ):
        for column, key in _term_places(vectorizer, tokens):
            found.setdefault(column + shift, []).append(key)
    return found


def _term_places(vectorizer: Any, tokens: Sequence[Token]) -> Iterator[tuple[int, Key]]:
    shortest, longest = vectorizer.ngram_range
    for size in range(shortest, longest + 1):
        for place in range(len(tokens) - size + 1):
            part = tokens[place : place + size]
            column = vectorizer.vocabulary_.get(" ".join(token.text for token in part))
            if column is not None:
                yield int(column), _key(part)


def _key(part: Sequence[Token]) -> Key:
    """A term that holds a code stands for its mention."""
    for token in part:
        if token.mention is not None:
            return token.start, token.end, token.mention
    return part[0].start, part[-1].end, None


def cited(found: Iterable[Reason]) -> tuple[int, ...]:
    """Places of the mentions among reasons, in order."""
    return tuple(sorted({reason.mention for reason in found if reason.mention is not None}))
