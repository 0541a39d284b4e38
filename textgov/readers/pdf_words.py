"""Words across line ends: hyphens that a typesetter put in are removed, those of the word are kept."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_FIRST = re.compile(r"^([^\W\d_]+)")
_NOTE_MARK = re.compile(
    r"(?<=[^\W\d_])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[,–-][⁰¹²³⁴⁵⁶⁷⁸⁹]+)*|(?<=[.,;:!?”’\")])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[,–-][⁰¹²³⁴⁵⁶⁷⁸⁹]+)*"
)
_LOST_SPACE = re.compile(r"(?<=[a-z][a-z)][.?!])(?=[A-Z][a-z])")
_ADDRESS = re.compile(r"://|www\.|@|\.(?:com|org|gov|net|edu|html?|php|aspx?)\b", re.IGNORECASE)
_RANGE = re.compile(r"(?<![^\s(])\d+[–/]$")
MIN_PART = 3


@cache
def _prefixes() -> tuple[frozenset[str], frozenset[str]]:
    data = tomllib.loads(files("textgov.readers").joinpath("hyphens.toml").read_text("utf-8"))
    return frozenset(data["prefixes"]), frozenset(data["solid"])


class Vocabulary:
    """The words that a document writes within lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        broken = False
        for line in lines:
            words = _WORD.findall(line.lower())
            ends_broken = line.endswith(("-", "\u2010", "\u00ad"))
            self._counts.update(words[1 if broken else 0 : -1 if ends_broken and words else None])
            broken = ends_broken

    def joins(self, first: str, second: str) -> bool:
        """Whether `first` and `second`, parted by a hyphen at a line end, are one word without it."""
        first, second = first.lower(), second.lower()
        tail = first.rpartition("-")[2]
        solid, hyphened = self._counts[tail + second], self._counts[f"{tail}-{second}"]
        if solid != hyphened:
            return solid > hyphened
        if "-" in first:
            return len(tail) < MIN_PART or not self._counts[tail]
        prefixes, often_solid = _prefixes()
        if tail in often_solid:
            return True
        if tail in prefixes and self._counts[second]:
            return False
        both = self._counts[tail] and self._counts[second]
        return not (both and len(tail) > MIN_PART and len(second) > MIN_PART)


def join_lines(lines: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Lines with what stands between them settled: each result is to be appended to the one
    before as it is."""
    result: list[str] = []
    for place, line in enumerate(lines):
        text = line.strip()
        if place + 1 < len(lines):
            text = _end(text, lines[place + 1].strip(), vocabulary)
        result.append(text)
    return result


def _end(text: str, following: str, vocabulary: Vocabulary) -> str:
    """A line with its end as the next line demands: hyphen removed, kept, or a space added."""
    if text.endswith("\u00ad"):
        return text[:-1]
    text = text.removesuffix("\u2010") + "-" if text.endswith("\u2010") else text
    last = _LAST.search(text)
    first = _FIRST.match(following)
    if last and first and not _ADDRESS.search(text.rpartition(" ")[2]):
        if following[0].islower() and vocabulary.joins(last.group(1), first.group(1)):
            return text[:-1]
        return text
    if text.endswith(("—", "-")) and len(text) > 1 and not text[-2].isspace() and following[:1].isalnum():
        return text
    if _RANGE.search(text) and following[:1].isdigit():
        return text
    return text + " "


def tidy(text: str) -> str:
    """Without note marks set as superscripts, and with the space that kerning swallowed after a full stop."""
    text = _NOTE_MARK.sub("", text)
    if _LOST_SPACE.search(text) is None:
        return text
    return " ".join(word if _ADDRESS.search(word) else _LOST_SPACE.sub(" ", word) for word in text.split(" "))
