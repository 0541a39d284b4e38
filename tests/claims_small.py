"""Small indexes from marked text: `{words|layer:code|key=value ...}` is a mention, with a name if `id=` is given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textgov.analysis.claims import Claim, claims
from textgov.codebook.loader import default_codebook
from textgov.documents import (
    Annotation,
    Bibliography,
    Block,
    Document,
    Interaction,
    Mention,
    Page,
    Relation,
    Section,
    document_id,
)
from textgov.index.records import FileRecord, Run, Sentence
from textgov.index.store import Index
from textgov.index.units import matching_units
from textgov.preprocessing.segment import segment, sentences_of
from textgov.workflows.query import query_context

MARK = re.compile(r"\{([^{}|]*)\|([a-z_]+):([^{}|]+)(?:\|([^{}]*))?\}")


@dataclass
class Text:
    """A document: its paragraphs in order, marked, each with its kind; links are given by ids of mentions."""

    paragraphs: list[tuple[str, str]]
    links: list[tuple[str, str | None, str | None, str | None]] = field(default_factory=list)
    interactions: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    title: str = "A study of mills"
    kind: str = "paper"
    year: int | None = 2019
    doi: str | None = None


def unmarked(marked: str) -> tuple[str, list[tuple[str | None, dict[str, Any]]]]:
    plain, mentions, at = "", [], 0
    for found in MARK.finditer(marked):
        plain += marked[at : found.start()]
        start = len(plain)
        plain += found[1]
        layer, code = found[2], found[3]
        entry = default_codebook().code(layer, code)
        values: dict[str, Any] = {
            "start": start,
            "end": len(plain),
            "layer": layer,
            "code": code,
            "name": found[1].lower(),
            "rule": f"{layer}.{code}.1",
            "form": entry.form if entry else None,
            "scope": entry.scope if entry else None,
        }
        for pair in (found[4] or "").split(";"):
            if pair:
                key, _, value = pair.strip().partition("=")
                values[key] = value
        name = values.pop("id", None)
        if "source" in values:
            values["attributed"] = True
        mentions.append((name, values))
        at = found.end()
    plain += marked[at:]
    for _, values in mentions:
        for key in ("condition", "group"):
            if key in values:
                first = plain.index(values[key])
                values[key] = (first, first + len(values[key]))
    return plain, mentions


def store(path: Path, *texts: Text) -> Path:
    """Write an index of some documents."""
    with Index.open(path, create=True) as index:
        run = index.start_run(Run("annotate", {"codebook": "gereffi-lee"}, {}, "c0de", "p1pe"))
        for number, text in enumerate(texts):
            _add(index, text, number, run)
        index.finish_run(run, {"documents": len(texts)})
    return path


def _add(index: Index, given: Text, number: int, run: int) -> None:
    plain, blocks, sections, marked = "", [], [], {}
    for kind, paragraph in given.paragraphs:
        words, mentions = unmarked(paragraph)
        start = len(plain)
        plain += words
        blocks.append(Block(start, len(plain), kind))  # type: ignore[arg-type]
        marked[start] = mentions
        if kind == "heading":
            sections.append([words, start])
        plain += "\n\n"
    plain = plain.rstrip()
    ends = [*(start for _, start in sections[1:]), len(plain)][: len(sections)]
    document = Document(
        document_id(f"{number} {plain}"),
        f"papers/{number}.pdf",
        plain,
        Bibliography(given.title, ("Sok, Dara",), given.year, given.doi, None, (), "en", given.kind),  # type: ignore[arg-type]
        (Page(1, 0, len(plain) // 2), Page(2, len(plain) // 2, len(plain))),
        tuple(Section(title, 1, start, end) for (title, start), end in zip(sections, ends, strict=True)),
        tuple(blocks),
        format="pdf",
    )
    passages = segment(document)
    sentences = [Sentence(p.ordinal, *span) for p in passages for span in sentences_of(plain, p.start, p.end)]
    assert index.add_document(document, passages, sentences)
    index.add_file(FileRecord(document.source, "kept", "0" * 64, 10, 1, document.id))
    annotations = [(p.ordinal, _annotation(given, marked.get(p.start, []))) for p in passages]
    index.write_annotations(document.id, annotations, run)


def _annotation(given: Text, mentions: list[tuple[str | None, dict[str, Any]]]) -> Annotation:
    places = {name: place for place, (name, _) in enumerate(mentions) if name}
    made = tuple(Mention(**values) for _, values in mentions)

    def span(names):
        known = [made[places[name]] for name in names if name]
        return min(m.start for m in known), max(m.end for m in known)

    relations = tuple(
        Relation(kind, *(places[n] if n else None for n in names), *span(names), f"relation.{kind}.1")
        for kind, *names in given.links
        if all(name in places for name in names if name)
    )
    interactions = tuple(
        Interaction(kind, forms, made[places[at]].start, made[places[at]].end, "interaction.1")
        for kind, forms, at in given.interactions
        if at in places
    )
    return Annotation(made, relations, interactions)


def body(*paragraphs: str) -> list[tuple[str, str]]:
    return [("body", paragraph) for paragraph in paragraphs]


def read(path: Path, query: str = "*", *, within: Any = "passage", tied: bool = False) -> list[Claim]:
    """The claims of an index."""
    codebook = default_codebook()
    with Index.open(path, read_only=True) as index:
        units = matching_units(index, query, context=query_context(codebook), within=within)
        return list(claims(index, units, codebook, tied=tied))


def made(folder: Path, *texts: Text, **how: Any) -> list[Claim]:
    """The claims of some documents."""
    folder.mkdir(exist_ok=True)
    return read(store(folder / "claims.db", *texts), **how)


def said(claim: Claim) -> dict[str, str]:
    """The cells of a claim, by their words."""
    return {name: cell.quote for name, cell in claim.cells.items()}
