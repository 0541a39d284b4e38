"""A small index with known annotations, made without the pipeline, so that outputs can be compared as a whole."""

from __future__ import annotations

from pathlib import Path

from textgov.documents import (
    Annotation,
    Bibliography,
    Block,
    Coding,
    Document,
    Interaction,
    Mention,
    Page,
    Relation,
    Section,
)
from textgov.index.annotations import Coder
from textgov.index.records import Duplicate, FileRecord, Run, Sentence
from textgov.index.store import Index
from textgov.preprocessing.segment import segment, sentences_of

HEADING = "Two <mills> & one union"
BODY = "Unions bargained in Khmer mills. No audit came, Okafor (2014) says."
TABLE = "Year | Strikes\n2014 | 3"
PAPER = f"{HEADING}\n\n{BODY}\n\n{TABLE}"
NOTE = "=1+1 is no formula here. The firm audits its suppliers."
PAPER_ID, NOTE_ID = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"


def at(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def paper() -> Document:
    """A paper of two pages with a heading, a paragraph over both pages, and a table."""
    table = PAPER.index(TABLE)
    turn = PAPER.index("No audit")
    return Document(
        PAPER_ID,
        "papers/paper.pdf",
        PAPER,
        Bibliography(
            HEADING, ("Sok, Dara", "Lee, J."), 2016, "10.5555/x.1", "Mill Review", ("mills",), "en", "paper"
        ),
        (Page(1, 0, turn), Page(2, turn, len(PAPER))),
        (Section(HEADING, 1, 0, len(PAPER)),),
        (
            Block(0, len(HEADING), "heading"),
            Block(len(HEADING) + 2, table - 2, "body"),
            Block(table, len(PAPER), "table"),
        ),
        format="pdf",
        notes=("one page has no text",),
    )


def note() -> Document:
    """A statement of one paragraph without pages."""
    known = Bibliography("A note", (), None, None, None, (), "en", "statement")
    return Document(NOTE_ID, "note.txt", NOTE, known, format="txt")


def paper_annotation() -> Annotation:
    """What is said of the paper's paragraph."""
    actor = {"layer": "actor", "form": "social", "scope": "horizontal"}
    mentions = (
        Mention(
            *at(BODY, "Unions"), code="union", name="union", rule="actor.union.001", confidence=0.9, **actor
        ),
        Mention(
            *at(BODY, "bargained"),
            "mechanism",
            "collective_bargaining",
            "bargain",
            "mechanism.cb.1",
            "social",
        ),
        Mention(
            *at(BODY, "Khmer mills"), "actor", "supplier", "mill", "actor.supplier.2", "private", "vertical"
        ),
        Mention(*at(BODY, "Khmer"), "place", "KHM", "Cambodia", "place.khm"),
        Mention(
            *at(BODY, "audit"),
            "mechanism",
            "audit",
            "audit",
            "mechanism.audit.001",
            "private",
            "vertical",
            "negated",
            attributed=True,
            source="Okafor 2014",
        ),
    )
    start, end = at(BODY, "Unions bargained in Khmer mills.")
    relations = (Relation("governs", 0, 1, 2, start, end, "relation.governs.1"),)
    interactions = (Interaction("conflict", ("private", "social"), start, end, "interaction.1"),)
    return Annotation(
        mentions, relations, interactions, {"labor": 0.75, "csr": 0.25}, {"labor": "works"}, ("x-y",)
    )


def note_annotation() -> Annotation:
    """What is said of the note."""
    return Annotation(
        (
            Mention(
                *at(NOTE, "firm"), "actor", "lead_firm", "firm", "actor.lead_firm.1", "private", "vertical"
            ),
            Mention(
                *at(NOTE, "audits"),
                "mechanism",
                "audit",
                "audit",
                "mechanism.audit.001",
                "private",
                "vertical",
            ),
        )
    )


def store(path: Path) -> Path:
    """Write the index: two documents, a copy, and a file that failed."""
    with Index.open(path, create=True) as index:
        run = index.start_run(Run("annotate", {"codebook": "gereffi-lee"}, {}, "c0de", "p1pe"))
        for document in (paper(), note()):
            passages = segment(document)
            sentences = [
                Sentence(p.ordinal, *span)
                for p in passages
                for span in sentences_of(document.text, p.start, p.end)
            ]
            index.add_document(document, passages, sentences)
            index.add_file(FileRecord(document.source, "kept", "0" * 64, 10, 1, document.id))
        index.write_annotations(PAPER_ID, [(1, paper_annotation())], run)
        index.write_annotations(NOTE_ID, [(0, note_annotation())], run)
        human = Coding(PAPER_ID, 1, "csr", 1.0, "fails", (4,), "Dara")
        index.write_codings(PAPER_ID, Coder("Dara", "path", machine=False), [human])
        index.link_duplicate(Duplicate("copy.pdf", PAPER_ID, PAPER_ID, "identical file: papers/paper.pdf"))
        index.add_file(FileRecord("copy.pdf", "duplicate", "0" * 64, 10, 1, PAPER_ID, "identical file"))
        index.add_file(
            FileRecord("bad\n.pdf", "failed", None, 0, 0, None, "is empty (0 bytes)", "get it again")
        )
        index.finish_run(run, {"documents": 2})
    return path
