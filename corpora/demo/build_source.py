"""Reads the Markdown sources of the demo corpus into plain records.

The dialect is small on purpose: a front matter of ``key: value`` lines, headings,
paragraphs, ``- `` and ``1. `` items, pipe tables with a ``Table 1.`` caption before or
after them, ``*italic*``, ``**bold**`` and ``[^1]`` footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

RUN = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|\[\^(\w+)\]")
RANGE = re.compile(r"(?<![\w-])(\d+)-(\d+)(?![\w-])")
SENTENCE = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][\"”]))\s+(?=[A-Z\"'“‘])")


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item or table; ``rows`` only of tables."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Source:
    """One parsed document: its metadata and the parts of its text."""

    slug: str
    meta: dict[str, str]
    abstract: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()

    @property
    def authors(self) -> list[str]:
        """The authors' names, in order."""
        return [name.strip() for name in self.meta["authors"].split(";")]

    @property
    def keywords(self) -> list[str]:
        """The keywords, in order."""
        return [word.strip() for word in self.meta["keywords"].split(";")]


@dataclass(frozen=True)
class Record:
    """One entry of a database export."""

    title: str
    fields: dict[str, str]
    abstract: str


def typographic(text: str) -> str:
    """Turns straight quotes into curly ones and digit ranges into en dashes.

    >>> typographic('He said "no" in 2014-15, didn\\'t he?')
    'He said “no” in 2014–15, didn’t he?'
    """
    text = RANGE.sub("\\1\u2013\\2", text)
    text = re.sub(r'(^|[\s(\[*/\u2013-])"', "\\1\u201c", text).replace('"', "\u201d")
    text = re.sub(r"(^|[\s(\[*/\u201c])'", "\\1\u2018", text)
    return text.replace("'", "\u2019")


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Yields (text, style) with style ``""``, ``"b"``, ``"i"`` or ``"note"``."""
    at = 0
    for match in RUN.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], ""
        bold, italic, note = match.groups()
        yield ((bold, "b") if bold else (italic, "i") if italic else (note, "note"))
        at = match.end()
    if at < len(text):
        yield text[at:], ""


def plain(text: str) -> str:
    """The text without its markup and note marks."""
    return "".join(part for part, style in runs(text) if style != "note")


def sentences(text: str) -> list[str]:
    """Splits a paragraph of plain text into sentences, coarsely."""
    return SENTENCE.split(plain(text))


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Splits a source file into its metadata and the rest."""
    _, head, rest = text.split("---\n", 2)
    pairs = (line.split(": ", 1) for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, value in pairs}, rest.strip("\n")


def _table(lines: list[str]) -> Block:
    cells = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines]
    return Block("table", rows=(cells[0], *cells[2:]))


def _chunk_blocks(chunk: str) -> Iterator[Block]:
    lines = chunk.splitlines()
    if lines[0].startswith("|"):
        yield _table(lines)
    elif lines[0].startswith("#"):
        marks, text = lines[0].split(" ", 1)
        yield Block("heading", text, level=len(marks) - 1)
        if lines[1:]:
            yield from _chunk_blocks("\n".join(lines[1:]))
    elif re.match(r"(- |\d+\. )", lines[0]) and len(lines) > 1:
        yield from (Block("item", line) for line in lines)
    elif re.match(r"- ", lines[0]):
        yield Block("item", lines[0])
    elif re.match(r"Table \d+\. ", lines[0]):
        yield Block("caption", " ".join(lines))
    else:
        yield Block("para", " ".join(lines))


def parse(path: Path) -> Source:
    """Parses one source file that holds a single document."""
    meta, rest = split_front_matter(path.read_text("utf-8"))
    notes: dict[str, str] = {}
    parts: dict[str, list[Block]] = {"abstract": [], "body": [], "references": []}
    part = "body"
    for chunk in re.split(r"\n{2,}", rest):
        if note := re.match(r"\[\^(\w+)\]: ", chunk):
            notes[note[1]] = chunk[note.end() :]
            continue
        for block in _chunk_blocks(chunk):
            name = block.text.lower() if block.kind == "heading" else ""
            if name in ("abstract", "references"):
                part = name
                continue
            if block.kind == "heading":
                part = "body"
            parts[part].append(block)
    return Source(
        slug=path.stem,
        meta=meta,
        abstract=tuple(block.text for block in parts["abstract"]),
        body=tuple(parts["body"]),
        notes=notes,
        references=tuple(block.text for block in parts["references"]),
    )


def parse_records(path: Path) -> tuple[dict[str, str], list[Record]]:
    """Parses a source file that holds the records of a database export."""
    meta, rest = split_front_matter(path.read_text("utf-8"))
    records = []
    for entry in re.split(r"^# ", rest, flags=re.M)[1:]:
        head, abstract = entry.strip().split("\n\n", 1)
        title, *lines = head.splitlines()
        pairs = (line.removeprefix("- ").split(": ", 1) for line in lines)
        records.append(Record(title, dict(pairs), abstract.strip()))
    return meta, records
