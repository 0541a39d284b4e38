"""A passage as a row of words, in which coded mentions stand as their codes; every word knows its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from textgov.classify.evidence import GOVERNANCE_LAYERS, Coded

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+")
_NUMBER = "#"
_MARK = "@"
"""Begins a code, so that it is no word."""
PLACE_LAYERS = frozenset({"place", "cluster"})
"""Where something happens is no evidence for what it is: all places are one word."""
_PLACE = f"{_MARK}place"
_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million"
)
_NUMERALS = frozenset(_NUMBER_WORDS.split())


class Token(NamedTuple):
    """A word in lower case, or a code with its mark; its range; and the mention it stands for."""

    text: str
    start: int
    end: int
    mention: int | None = None


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Words of a part of a text; all numbers are one."""
    for found in _WORD.finditer(text, start, len(text) if end is None else end):
        word = found[0].lower().replace("’", "'")
        if word[0].isdigit() or word.split("-")[0] in _NUMERALS:
            word = _NUMBER
        yield Token(word, found.start(), found.end())


def plain(coded: Coded) -> list[Token]:
    """Words of a text, all places and all numbers being one."""
    return _replaced(coded, PLACE_LAYERS)


def masked(coded: Coded) -> list[Token]:
    """Words of a text, with the code of each actor and mechanism in place of its words."""
    return _replaced(coded, GOVERNANCE_LAYERS | PLACE_LAYERS)


def _replaced(coded: Coded, layers: frozenset[str]) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    spans = sorted(
        (m.start, -m.end, place) for place, m in enumerate(coded.annotation.mentions) if m.layer in layers
    )
    for start, negative_end, place in spans:
        if start < at:
            continue
        tokens += words(coded.text, at, start)
        mention = coded.annotation.mentions[place]
        is_place = mention.layer in PLACE_LAYERS
        text = _PLACE if is_place else _MARK + mention.code
        tokens.append(Token(text, start, -negative_end, None if is_place else place))
        at = -negative_end
    tokens += words(coded.text, at)
    return tokens


def joined(tokens: list[Token]) -> str:
    """Tokens as the text that a vectorizer over `\\S+` reads."""
    return " ".join(token.text for token in tokens)
