"""The last step of every reader: what the file did not say of the work is found in its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from textgov.documents import Bibliography, Document, Page
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.readers.build import DocumentBuilder
from textgov.readers.guess import Evidence, guess_kind
from textgov.readers.language import detect_language
from textgov.readers.options import ReadOptions
from textgov.readers.problems import UnreadableError

START_CHARACTERS = 3_000
YEAR_CHARACTERS = 1_500
SHORT_LINE = 120
_DATE_LINE = re.compile(
    r"^(?:[^\W\d_][\w .,’'-]{0,40}, )?(?:\d{1,2} )?[A-Z][a-z]+ (?:\d{1,2}, )?(?:1[89]|20)\d\d\b"
)
TITLE_CHARACTERS = 300


def finish(
    builder: DocumentBuilder,
    source: str,
    file_format: str,
    options: ReadOptions,
    *,
    bibliography: Bibliography | None = None,
    pages: tuple[Page, ...] = (),
    notes: Sequence[str] = (),
    name: str = "",
) -> Document:
    """The document with title, year, DOI, language and kind filled in where the file had none.

    `name` is the file name without extension, used as evidence of the kind of document.

    Raises:
        UnreadableError: there is no text.
    """
    if builder.is_empty:
        raise UnreadableError("has no text in it", "check that it is the right file")
    known = bibliography or Bibliography()
    text = builder.text()
    language, remarks = settle_language(known.language, text, options)
    draft = builder.build(source, file_format, known, pages=pages, notes=(*notes, *remarks))
    start = _front(draft)
    filled = msgspec.structs.replace(
        known,
        title=known.title or _first_heading(draft),
        year=known.year or _year(draft, known.title or ""),
        doi=known.doi or find_doi(start),
        language=language,
    )
    if filled.kind == "other":
        kind = guess_kind(Evidence(name, filled, text, tuple(section.title for section in draft.sections)))
        filled = msgspec.structs.replace(filled, kind=kind)
    return msgspec.structs.replace(draft, bibliography=filled)


def settle_language(
    stated: str | None, text: str, options: ReadOptions
) -> tuple[str | None, tuple[str, ...]]:
    """Language by the text itself, else as stated; and the note that a text in another
    language isn't coded."""
    language = detect_language(text) or (stated[:2].lower() if stated else None)
    if language is None or language in options.languages:
        return language, ()
    return language, (f"not coded: language {language}",)


def _year(document: Document, title: str) -> int | None:
    """Year of the work: in its title, or in what stands above and around its first prose.

    Prose itself names the years of what it tells, so only a date line of its first words counts.
    """
    found = find_year(title)
    for block in document.blocks:
        if found is not None or block.start > YEAR_CHARACTERS:
            break
        text = document.text[block.start : block.end]
        if block.kind in {"front_matter", "heading"} or len(text) <= SHORT_LINE:
            found = find_year(text)
        elif block.kind == "body":
            date = _DATE_LINE.match(text)
            found = find_year(date.group()) if date else None
            break
    return found


def _front(document: Document) -> str:
    """The start of the text without reference lists and notes, whose DOIs are those of other works."""
    first = document.pages[0].end if document.pages else START_CHARACTERS
    kept = (
        document.text[block.start : block.end]
        for block in document.blocks
        if block.kind not in {"references", "footnote"} and block.start < max(first, START_CHARACTERS)
    )
    return "\n".join(kept)


def _first_heading(document: Document) -> str | None:
    for block in document.blocks[:6]:
        if block.kind == "heading":
            title = document.text[block.start : block.end]
            return title if len(title) <= TITLE_CHARACTERS else None
    return None
