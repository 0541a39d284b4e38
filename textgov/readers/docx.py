"""Word files by python-docx: body order kept, tables as table blocks, foot- and endnotes, core properties."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document as WordFile
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from textgov.documents import Bibliography, Document, PassageKind
from textgov.preprocessing.identifiers import find_doi
from textgov.readers.build import DocumentBuilder
from textgov.readers.finish import finish
from textgov.readers.flow import Flow
from textgov.readers.options import ReadOptions
from textgov.readers.problems import UnreadableError
from textgov.readers.roles import LIST_ITEM

_HEADING_STYLE = re.compile(r"^heading (\d)$", re.IGNORECASE)
_FRONT_STYLE = re.compile(r"^(?:author|affiliation|date|byline|keywords?|address)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"^list\b", re.IGNORECASE)
_NOTE_PARTS = ("/word/footnotes.xml", "/word/endnotes.xml")
_NAMESPACE = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
_DAMAGED = (
    OpcError,
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    ValueError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
)
MAX_RATIO = 200
SMALL = 20_000_000
"""Expanded size (bytes) below which the ratio of compression is of no concern."""


def read_docx(path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]) -> Iterator[Document]:
    """One document. Raises UnreadableError for damaged, encrypted or exploding files."""
    refuse_bomb(path, options)
    word = _open(path)
    bibliography = _bibliography(word)
    builder, flow = DocumentBuilder(), Flow(authors=bibliography.authors)
    for item in word.iter_inner_content():
        _add_item(item, builder, flow)
    _add_notes(word, builder)
    yield finish(builder, source, "docx", options, bibliography=bibliography, notes=notes, name=path.stem)


def refuse_bomb(path: Path, options: ReadOptions) -> None:
    """Refuse an archive by the sizes it declares; `zipfile` never expands a member beyond its declared size.

    Raises:
        UnreadableError: it would expand beyond the limit, or more than 200-fold, or is damaged or encrypted.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"is a damaged Word file ({error})", "get the file again") from error
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableError("is encrypted", "remove the password and save it again")
    expanded = sum(member.file_size for member in members)
    packed = max(1, path.stat().st_size)
    if expanded > options.max_expanded_bytes or (expanded > SMALL and expanded > MAX_RATIO * packed):
        raise UnreadableError(
            f"would expand from {packed:,} to {expanded:,} bytes, as a ZIP bomb does",
            "save the text as a new file",
        )


def _open(path: Path) -> WordFile:
    try:
        with path.open("rb") as file:
            return docx.Document(file)
    except _DAMAGED as error:
        raise UnreadableError(
            f"is a damaged Word file ({error})", "open it in Word and save it again"
        ) from error


def _add_item(item: Paragraph | Table, builder: DocumentBuilder, flow: Flow) -> None:
    if isinstance(item, Table):
        flow.add(builder, "\n".join(_rows(item)), "table")
        return
    text = item.text
    if not text.strip():
        return
    kind, level = _kind(item, text)
    flow.add(builder, text, kind, level=level)


def _kind(paragraph: Paragraph, text: str) -> tuple[PassageKind, int]:
    name = (paragraph.style.name if paragraph.style is not None else None) or ""
    heading = _HEADING_STYLE.match(name)
    if heading:
        return "heading", int(heading.group(1))
    if name in {"Title", "Subtitle"}:
        return "heading", 1 if name == "Title" else 0
    if _FRONT_STYLE.match(name):
        return "front_matter", 0
    properties = paragraph._p.pPr
    outlined = properties is not None and properties.find("w:outlineLvl", _NAMESPACE) is not None
    runs = [run for run in paragraph.runs if run.text.strip()]
    short = len(text) <= 100 and not text.rstrip().endswith((".", ";", ","))
    if outlined or (short and runs and all(run.bold for run in runs)):
        return "heading", 2
    numbered = properties is not None and properties.numPr is not None
    if numbered or _LIST_STYLE.match(name) or LIST_ITEM.match(text):
        return "list", 0
    return ("table" if name == "Caption" else "body"), 0


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        seen: list[object] = []
        cells: list[str] = []
        for cell in row.cells:
            if cell._tc not in seen:
                seen.append(cell._tc)
                cells.append(" ".join(cell.text.split()))
        if any(cells):
            yield " | ".join(cells)


def _add_notes(word: WordFile, builder: DocumentBuilder) -> None:
    for part in word.part.package.iter_parts():
        if str(part.partname) not in _NOTE_PARTS:
            continue
        for note in parse_xml(part.blob).iterfind("*", _NAMESPACE):
            if note.get(f"{{{_NAMESPACE['w']}}}type") in {None, "normal"}:
                paragraphs = (
                    "".join(p.itertext(f"{{{_NAMESPACE['w']}}}t"))
                    for p in note.iter(f"{{{_NAMESPACE['w']}}}p")
                )
                builder.add(" ".join(paragraphs), "footnote")


def _bibliography(word: WordFile) -> Bibliography:
    core = word.core_properties
    keywords = re.split(r"[;,]", core.keywords or "")
    return Bibliography(
        title=(core.title or "").strip() or None,
        authors=tuple(name.strip() for name in (core.author or "").split(";") if _is_name(name)),
        doi=find_doi(core.identifier or ""),
        keywords=tuple(word.strip() for word in keywords if word.strip()),
        language=core.language or None,
    )


def _is_name(name: str) -> bool:
    return bool(name.strip()) and name.strip().lower() not in {
        "python-docx",
        "user",
        "admin",
        "microsoft office user",
    }
