"""Plain text: paragraphs by blank lines, hard-wrapped lines joined, form feeds as page breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from textgov.documents import Bibliography, Document, PassageKind
from textgov.preprocessing.identifiers import find_year
from textgov.readers.build import DocumentBuilder
from textgov.readers.encoding import read_text
from textgov.readers.finish import finish
from textgov.readers.flow import Flow
from textgov.readers.options import ReadOptions
from textgov.readers.roles import LIST_ITEM, outline_level

WRAPPED_LINE = 100
"""Lines shorter than this (characters) in a chunk of several are hard-wrapped prose."""
FULL = 0.75
MAX_NAMES = 90
MAX_NAME_WORDS = 10

_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ENDS_SENTENCE = re.compile(r"[.!?:;,…][\"”’')\]]*$")
_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,}|~{3,}|\*{3,}|_{3,})\s*$")
_COLUMN_RULE = re.compile(r"^\s*[-=+|]{2,}(?:[ +|]+[-=+|]{2,})+\s*$")
_COLUMNS = re.compile(r"\S {2,}\S|\t|\|")
_AND = re.compile(r",|;|\band\b|&")


@dataclass(frozen=True)
class _Chunk:
    """A block of a plain text, before its kind is settled by what stands above it."""

    text: str
    kind: PassageKind
    level: int = 0


def read_text_file(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document]:
    """One document. Raises UnreadableError for binary or empty files."""
    text, remarks = read_text(path)
    page_texts = text.rstrip("\f\n ").split("\f")
    paged = len(page_texts) > 1
    chunks = [
        (chunk, number if paged else None)
        for number, page_text in enumerate(page_texts, 1)
        for part in _BLANK.split(page_text)
        for chunk in _chunks(part.strip("\n"), first=number == 1)
    ]
    bibliography = _bibliography([chunk for chunk, _ in chunks[:3]], text)
    builder, flow = DocumentBuilder(), Flow(authors=bibliography.authors)
    for chunk, page in chunks:
        flow.add(builder, chunk.text, chunk.kind, level=chunk.level, page=page)
    pages = builder.pages(len(page_texts)) if paged else ()
    yield finish(
        builder,
        source,
        "txt",
        options,
        bibliography=bibliography,
        pages=pages,
        notes=(*notes, *remarks),
        name=path.stem,
    )


def _chunks(part: str, *, first: bool) -> Iterator[_Chunk]:
    lines = [line for line in part.split("\n") if line.strip()]
    if len(lines) > 1 and _is_table(lines):
        yield _Chunk("\n".join(_row(line) for line in lines if not _is_rule(line)), "table")
        return
    if len(lines) > 1 and _UNDERLINE.match(lines[-1]):
        title = " ".join(line.strip() for line in lines[:-1])
        yield _Chunk(title, "heading", 1 if lines[-1].strip().startswith("=") else 2)
        return
    lines = [line for line in lines if not _UNDERLINE.match(line)]
    for text in _joined(lines):
        yield _settled(text, first=first)


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs of a part without blank lines: hard-wrapped lines joined, long lines each a paragraph."""
    if len(lines) < 2 or any(len(line) > WRAPPED_LINE for line in lines):
        yield from (line.strip() for line in lines)
        return
    longest = max(map(len, lines))
    current: list[str] = []
    for line in lines:
        if current and (LIST_ITEM.match(line) or _stands_alone(current, longest)):
            yield " ".join(current)
            current = []
        current.append(line.strip())
    yield " ".join(current)


def _stands_alone(lines: Sequence[str], longest: int) -> bool:
    """Whether what was gathered is a numbered heading above its text."""
    line = lines[0]
    return (
        len(lines) == 1
        and len(line) < FULL * longest
        and outline_level(line) is not None
        and is_heading(line)
    )


def _settled(text: str, *, first: bool) -> _Chunk:
    if is_heading(text):
        return _Chunk(text, "heading", outline_level(text) or (1 if first and not text.isupper() else 2))
    return _Chunk(text, "list" if LIST_ITEM.match(text) else "body")


def is_heading(text: str) -> bool:
    """Whether a chunk of its own reads as a heading: short, no closing punctuation, starts upper case."""
    letter = next((c for c in text if c.isalpha()), "")
    return (
        2 <= len(text) <= 120
        and len(text.split()) <= 14
        and letter.isupper()
        and not _ENDS_SENTENCE.search(text)
        and (outline_level(text) is not None or not LIST_ITEM.match(text))
    )


def _is_rule(line: str) -> bool:
    return _COLUMN_RULE.match(line) is not None or _UNDERLINE.match(line) is not None


def _is_table(lines: Sequence[str]) -> bool:
    """Columns set with spaces: a rule with gaps below the heading, or gaps in nearly every one
    of three lines."""
    if any(_COLUMN_RULE.match(line) for line in lines[:3]):
        return True
    return len(lines) >= 3 and sum(_COLUMNS.search(line.strip()) is not None for line in lines) >= 0.8 * len(
        lines
    )


def _row(line: str) -> str:
    cells = re.split(r" {2,}|\t|\s*\|\s*", line.strip().strip("|"))
    return " | ".join(cell.strip() for cell in cells if cell.strip())


def _bibliography(chunks: Sequence[_Chunk], text: str) -> Bibliography:
    """Title, and the names below it where a line with the year follows them, as in press
    releases and working texts."""
    if not chunks or chunks[0].kind != "heading":
        return Bibliography()
    lines = [line.strip() for line in text.split("\n") if line.strip() and not _UNDERLINE.match(line)]
    title = chunks[0].text
    start = 0
    while start < len(lines) and len(" ".join(lines[:start])) < len(title):
        start += 1
    names, source = (*lines[start : start + 2], "", "")[:2]
    named = 0 < len(names) <= MAX_NAMES and len(names.split()) <= MAX_NAME_WORDS and find_year(names) is None
    if not named or len(source) > 2 * MAX_NAMES or (year := find_year(source)) is None:
        return Bibliography(title=title)
    return Bibliography(title=title, authors=_names(names), year=year)


def _names(line: str) -> tuple[str, ...]:
    parts = [part.strip() for part in _AND.split(line)]
    return (
        tuple(part for part in parts if part)
        if all(len(part.split()) > 1 for part in parts if part)
        else (line,)
    )
