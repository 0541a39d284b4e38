"""From recognised pieces to a `Document` whose offsets are right by construction."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from textgov.documents import Bibliography, Block, Document, Page, PassageKind, Section, document_id
from textgov.preprocessing.normalize import clean, clean_lines

SEPARATOR = "\n\n"


@dataclass(frozen=True)
class Part:
    """A stretch of a block on one page (number in the file, from 1); `glue` stands between it
    and the one before."""

    text: str
    page: int | None = None
    glue: str = " "


@dataclass
class DocumentBuilder:
    """Collects blocks in reading order and keeps count of offsets, pages and sections."""

    _chunks: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)
    _headings: list[tuple[int, int, str]] = field(default_factory=list)
    _page_starts: list[tuple[int, int]] = field(default_factory=list)

    def add(self, text: str, kind: PassageKind = "body", *, level: int = 0, page: int | None = None) -> bool:
        """Add one block; `level` (1 = top) makes a heading open a section. False if nothing
        was left of it."""
        return self.add_parts((Part(text, page),), kind, level=level)

    def add_parts(self, parts: Sequence[Part], kind: PassageKind = "body", *, level: int = 0) -> bool:
        """Add one block that may run over pages."""
        tidy = clean_lines if kind == "table" else clean
        cleaned = [(part, text) for part in parts if (text := tidy(part.text))]
        if not cleaned:
            return False
        if self._length:
            self._append(SEPARATOR)
        start = self._length
        for place, (part, text) in enumerate(cleaned):
            if place:
                self._append(" " if unicodedata.combining(text[0]) else part.glue)
            if part.page is not None and (not self._page_starts or part.page > self._page_starts[-1][0]):
                self._page_starts.append((part.page, self._length))
            self._append(text)
        self._blocks.append(Block(start, self._length, kind))
        if level > 0 and kind == "heading":
            self._headings.append((start, level, "".join(self._chunks_since(start))))
        return True

    def _append(self, text: str) -> None:
        self._chunks.append(text)
        self._length += len(text)

    def _chunks_since(self, start: int) -> list[str]:
        left, taken = self._length, len(self._chunks)
        while left > start:
            taken -= 1
            left -= len(self._chunks[taken])
        return self._chunks[taken:]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self._length

    def text(self) -> str:
        """The canonical text so far."""
        return "".join(self._chunks)

    def pages(self, count: int = 0, labels: Sequence[str | None] = ()) -> tuple[Page, ...]:
        """Ranges of pages 1 to `count`: they partition the text, and a page without text has
        an empty range."""
        if not count:
            return ()
        starts = [0] * (count + 2)
        starts[count + 1] = self._length
        known = dict(self._page_starts)
        for number in range(count, 0, -1):
            starts[number] = known.get(number, starts[number + 1])
        starts[1] = 0
        return tuple(
            Page(
                number,
                starts[number],
                starts[number + 1],
                labels[number - 1] if number <= len(labels) else None,
            )
            for number in range(1, count + 1)
        )

    def sections(self) -> tuple[Section, ...]:
        """Each heading's section runs to the next heading of its level or a higher one."""
        found: list[Section] = []
        for place, (start, level, title) in enumerate(self._headings):
            following = (at for at, other, _ in self._headings[place + 1 :] if other <= level)
            found.append(Section(title, level, start, next(following, self._length)))
        return tuple(found)

    def build(
        self,
        source: str,
        file_format: str,
        bibliography: Bibliography,
        *,
        pages: tuple[Page, ...] = (),
        part: str | None = None,
        notes: Sequence[str] = (),
    ) -> Document:
        """The finished document."""
        text = self.text()
        return Document(
            id=document_id(text),
            source=source,
            text=text,
            bibliography=bibliography,
            pages=pages,
            sections=self.sections(),
            blocks=tuple(self._blocks),
            part=part,
            format=file_format,
            notes=tuple(notes),
        )
