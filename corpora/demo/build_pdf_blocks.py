"""Sets the blocks of a source for PDF: looks, paragraphs, headings, tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from build_pdf_text import Line, Style, break_lines
from build_source import Block, Source, plain
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

JOURNAL = (178 * mm, 250 * mm)
RULE_GAP = 8.0
Draw = Callable[[Canvas, float, float], None]


@dataclass
class Chunk:
    """The smallest thing a column takes whole: a line, a table row, a gap."""

    height: float
    draw: Draw
    gap: float = 0
    keep: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """The measures and styles of one kind of publication."""

    columns: int
    margin: float
    gutter: float
    top: float
    bottom: float
    text: Style
    accent: str = "#000000"
    report: bool = False
    centred: bool = False
    interleaved: bool = False
    page: tuple[float, float] = A4

    @property
    def full(self) -> float:
        """The width between the margins."""
        return self.page[0] - 2 * self.margin

    @property
    def measure(self) -> float:
        """The width of one column."""
        return (self.full - self.gutter * (self.columns - 1)) / self.columns

    @property
    def small(self) -> Style:
        """Footnotes, references, tables."""
        size = self.text.size - 1.5
        return replace(self.text, size=size, leading=size * 1.18, indent=0)


def look_for(meta: dict[str, str]) -> Look:
    """Chooses the look that the front matter's ``layout`` and ``leading`` ask for."""
    words = meta["layout"].split()
    if "two-column" in words:
        text = Style("serif", 10, float(meta.get("leading", 12.1)), indent=10)
        look = Look(2, 50, 18, 64, 62, text, page=JOURNAL)
    elif "sans" in words:
        text = Style("vera", 9.2, 14.2, justify=False, hyphenate=False)
        look = Look(1, 80, 0, 78, 78, text, accent="#1b4f72")
    elif "report" in words:
        text = Style("sans", 10.2, 14.6, justify=False, hyphenate=False)
        look = Look(1, 78, 0, 74, 74, text, accent="#7b241c")
    else:
        look = Look(1, 84, 0, 76, 76, Style("serif", 11, 13.8, indent=14))
    return replace(
        look,
        report="report" in words,
        centred="centred" in words,
        interleaved="interleaved" in words,
    )


def line_chunks(lines: list[Line], gap: float = 0, keep: bool = False) -> list[Chunk]:
    """Turns the lines of a paragraph into chunks, without widows or orphans."""
    out = []
    for number, line in enumerate(lines):
        edge = number == 0 or number == len(lines) - 2
        chunk = Chunk(line.style.leading, line.draw, notes=line.notes)
        chunk.gap = gap if number == 0 else 0
        chunk.keep = (edge and number < len(lines) - 1) or keep
        out.append(chunk)
    return out


def row_draw(cells: list[list[Line]], lefts: list[float], width: float, rule: float) -> Draw:
    """A function that draws one table row; ``rule`` is the line under it."""
    leading = cells[0][0].style.leading
    depth = max(len(lines) for lines in cells) * leading

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for lines, left in zip(cells, lefts, strict=True):
            for number, line in enumerate(lines):
                line.draw(canvas, x + left, y - number * leading)
        if rule:
            canvas.setLineWidth(rule)
            canvas.line(x, y - depth + 4.5, x + width, y - depth + 4.5)

    return draw


def column_widths(block: Block, width: float, style: Style) -> list[float]:
    """Shares ``width`` among the columns by the length of what they hold."""
    shares = []
    for column in zip(*block.rows, strict=True):
        cells = [plain(cell) for cell in column]
        longest = max(len(word) for cell in cells for word in [*cell.split(), ""])
        mean = sum(min(len(cell), 60) for cell in cells) / len(cells)
        shares.append(max(longest * 0.62 * style.size / 9 + 1, mean * 0.55))
    total = sum(shares)
    return [width * share / total for share in shares]


def table_chunks(block: Block, width: float, look: Look) -> list[Chunk]:
    """One chunk for each row of a table, rules included."""
    style = replace(look.small, justify=False, hyphenate=True)
    widths = column_widths(block, width, style)
    lefts = [sum(widths[:number]) for number in range(len(widths))]
    out = [Chunk(6, hairline(width, 0.8), gap=4, keep=True)]
    for number, row in enumerate(block.rows):
        head = replace(style, bold=number == 0, colour=look.accent if number == 0 else "#000000")
        cells = [
            break_lines(cell, head, room - 8) or [Line([], head, room - 8)]
            for cell, room in zip(row, widths, strict=True)
        ]
        final = number == len(block.rows) - 1
        rule = 0.8 if final else 0.5 if number == 0 else 0.25 if look.report else 0
        height = max(len(lines) for lines in cells) * style.leading
        height += 5.5 if rule else 1
        out.append(Chunk(height, row_draw(cells, lefts, width, rule)))
        out[-1].keep = number == 0 or (len(block.rows) < 6 and not final)
    out.append(Chunk(9, lambda canvas, x, y: None))
    return out


def hairline(width: float, weight: float) -> Draw:
    """A function that draws a horizontal rule."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.setLineWidth(weight)
        canvas.line(x, y + 4, x + width, y + 4)

    return draw


class Setter:
    """Turns the blocks of a source into chunks and floats."""

    def __init__(self, source: Source, look: Look) -> None:
        self.source, self.look = source, look
        self.chunks: list[Chunk] = []
        self.floats: list[list[Chunk]] = []
        self.after_heading = True

    def run(self) -> None:
        """Sets everything below the title."""
        if self.look.centred:
            self.heading("Abstract", 2)
            for text in self.source.abstract:
                self.para(text, replace(self.look.text, italic=True, indent=0))
            self.para("**Keywords:** " + ", ".join(self.source.keywords), self.look.small)
        blocks = list(self.source.body)
        for number, block in enumerate(blocks):
            near = blocks[number + 1 : number + 2] + blocks[max(number - 1, 0) : number]
            if block.kind == "heading":
                self.heading(block.text, block.level)
            elif block.kind == "table":
                self.table(block, next((b for b in near if b.kind == "caption"), None))
            elif block.kind == "item":
                self.item(block.text)
            elif block.kind == "para":
                self.para(block.text, self.look.text)
        self.references()

    def heading(self, text: str, level: int) -> None:
        """Sets a heading and keeps it with what follows."""
        size = self.look.text.size + (2.2 if level == 1 else 0.8)
        style = replace(
            self.look.text,
            size=size,
            leading=size * 1.25,
            bold=level == 1 or self.look.report,
            italic=level > 1 and not self.look.report,
            indent=0,
            justify=False,
            hyphenate=False,
            colour=self.look.accent,
        )
        lines = break_lines(text, style, self.look.measure)
        self.chunks += line_chunks(lines, gap=10 if level == 1 else 7, keep=True)
        self.chunks[-1].height += 2
        self.after_heading = True

    def para(self, text: str, style: Style) -> None:
        """Sets a paragraph; the first one under a heading isn't indented."""
        gap = 0.0 if self.look.text.indent else style.leading * 0.55
        if self.after_heading:
            style = replace(style, indent=0)
        lines = break_lines(text, style, self.look.measure)
        self.chunks += line_chunks(lines, gap=0 if self.after_heading else gap)
        self.after_heading = False

    def item(self, text: str) -> None:
        """Sets a list item with its marker hanging."""
        marker, rest = text.split(" ", 1)
        marker = "\u2022" if marker == "-" else marker
        style = replace(self.look.text, indent=0, hanging=14, justify=False)
        lines = break_lines(f"{marker} {rest}", style, self.look.measure)
        self.chunks += line_chunks(lines, gap=3)

    def table(self, block: Block, caption: Block | None) -> None:
        """Sets a table in the column, or as a float over both if it is wide."""
        wide = self.look.columns > 1 and len(block.rows[0]) > 3
        width = self.look.full if wide else self.look.measure
        out = []
        if caption:
            style = replace(self.look.small, bold=True, justify=False)
            out = line_chunks(break_lines(caption.text, style, width), gap=8, keep=True)
        out += table_chunks(block, width, self.look)
        if wide:
            self.floats.append(out)
        else:
            self.chunks += out

    def references(self) -> None:
        """Sets the reference list with hanging indents."""
        if self.source.references:
            self.heading("References", 1)
        style = replace(self.look.small, hanging=12)
        for text in self.source.references:
            lines = break_lines(text, style, self.look.measure)
            self.chunks += line_chunks(lines, gap=1.5)

    def note_lines(self, label: str) -> list[Line]:
        """The lines of a footnote."""
        text = f"{label} {self.source.notes[label]}"
        return break_lines(text, self.look.small, self.look.measure)
