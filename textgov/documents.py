"""The records that layers hand to each other: frozen, typed, JSON round-tripped.

All offsets are half-open ranges of characters (code points) of the canonical text of the document.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar

import msgspec

from textgov.errors import RecordError

DocumentKind = Literal["paper", "audit", "statement", "policy", "abstract", "other"]
PassageKind = Literal[
    "body", "abstract", "heading", "list", "table", "footnote", "references", "front_matter"
]
Status = Literal["asserted", "negated", "hedged", "prescribed", "planned", "conditional"]

CODED_KINDS: frozenset[str] = frozenset({"body", "abstract", "heading", "list"})
"""Kinds of passages that are coded unless the user asks for more."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of all records; unknown keys are refused when read."""


class Page(Record, frozen=True):
    """One page: its number in the file (from 1), the label printed on it if known, and its range."""

    number: int
    start: int
    end: int
    label: str | None = None


class Section(Record, frozen=True):
    """A section with its heading, its depth (1 = top) and its range, heading included."""

    title: str
    level: int
    start: int
    end: int


class Block(Record, frozen=True):
    """A paragraph, heading, table, footnote, ... as the reader recognised it."""

    start: int
    end: int
    kind: PassageKind = "body"


class Bibliography(Record, frozen=True):
    """What is known of the work: from the file's own metadata or its embedded record."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    doi: str | None = None
    venue: str | None = None
    keywords: tuple[str, ...] = ()
    language: str | None = None
    kind: DocumentKind = "other"
    url: str | None = None


class Document(Record, frozen=True):
    """A text with its places. `source` is the path as the user gave it, `part` the record within it."""

    id: str
    source: str
    text: str
    bibliography: Bibliography = Bibliography()
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    part: str | None = None
    format: str = "txt"
    notes: tuple[str, ...] = ()


class Problem(Record, frozen=True):
    """Something that could not be read: where, what is wrong, and what the user can do."""

    where: str
    what: str
    advice: str = ""

    def __str__(self) -> str:
        """One line, safe to print: control characters in names are escaped."""
        line = f"{self.where}: {self.what}" + (f"; {self.advice}" if self.advice else "")
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


class Passage(Record, frozen=True):
    """A paragraph (or part of one) of a document: the unit of coding."""

    document: str
    ordinal: int
    start: int
    end: int
    kind: PassageKind = "body"
    section: str | None = None
    page: int | None = None


class Mention(Record, frozen=True):
    """A span coded by a rule. `condition` and `group` are ranges or None; `source` who is reported."""

    start: int
    end: int
    layer: str
    code: str
    name: str
    rule: str
    form: str | None = None
    scope: str | None = None
    status: Status = "asserted"
    attributed: bool = False
    source: str | None = None
    condition: tuple[int, int] | None = None
    confidence: float = 1.0
    dimension: str | None = None
    direction: str | None = None
    group: tuple[int, int] | None = None


class Relation(Record, frozen=True):
    """Who does what to whom: places in the list of mentions of the same passage, or None."""

    kind: str
    source: int | None
    means: int | None
    target: int | None
    start: int
    end: int
    rule: str


class Interaction(Record, frozen=True):
    """How two forms of governance act on each other, and the evidence range."""

    kind: str
    forms: tuple[str, ...]
    start: int
    end: int
    rule: str


class Annotation(Record, frozen=True):
    """All that the pipeline says of one passage; offsets relative to the text it was given."""

    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    paths: dict[str, float] = {}
    stance: dict[str, str] = {}
    cells: tuple[str, ...] = ()


class Coding(Record, frozen=True):
    """A code given to a whole document or passage, by a machine version or a named human."""

    document: str
    passage: int | None
    code: str
    score: float
    stance: str | None
    evidence: tuple[int, ...]
    coder: str


AnyRecord = TypeVar("AnyRecord", bound=Record)


def document_id(text: str) -> str:
    """Stable id of a text: 16 hex digits of SHA-256 over its NFC form with white space folded."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def to_json(record: Record) -> str:
    """One line of JSON, keys in field order, non-ASCII kept."""
    return msgspec.json.encode(record).decode("utf-8")


def from_json(line: str | bytes, kind: type[AnyRecord]) -> AnyRecord:
    """Read one record back.

    Raises:
        RecordError: the line is not JSON, lacks a key, has an unknown one, or a value of another type.
    """
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"not a {kind.__name__}: {error}") from error


def read_jsonl(lines: Iterable[str], kind: type[AnyRecord]) -> Iterator[AnyRecord]:
    """Records from lines; blank lines are passed over, a bad one raises with its number."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield from_json(line, kind)
            except RecordError as error:
                raise RecordError(f"line {number}: {error}") from error
