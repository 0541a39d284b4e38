"""Texts that carry their own coding: `[[audits|audit negated @Okafor 2014]]`.

The format of `corpora/paths` and of the golden cases under `tests/cases`: a header of `key: value` lines, an
empty line, the text with its marks, and a line `---` after each passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from textgov.documents import Status
from textgov.errors import RecordError

_MARK = re.compile(r"\[\[(?P<text>.+?)\|(?P<code>[^\[\]|]+?)\]\]", re.DOTALL)
_END = re.compile(r"^---[ \t]*$", re.MULTILINE)
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Mark:
    """A coded span: offsets into the plain text, code, status, and who is reported (or None)."""

    start: int
    end: int
    code: str
    status: str = "asserted"
    source: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedPassage:
    """A passage with its header, its plain text and its marks in order."""

    id: str
    text: str
    marks: tuple[Mark, ...]
    header: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> dict[str, str]:
        """Stance by path, from the header's `paths: csr fails, labor works`; empty for `none`.

        Raises:
            RecordError: an item is not a path and its stance.
        """
        listed = self.header.get("paths", "none")
        paths: dict[str, str] = {}
        for item in [] if listed == "none" else listed.split(","):
            words = item.split()
            if len(words) != 2:
                raise RecordError(f"{self.id}: paths: expected 'path stance', got {item.strip()!r}")
            paths[words[0]] = words[1]
        return paths


def parse_marks(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """The plain text and the marks of a marked text.

    Raises:
        RecordError: a mark is not closed or has more than a code, a status and a source.
    """
    plain: list[str] = []
    marks: list[Mark] = []
    length = position = 0
    for found in _MARK.finditer(marked):
        before = marked[position : found.start()]
        plain.extend((before, found["text"]))
        start = length + len(before)
        length = start + len(found["text"])
        marks.append(_mark(start, length, found["code"]))
        position = found.end()
    plain.append(marked[position:])
    text = "".join(plain)
    if "[[" in text or "]]" in text:
        at = max(text.find("[["), text.find("]]"))
        raise RecordError(f"a mark is not closed near {text[max(0, at - 20) : at + 20]!r}")
    return text, tuple(marks)


def render_marks(text: str, marks: Iterable[Mark]) -> str:
    """The marked text that `parse_marks` reads back as `text` and `marks`.

    Raises:
        RecordError: marks overlap, are empty or out of range, or text or codes hold what the format cannot.
    """
    parts: list[str] = []
    position = 0
    ordered = tuple(sorted(marks, key=lambda mark: (mark.start, mark.end)))
    for mark in ordered:
        if not position <= mark.start < mark.end <= len(text):
            raise RecordError(f"mark {mark.start}-{mark.end} is empty, out of range or overlaps another")
        status = f" {mark.status}" if mark.status != "asserted" else ""
        source = f" @{mark.source}" if mark.source else ""
        parts.extend((text[position : mark.start], "[["))
        parts.append(f"{text[mark.start : mark.end]}|{mark.code}{status}{source}]]")
        position = mark.end
    marked = "".join((*parts, text[position:]))
    if parse_marks(marked) != (text, ordered):
        raise RecordError("brackets or bars in the text or a mark cannot be told from those of the marks")
    return marked


def _mark(start: int, end: int, tag: str) -> Mark:
    head, _, source = tag.partition("@")
    words = head.split()
    if not words or len(words) > 2 or (len(words) == 2 and words[1] not in STATUSES):
        known = ", ".join(STATUSES)
        raise RecordError(
            f"mark {tag!r}: expected 'code', 'code status' or 'code status @source'; statuses are {known}"
        )
    return Mark(start, end, words[0], words[1] if len(words) == 2 else "asserted", source.strip() or None)


def parse_passages(text: str, where: str = "text") -> Iterator[MarkedPassage]:
    """All passages of a file's content, in order.

    Raises:
        RecordError: naming the passage that is malformed.
    """
    for number, block in enumerate(_END.split(text), 1):
        if not block.strip():
            continue
        head, _, body = block.strip("\n").partition("\n\n")
        header: dict[str, str] = {}
        for line in head.splitlines():
            key, colon, value = line.partition(":")
            if not colon:
                raise RecordError(f"{where}, passage {number}: header line {line!r} has no colon")
            header[key.strip()] = value.strip()
        name = header.get("id", f"passage {number}")
        try:
            plain, marks = parse_marks(body.strip())
        except RecordError as error:
            raise RecordError(f"{where}, {name}: {error}") from error
        yield MarkedPassage(name, plain, marks, header)


def read_passages(path: Path) -> Iterator[MarkedPassage]:
    """All passages of a file; see `parse_passages`."""
    yield from parse_passages(path.read_text(encoding="utf-8"), path.name)
