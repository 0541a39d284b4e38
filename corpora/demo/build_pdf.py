"""Writes a source as PDF: columns, running heads, footnotes at the foot, tables."""

from __future__ import annotations

from pathlib import Path

from build_pdf_blocks import Setter, look_for
from build_pdf_pages import Pager, draw_title
from build_pdf_text import register_fonts
from build_source import Source, typographic
from reportlab.pdfgen.canvas import Canvas


def write_pdf(source: Source, path: Path) -> None:
    """Writes the source as a PDF file, byte-identical at each run."""
    register_fonts()
    look = look_for(source.meta)
    setter = Setter(source, look)
    setter.run()
    canvas = Canvas(str(path), pagesize=look.page, invariant=1, pageCompression=1)
    meta = source.meta
    canvas.setTitle(typographic(meta["title"]))
    canvas.setAuthor("; ".join(source.authors))
    canvas.setKeywords(", ".join(source.keywords))
    ident = f", doi:{meta['doi']}" if "doi" in meta else ""
    canvas.setSubject(f"{meta['venue']}, {meta['year']}{ident}")
    canvas.setCreator("textgov demo corpus")
    top = draw_title(canvas, source, look)
    Pager(canvas, setter, top).run()
    canvas.save()
