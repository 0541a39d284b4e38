"""Records of databases and reference managers: what RIS, BibTeX, CSV and JSON Lines have in common."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, cast, get_args

import msgspec
import pycountry

from textgov.documents import Bibliography, Document, DocumentKind, Problem
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.preprocessing.normalize import clean
from textgov.readers.build import DocumentBuilder
from textgov.readers.finish import settle_language
from textgov.readers.flow import Flow
from textgov.readers.guess import Evidence, guess_kind
from textgov.readers.markup import strip_known_tags
from textgov.readers.options import ReadOptions

NO_ABSTRACT = "the record has no abstract: its title is the text"
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class SourceRecord:
    """One record as its file gives it: field name (as in `columns.toml`) to text, and where it stands.

    `problem` is said besides: the record is usable, but its file is not as it should be.
    """

    line: int
    fields: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


@cache
def columns() -> dict[str, tuple[str, ...]]:
    """Names that a field goes by, the preferred first."""
    data = tomllib.loads(files("textgov.readers").joinpath("columns.toml").read_text("utf-8"))
    return {name: tuple(names) for name, names in data.items()}


def column_name(name: str) -> str:
    """A column heading in the form of `columns.toml`: `Author/s` is `author s`."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def match_columns(names: Iterable[str]) -> dict[str, str]:
    """Which column holds which field: field to column heading as it stands."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(column_name(name), name)
    return {
        field_name: found[known[0]]
        for field_name, candidates in columns().items()
        if (known := [candidate for candidate in candidates if candidate in found])
    }


class RecordReader:
    """Turns records into documents, keeping their names within the file unique."""

    def __init__(self, source: str, file_format: str, options: ReadOptions, notes: tuple[str, ...]) -> None:
        self.source = source
        self.file_format = file_format
        self.options = options
        self.notes = notes
        self._parts: Counter[str] = Counter()
        self._count = 0

    def documents(self, records: Iterable[SourceRecord | Problem]) -> Iterator[Document | Problem]:
        """A document for each usable record, a problem for each other."""
        for record in records:
            self._count += 1
            if isinstance(record, Problem):
                yield record
                continue
            yield self.document(record)
            if record.problem:
                yield self.problem(record.line, record.problem, "the record was kept; export the file again")

    def problem(self, line: int, what: str, advice: str = "") -> Problem:
        """A problem at a line of the file."""
        return Problem(f"{self.source}, line {line}", what, advice)

    def document(self, record: SourceRecord) -> Document | Problem:
        """The document of one record: title as a heading, then the abstract or the full text."""
        get = record.fields.get
        title, abstract, text = (strip_known_tags(get(name) or "") for name in ("title", "abstract", "text"))
        builder = DocumentBuilder()
        builder.add(title, "heading", level=1)
        builder.add(abstract, "abstract")
        flow = Flow()
        for paragraph in _PARAGRAPHS.split(text):
            flow.add(builder, paragraph, "body")
        if builder.is_empty:
            return self.problem(
                record.line, "the record has neither title, abstract nor text", "complete or delete it"
            )
        notes = [*self.notes, *record.notes]
        if not (abstract.strip() or text.strip()):
            notes.append(NO_ABSTRACT)
        bibliography = self._bibliography(record, clean(title))
        canonical = builder.text()
        language, remarks = settle_language(bibliography.language, canonical, self.options)
        bibliography = msgspec.structs.replace(bibliography, language=language)
        if text.strip() and bibliography.kind == "abstract":
            kind = guess_kind(Evidence("", bibliography, canonical, ()))
            bibliography = msgspec.structs.replace(bibliography, kind=kind)
        return builder.build(
            self.source, self.file_format, bibliography, part=self._part(record), notes=(*notes, *remarks)
        )

    def _part(self, record: SourceRecord) -> str:
        name = clean(record.fields.get("id") or "") or str(self._count)
        self._parts[name] += 1
        return name if self._parts[name] == 1 else f"{name}#{self._parts[name]}"

    def _bibliography(self, record: SourceRecord, title: str) -> Bibliography:
        get = record.fields.get
        kind = (get("kind") or "").strip().lower()
        return Bibliography(
            title=title or None,
            authors=tuple(name for name in map(clean, record.authors) if name),
            year=find_year(get("year") or ""),
            doi=find_doi(get("doi") or ""),
            venue=clean(get("venue") or "") or None,
            keywords=tuple(dict.fromkeys(word for word in map(clean, record.keywords) if word)),
            language=_language_code(get("language")),
            kind=cast(DocumentKind, kind) if kind in get_args(DocumentKind) else "abstract",
            url=clean(get("url") or "") or None,
        )


def _language_code(name: str | None) -> str | None:
    """ISO 639-1 code of a language given by code or English name."""
    first = re.split(r"[;,|]", name or "")[0].strip()
    if not first:
        return None
    try:
        language: Any = pycountry.languages.lookup(first.split("-")[0].split("_")[0])
    except LookupError:
        return None
    return getattr(language, "alpha_2", None) or getattr(language, "alpha_3", None)


def split_list(value: str, *, commas: bool = False) -> tuple[str, ...]:
    """Names or keywords of one field; `;` and `|` part them, commas only where asked and
    nothing else does."""
    parts = re.split(r"[;|]", value)
    if commas and len(parts) == 1:
        parts = value.split(",")
    return tuple(part.strip() for part in parts if part.strip())
