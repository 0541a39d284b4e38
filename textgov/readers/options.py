"""What a caller may set about reading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """Limits of the readers.

    Attributes:
        max_bytes: files of this size (bytes) or more are refused before they are opened.
        max_expanded_bytes: the most that a compressed file (DOCX) may say it expands to.
        max_pages: PDF files with more pages are refused.
        max_seconds: time for one PDF, checked after each page; what was read until then is kept and said.
        min_chars_per_page: a PDF with fewer characters a page is kept with a note that its text is
        incomplete.
        languages: ISO 639-1 codes that are coded; documents in others are kept and marked.
        ocr_advice: what to tell the owner of a scanned file.
    """

    max_bytes: int = 200_000_000
    max_expanded_bytes: int = 400_000_000
    max_pages: int = 5_000
    max_seconds: float = 120.0
    min_chars_per_page: int = 200
    languages: tuple[str, ...] = ("en",)
    ocr_advice: str = "make it searchable first, for example: ocrmypdf --skip-text in.pdf out.pdf"
