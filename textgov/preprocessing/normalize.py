"""Canonical text: what the characters of a document are before any offset is counted.

Readers clean every piece of text with these functions and only then compute offsets, so that an offset
never has to be mapped back through a normalisation.
"""

from __future__ import annotations

import re
import unicodedata

LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
"""Typographic ligatures of the Latin script; other compatibility characters carry meaning and are kept."""

SYMBOL_FONT_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "▸", 0xF0FC: "✓", 0xF02D: "-"}
"""Private-use code points under which word processors write the bullets of symbol fonts."""

_INVISIBLE = (0x00AD, 0x200B, 0x2060, 0xFEFF)
_SPACES = (0x09, 0x0B, 0x0C, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_LINE_ENDS = (0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)
_CONTROLS = (*range(0x00, 0x09), *range(0x0E, 0x1C), 0x1F, *range(0x7F, 0x85), *range(0x86, 0xA0))

_TABLE: dict[int, str | None] = {
    **LIGATURES,
    **SYMBOL_FONT_BULLETS,
    **dict.fromkeys(_INVISIBLE, None),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_LINE_ENDS, "\n"),
    **dict.fromkeys(_CONTROLS, None),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_SPACE_RUN = re.compile(r" {2,}")
_AROUND_LINE_END = re.compile(r" *\n *")
_LINE_END_RUN = re.compile(r"\n{2,}")


def clean_lines(text: str) -> str:
    """Canonical form of a piece of text whose line ends mean something (a table, verse).

    The result is NFC without ligatures, soft hyphens, control characters and lone surrogates; every kind of
    space is one space, every kind of line end one line feed, and nothing blank is at the ends.
    """
    text = text.replace("\r\n", "\n").translate(_TABLE)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _AROUND_LINE_END.sub("\n", _SPACE_RUN.sub(" ", text))
    return _LINE_END_RUN.sub("\n", text).strip(" \n")


def clean(text: str) -> str:
    """Canonical form of a paragraph: as `clean_lines`, and line ends are spaces."""
    return clean_lines(text).replace("\n", " ")
