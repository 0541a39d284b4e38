"""Characters of a PDF page, by pdfium, put together to pieces of lines with their place, size and weight.

Coordinates are points from the upper left corner of the page as it is shown, y growing downwards.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from textgov.preprocessing.normalize import SYMBOL_FONT_BULLETS

MAX_CHARACTERS = 200_000
"""A page with more characters than this is cut there, and it is said."""

SPLIT_GAP = 0.8
"""Gaps wider than this (in em) part pieces of a line: word spaces are narrower, gutters are wider."""
WORD_GAP = 0.17
SUPERSCRIPT_SIZE = 0.82
SUPERSCRIPT_RAISE = 0.12
INITIAL = 0.7

_BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,]bd\b", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli", re.IGNORECASE)
_HYPHEN = 0x02
_SPACES = frozenset({0x7F, 0xA0, 0x2028, 0x3000})
MAX_MARK = 4
"""Longest mark of a note (characters) that is set as a superscript."""
_FORCE_BOLD = 1 << 18
_ITALIC_FLAG = 1 << 6


class Font(NamedTuple):
    """Look of a character: size in points, weight, slant, and its angle in quarter turns."""

    size: float
    bold: bool
    italic: bool
    turn: int


class Rule(NamedTuple):
    """A thin line or the box of a filled or stroked shape."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_horizontal(self) -> bool:
        """A line across."""
        return self.y1 - self.y0 <= 3 and self.x1 - self.x0 > 12

    @property
    def is_vertical(self) -> bool:
        """A line down."""
        return self.x1 - self.x0 <= 3 and self.y1 - self.y0 > 8


@dataclass(slots=True)
class Line:
    """A line of text, or a piece of one, and how much of it (characters) is bold or italic."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    italic: bool = False
    page: int = 0

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0


@dataclass(slots=True)
class PageText:
    """What stands on one page, in no order."""

    number: int
    width: float
    height: float
    lines: list[Line]
    rules: list[Rule]
    turned: list[str] = field(default_factory=list)
    characters: int = 0
    unmapped: int = 0


def read_page(page: pdfium.PdfPage, number: int) -> PageText:
    """Lines and rules of a page. Raises pypdfium2.PdfiumError where the page cannot be loaded."""
    width, height = page.get_size()
    left, bottom, right, top = page.get_bbox()
    turn = page.get_rotation() // 90
    to_page = _Transform(left, bottom, right, top, turn)
    textpage = page.get_textpage()
    try:
        runs, unmapped = _Runs(textpage, to_page, turn).collect()
    finally:
        textpage.close()
    characters = sum(len(line.text) for _, line in runs)
    main, rest = _upright(runs, width, height)
    for line in main:
        line.page = number
    turned_page = bool(main) and _main_turn(runs) % 2 == 1
    size = (height, width) if turned_page else (width, height)
    rules = [] if turned_page else _rules(page, to_page)
    return PageText(number, *size, main, rules, rest, characters, unmapped)


class _Transform:
    """From the coordinates of the page's content to those of the page as shown, y downwards."""

    def __init__(self, left: float, bottom: float, right: float, top: float, turn: int) -> None:
        self.left, self.bottom, self.right, self.top, self.turn = left, bottom, right, top, turn

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box given by its lower left and upper right corner."""
        if self.turn == 0:
            return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0
        if self.turn == 1:
            return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        if self.turn == 2:
            return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        return self.top - y1, self.right - x1, self.top - y0, self.right - x0


class _Runs:
    """Walks the characters of a page in content order and joins neighbours."""

    def __init__(self, textpage: pdfium.PdfTextPage, to_page: _Transform, page_turn: int) -> None:
        self._handle = textpage.raw
        self._count = min(textpage.count_chars(), MAX_CHARACTERS)
        self._box = to_page.box
        self._page_turn = page_turn
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._matrix = raw.FS_MATRIX()
        self._rectangle = raw.FS_RECTF()
        self._unmapped = 0
        self._looks: dict[tuple[bytes, int, int], tuple[bool, bool]] = {}

    def _font(self, index: int) -> Font:
        handle = self._handle
        raw.FPDFText_GetMatrix(handle, index, self._matrix)
        a, b, c, d = self._matrix.a, self._matrix.b, self._matrix.c, self._matrix.d
        size = raw.FPDFText_GetFontSize(handle, index) * (math.hypot(c, d) or 1.0)
        raw.FPDFText_GetFontInfo(handle, index, self._name, 128, self._flags)
        weight = raw.FPDFText_GetFontWeight(handle, index)
        key = (self._name.value, self._flags.value, weight)
        look = self._looks.get(key)
        if look is None:
            name = key[0].decode("latin-1")
            look = self._looks[key] = (
                _BOLD.search(name) is not None or weight >= 600 or bool(key[1] & _FORCE_BOLD),
                _ITALIC.search(name) is not None or bool(key[1] & _ITALIC_FLAG),
            )
        turn = 0 if abs(b) < abs(a) and a > 0 else round(math.atan2(b, a) / (math.pi / 2))
        return Font(size, *look, (turn - self._page_turn) % 4)

    def collect(self) -> tuple[list[tuple[int, Line]], int]:
        """Pieces of lines with their angle in quarter turns, and the count of characters
        without a Unicode value."""
        runs: list[tuple[int, Line]] = []
        run: _Run | None = None
        font = Font(10.0, False, False, 0)
        space = True
        for index, char in self._characters():
            if not char:
                space = True
                continue
            box = self._place(index)
            if space or run is None:
                font = self._font(index)
            if font.turn:
                box = _turned(*box, font.turn)
            if run is not None and font.turn == run.turn and run.takes(*box, font):
                run.add(char, box, font, space=space)
            else:
                if run is not None:
                    runs.append((run.turn, run.line()))
                    if not space:
                        font = self._font(index)
                run = _Run(char, box, font)
            space = False
        if run is not None:
            runs.append((run.turn, run.line()))
        return runs, self._unmapped

    def _characters(self) -> Iterator[tuple[int, str]]:
        """Place and character of each glyph; an empty string for white space."""
        unicode_at, handle = raw.FPDFText_GetUnicode, self._handle
        high = 0
        for index in range(self._count):
            code = unicode_at(handle, index)
            if code > 0x20 and not 0xD800 <= code < 0xE000:
                yield index, "" if code in _SPACES else SYMBOL_FONT_BULLETS.get(code) or chr(code)
            elif code == _HYPHEN:
                yield index, "-"
            elif 0xD800 <= code < 0xDC00:
                high = code
            elif code >= 0xDC00:
                yield index, chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd"
                high = 0
            else:
                self._unmapped += code == 0
                yield index, ""

    def _place(self, index: int) -> tuple[float, float, float, float]:
        rectangle = self._rectangle
        raw.FPDFText_GetLooseCharBox(self._handle, index, rectangle)
        return self._box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _turned(x0: float, y0: float, x1: float, y1: float, turn: int) -> tuple[float, float, float, float]:
    """A box of text that runs up (1), upside down (2) or down (3) as if it ran to the right."""
    if turn == 1:
        return -y1, x0, -y0, x1
    if turn == 2:
        return -x1, -y1, -x0, -y0
    return y0, -x1, y1, -x0


class _Run:
    """Characters that follow each other on a line."""

    __slots__ = ("bold", "chars", "height", "heights", "italic", "sizes", "turn", "x0", "x1", "y0", "y1")

    def __init__(self, char: str, box: tuple[float, float, float, float], font: Font) -> None:
        self.chars = [char]
        self.x0, self.y0, self.x1, self.y1 = box
        self.height = self.y1 - self.y0
        self.heights = [(self.height, self.y1)]
        self.turn = font.turn
        self.sizes = {font.size: 1}
        self.bold, self.italic = int(font.bold), int(font.italic)

    def takes(self, x0: float, y0: float, x1: float, y1: float, font: Font) -> bool:
        """Whether a character continues this run: on its line, and near."""
        overlap = (y1 if y1 < self.y1 else self.y1) - (y0 if y0 > self.y0 else self.y0)
        height = y1 - y0
        if overlap < 0.45 * (height if height < self.height else self.height):
            return False
        em = font.size if font.size > 1.0 else 1.0
        return -0.6 * em - 0.5 * (x1 - x0) < x0 - self.x1 < SPLIT_GAP * em

    def add(self, char: str, box: tuple[float, float, float, float], font: Font, *, space: bool) -> None:
        """Append a character, with a space where the page shows one."""
        x0, y0, x1, y1 = box
        height = y1 - y0
        if height > self.height / SUPERSCRIPT_SIZE and len(self.chars) <= MAX_MARK:
            # The run began with a superscript (a footnote's number): the line's place is that of what
            # follows.
            self.y0, self.y1, self.height = y0, y1, height
        gap = x0 - self.x1
        initial = len(self.chars) == 1 and height < INITIAL * self.height and self.chars[0].isupper()
        if (gap > WORD_GAP * font.size or (space and gap > -0.1 * font.size)) and not initial:
            self.chars.append(" ")
            self.heights.append(_SPACE)
        self.chars.append(char)
        self.heights.append((height, y1))
        self.sizes[font.size] = self.sizes.get(font.size, 0) + 1
        self.bold += font.bold
        self.italic += font.italic
        self.x1 = max(self.x1, x1)

    def line(self) -> Line:
        """The run as a piece of a line; raised digits become superscripts."""
        count = sum(self.sizes.values())
        chars = self.chars
        shown = [height for height, _ in self.heights if height > 0]
        if shown and min(shown) < SUPERSCRIPT_SIZE * max(shown):
            chars = _with_superscripts(self.chars, _raised(self.heights))
        size = max(self.sizes, key=lambda size: self.sizes[size])
        return Line(
            "".join(chars),
            self.x0,
            self.y0,
            self.x1,
            self.y1,
            size,
            self.bold > 0.6 * count,
            self.italic > 0.6 * count,
        )


def _raised(heights: list[tuple[float, float]]) -> list[bool]:
    """Which characters are smaller than most of their line, and stand higher."""
    weights = Counter(round(height, 1) for height, _ in heights if height > 0)
    usual = weights.most_common(1)[0][0]
    foot = max(y1 for height, y1 in heights if abs(height - usual) < 0.1)
    return [
        0 < height < SUPERSCRIPT_SIZE * usual and y1 < foot - SUPERSCRIPT_RAISE * usual
        for height, y1 in heights
    ]


_SPACE = (0.0, 0.0)
_SUPERSCRIPTS = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))


def _with_superscripts(chars: list[str], raised: list[bool]) -> list[str]:
    """Short groups of raised digits as superscript digits; a long group is small text beside a
    large letter."""
    result = list(chars)
    start = 0
    for end in range(1, len(chars) + 1):
        if end < len(chars) and raised[end] == raised[start]:
            continue
        if raised[start] and end - start <= MAX_MARK:
            result[start:end] = [_SUPERSCRIPTS.get(char, char) for char in chars[start:end]]
        start = end
    return result


def _main_turn(runs: list[tuple[int, Line]]) -> int:
    weights: Counter[int] = Counter()
    for turn, line in runs:
        weights[turn] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0


def _upright(runs: list[tuple[int, Line]], width: float, height: float) -> tuple[list[Line], list[str]]:
    """Lines that run as most of the page does, and the text of the others (labels of axes, stamps in
    margins)."""
    main = _main_turn(runs)
    lines = [line for turn, line in runs if turn == main and line.text.strip()]
    rest = [line.text for turn, line in runs if turn != main and line.text.strip()]
    if main == 1:
        shift_x, shift_y = height, 0.0
    elif main == 2:
        shift_x, shift_y = width, height
    elif main == 3:
        shift_x, shift_y = 0.0, width
    else:
        return [line for line in lines if _shown(line, width, height)], rest
    for line in lines:
        line.x0, line.x1, line.y0, line.y1 = (
            line.x0 + shift_x,
            line.x1 + shift_x,
            line.y0 + shift_y,
            line.y1 + shift_y,
        )
    return lines, rest


def _shown(line: Line, width: float, height: float) -> bool:
    """Whether a line lies on the page: printers' marks and hidden text lie outside it."""
    return line.x1 > 0 and line.x0 < width and line.y1 > 0 and line.y0 < height


def _rules(page: pdfium.PdfPage, to_page: _Transform) -> list[Rule]:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    found: list[Rule] = []
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), 20_000)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            found.append(Rule(*to_page.box(left.value, bottom.value, right.value, top.value)))
    return found
