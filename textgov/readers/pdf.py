"""PDF: text by pdfium, repair by pikepdf, layout of our own.

Every page keeps its exact range; what is furniture, table, footnote, reference or front matter is told apart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

import pypdfium2 as pdfium
from msgspec.structs import replace

from textgov.documents import Bibliography, Document
from textgov.readers.build import DocumentBuilder, Part
from textgov.readers.finish import finish
from textgov.readers.options import ReadOptions
from textgov.readers.pdf_blocks import Classifier, merge_broken
from textgov.readers.pdf_chars import PageText, read_page
from textgov.readers.pdf_furniture import strip_furniture
from textgov.readers.pdf_layout import layout
from textgov.readers.pdf_lines import join_pieces
from textgov.readers.pdf_open import open_pdf
from textgov.readers.pdf_paragraphs import Paragraph, main_size, paragraphs, prose_size
from textgov.readers.pdf_words import Vocabulary, join_lines, tidy
from textgov.readers.problems import UnreadableError, plural

MAX_EMPTY_SHARE = 0.2
"""Where more pages than this share have no text, it is said."""


def read_pdf(path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]) -> Iterator[Document]:
    """One document.

    Raises:
        UnreadableError: encrypted, damaged beyond repair, without a text layer, or with too many pages.
    """
    with closing(open_pdf(path)) as opened:
        if len(opened.pdf) > options.max_pages:
            raise UnreadableError(
                f"has {len(opened.pdf):,} pages, the limit is {options.max_pages:,}",
                "split it or raise the limit",
            )
        pages, remarks = _read_pages(opened.pdf, options)
        labels = opened.labels()
        bibliography = opened.bibliography()
        count = len(opened.pdf)
        remarks = [*notes, *opened.notes, *remarks]
    yield _document(
        path, source, options, pages, labels, bibliography, [*remarks, *_coverage(pages, count, options)]
    )


def _read_pages(pdf: pdfium.PdfDocument, options: ReadOptions) -> tuple[list[PageText], list[str]]:
    pages: list[PageText] = []
    unreadable: list[int] = []
    deadline = time.monotonic() + options.max_seconds
    for index in range(len(pdf)):
        if time.monotonic() > deadline:
            return pages, [
                f"only pages 1 to {index} were read: the time limit of {options.max_seconds:g} s was reached"
            ]
        try:
            page = pdf[index]
            pages.append(read_page(page, index + 1))
            page.close()
        except pdfium.PdfiumError:
            unreadable.append(index + 1)
            pages.append(PageText(index + 1, 612.0, 792.0, [], []))
    if unreadable:
        return pages, [
            f"{plural(len(unreadable), 'page')} could not be read: {', '.join(map(str, unreadable[:10]))}"
        ]
    return pages, []


def _coverage(pages: Sequence[PageText], count: int, options: ReadOptions) -> list[str]:
    """Remarks on text that is missing; no text at all is refused.

    Raises:
        UnreadableError: no page has text.
    """
    characters = sum(page.characters for page in pages)
    if characters < 10 * max(1, len(pages)) and characters < 200:
        raise UnreadableError(
            f"has no text layer ({plural(count, 'page')} of images or blanks)", options.ocr_advice
        )
    notes = []
    if characters < options.min_chars_per_page * count:
        notes.append(
            f"little text for {plural(count, 'page')} ({characters:,} characters): "
            f"damaged or partly scanned; {options.ocr_advice}"
        )
    empty = sum(page.characters == 0 for page in pages)
    if empty > MAX_EMPTY_SHARE * count:
        notes.append(f"{empty} of {plural(count, 'page')} have no text")
    unmapped = sum(page.unmapped for page in pages)
    if unmapped > 0.05 * (characters + unmapped):
        notes.append(
            f"{unmapped:,} characters have no Unicode value in the file's fonts; {options.ocr_advice}"
        )
    return notes


def _document(
    path: Path,
    source: str,
    options: ReadOptions,
    pages: list[PageText],
    labels: list[str | None],
    bibliography: Bibliography,
    notes: list[str],
) -> Document:
    for page in pages:
        page.lines = join_pieces(page.lines)
    printed = strip_furniture(pages, main_size([line for page in pages for line in page.lines]))
    found, classifier = _paragraphs(pages, bibliography.authors)
    vocabulary = Vocabulary(line.text for paragraph in found for line in paragraph.lines)
    builder = DocumentBuilder()
    for paragraph in merge_broken(found):
        builder.add_parts(_parts(paragraph, vocabulary), paragraph.kind, level=paragraph.level)
    title = bibliography.title or (tidy(" ".join(classifier.title)) if classifier.title else None)
    page_labels = [label or seen for label, seen in zip_longest(labels, printed[: len(labels)])]
    return finish(
        builder,
        source,
        "pdf",
        options,
        bibliography=replace(bibliography, title=title),
        pages=builder.pages(len(labels), page_labels),
        notes=notes,
        name=path.stem,
    )


def _paragraphs(pages: Sequence[PageText], authors: Sequence[str]) -> tuple[list[Paragraph], Classifier]:
    found: list[Paragraph] = []
    count = 0
    for page in pages:
        for region in layout(page):
            count += 1
            for paragraph in paragraphs(region):
                paragraph.region = count
                found.append(paragraph)
    body_size = prose_size([line for paragraph in found if not paragraph.rows for line in paragraph.lines])
    classifier = Classifier(body_size, [page.height for page in pages], authors=authors)
    classifier.learn(found)
    feet: dict[int, list[Paragraph]] = {}
    for paragraph in found:
        if paragraph.size > 0.93 * body_size and not paragraph.rows:
            feet.setdefault(paragraph.page, []).append(paragraph)
    for paragraph in found:
        lowest = max(
            (
                other.lines[-1].y1
                for other in feet.get(paragraph.page, ())
                if other is not paragraph and other.overlaps(paragraph)
            ),
            default=0.0,
        )
        classifier.settle(paragraph, lowest)
    return found, classifier


def _parts(paragraph: Paragraph, vocabulary: Vocabulary) -> list[Part]:
    """Text of a paragraph by page, hyphens at line ends settled."""
    if paragraph.rows:
        return [Part("\n".join(tidy(row) for row in paragraph.rows), paragraph.page)]
    joined = join_lines([line.text for line in paragraph.lines], vocabulary)
    parts: list[Part] = []
    for line, text in zip(paragraph.lines, joined, strict=True):
        if parts and parts[-1].page == line.page:
            parts[-1] = Part(parts[-1].text + text, line.page, parts[-1].glue)
        else:
            glue = " " if not parts or parts[-1].text.endswith(" ") else ""
            parts.append(Part(text, line.page, glue))
    return [Part(tidy(part.text), part.page, part.glue) for part in parts]
