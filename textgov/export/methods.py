"""The methods paragraph: facts of an index in the sentences of a paper, as Markdown or Word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from textgov.export.archive import without_times
from textgov.export.prisma import Flow

MADE: Final = datetime(2020, 1, 1, tzinfo=UTC)
_CODE = re.compile(r"`([^`]*)`|\*([^*]+)\*")


@dataclass(frozen=True)
class Search:
    """One source: its name and kind, how many records it gave, when and how it was searched."""

    name: str
    kind: str
    records: int
    searched: str | None = None
    query: str | None = None


@dataclass(frozen=True)
class StageFacts:
    """How a stage of screening was done.

    Attributes:
        documents: decided on.
        screeners: people who decided.
        kappas: agreement of each two in words.
        resolved: conflicts that were settled.
        ranked: whether a classifier put the documents in order.
    """

    documents: int
    screeners: int
    kappas: tuple[str, ...]
    resolved: int
    ranked: bool


@dataclass(frozen=True)
class CodingFacts:
    """By what the documents were coded, and how many.

    Attributes:
        codebook: its name and version.
        title: its title.
        source: the work that it is made after.
        codebook_hash, pipeline_hash: they identify content and versions.
        date: of the last run.
        finder: whether the trained span finder was used.
        documents: coded.
        other_language: of these, passed over for their language.
        also: kinds of passages coded beside the body.
        mentions: by layer.
        tagged: version of the classifier, documents and passages that it tagged; None where there is none.
    """

    codebook: str
    title: str
    source: str
    codebook_hash: str
    pipeline_hash: str
    date: str
    finder: bool
    documents: int
    other_language: int
    also: str
    mentions: Mapping[str, int]
    tagged: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Facts:
    """All that the paragraph says."""

    searches: tuple[Search, ...]
    read_on: tuple[str, ...]
    flow: Flow
    duplicates: Mapping[str, int]
    unreadable: int
    documents: int
    passages: int
    sentences: int
    plan_screeners: int
    question: str
    batch: int
    reasons: tuple[str, ...]
    titles: StageFacts | None
    texts: StageFacts | None
    coding: CodingFacts | None
    versions: Mapping[str, str] = field(default_factory=dict)


def paragraph(facts: Facts) -> str:
    """The methods as Markdown."""
    environment = Environment(
        loader=PackageLoader("textgov.export"),
        undefined=StrictUndefined,
        # Markdown of our own: nothing of it is markup that a name could break.
        autoescape=False,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": _number, "listed": _listed, "plural": _plural}
    return _tidy(environment.get_template("methods.md.j2").render(facts=facts, flow=facts.flow))


def _number(value: int) -> str:
    return f"{value:,}"


def _plural(value: int, noun: str, several: str = "") -> str:
    return f"{value:,} {noun if value == 1 else several or noun + 's'}"


def _listed(parts: list[str]) -> str:
    """ "a, b and c"."""
    parts = list(parts)
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _tidy(text: str) -> str:
    """Each paragraph on one line, a blank line between paragraphs; `//` parts them in the template."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"^//$", text, flags=re.MULTILINE))
    said = (re.sub(r" (?=[.,;)])", "", part) for part in paragraphs)
    return "\n\n".join(part for part in said if part) + "\n"


def write_docx(markdown: str, path: Path) -> None:
    """The same as a Word document."""
    from docx import Document  # noqa: PLC0415 - slow to import

    document = Document()
    for part in markdown.strip().split("\n\n"):
        if part.startswith("#"):
            document.add_heading(part.lstrip("# "), level=part.count("#", 0, part.index(" ")))
            continue
        written = document.add_paragraph()
        at = 0
        for found in _CODE.finditer(part):
            written.add_run(part[at : found.start()])
            run = written.add_run(found[1] if found[1] is not None else found[2])
            run.italic = found[2] is not None
            at = found.end()
        written.add_run(part[at:])
    properties = document.core_properties
    properties.title = "Methods"
    properties.author = properties.last_modified_by = "textgov"
    properties.created = properties.modified = MADE
    document.save(str(path))
    without_times(path)
