"""`textgov annotate`: of an index, and as a filter."""

# ruff: noqa: E501 - outputs stand as they are written

from __future__ import annotations

import json

import pytest

SENTENCE = "The union bargained with the mill, and inspectors fined the contractor."


def lines(*objects: object) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in objects).encode()


def test_filter_answers_in_order(textgov):
    texts = [SENTENCE, "", "Nothing is coded here, we hope.", SENTENCE * 3]
    result = textgov(
        "annotate", "-", stdin=lines(*({"id": n, "text": t, "more": 1} for n, t in enumerate(texts)))
    )
    assert (result.status, result.err) == (0, "")
    rows = result.rows()
    assert [row["id"] for row in rows] == [0, 1, 2, 3]
    assert list(rows[0]) == ["id", "mentions", "relations", "interactions", "paths", "stance", "cells"]
    assert list(rows[0]["mentions"][0])[:6] == ["start", "end", "layer", "code", "name", "rule"]
    for text, row in zip(texts, rows, strict=True):
        for mention in row["mentions"]:
            assert 0 <= mention["start"] < mention["end"] <= len(text)
    union = next(m for m in rows[0]["mentions"] if m["code"] == "union")
    assert SENTENCE[union["start"] : union["end"]] == "union"
    assert rows[1]["mentions"] == []


BAD = {
    b"{not json": (None, "not JSON at column 2"),
    b'"a string"': (None, "expected an object with 'id' and 'text'"),
    b'{"id": 7}': (7, "lacks 'text'"),
    b'{"text": "x"}': (None, "lacks 'id'"),
    b'{"id": [1], "text": 5}': ([1], "'text' is not a string"),
    b'{"id": NaN, "text": "x"}': (None, "NaN is not a JSON value"),
    b"[" * 200_000: (None, "nested too deeply"),
    b'{"id": 1' + b"0" * 6000 + b', "text": "x"}': (None, "not JSON"),
}


def test_filter_answers_bad_lines_in_their_place(textgov):
    good = json.dumps({"id": "good", "text": SENTENCE}).encode()
    sent = b"\n".join(part for bad in BAD for part in (bad, good)) + b"\n"
    result = textgov("annotate", "-", stdin=sent)
    assert (result.status, result.err) == (1, "")
    rows = result.rows()
    assert len(rows) == 2 * len(BAD)
    for number, (row, (identity, error)) in enumerate(zip(rows[::2], BAD.values(), strict=True)):
        assert list(row) == ["id", "error"]
        assert row["id"] == identity
        assert row["error"].startswith(f"line {2 * number + 1}: ")
        assert error in row["error"]
    assert all(row["id"] == "good" and row["mentions"] for row in rows[1::2])


def test_filter_keeps_offsets_by_characters(textgov):
    text = "\U0001f9f5 e\u0301 \ud83d — " + SENTENCE
    sent = b'{"id": "\\ud800", "text": "' + json.dumps(text).encode()[1:-1] + b'"}\n'
    result = textgov("annotate", "-", stdin=sent)
    assert result.status == 0
    [row] = result.rows()
    assert row["id"] == "\ud800"
    union = next(m for m in row["mentions"] if m["code"] == "union")
    assert text[union["start"] : union["end"]] == "union"


def test_filter_reads_what_is_no_utf8(textgov):
    result = textgov("annotate", "-", stdin=b'{"id": 1, "text": "caf\xe9 ' + SENTENCE.encode() + b'"}\n')
    assert result.status == 0
    assert any(m["code"] == "union" for m in result.rows()[0]["mentions"])


def test_filter_passes_over_blank_lines(textgov):
    sent = b"\n" + lines({"id": 1, "text": SENTENCE}) + b"  \r\n"
    assert [row["id"] for row in textgov("annotate", "-", stdin=sent).rows()] == [1]
    assert textgov("annotate", "-", stdin=b"") == textgov("annotate", "-", stdin=b"\n\n")


def test_filter_takes_a_megabyte(textgov):
    times = 1_050_000 // (len(SENTENCE) + 1)
    text = f"{SENTENCE} " * times
    result = textgov("annotate", "-", "--no-model", stdin=lines({"id": "long", "text": text}))
    assert result.status == 0
    [row] = result.rows()
    unions = [m for m in row["mentions"] if m["code"] == "union"]
    assert len(unions) == times
    assert {text[m["start"] : m["end"]] for m in unions} == {"union"}


def test_index_is_annotated_once(textgov, place):
    (place / "a.txt").write_text(
        SENTENCE + " It lasted for nine days in the spring of that year.", encoding="utf-8"
    )
    textgov("ingest", "a.txt")
    first = textgov("annotate", "-j", "1")
    assert (first.status, first.out) == (0, "")
    assert first.err.startswith("1 document annotated, ")
    again = textgov("annotate", "-j", "1")
    assert (again.status, again.err) == (
        0,
        "0 documents annotated, 0 mentions found, 1 document done before\n",
    )
    assert textgov("annotate", "--no-model", "-j", "1").err.startswith("1 document annotated, ")
    assert "annotated    1 of 1 document" in textgov("status").out


def test_other_languages_are_kept_and_said(textgov, place):
    text = "Die Gewerkschaft hat mit der Weberei verhandelt, und die Aufsicht kam zweimal in jenem Jahr. " * 6
    (place / "german.txt").write_text(text, encoding="utf-8")
    textgov("ingest", "german.txt")
    result = textgov("annotate", "-j", "1")
    assert result.status == 0
    assert result.err.splitlines()[0] == "1 document kept but not coded:"
    assert result.err.splitlines()[1].startswith("  german.txt [")
    assert result.err.splitlines()[1].endswith("]: its language is 'de'")
    assert "languages    de 1" in textgov("status").out


MISTAKES = {
    "annotate": (
        3,
        "textgov.db: there is no index here; make one with `textgov ingest FILES`, or name it by --index\n",
    ),
    "annotate --codebook no-such -": (
        2,
        "Invalid value for '--codebook' (env var: 'TEXTGOV_CODEBOOK'): no-such: no such codebook; give a folder with codebook.toml or a built-in "
        "name: gereffi-lee (see textgov annotate --help)\n",
    ),
    "annotate --jobs 0": (
        2,
        "Invalid value for '-j' / '--jobs': 0 is not in the range 1<=x<=256. (see textgov annotate --help)\n",
    ),
    "annotate --also tabel": (
        2,
        "Invalid value for '--also': 'tabel' is not one of 'table', 'footnote', 'references', 'front_matter'. "
        "(see textgov annotate --help)\n",
    ),
    "annotate x": (2, "Invalid value for '[-]': 'x' is not '-'. (see textgov annotate --help)\n"),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_mistakes(textgov, line):
    status, message = MISTAKES[line]
    result = textgov(*line.split())
    assert (result.status, result.err, result.out) == (status, f"textgov: {message}", "")
