"""What headings and openings of paragraphs say about the kind of text; the words are in `headings.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

from textgov.documents import PassageKind
from textgov.preprocessing.identifiers import normal_title

MAX_REFERENCE = 500
_REFERENCE = re.compile(
    r"^(?:[\[(]?\d{1,3}[\])]?[.)]?\s+)?[^\W\d_][^.]{1,60}?,?\s(?:[A-Z]\.[\s,-]?)+.{0,100}?\(?(?:1[89]|20)\d\d[a-z]?\)?[.,:;)]"
)
LIST_ITEM = re.compile(r"^\s*(?:[-*•▪▸✓‣◦–·]|\(?\d{1,2}[.)]|\(?[a-z][.)]|\([ivx]+\))\s+\S")
"""A paragraph that begins with a bullet, number or letter of a list."""

MAX_BYLINE_WORDS = 40
_NUMBERING = re.compile(r"^\s*(?:(?:\d+|[A-Z]|[IVXLC]+)(?:\.\d+)*[.):]?\s+)?(.*?)[\s.:]*$", re.DOTALL)
_OUTLINE = re.compile(r"^\s*(\d+(?:\.\d+)*)[.)]?\s+\S")
_ROMAN = re.compile(r"^\s*[IVX]+\.\s+\S")


@cache
def _cues() -> dict[str, Any]:
    return tomllib.loads(files("textgov.readers").joinpath("headings.toml").read_text("utf-8"))


@cache
def _role_by_title() -> dict[str, PassageKind]:
    roles = _cues()["roles"]
    return {title: cast(PassageKind, kind) for kind, titles in roles.items() for title in titles}


@cache
def _caption_pattern(kind: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in _cues()["starts"][kind])
    return re.compile(
        rf"^(?:{words})\s*(?:\d+|[A-Z]\d*|[IVX]+)(?:[.\-–]\d+)*\s*(?:[.:|–—-]|\s|$)", re.IGNORECASE
    )


def bare_heading(title: str) -> str:
    """A heading without its number, case and closing punctuation."""
    match = _NUMBERING.match(title)
    return (match.group(1) if match else title).strip().casefold()


def heading_role(title: str) -> PassageKind | None:
    """Kind of the text under a heading, None where the heading says nothing special."""
    return _role_by_title().get(bare_heading(title))


def may_head_references(title: str) -> bool:
    """Whether a heading stands above reference lists as well as above text: `Sources`."""
    return bare_heading(title) in _cues()["unsure"]["references"]


def looks_like_reference(text: str) -> bool:
    """Whether a paragraph has the length, the year and the shape of an entry in a reference list."""
    return len(text) <= MAX_REFERENCE and _REFERENCE.match(text) is not None


def opening_role(text: str) -> PassageKind | None:
    """Kind of a paragraph by its first words: abstract or front matter, else None."""
    start = text[:40].casefold().lstrip()
    if any(start.startswith(cue) for cue in _cues()["starts"]["abstract"]):
        return "abstract"
    if any(start.startswith(cue) for cue in _cues()["starts"]["front_matter"]):
        return "front_matter"
    return None


def is_byline(text: str, authors: Sequence[str]) -> bool:
    """Whether a short paragraph is little more than the names of authors who are known."""
    words = normal_title(text).split()
    if not authors or not words or len(words) > MAX_BYLINE_WORDS:
        return False
    names = {word for author in authors for word in normal_title(author).split()}
    return sum(word in names for word in words) >= 0.6 * len(words)


def is_table_caption(text: str) -> bool:
    """`Table 3. Wages by firm`, not `Table 3 shows that ...`."""
    return _caption_pattern("table").match(text) is not None and not _reads_on(text)


def is_figure_caption(text: str) -> bool:
    """`Figure 2: The chain`, not `Figure 2 shows that ...`."""
    return _caption_pattern("figure").match(text) is not None and not _reads_on(text)


def is_table_note(text: str) -> bool:
    """`Source: own interviews`, `Note: n = 42`."""
    start = text[:20].casefold().lstrip()
    return any(start.startswith(cue) for cue in _cues()["starts"]["footnote"])


def _reads_on(text: str) -> bool:
    after = re.match(r"^\S+\s+\S+\s+(\w+)", text)
    return after is not None and after.group(1).islower() and text[: after.start(1)].rstrip()[-1].isalnum()


def outline_level(title: str) -> int | None:
    """Depth by the number of a heading: `2.1 Data` is 2, `3 Findings` and `IV. Findings` are 1."""
    match = _OUTLINE.match(title)
    if match:
        return match.group(1).count(".") + 1
    return 1 if _ROMAN.match(title) else None
