"""Tables survive the trip to a file and back, and no cell of CSV is run as a formula."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.export.records import EVERYTHING, TABLES, wanted_units
from textgov.export.tables import cell, write_csv, write_jsonl, write_parquet

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | TEXT,
            "number": st.none() | st.integers(-(2**60), 2**60),
            "share": st.floats(0, 1),
            "flag": st.booleans(),
            "names": st.lists(TEXT, max_size=3),
        }
    ),
    max_size=5,
)
COLUMNS = {"text": "string", "number": "int64", "share": "double", "flag": "bool", "names": "list"}


@given(ROWS)
def test_json_lines_round_trip(rows):
    stream = io.StringIO()
    assert write_jsonl(rows, stream) == len(rows)
    assert [json.loads(line) for line in stream.getvalue().split("\n")[:-1]] == rows


@given(ROWS)
def test_parquet_round_trip(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("parquet") / "x.parquet"
    assert write_parquet(rows, path, COLUMNS) == len(rows)
    table = pyarrow.parquet.read_table(path)
    assert table.to_pylist() == rows
    assert table.column_names == list(COLUMNS)


@given(ROWS)
def test_csv_has_every_cell(rows):
    stream = io.StringIO(newline="")
    assert write_csv(rows, stream, list(COLUMNS)) == len(rows)
    header, *read = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert header == list(COLUMNS)
    assert len(read) == len(rows)
    for row, cells in zip(rows, read, strict=True):
        assert cells == [str(cell(row[name])) for name in COLUMNS]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula(start):
    assert cell(f"{start}1") == f"'{start}1"
    assert cell([f"{start}1", "b"]) == f"'{start}1; b"


def test_lines_end_in_one_way():
    assert cell("\r1\r\n2\r3") == "'\n1\n2\n3"


def test_numbers_stay_numbers():
    assert [cell(value) for value in (-5, 0.5, None, True, "a=b")] == [-5, 0.5, "", "true", "a=b"]


def test_an_empty_table_has_its_header():
    stream = io.StringIO()
    assert write_csv([], stream, list(TABLES["mentions"].columns)) == 0
    assert stream.getvalue().startswith("document,passage,sentence,mention,page,start,end,text,layer,code")


def test_wanted_units():
    places = [("a", 1, 0), ("a", 1, 2), ("b", None, None)]
    by_sentence = wanted_units(places, "sentence")
    assert by_sentence["a"].has(1, 2)
    assert not by_sentence["a"].has(1, 1)
    assert not by_sentence["a"].has(2, 0)
    assert wanted_units(places, "passage")["a"].has(1, 1)
    assert wanted_units(places, "document") == {"a": EVERYTHING, "b": EVERYTHING}
