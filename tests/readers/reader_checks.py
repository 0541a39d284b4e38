"""What holds for whatever a reader gives."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from textgov.documents import Document, Problem, document_id, from_json, to_json
from textgov.readers import ReadOptions, read_file


def items(path: Path, options: ReadOptions | None = None) -> list[Document | Problem]:
    """All that is read from a file, each checked."""
    found = list(read_file(path, options))
    assert found
    for item in found:
        if isinstance(item, Problem):
            assert "\n" not in str(item)
            assert item.what
        else:
            check(item)
    return found


def only(path: Path, options: ReadOptions | None = None) -> Document:
    """The one document of a file."""
    (item,) = items(path, options)
    assert isinstance(item, Document), item
    return item


def problem(path: Path, options: ReadOptions | None = None) -> str:
    """The one problem of a file, as it is printed, without the path."""
    (item,) = items(path, options)
    assert isinstance(item, Problem), item
    return str(item).removeprefix(f"{item.where}: ")


def check(document: Document) -> None:
    """Offsets, ranges and the canonical form of a document."""
    text = document.text
    assert text
    assert unicodedata.is_normalized("NFC", text)
    assert document.id == document_id(text)
    assert from_json(to_json(document), Document) == document
    blocks = [text[block.start : block.end] for block in document.blocks]
    assert "\n\n".join(blocks) == text
    assert all(block.strip() == block and block for block in blocks)
    for page, following in zip(document.pages, document.pages[1:], strict=False):
        assert page.end == following.start
    if document.pages:
        assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
        assert (document.pages[0].start, document.pages[-1].end) == (0, len(text))
    starts = {block.start for block in document.blocks if block.kind == "heading"}
    for section in document.sections:
        assert section.start in starts
        assert text.startswith(section.title, section.start)
        assert section.start < section.end <= len(text)


def kinds(document: Document) -> list[tuple[str, str]]:
    """Kind and text of each block."""
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def page_of(document: Document, quote: str) -> int:
    """The page that a text is found on; it must be there exactly once."""
    assert document.text.count(quote) == 1, quote
    at = document.text.index(quote)
    (number,) = [page.number for page in document.pages if page.start <= at < page.end]
    return number
