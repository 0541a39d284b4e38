"""Words: the same in texts, queries and highlights."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.index.tokens import fold, indexed, mark, pattern_words, tokens, unmarked, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Workers' unions bargain.", ["workers", "unions", "bargain"]),
        ("multi-stakeholder co-operative", ["multi", "stakeholder", "co", "operative"]),
        ("SA8000/ISO 14001", ["sa8000", "iso", "14001"]),
        ("Café CAFÉ cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("wage\u00b2, hours\u00b9\u2070", ["wage", "hours"]),
        ("gov\u00ader\u00adnance", ["governance"]),
        ("\ufb01rm Stra\u00dfe \uff21\uff22", ["firm", "strasse", "ab"]),
        ("a_b", ["a", "b"]),
        ("\U0001f600 \u2014 \0 \u201cyes\u201d", ["yes"]),
        ("", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@given(st.text())
def test_tokens_are_the_words_with_their_places(text):
    found = tokens(text)
    assert [token.word for token in found] == words(text)
    assert all(words(text[token.start : token.end]) == [token.word] for token in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_every_letter_is_folded_once_and_for_all():
    letters = [chr(point) for point in range(sys.maxunicode + 1) if chr(point).isalnum()]
    assert [c for c in letters if fold(fold(c)) != fold(c)] == []
    assert [c for c in letters if fold(c).isascii() and fold(c) != fold(c).lower()] == []


@given(st.lists(st.text(), max_size=5))
def test_sqlite_splits_folded_text_into_the_same_words(texts):
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (text, content = '', tokenize = 'ascii')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, 'instance')")
        rows = [(n, indexed(text)) for n, text in enumerate(texts)]
        connection.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", rows)
        found = connection.execute("SELECT doc, term FROM v ORDER BY doc, offset").fetchall()
    assert found == [(n, word) for n, text in enumerate(texts) for word in words(text)]


def test_patterns_keep_their_wildcards_and_nothing_else():
    marked = unmarked("Wom\ue000?n").replace("?", mark("?")) + "-" + "Caf" + mark("*?")
    assert pattern_words(marked) == ["wom", "?n", "caf*?"]


@given(st.text())
def test_patterns_without_wildcards_are_words(text):
    assert pattern_words(unmarked(text)) == words(unmarked(text))
