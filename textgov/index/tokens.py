"""Words as the index sees them: one tokenizer for what is stored, what is asked, and what is highlighted.

The full-text tables hold text that this module has folded already, and split it at ASCII characters only.
So a query, its hits and its highlights agree whatever version of SQLite or of Unicode is in use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Combining marks continue a word; superscript digits are footnote marks in most papers, so they end it.
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f\u00ad"
_SUPERSCRIPTS = "\u00b2\u00b3\u00b9\u2070-\u209c"
_LETTER = rf"[^\W_{_SUPERSCRIPTS}]"
_WORD = re.compile(rf"{_LETTER}(?:[{_MARKS}]|{_LETTER})*")
# Private-use characters stand for wildcards while a pattern is split: no text has them within a word.
_ANY, _ONE = "\ue000", "\ue001"
_PATTERN = re.compile(rf"(?:[{_ANY}{_ONE}{_MARKS}]|{_LETTER})+")
_PIECES = re.compile(rf"([{_ANY}{_ONE}]+)")


class Token(NamedTuple):
    """A folded word and its range in the text it was found in."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word without case, accents and compatibility forms; the word itself if nothing else were left."""
    folded = unicodedata.normalize("NFKD", word).casefold()
    folded = unicodedata.normalize("NFKD", folded).casefold()
    return "".join(c for c in folded if c.isalnum()) or word


def tokens(text: str) -> list[Token]:
    """Words of a text with their ranges, in order."""
    if text.isascii():
        return [Token(m.group(), m.start(), m.end()) for m in _ASCII_WORD.finditer(text.lower())]
    return [Token(fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """Folded words of a text, in order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return [fold(word) for word in _WORD.findall(text)]


def indexed(text: str | None) -> str:
    """A text as the full-text tables hold it."""
    return " ".join(words(text)) if text else ""


def unmarked(text: str) -> str:
    """A text without the characters that `mark` uses."""
    return text.replace(_ANY, " ").replace(_ONE, " ")


def mark(wildcards: str) -> str:
    """Wildcards `*` and `?` as `pattern_words` takes them."""
    return wildcards.replace("*", _ANY).replace("?", _ONE)


def pattern_words(text: str) -> list[str]:
    """Folded words of a text in which marked wildcards are parts of words, given back as `*` and `?`."""
    found = []
    for match in _PATTERN.finditer(text):
        pieces = _PIECES.split(match.group())
        folded = "".join(_restored(piece) if n % 2 else _fold_piece(piece) for n, piece in enumerate(pieces))
        if folded:
            found.append(folded)
    return found


def _restored(wildcards: str) -> str:
    return wildcards.replace(_ANY, "*").replace(_ONE, "?")


def _fold_piece(piece: str) -> str:
    return "".join(words(piece))
