"""Line breaking for the PDF builder: words, hyphenation, justified lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyphen
import reportlab
from build_source import runs, typographic
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HYPHENATOR = pyphen.Pyphen(lang="en_GB", left=3, right=3)
FAMILIES = {
    "serif": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "sans": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}


def register_fonts() -> None:
    """Makes the TrueType fonts that come with reportlab known to it."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in FAMILIES["vera"]:
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))


@dataclass(frozen=True)
class Style:
    """How a paragraph is set."""

    family: str = "serif"
    size: float = 10
    leading: float = 12
    justify: bool = True
    hyphenate: bool = True
    indent: float = 0
    hanging: float = 0
    bold: bool = False
    italic: bool = False
    centre: bool = False
    colour: str = "#000000"

    def font(self, mark: str) -> str:
        """The font's name for a run marked ``""``, ``"b"`` or ``"i"``."""
        regular, bold, italic = FAMILIES[self.family]
        if mark == "b" or (self.bold and mark != "i"):
            return bold
        return italic if (mark == "i") != self.italic else regular


@dataclass(frozen=True)
class Piece:
    """A run of characters in one font; ``rise`` lifts note marks."""

    text: str
    font: str
    size: float
    rise: float = 0

    @property
    def width(self) -> float:
        """The set width in points."""
        return _width(self.text, self.font, self.size)


@lru_cache(maxsize=50_000)
def _width(text: str, font: str, size: float) -> float:
    return pdfmetrics.stringWidth(text, font, size)


Word = list[Piece]


@dataclass
class Line:
    """A line of words, ready to be drawn in a measure of ``width``."""

    words: list[Word]
    style: Style
    width: float
    shift: float = 0
    last: bool = False
    notes: list[str] = field(default_factory=list)

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draws the line with its baseline at ``y``."""
        space = _width(" ", self.style.font(""), self.style.size)
        natural = sum(word_width(word) for word in self.words)
        natural += space * (len(self.words) - 1)
        slack = self.width - self.shift - natural
        stretch = 0.0
        if self.style.justify and not self.last and len(self.words) > 1:
            stretch = slack / (len(self.words) - 1)
        if self.style.centre:
            x += slack / 2
        text = canvas.beginText(x + self.shift, y)
        text.setFillColor(self.style.colour)
        text.setWordSpace(stretch)
        for piece in merge(self.words, self.style):
            text.setFont(piece.font, piece.size)
            text.setRise(piece.rise)
            text.textOut(piece.text)
        canvas.drawText(text)


def word_width(word: Word) -> float:
    """The width of a word in points."""
    return sum(piece.width for piece in word)


def merge(words: list[Word], style: Style) -> list[Piece]:
    """Joins the words of a line to as few pieces as its fonts allow."""
    out: list[Piece] = []
    for number, word in enumerate(words):
        for place, piece in enumerate(word):
            text = (" " if number and not place else "") + piece.text
            last = out[-1] if out else None
            if last and (last.font, last.rise) == (piece.font, piece.rise):
                out[-1] = Piece(last.text + text, last.font, last.size, last.rise)
            elif text.startswith(" ") and piece.rise == 0 and last and last.rise:
                out.append(Piece(" ", style.font(""), style.size))
                out.append(piece)
            else:
                out.append(Piece(text, piece.font, piece.size, piece.rise))
    return out


def to_words(text: str, style: Style) -> tuple[list[Word], dict[int, str]]:
    """Splits marked-up text into words; the dictionary says which carries a note."""
    words: list[Word] = []
    notes: dict[int, str] = {}
    glued = False
    for part, mark in runs(typographic(text)):
        if mark == "note":
            size = style.size * 0.65
            words[-1].append(Piece(part, style.font(""), size, style.size * 0.33))
            notes[len(words) - 1] = part
            glued = True
            continue
        font = style.font(mark)
        for token in re.findall(r" +|[^ ]+", part):
            if token.isspace():
                glued = False
            elif glued:
                words[-1].append(Piece(token, font, style.size))
            else:
                words.append([Piece(token, font, style.size)])
                glued = True
    return words, notes


def split_word(word: Word, room: float) -> tuple[Word, Word] | None:
    """Cuts a word at the last syllable or hyphen that leaves ``room`` enough."""
    if len(word) != 1:
        return None
    piece = word[0]
    places = [match.end() for match in re.finditer(r"(?<=\w\w)-(?=\w\w)", piece.text)]
    core = re.search(r"[^\W\d_]{7,}", piece.text)
    short_name = piece.text[0].isupper() and len(piece.text) < 10
    if core and "-" not in piece.text and not short_name:
        places += [core.start() + at for at in HYPHENATOR.positions(core[0])]
    for at in sorted(places, reverse=True):
        head = piece.text[:at]
        head += "" if head.endswith("-") else "-"
        if _width(head, piece.font, piece.size) <= room:
            rest = Piece(piece.text[at:], piece.font, piece.size)
            return [Piece(head, piece.font, piece.size)], [rest]
    return None


def break_lines(text: str, style: Style, width: float) -> list[Line]:
    """Breaks a paragraph into lines, greedily, with hyphens where they help."""
    words, notes = to_words(text, style)
    space = _width(" ", style.font(""), style.size)
    lines = [Line([], style, width, shift=style.indent)]
    used, hyphens = style.indent, 0
    number = 0
    while number < len(words):
        line, word = lines[-1], words[number]
        need = word_width(word) + (space if line.words else 0)
        if used + need <= width or (not line.words and not style.hyphenate):
            line.words.append(word)
            used += need
            if number in notes:
                line.notes.append(notes[number])
            number += 1
            continue
        room = width - used - (space if line.words else 0)
        cut = split_word(word, room) if style.hyphenate and hyphens < 2 else None
        if cut:
            line.words.append(cut[0])
            words[number] = cut[1]
            hyphens += 1
        else:
            hyphens = 0
            if not line.words:
                line.words.append(word)
                number += 1
        lines.append(Line([], style, width, shift=style.hanging))
        used = style.hanging
    lines[-1].last = True
    return [line for line in lines if line.words]
