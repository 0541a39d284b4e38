"""Plain text: paragraphs by blank lines, hard-wrapped lines joined, form feeds as page breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from textgov.documents import Document, PassageKind
from textgov.readers.build import DocumentBuilder
from textgov.readers.encoding import read_text
from textgov.readers.finish import finish
from textgov.readers.flow import Flow
from textgov.readers.options import ReadOptions
from textgov.readers.roles import outline_level

WRAPPED_LINE = 100
"""Lines shorter than this (characters) in a chunk of several are hard-wrapped prose."""

LIST_ITEM = re.compile(r"^\s*(?:[-*•▪‣◦–·]|\(?\d{1,2}[.)]|\(?[a-z][.)]|\([ivx]+\))\s+\S")
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ENDS_SENTENCE = re.compile(r"[.!?:;,…][\"'”’)\]]*$")


def read_text_file(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document]:
    """One document. Raises UnreadableError for binary or empty files."""
    text, remarks = read_text(path)
    builder, flow = DocumentBuilder(), Flow()
    page_texts = text.rstrip("\f\n ").split("\f")
    paged = len(page_texts) > 1
    for number, page_text in enumerate(page_texts, 1):
        for chunk in _BLANK.split(page_text):
            for block in _blocks(chunk.strip("\n")):
                _add(builder, flow, block, number if paged else None)
    pages = builder.pages(len(page_texts)) if paged else ()
    yield finish(builder, source, "txt", options, pages=pages, notes=(*notes, *remarks), name=path.stem)


def _blocks(chunk: str) -> Iterator[str]:
    lines = [line for line in chunk.split("\n") if line.strip()]
    if len(lines) < 2 or any(len(line) > WRAPPED_LINE for line in lines):
        yield from lines
        return
    current: list[str] = []
    for line in lines:
        if current and (LIST_ITEM.match(line) or _stands_alone(current)):
            yield " ".join(current)
            current = []
        current.append(line.strip())
    yield " ".join(current)


def _stands_alone(lines: list[str]) -> bool:
    return len(lines) == 1 and outline_level(lines[0]) is not None and is_heading(lines[0])


def is_heading(text: str) -> bool:
    """Whether a chunk of its own reads as a heading: short, no closing punctuation, starts upper case."""
    first = next((c for c in text if c.isalpha()), "")
    return (
        2 <= len(text) <= 120
        and len(text.split()) <= 14
        and first.isupper()
        and not _ENDS_SENTENCE.search(text)
        and (outline_level(text) is not None or not LIST_ITEM.match(text))
    )


def _add(builder: DocumentBuilder, flow: Flow, text: str, page: int | None) -> None:
    kind: PassageKind = "body"
    level = 0
    if is_heading(text):
        kind, level = "heading", outline_level(text) or (1 if builder.is_empty else 2)
    elif LIST_ITEM.match(text):
        kind = "list"
    flow.add(builder, text, kind, level=level, page=page)
