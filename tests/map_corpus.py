"""A small corpus with marked codes, stored in an index without the pipeline, for all tests of maps.

A text is a list of passages, one a page. `[words|layer:code]` marks a mention, `[words|layer:code|status]` one
with another status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from textgov.preprocessing.segment import segment, sentences_of

MARK = re.compile(r"\[([^\]|]+)\|(\w+):([\w:-]+)(?:\|(\w+))?\]")
FORMS = {
    "audit": "private",
    "strike": "social",
    "labor_law": "public",
    "union": "social",
    "lead_firm": "private",
}


@dataclass(frozen=True)
class Text:
    """A document to be made: its passages with marks, and what is known of it."""

    file: str
    passages: Sequence[str]
    year: int | None = 2014
    kind: str = "paper"
    title: str | None = None
    paths: Mapping[int, Mapping[str, tuple[float, str]]] | None = None
    interactions: Mapping[int, tuple[str, tuple[str, str]]] | None = None


CORPUS = (
    Text(
        "strikes.pdf",
        [
            "In [Dhaka|place:BGD] the [union|actor:union] called a [strike|mechanism:strike] in the "
            "[garment|sector:garments] mills. No [audit|mechanism:audit|negated] had come.",
            "The [brand|actor:lead_firm] should pay for [audits|mechanism:audit|prescribed] in its "
            "[garment|sector:garments] mills. Wages rose.",
        ],
        2010,
        title="Strikes in Dhaka",
        paths={0: {"labor": (0.9, "works"), "csr": (0.2, "fails")}, 1: {"csr": (0.8, "fails")}},
        interactions={1: ("conflict", ("private", "social"))},
    ),
    Text(
        "cocoa.pdf",
        [
            "[Audits|mechanism:audit] of [cocoa|sector:cocoa] farms in [Ghana|place:GHA] miss the children. "
            "The [labour law|mechanism:labor_law] is not enforced.",
            "Nothing is coded here.",
            "A [strike|mechanism:strike|hedged] may follow.",
        ],
        2012,
        "audit",
        "Audits of cocoa",
        paths={0: {"csr": (0.7, "fails")}},
    ),
    Text(
        "statement.txt",
        [
            "We [audit|mechanism:audit] our suppliers of [garments|sector:garments] in "
            "[Cambodia|place:KHM] and [Bangladesh|place:BGD] each year. We [audit|mechanism:audit] again."
        ],
        None,
        "statement",
    ),
    Text(
        "law.pdf",
        [
            "The [labour law|mechanism:labor_law] of [Bangladesh|place:BGD] allows a "
            "[strike|mechanism:strike|conditional] if two thirds agree."
        ],
        2012,
        title="=Law & <order>",
    ),
)


def document(text: Text) -> tuple[Document, list[tuple[int, int, str, str, str]]]:
    """The document of a text, and its marks: start, end, layer, code, status."""
    body, marks, pages, blocks = "", [], [], []
    for number, passage in enumerate(text.passages, 1):
        first, at = len(body), 0
        for mark in MARK.finditer(passage):
            body += passage[at : mark.start()]
            words, layer, code, status = mark.groups()
            marks.append((len(body), len(body) + len(words), layer, code, status or "asserted"))
            body += words
            at = mark.end()
        body += passage[at:]
        blocks.append(Block(first, len(body)))
        body += "\n\n"
        pages.append(Page(number, first, len(body)))
    known = Bibliography(text.title, ("Sok, Dara",), text.year, None, None, (), "en", text.kind)
    sections = (Section("Findings", 1, 0, len(body)),)
    paged = tuple(pages) if text.file.endswith(".pdf") else ()
    made = Document(
        document_id(body), f"papers/{text.file}", body, known, paged, sections, tuple(blocks), format="pdf"
    )
    return made, marks


def annotation(text: Text, passage, marks) -> Annotation:
    """What is coded in one passage."""
    inside = [mark for mark in marks if passage.start <= mark[0] < passage.end]
    mentions = tuple(
        Mention(
            start - passage.start,
            end - passage.start,
            layer,
            code,
            code,
            f"{layer}.{code}.1",
            FORMS.get(code),
            "horizontal" if code in FORMS else None,
            status,
        )
        for start, end, layer, code, status in inside
    )
    by_layer = {mention.layer: n for n, mention in enumerate(mentions)}
    relations = ()
    if "actor" in by_layer:
        relations = (Relation("governs", by_layer["actor"], by_layer.get("mechanism"), None, 0, 5, "r.1"),)
    interactions = ()
    if text.interactions and passage.ordinal in text.interactions:
        kind, forms = text.interactions[passage.ordinal]
        interactions = (Interaction(kind, forms, 0, 5, "i.1"),)
    paths = (text.paths or {}).get(passage.ordinal, {})
    return Annotation(
        mentions,
        relations,
        interactions,
        {path: score for path, (score, _) in paths.items()},
        {path: stance for path, (_, stance) in paths.items()},
    )


def store(
    path: Path,
    corpus: Sequence[Text] = CORPUS,
    *,
    codebook: str = "c0de",
    pipeline: str = "p1pe",
    packages: Mapping[str, str] | None = None,
) -> Path:
    """Write a corpus into an index."""
    with Index.open(path, create=True) as index:
        options = {"codebook": "gereffi-lee"}
        run = index.start_run(Run("annotate", options, dict(packages or {}), codebook, pipeline))
        for text in corpus:
            made, marks = document(text)
            passages = segment(made)
            sentences = [
                Sentence(p.ordinal, *span)
                for p in passages
                for span in sentences_of(made.text, p.start, p.end)
            ]
            assert index.add_document(made, passages, sentences)
            index.add_file(FileRecord(made.source, "kept", "0" * 64, 10, 1, made.id))
            said = [(p.ordinal, annotation(text, p, marks)) for p in passages]
            index.write_annotations(made.id, said, run)
        index.finish_run(run, {"documents": len(corpus)})
    return path
