from hypothesis import given
from hypothesis import strategies as st
from reader_checks import check

from textgov.documents import Bibliography
from textgov.readers.build import DocumentBuilder, Part

TEXTS = st.text(st.sampled_from("ab \n\u0301\ufb01\xad👩🏽‍🏭Ü|\t\u200b\ud800"), max_size=12)
KINDS = st.sampled_from(["body", "table", "heading", "list", "footnote"])


@st.composite
def parts(draw: st.DrawFn) -> list[list[Part]]:
    blocks, page = [], 1
    for _ in range(draw(st.integers(0, 6))):
        block = []
        for _ in range(draw(st.integers(1, 3))):
            page += draw(st.integers(0, 2))
            block.append(Part(draw(TEXTS), page, draw(st.sampled_from([" ", ""]))))
        blocks.append(block)
    return blocks


@given(parts(), st.data())
def test_offsets_are_right_by_construction(blocks: list[list[Part]], data: st.DataObject) -> None:
    builder = DocumentBuilder()
    for block in blocks:
        kind = data.draw(KINDS)
        builder.add_parts(block, kind, level=data.draw(st.integers(1, 3)) if kind == "heading" else 0)
    count = 1 + 2 * sum(map(len, blocks))
    document = builder.build("s", "txt", Bibliography(), pages=builder.pages(count))
    assert builder.is_empty == (not document.text)
    if document.text:
        check(document)


def test_a_block_may_run_over_pages() -> None:
    builder = DocumentBuilder()
    builder.add("First.", page=1)
    builder.add_parts([Part("govern", 1), Part("ance of chains", 2, ""), Part("goes on", 4)])
    pages = builder.pages(5, ["i", None])
    assert builder.text() == "First.\n\ngovernance of chains goes on"
    assert [builder.text()[p.start : p.end] for p in pages] == [
        "First.\n\ngovern",
        "ance of chains ",
        "",
        "goes on",
        "",
    ]
    assert [p.label for p in pages] == ["i", None, None, None, None]


def test_sections_nest() -> None:
    builder = DocumentBuilder()
    for title, level in (("A", 1), ("A1", 2), ("B", 1)):
        builder.add(title, "heading", level=level)
        builder.add(f"text of {title}")
    text = builder.text()
    assert [text[s.start : s.end].split("\n\n") for s in builder.sections()] == [
        ["A", "text of A", "A1", "text of A1", ""],
        ["A1", "text of A1", ""],
        ["B", "text of B"],
    ]


def test_nothing_is_added_for_blank_text() -> None:
    builder = DocumentBuilder()
    assert not builder.add(" \u200b\n")
    assert builder.is_empty
    assert builder.pages(0) == ()
