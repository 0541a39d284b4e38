"""Texts that carry their coding: read, written, and refused where they cannot be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.codebook.marked import (
    STATUSES,
    Mark,
    parse_marks,
    parse_passages,
    read_passages,
    render_marks,
)
from textgov.errors import RecordError


def test_marks_become_offsets_into_the_plain_text():
    text, marks = parse_marks("No [[union|union]] held [[audits|audit negated @Okafor 2014]].")

    assert text == "No union held audits."
    assert marks == (Mark(3, 8, "union"), Mark(14, 20, "audit", "negated", "Okafor 2014"))
    assert [text[m.start : m.end] for m in marks] == ["union", "audits"]


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("an [[audit|audit", "not closed"),
        ("an [[audit]] b", "not closed"),
        ("an audit]] b", "not closed"),
        ("[[a [[b|audit]] c|audit]]", "not closed"),
        ("[[audit|audit sometimes]]", "statuses are asserted, negated"),
        ("[[audit|audit negated twice]]", "expected 'code'"),
        ("[[audit| ]]", "expected 'code'"),
        ("[[audit|@Okafor]]", "expected 'code'"),
    ],
)
def test_a_malformed_mark_is_refused(marked, message):
    with pytest.raises(RecordError, match=message):
        parse_marks(marked)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("abc", [Mark(0, 0, "a")]),
        ("abc", [Mark(2, 9, "a")]),
        ("abc", [Mark(-1, 2, "a")]),
        ("abc", [Mark(0, 2, "a"), Mark(1, 3, "b")]),
        ("a[[b", []),
        ("a[b", [Mark(2, 3, "x")]),
        ("abc", [Mark(0, 1, "a b")]),
        ("abc", [Mark(0, 1, "a|b")]),
        ("abc", [Mark(0, 1, "a", "asserted", "]]")]),
        ("abc", [Mark(0, 1, "a", "asserted", " x ")]),
        ("abc", [Mark(0, 1, "")]),
    ],
)
def test_what_could_not_be_read_back_is_not_written(text, marks):
    with pytest.raises(RecordError):
        render_marks(text, marks)


PLAIN = st.text(st.characters(exclude_characters="[]|", exclude_categories=("Cs",)), max_size=60) | st.text(
    "ab \n🧵e\u0301\r", max_size=30
)


@st.composite
def coded(draw):
    text = draw(PLAIN)
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True).map(sorted))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    code = st.text("abc_", min_size=1, max_size=8)
    source = st.none() | st.text("Aab 2014&.,", min_size=1, max_size=12).map(str.strip).filter(bool)
    marks = tuple(Mark(a, b, draw(code), draw(st.sampled_from(STATUSES)), draw(source)) for a, b in pairs)
    return text, marks


@given(coded())
def test_text_and_marks_survive_the_round_trip(case):
    text, marks = case

    assert parse_marks(render_marks(text, marks)) == (text, marks)


@given(coded())
def test_marks_are_written_in_order_whatever_the_order_given(case):
    text, marks = case

    assert render_marks(text, reversed(marks)) == render_marks(text, marks)


@given(st.lists(st.sampled_from(["[[", "]]", "|", "a", " ", "@", "b ", "[[a|b]]"]), max_size=12).map("".join))
def test_any_text_is_read_exactly_or_refused(marked):
    try:
        text, marks = parse_marks(marked)
    except RecordError:
        return
    assert "[[" not in text
    assert "]]" not in text
    position = 0
    for mark in marks:
        assert position <= mark.start < mark.end <= len(text)
        position = mark.end
    assert render_marks(text, marks).count("[[") == len(marks)


PASSAGES = """\
id: one
paths: csr fails, labor works

Some [[audits|audit]].
---
id: two

Nothing, twice:

a second paragraph.
---
"""


def test_passages_have_header_text_and_paths():
    one, two = parse_passages(PASSAGES)

    assert (one.id, one.text, one.paths) == ("one", "Some audits.", {"csr": "fails", "labor": "works"})
    assert two.text == "Nothing, twice:\n\na second paragraph."
    assert two.paths == {}


def test_passages_are_read_from_a_file_with_any_line_ending(tmp_path):
    path = tmp_path / "passages.txt"
    path.write_bytes(PASSAGES.replace("\n", "\r\n").encode())

    assert list(read_passages(path)) == list(parse_passages(PASSAGES))


def test_a_malformed_passage_is_named():
    with pytest.raises(RecordError, match=r"cases, two: a mark is not closed"):
        list(parse_passages(PASSAGES.replace("Nothing", "[[Nothing"), "cases"))
    with pytest.raises(RecordError, match=r"cases, passage 1: header line 'no colon' has no colon"):
        list(parse_passages("no colon\n\ntext", "cases"))


def test_a_path_without_a_stance_is_refused():
    (passage,) = parse_passages("id: one\npaths: csr\n\ntext")

    with pytest.raises(RecordError, match=r"one: paths: expected 'path stance', got 'csr'"):
        _ = passage.paths
