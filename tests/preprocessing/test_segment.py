from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.documents import Block, Document, Page, Section
from textgov.preprocessing.segment import MAX_CHARACTERS, MAX_SENTENCES, page_of, segment


def document(text: str, **fields: object) -> Document:
    return Document(id="d", source="s", text=text, **fields)  # type: ignore[arg-type]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    paragraphs = draw(
        st.lists(st.text(st.sampled_from("ab. Ü\n?1;👩\u0301"), min_size=1, max_size=400), max_size=6)
    )
    paragraphs += ["Word " * draw(st.integers(0, 900))]
    blocks: list[Block] = []
    text = ""
    for paragraph in filter(None, paragraphs):
        text += "\n\n" if text else ""
        blocks.append(Block(len(text), len(text) + len(paragraph)))
        text += paragraph
    return document(text, blocks=tuple(blocks))


@settings(deadline=None)
@given(documents())
def test_passages_partition_the_blocks(found: Document) -> None:
    passages = segment(found)
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    last = 0
    for passage in passages:
        assert last <= passage.start < passage.end <= len(found.text)
        assert passage.end - passage.start <= MAX_CHARACTERS
        assert any(b.start <= passage.start and passage.end <= b.end for b in found.blocks)
        text = found.text[passage.start : passage.end]
        assert text == text.strip()
        last = passage.end
    kept = "".join(found.text[p.start : p.end] for p in passages)
    assert "".join(kept.split()) == "".join(found.text.split())


def test_long_paragraphs_are_split_between_sentences() -> None:
    sentences = [
        f"Sentence number {n} was written by Dr. Smith et al. in the U.S. at 3.5 per cent." for n in range(20)
    ]
    found = document(" ".join(sentences))
    passages = segment(found)
    assert len(passages) == 3
    counts = [found.text[p.start : p.end].count("Sentence number") for p in passages]
    assert counts == [MAX_SENTENCES, MAX_SENTENCES, 4]
    assert all(found.text[p.start : p.end].endswith("per cent.") for p in passages)


def test_note_marks_after_the_full_stop_stay_with_their_sentence() -> None:
    text = " ".join(f"Children work in field {n}. (2,{n})" for n in range(12))
    first = segment(document(text))[0]
    assert text[first.start : first.end].endswith("(2,7)")


def test_one_endless_sentence_is_cut_at_clauses_and_words() -> None:
    text = "word " * 500 + "; " + "other " * 500
    for passage in segment(document(text)):
        piece = text[passage.start : passage.end]
        assert len(piece) <= MAX_CHARACTERS
        assert set(piece.replace(";", "").split()) <= {"word", "other"}


def test_section_page_and_kind_are_filled_in() -> None:
    text = "Title\n\nIntro\n\nBody one.\n\nDeep\n\nBody two.\n\nEnd\n\nLast."
    parts = text.split("\n\n")
    starts = [text.index(part) for part in parts]
    kinds = ["heading", "heading", "body", "heading", "table", "heading", "body"]
    blocks = tuple(
        Block(start, start + len(part), kind) for start, part, kind in zip(starts, parts, kinds, strict=True)
    )
    sections = (
        Section("Intro", 1, starts[1], starts[5]),
        Section("Deep", 2, starts[3], starts[5]),
        Section("End", 1, starts[5], len(text)),
    )
    pages = (Page(1, 0, starts[4]), Page(2, starts[4], starts[4]), Page(3, starts[4], len(text)))
    found = document(text, blocks=blocks, sections=sections, pages=pages)
    passages = segment(found)
    assert [p.section for p in passages] == [None, "Intro", "Intro", "Deep", "Deep", "End", "End"]
    assert [p.page for p in passages] == [1, 1, 1, 1, 3, 3, 3]
    assert [p.kind for p in passages] == kinds
    assert page_of(found, starts[3]) == 1
    assert page_of(document("x"), 0) is None


def test_a_text_without_blocks_is_one_block_and_an_empty_one_none() -> None:
    assert [(p.start, p.end) for p in segment(document("  One. "))] == [(2, 6)]
    assert segment(document("")) == ()
