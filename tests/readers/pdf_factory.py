"""PDFs made for the tests: every line is known, so that order, pages and kinds can be checked."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
MARGIN = 60.0
ROMAN, BOLD = "Times-Roman", "Times-Bold"
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
)


@dataclass
class Drawn:
    """A line as it was drawn, in the order in which it is to be read."""

    page: int
    text: str
    kind: str = "body"


@dataclass
class Sheet:
    """A canvas that remembers what was drawn, and may shuffle the order of drawing on a page."""

    path: Path
    shuffle: int | None = None
    drawn: list[Drawn] = field(default_factory=list)
    page: int = 1

    def __post_init__(self) -> None:
        self.canvas = Canvas(str(self.path), pagesize=A4, invariant=1)
        self._waiting: list[tuple[float, float, str, str, float]] = []

    def line(
        self, x: float, y: float, text: str, kind: str = "body", font: str = ROMAN, size: float = 10
    ) -> None:
        self._waiting.append((x, y, text, font, size))
        self.drawn.append(Drawn(self.page, text, kind))

    def quiet(self, x: float, y: float, text: str, font: str = ROMAN, size: float = 8) -> None:
        """Furniture: drawn, not to be read."""
        self._waiting.append((x, y, text, font, size))

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, y0, x1, y1)

    def next_page(self) -> None:
        if self.shuffle is not None:
            random.Random(self.shuffle + self.page).shuffle(self._waiting)  # noqa: S311
        for x, y, text, font, size in self._waiting:
            self.canvas.setFont(font, size)
            self.canvas.drawString(x, y, text)
        self._waiting.clear()
        self.canvas.showPage()
        self.page += 1

    def save(self) -> Path:
        if self._waiting:
            self.next_page()
        self.canvas.save()
        return self.path


def word(rnd: random.Random) -> str:
    return "".join(rnd.choice(SYLLABLES) for _ in range(rnd.choice((1, 2, 2, 3, 3, 4))))


def sentence(rnd: random.Random) -> str:
    return " ".join(word(rnd) for _ in range(rnd.randint(8, 22))).capitalize() + "."


def wrapped(
    rnd: random.Random, sentences: int, width: float, font: str = ROMAN, size: float = 10
) -> list[str]:
    """A paragraph broken to lines of at most `width` points."""
    return broken(" ".join(sentence(rnd) for _ in range(sentences)), width, font, size)


def broken(text: str, width: float, font: str = ROMAN, size: float = 10) -> list[str]:
    lines: list[str] = []
    current = ""
    for token in text.split():
        longer = f"{current} {token}".strip()
        if current and stringWidth(longer, font, size) > width:
            lines.append(current)
            current = token
        else:
            current = longer
    return [*lines, current]


def columns(
    path: Path, seed: int, count: int = 2, pages: int = 3, shuffle: int | None = None, leading: float = 12.0
) -> Sheet:
    """A paper: title across, then columns with headings, a footnote in each first column, running heads.

    The columns after the first begin five points lower, so that their lines do not stand in rows.
    """
    rnd = random.Random(seed)  # noqa: S311
    sheet = Sheet(path, shuffle)
    gutter = 18.0
    width = (WIDTH - 2 * MARGIN - (count - 1) * gutter) / count
    section = 0
    for page in range(1, pages + 1):
        top = HEIGHT - 80
        head = "Journal of Made-Up Studies 12 (3)" if page % 2 else "Writer and Author"
        sheet.quiet(MARGIN, HEIGHT - 40, head)
        sheet.quiet(WIDTH / 2, 30, str(100 + page))
        if page == 1:
            sheet.line(MARGIN, top, "A study of columns that interleave", "heading", BOLD, 18)
            sheet.line(MARGIN, top - 24, "Anna Writer and Ben Author, University of Nowhere", "front_matter")
            top -= 60
        for side in range(count):
            x = MARGIN + side * (width + gutter)
            y = top - (5.0 if side else 0.0)
            bottom = 60 if side else 130
            while y > bottom + 5 * leading:
                if rnd.random() < 0.3:
                    section += 1
                    title = f"{section}. {word(rnd).capitalize()} {word(rnd)}"
                    sheet.line(x, y - 4, title, "heading", BOLD, 11)
                    y -= leading + 8
                for place, text in enumerate(wrapped(rnd, rnd.randint(2, 4), width - 12)):
                    if y <= bottom:
                        break
                    sheet.line(x + (10 if place == 0 else 0), y, text)
                    y -= leading
            if side == 0:
                sheet.rule(x, 118, x + 80, 118)
                note = broken(f"{page} {sentence(rnd)}", width - 12, size=8)
                for place, text in enumerate(note):
                    sheet.line(x, 106 - 9 * place, text, "footnote", size=8)
        sheet.next_page()
    return sheet
