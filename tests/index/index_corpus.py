"""A small corpus, drawn by hypothesis, stored in an index and kept as plain records to check against."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from textgov.documents import (
    Annotation,
    Bibliography,
    Coding,
    Document,
    Interaction,
    Mention,
    Page,
    Passage,
    Relation,
)
from textgov.index.annotations import Coder
from textgov.index.fields import QueryContext
from textgov.index.records import Duplicate, FileRecord, Run, Sentence
from textgov.index.store import Index

WORDS = ("aa", "ab", "abc", "ba", "bab", "cc")
LAYERS = {"actor": {"x": "Ex", "y": "Why zed"}, "means": {"x": "", "z": ""}, "spot": {}}
SPOTS = ("KHM", "VNM")
PATHS = ("p", "q")
CONTEXT = QueryContext(LAYERS, {"path": dict.fromkeys(PATHS, ""), "interaction": {"synergy": ""}})


@dataclass
class PlainSentence:
    text: str
    start: int
    end: int
    page: int | None = None
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)


@dataclass
class PlainPassage:
    text: str
    start: int
    end: int
    kind: str
    section: str | None
    sentences: list[PlainSentence]
    codings: list[tuple[str, str, float, str | None]]


@dataclass
class PlainDocument:
    number: int
    bibliography: Bibliography
    source: str
    passages: list[PlainPassage]
    codings: list[tuple[str, str, float, str | None]]
    text: str = ""
    pages: tuple[Page, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.number:016x}"


def words_of(text: str) -> list[str]:
    return re.findall("[a-z]+", text.lower())


_text = st.lists(st.sampled_from(WORDS), min_size=0, max_size=5).map(" ".join)
_code = {
    "actor": st.sampled_from(["x", "y"]),
    "means": st.sampled_from(["x", "z"]),
    "spot": st.sampled_from(SPOTS),
}


@st.composite
def _mentions(draw, at: int) -> Mention:
    layer = draw(st.sampled_from(sorted(LAYERS)))
    return Mention(
        at,
        at + draw(st.integers(0, 2)),
        layer,
        draw(_code[layer]),
        draw(st.sampled_from(["Name A", "Name B"])),
        draw(st.sampled_from(["r.1", "r.2"])),
        form=draw(st.sampled_from([None, "private", "public"])),
        status=draw(st.sampled_from(["asserted", "negated", "hedged"])),
        attributed=draw(st.booleans()),
        source=draw(st.sampled_from([None, "Smith 2001"])),
        confidence=draw(st.sampled_from([0.25, 1.0])),
    )


_codings = st.lists(
    st.tuples(
        st.sampled_from(["path", "path", "cell"]),
        st.sampled_from(PATHS),
        st.sampled_from([0.2, 0.5, 0.9]),
        st.sampled_from([None, "works", "fails"]),
    ),
    max_size=2,
)


@st.composite
def documents(draw, number: int) -> PlainDocument:
    text, passages = "", []
    for _ in range(draw(st.integers(0, 3))):
        first, sentences = len(text), []
        for _ in range(draw(st.integers(0, 3))):
            words = draw(_text)
            start, mark = len(text), draw(st.sampled_from([".", "!"]))
            made = words.capitalize() + mark
            sentence = PlainSentence(made, start, start + len(made))
            if len(made) > 3:
                sentence.mentions = draw(st.lists(_mentions(start), max_size=2))
                kinds = st.sampled_from(["governs", "sets"])
                sentence.relations = [
                    Relation(kind, None, None, None, start, start + 2, "r.3")
                    for kind in draw(st.lists(kinds, max_size=1))
                ]
                if draw(st.booleans()):
                    sentence.interactions = [
                        Interaction("synergy", ("private", "public"), start, start + 1, "r.4")
                    ]
            sentences.append(sentence)
            text += made + " "
        end = max(first, len(text) - 1) if sentences else first
        passage = PlainPassage(
            text[first:end],
            first,
            end,
            draw(st.sampled_from(["body", "table"])),
            draw(st.sampled_from([None, "Aa intro", "Cc"])),
            sentences,
            draw(_codings),
        )
        passages.append(passage)
    known = Bibliography(
        title=draw(st.sampled_from([None, "Aa ab", "Bab, cc"])),
        authors=draw(st.sampled_from([(), ("Abc, B.",), ("Cc, A.", "Ba, Z.")])),
        year=draw(st.sampled_from([None, 2005, 2014])),
        language=draw(st.sampled_from([None, "en"])),
        kind=draw(st.sampled_from(["paper", "audit"])),
        keywords=draw(st.sampled_from([(), ("aa", "bab cc")])),
    )
    document = PlainDocument(
        number,
        known,
        f"folder/{number}.{draw(st.sampled_from(['pdf', 'txt']))}",
        passages,
        draw(_codings),
        text,
    )
    step = draw(st.sampled_from([0, 7, 1000]))
    if step:
        document.pages = tuple(
            Page(n + 1, at, at + step) for n, at in enumerate(range(0, max(len(text), 1), step))
        )
        for passage in passages:
            for sentence in passage.sentences:
                sentence.page = sentence.start // step + 1
    return document


@st.composite
def corpora(draw) -> list[PlainDocument]:
    return [draw(documents(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]


def store(path: Path, corpus: list[PlainDocument]) -> None:
    """Write a corpus into an index, with a copy of each document that must never be found."""
    with Index.open(path, create=True) as index:
        run = index.start_run(Run("test", codebook="c", pipeline="p"))
        with index.transaction():
            for document in corpus:
                _store(index, document, run)


def _store(index: Index, plain: PlainDocument, run: int) -> None:
    document = Document(plain.id, plain.source, plain.text, plain.bibliography, plain.pages)
    passages = [Passage(plain.id, n, p.start, p.end, p.kind, p.section) for n, p in enumerate(plain.passages)]
    sentences = [Sentence(n, s.start, s.end) for n, p in enumerate(plain.passages) for s in p.sentences]
    assert index.add_document(document, passages, sentences)
    copy = Document(f"c{plain.id[1:]}", "copies/" + plain.source, plain.text + "x", plain.bibliography)
    assert index.add_document(copy, passages, sentences, duplicate_of=plain.id)
    index.link_duplicate(Duplicate(copy.source, copy.id, plain.id, "near-identical text"))
    index.add_file(FileRecord(plain.source, "kept", document=plain.id))
    index.write_annotations(plain.id, [(n, _annotation(p)) for n, p in enumerate(plain.passages)], run)
    for layer in ("path", "cell"):
        codings = [
            Coding(plain.id, number, code, score, stance, (), "someone")
            for number, rows in [
                (None, plain.codings),
                *((n, p.codings) for n, p in enumerate(plain.passages)),
            ]
            for kind, code, score, stance in rows
            if kind == layer
        ]
        index.write_codings(plain.id, Coder("someone", layer, machine=False), codings)


def _annotation(passage: PlainPassage) -> Annotation:
    def moved(record):
        import msgspec

        return msgspec.structs.replace(
            record, start=record.start - passage.start, end=record.end - passage.start
        )

    def of(name):
        return tuple(moved(r) for s in passage.sentences for r in getattr(s, name))

    return Annotation(of("mentions"), of("relations"), of("interactions"))
