"""Quotes: true to the text, short enough, and with their spans marked."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.analysis.quotes import LONGEST, quote_of
from textgov.analysis.reading import Occurrence
from textgov.documents import Passage
from textgov.index.records import Sentence
from textgov.preprocessing.segment import sentences_of


def data_of(text: str):
    """What a quote reads of a document with one passage."""
    sentences = [Sentence(0, *span) for span in sentences_of(text, 0, len(text))]
    return SimpleNamespace(
        id="d",
        document=SimpleNamespace(text=text),
        passages={0: Passage("d", 0, 0, len(text), "body", "Results", 3)},
        sentences={0: sentences},
    )


def at(text: str, part: str, page: int | None = 4) -> Occurrence:
    start = text.index(part)
    return Occurrence(part, 0, None, start, start + len(part), page)


TEXT = "Buyers audit the mills. Nobody asks workers. Unions then strike.\nWages rise."


def test_a_sentence_with_both():
    quote = quote_of(data_of(TEXT), at(TEXT, "Buyers"), at(TEXT, "audit"))
    assert quote.parts == (("Buyers", "row"), (" ", ""), ("audit", "column"), (" the mills.", ""))
    assert (quote.page, quote.section, quote.document) == (4, "Results", "d")


def test_sentences_apart_and_beside_each_other():
    assert quote_of(data_of(TEXT), at(TEXT, "strike"), at(TEXT, "audit")).text == (
        "Buyers audit the mills. […] Unions then strike."
    )
    assert quote_of(data_of(TEXT), at(TEXT, "audit"), at(TEXT, "workers")).text == (
        "Buyers audit the mills. Nobody asks workers."
    )


def test_without_a_span_the_first_sentence_and_the_page_of_the_passage_speak():
    quote = quote_of(data_of(TEXT), Occurrence("csr", 0, None, None, None, 3))
    assert (quote.text, quote.page) == ("Buyers audit the mills.", 3)


def test_what_is_true_of_the_document_alone_has_no_quote():
    assert quote_of(data_of(TEXT), Occurrence("paper"), Occurrence("2014")) is None
    assert quote_of(data_of(TEXT), Occurrence("paper"), at(TEXT, "strike")).text == "Unions then strike."


def test_a_long_sentence_is_cut_around_its_marks():
    text = "Far " * 200 + "the union struck " + "on " * 200
    quote = quote_of(data_of(text), at(text, "union"))
    assert ("union", "row") in quote.parts
    assert quote.text.startswith("…Far")
    assert quote.text.endswith("on…")
    assert len(quote.text) <= LONGEST + 2


@st.composite
def marked(draw):
    words = draw(st.lists(st.text("abc.é\n", min_size=1, max_size=90), min_size=1, max_size=30))
    text = " ".join(["a", *words])
    spans = []
    for _ in range(2):
        start = draw(st.sampled_from([at for at, letter in enumerate(text) if letter.strip()]))
        spans.append((start, draw(st.integers(start + 1, min(len(text), start + 40)))))
    return text, spans


@given(marked())
def test_the_words_are_those_of_the_text(case):
    text, spans = case
    places = [Occurrence("x", 0, None, start, end, 1) for start, end in spans]
    quote = quote_of(data_of(text), *places)
    folded = re.sub(r"\s+", " ", text)
    # The marks are parts of the text, and what is quoted between gaps is too.
    for piece in re.split(r" \[…\] |…", quote.text):
        assert piece in folded
    assert len(quote.text) <= LONGEST + 120
    start, end = min(spans, key=lambda span: (span[0], -span[1]))
    marks = [words for words, role in quote.parts if role]
    assert any(re.sub(r"\s+", " ", text[start:end]).startswith(words) for words in marks)


@pytest.mark.parametrize("size", [1, LONGEST - 1, LONGEST, LONGEST + 1, 3 * LONGEST])
def test_a_word_without_spaces_is_cut_too(size):
    text = "x" * size
    quote = quote_of(data_of(text), Occurrence("x", 0, None, 0, 1, 1))
    assert len(quote.text) <= LONGEST + 1
