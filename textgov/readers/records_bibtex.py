"""BibTeX, by bibtexparser 2, which keeps what it could not parse; each such block is reported
with its line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

from textgov.documents import Document, Problem
from textgov.readers.encoding import read_text
from textgov.readers.options import ReadOptions
from textgov.readers.records import RecordReader, SourceRecord, split_list

_FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "abstract": ("abstract",),
    "year": ("year", "date"),
    "doi": ("doi", "ee"),
    "venue": ("journal", "journaltitle", "booktitle", "publisher", "institution", "school"),
    "language": ("langid", "language"),
    "url": ("url", "howpublished"),
}


def read_bibtex(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document | Problem]:
    """A document an entry."""
    text, remarks = read_text(path)
    reader = RecordReader(source, "bibtex", options, (*notes, *remarks))
    yield from reader.documents(_records(text, reader))


def _records(text: str, reader: RecordReader) -> Iterator[SourceRecord | Problem]:
    # Failed blocks are answered as records; without a handler the library would also print them.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(
        text,
        append_middleware=[
            middlewares.NormalizeFieldKeys(),
            middlewares.LatexDecodingMiddleware(allow_inplace_modification=True),
            middlewares.SeparateCoAuthors(allow_inplace_modification=True),
        ],
    )
    found: list[tuple[int, SourceRecord | Problem]] = []
    for entry in library.entries:
        found.append((entry.start_line or 0, _record(entry)))
    for block in library.failed_blocks:
        found.append((block.start_line or 0, _failed(block, reader)))
    for _, record in sorted(found, key=lambda pair: pair[0]):
        yield record


def _failed(block: ParsingFailedBlock, reader: RecordReader) -> SourceRecord | Problem:
    """A repeated key loses nothing: the entry is taken, and said; anything else is a problem."""
    inner = block.ignore_error_block
    if isinstance(block, DuplicateBlockKeyBlock) and isinstance(inner, Entry):
        return _record(inner, ("another entry of the file has the same key",))
    if isinstance(block, DuplicateFieldKeyBlock) and isinstance(inner, Entry):
        return _record(inner, ("a field is given twice in the entry: the last was taken",))
    start = " ".join((block.raw or "").split())[:60]
    return reader.problem(
        (block.start_line or 0) + 1, f"the BibTeX entry cannot be read: {start}", "check its braces"
    )


def _record(entry: Entry, notes: tuple[str, ...] = ()) -> SourceRecord:
    given = {str(field.key).lower(): field.value for field in entry.fields}
    values = {"id": str(entry.key)}
    for name, keys in _FIELDS.items():
        found = next((given[key] for key in keys if given.get(key)), None)
        if found is not None:
            values[name] = _bare(found)
    authors = given.get("author") or given.get("editor") or ()
    names = tuple(map(_bare, authors)) if isinstance(authors, list) else tuple(_bare(authors).split(" and "))
    keywords = split_list(_bare(given.get("keywords") or ""), commas=True)
    return SourceRecord((entry.start_line or 0) + 1, values, names if authors else (), keywords, notes)


def _bare(value: object) -> str:
    return str(value).replace("{", "").replace("}", "")
