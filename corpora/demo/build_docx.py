"""Writes a source as DOCX, with fixed dates and zip timestamps."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

from build_source import Block, Source, runs, typographic
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.text.paragraph import Paragraph

STAMP = (1980, 1, 1, 0, 0, 0)


def add_runs(paragraph: Paragraph, text: str) -> None:
    """Adds marked-up text to a paragraph; note marks become superscripts."""
    for part, style in runs(typographic(text)):
        run = paragraph.add_run(part)
        run.bold = True if style == "b" else None
        run.italic = True if style == "i" else None
        if style == "note":
            run.font.superscript = True


def add_table(document: DocxDocument, block: Block) -> None:
    """Adds a table whose first row is its head."""
    table = document.add_table(len(block.rows), len(block.rows[0]), "Light Grid Accent 1")
    for row, cells in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            add_runs(cell.paragraphs[0], text)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
    document.add_paragraph()


def add_block(document: DocxDocument, block: Block) -> None:
    """Adds one block of the body."""
    if block.kind == "heading":
        document.add_heading(typographic(block.text), block.level)
    elif block.kind == "table":
        add_table(document, block)
    elif block.kind == "caption":
        add_runs(document.add_paragraph(style="Caption"), block.text)
    elif block.kind == "item":
        marker, text = block.text.split(" ", 1)
        style = "List Bullet" if marker == "-" else "List Number"
        add_runs(document.add_paragraph(style=style), text)
    else:
        add_runs(document.add_paragraph(), block.text)


def add_front(document: DocxDocument, source: Source) -> None:
    """Adds title, authors, affiliations, venue, abstract and keywords."""
    meta = source.meta
    document.add_heading(typographic(meta["title"]), 0)
    names = document.add_paragraph(", ".join(source.authors))
    names.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if "affiliations" in meta:
        add_runs(document.add_paragraph(), f"*{meta['affiliations']}*")
    where = f"{meta['venue']} {meta.get('volume', '')}".strip()
    ident = f" doi:{meta['doi']}" if "doi" in meta else ""
    document.add_paragraph(typographic(f"{where}, {meta['year']}.{ident}"))
    if source.abstract:
        document.add_heading("Abstract", 1)
        for text in source.abstract:
            add_runs(document.add_paragraph(), text)
        add_runs(document.add_paragraph(), f"**Keywords:** {meta['keywords']}")


def set_properties(document: DocxDocument, source: Source) -> None:
    """Sets the core properties, dates included."""
    meta, properties = source.meta, document.core_properties
    properties.title = typographic(meta["title"])
    properties.author = "; ".join(source.authors)
    properties.keywords = ", ".join(source.keywords)
    properties.subject = meta["venue"]
    properties.category = meta["kind"]
    properties.comments = f"doi:{meta['doi']}" if "doi" in meta else ""
    properties.identifier = meta.get("doi", "")
    properties.last_modified_by = ""
    properties.created = properties.modified = datetime(int(meta["year"]), 6, 1)


def write_docx(source: Source, path: Path) -> None:
    """Writes the source as a DOCX file, byte-identical at each run."""
    document = Document()
    set_properties(document, source)
    add_front(document, source)
    for block in source.body:
        add_block(document, block)
    if source.notes:
        document.add_heading("Notes", 1)
    for label, text in source.notes.items():
        add_runs(document.add_paragraph(), f"[^{label}] {text}")
    if source.references:
        document.add_heading("References", 1)
    for text in source.references:
        add_runs(document.add_paragraph(), text)
    buffer = io.BytesIO()
    document.save(buffer)
    repack(buffer, path)


def repack(buffer: io.BytesIO, path: Path) -> None:
    """Copies a zip archive member by member with a constant timestamp."""
    with (
        zipfile.ZipFile(buffer) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, old.read(name))
