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


class Token(NamedTuple):
    """A word in lower case, or a code with its mark; its range; and the mention it stands for."""

    text: str
    start: int
    end: int
    mention: int | None = None


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Words of a part of a text; all numbers are one."""
    for found in _WORD.finditer(text, start, len(text) if end is None else end):
        word = _NUMBER if found[0][0].isdigit() else found[0].lower().replace("’", "'")
        yield Token(word, found.start(), found.end())


def masked(coded: Coded) -> list[Token]:
    """Words of a text, with the code of each actor and mechanism in place of its words."""
    tokens: list[Token] = []
    at = 0
    spans = sorted(
        (m.start, -m.end, place)
        for place, m in enumerate(coded.annotation.mentions)
        if m.layer in GOVERNANCE_LAYERS
    )
    for start, negative_end, place in spans:
        if start < at:
            continue
        tokens += words(coded.text, at, start)
        code = coded.annotation.mentions[place].code
        tokens.append(Token(_MARK + code, start, -negative_end, place))
        at = -negative_end
    tokens += words(coded.text, at)
    return tokens


def joined(tokens: list[Token]) -> str:
    """Tokens as the text that a vectorizer over `\\S+` reads."""
    return " ".join(token.text for token in tokens)
