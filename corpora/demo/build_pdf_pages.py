"""Fills the pages of the PDF builder: title block, columns, notes, running heads."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field, replace

from build_pdf_blocks import RULE_GAP, Chunk, Look, Setter
from build_pdf_text import Line, Style, break_lines
from build_source import Source, typographic
from reportlab.pdfgen.canvas import Canvas


@dataclass
class Column:
    """One filled column: what stands where, and the notes at its foot."""

    placed: list[tuple[Chunk, float]] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)


def draw_lines(canvas: Canvas, text: str, style: Style, look: Look, y: float, inset: float = 0) -> float:
    """Draws a paragraph over the full width and returns the new height."""
    for line in break_lines(text, style, look.full - 2 * inset):
        y -= style.leading
        line.draw(canvas, look.margin + inset, y)
    return y


def draw_title(canvas: Canvas, source: Source, look: Look) -> float:
    """Draws the head of the first page and returns the height below it."""
    return (_report_title if look.report else _paper_title)(canvas, source, look)


def _report_title(canvas: Canvas, source: Source, look: Look) -> float:
    meta = source.meta
    canvas.setFillColor(look.accent)
    canvas.rect(0, look.page[1] - 34, look.page[0], 34, stroke=0, fill=1)
    style = replace(look.text, size=20, leading=25, bold=True, colour=look.accent)
    style = replace(style, justify=False, hyphenate=False)
    y = draw_lines(canvas, meta["title"], style, look, look.page[1] - 62)
    style = replace(look.text, size=10.5, leading=15, justify=False)
    y = draw_lines(canvas, ", ".join(source.authors), style, look, y - 8)
    ident = f". doi:{meta['doi']}" if "doi" in meta else ""
    text = f"{meta['venue']}, {meta['year']}{ident}"
    y = draw_lines(canvas, text, replace(look.small, justify=False), look, y - 2)
    canvas.setStrokeColor(look.accent)
    canvas.setLineWidth(1)
    canvas.line(look.margin, y - 10, look.page[0] - look.margin, y - 10)
    canvas.setStrokeColor("#000000")
    return y - 20


def _paper_title(canvas: Canvas, source: Source, look: Look) -> float:
    meta = source.meta
    small = replace(look.small, justify=False)
    journal = f"*{meta['venue']}* {meta.get('volume', '')} ({meta['year']})"
    y = draw_lines(canvas, journal, small, look, look.page[1] - 36)
    y = draw_lines(canvas, f"https://doi.org/{meta['doi']}", small, look, y)
    canvas.setLineWidth(0.6)
    canvas.line(look.margin, y - 6, look.page[0] - look.margin, y - 6)
    title = Style("serif", 17, 20.5, justify=False, hyphenate=False, bold=True)
    title = replace(title, centre=look.centred)
    y = draw_lines(canvas, meta["title"], title, look, y - 20)
    names = replace(title, size=11, leading=14, bold=False)
    joint = " and " if len(source.authors) == 2 else ", "
    y = draw_lines(canvas, joint.join(source.authors), names, look, y - 6)
    places = replace(small, centre=look.centred, italic=True)
    y = draw_lines(canvas, meta.get("affiliations", ""), places, look, y - 1)
    if look.centred:
        return y - 16
    y -= 10
    body = replace(look.text, size=look.text.size - 0.6, leading=look.text.leading - 0.6)
    body = replace(body, indent=0)
    for number, text in enumerate(source.abstract):
        lead = "**Abstract.** " if number == 0 else ""
        y = draw_lines(canvas, lead + text, body, look, y, inset=18)
    words = "*Keywords:* " + "; ".join(source.keywords)
    y = draw_lines(canvas, words, replace(body, justify=False), look, y - 4, inset=18)
    return y - 16


class Pager:
    """Fills pages column by column and draws them."""

    def __init__(self, canvas: Canvas, setter: Setter, top: float) -> None:
        self.canvas, self.setter, self.look = canvas, setter, setter.look
        self.top = top
        self.at = 0
        self.number = 1
        pages = re.search(r", (\d+)-\d+$", setter.source.meta.get("volume", ""))
        self.first = int(pages[1]) if pages and not self.look.report else 1

    def run(self) -> None:
        """Sets page after page until nothing is left."""
        while self.at < len(self.setter.chunks) or self.setter.floats:
            if self.number > 1:
                self.top = self.look.page[1] - self.look.top
                if self.setter.floats:
                    self.top = self.place_float(self.setter.floats.pop(0))
            start = self.at
            columns = self.fill(self.look.bottom)
            if self.at == len(self.setter.chunks) and self.look.columns > 1:
                columns = self.balance(start)
            self.emit(columns)
            self.head_and_foot()
            self.canvas.showPage()
            self.number += 1

    def place_float(self, chunks: list[Chunk]) -> float:
        """Draws a wide table at the head of the page."""
        y = self.top
        for chunk in chunks:
            y -= chunk.height
            chunk.draw(self.canvas, self.look.margin, y + chunk.height - 8)
        return y - 12

    def balance(self, start: int) -> list[Column]:
        """Fills the last page again so that its columns end level."""
        bottom = self.top - 40
        while bottom > self.look.bottom:
            self.at = start
            columns = self.fill(bottom)
            if self.at == len(self.setter.chunks):
                return columns
            bottom -= 6
        self.at = start
        return self.fill(self.look.bottom)

    def fill(self, bottom: float) -> list[Column]:
        """Fills the columns of one page down to ``bottom``."""
        return [self.fill_column(bottom) for _ in range(self.look.columns)]

    def fill_column(self, bottom: float) -> Column:
        """Takes chunks into one column while they and their notes fit."""
        column, y = Column(), self.top
        chunks = self.setter.chunks
        while self.at < len(chunks):
            end = self.at + 1
            while end < len(chunks) and chunks[end - 1].keep:
                end += 1
            group = chunks[self.at : end]
            labels = [label for chunk in group for label in chunk.notes]
            notes = [line for label in labels for line in self.setter.note_lines(label)]
            foot = self.note_height(column.notes + notes)
            need = sum(chunk.height + chunk.gap for chunk in group)
            need -= 0 if column.placed else group[0].gap
            if y - need - foot < bottom and (column.placed or end - self.at < 20):
                break
            for chunk in group:
                y -= chunk.height + (chunk.gap if column.placed else 0)
                column.placed.append((chunk, y + chunk.height - self.look.text.size))
            column.notes += notes
            self.at = end
        return column

    def note_height(self, notes: list[Line]) -> float:
        """The height that the notes take at the foot, rule included."""
        return RULE_GAP + sum(line.style.leading for line in notes) if notes else 0

    def emit(self, columns: list[Column]) -> None:
        """Draws the columns one after the other or, interleaved, line by line."""
        step = self.look.measure + self.look.gutter
        order = [
            (rank, number, chunk, y)
            for number, column in enumerate(columns)
            for rank, (chunk, y) in enumerate(column.placed)
        ]
        if self.look.interleaved:
            order.sort(key=lambda entry: (-entry[3], entry[1]))
        for _, number, chunk, y in order:
            chunk.draw(self.canvas, self.look.margin + number * step, y)
        for number, column in enumerate(columns):
            self.draw_notes(column.notes, self.look.margin + number * step)

    def draw_notes(self, notes: list[Line], x: float) -> None:
        """Draws the footnotes of a column at the foot of the page."""
        if not notes:
            return
        y = self.look.bottom + self.note_height(notes) - RULE_GAP
        self.canvas.setLineWidth(0.4)
        self.canvas.line(x, y + 2, x + 60, y + 2)
        for line in notes:
            y -= line.style.leading
            line.draw(self.canvas, x, y)

    def head_and_foot(self) -> None:
        """Draws running heads from the second page on, and page numbers."""
        look, meta = self.look, self.setter.source.meta
        page = str(self.first + self.number - 1)
        canvas = self.canvas
        canvas.setFillColor("#000000")
        canvas.setFont(look.text.font(""), 8)
        if look.report:
            canvas.drawString(
                look.margin, 40, textwrap.shorten(typographic(meta["title"]), 84, placeholder=" …")
            )
            canvas.drawRightString(look.page[0] - look.margin, 40, f"Page {page}")
            return
        if self.number == 1:
            canvas.drawCentredString(look.page[0] / 2, 36, page)
            return
        names = ", ".join(name.split()[-1] for name in self.setter.source.authors)
        short = typographic(meta["title"].split(": ")[0])
        y = look.page[1] - 42
        canvas.setFont(look.text.font("i"), 8.5)
        if self.number % 2:
            canvas.drawString(look.margin, y, short)
            canvas.drawRightString(look.page[0] - look.margin, y, page)
        else:
            canvas.drawString(look.margin, y, page)
            canvas.drawRightString(look.page[0] - look.margin, y, meta.get("running", names))
