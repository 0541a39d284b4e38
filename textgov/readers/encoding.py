"""Bytes to characters: byte-order marks, UTF-16, and what is left to statistics."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from textgov.readers.problems import UnreadableError

SAMPLE_BYTES = 262_144
CHUNK_BYTES = 1_048_576
MOSTLY_ASCII = 0.75
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Encoding:
    """Name of a codec, and a remark where it had to be guessed."""

    name: str
    note: str | None = None


def detect_encoding(path: Path) -> Encoding:
    """Encoding of a text file, in constant memory.

    Raises:
        UnreadableError: the file has NUL bytes where no encoding of text has them.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
        marked = next((name for mark, name in _MARKS if sample.startswith(mark)), None)
        if marked is not None:
            return Encoding(marked)
        if b"\0" in sample:
            return _without_mark(sample)
        if _is_utf8(sample, file.read):
            return Encoding("utf-8")
    return _guess(sample)


def _is_utf8(sample: bytes, read_on: object) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = sample
    while chunk:
        if b"\0" in chunk:
            raise _binary()
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return False
        chunk = read_on(CHUNK_BYTES)  # type: ignore[operator]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _binary() -> UnreadableError:
    return UnreadableError(
        "has NUL bytes: binary or damaged, not text", "get the file again or export it as text"
    )


def _without_mark(sample: bytes) -> Encoding:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return Encoding("utf-16-le", "read as UTF-16 (little endian, no byte-order mark)")
    if even > 0.3 * half and odd < 0.05 * half:
        return Encoding("utf-16-be", "read as UTF-16 (big endian, no byte-order mark)")
    raise _binary()


def _guess(sample: bytes) -> Encoding:
    best = from_bytes(sample).best()
    name = best.encoding if best is not None else "cp1252"
    mostly_ascii = sum(byte < 0x80 for byte in sample) > MOSTLY_ASCII * len(sample)
    if mostly_ascii or best is None:
        # So few bytes beyond ASCII cannot tell the Western code pages apart; this one is by far the most
        # used.
        name = "cp1252"
    return Encoding(name, f"is not UTF-8; read as {name}, check accented letters")


def read_text(path: Path) -> tuple[str, list[str]]:
    """Whole text of a file with line feeds as line ends, and remarks on its encoding."""
    encoding = detect_encoding(path)
    text = path.read_bytes().decode(encoding.name, "replace")
    notes = [encoding.note] if encoding.note else []
    if "\0" in text:
        raise _binary()
    lost = text.count("\ufffd")
    if lost and encoding.note:
        notes.append(f"{lost} bytes could not be decoded")
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), notes
