import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.preprocessing.normalize import clean, clean_lines

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_clean_is_idempotent_and_canonical(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip(" ")
    assert "  " not in cleaned
    assert not set(cleaned) & set("\n\t\r\x00\xa0\xad\u200b\ufeff\ufb01")
    cleaned.encode("utf-8")


@given(ANY_TEXT)
def test_clean_lines_keeps_line_ends_only(text: str) -> None:
    lines = clean_lines(text)
    assert clean_lines(lines) == lines
    assert "\n\n" not in lines
    assert " \n" not in lines
    assert lines.replace("\n", " ") == clean(text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("certi\ufb01cation of o\ufb03ces", "certification of offices"),
        ("Zusammen\u00adarbeit", "Zusammenarbeit"),
        ("a\u00a0b\u2003c\td", "a b c d"),
        ("e\u0301tude", "étude"),
        ("e\u00ad\u0301tude", "étude"),
        ("one\r\ntwo\rthree\u2028four", "one two three four"),
        ("\uf0b7 item", "• item"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("👩‍🏭 works ² and ™", "👩‍🏭 works ² and ™"),
        ("  ", ""),
    ],
)
def test_clean_examples(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_clean_lines_keeps_rows() -> None:
    assert clean_lines("a | b \r\n\n c\u00a0| d\n") == "a | b\nc | d"
