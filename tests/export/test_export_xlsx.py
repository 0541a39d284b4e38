"""Workbooks: text stays text, whatever it is, and equal tables give equal files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.export.xlsx import LONGEST, Sheet, table_sheet, write_workbook

ATTACK = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"]


def read(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def test_tables_come_back(tmp_path):
    path = tmp_path / "x.xlsx"
    rows = [{"a": 1, "b": "x", "c": None}, {"a": 2.5, "b": ["y", "z"]}]
    count = write_workbook(path, [table_sheet("One", ["a", "b", "c"], rows), Sheet("Two", [["only"]])])
    assert count == 2
    assert read(path) == {"One": [["a", "b", "c"], [1, "x", None], [2.5, "y; z", None]], "Two": [["only"]]}


def test_nothing_is_run_as_a_formula(tmp_path):
    path = tmp_path / "x.xlsx"
    write_workbook(path, [Sheet("S", [["text"], *([text] for text in ATTACK)])])
    sheet = openpyxl.load_workbook(path)["S"]
    cells = [sheet.cell(row, 1) for row in range(2, 2 + len(ATTACK))]
    assert [cell.value for cell in cells] == ATTACK
    assert {cell.data_type for cell in cells} == {"s"}


def test_equal_tables_give_equal_bytes(tmp_path):
    written = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.xlsx"
        write_workbook(path, [Sheet("S", [["x"], [1]])])
        written.append(path.read_bytes())
    assert written[0] == written[1]
    with zipfile.ZipFile(io.BytesIO(written[0])) as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in parts.read("docProps/core.xml")


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_text_can_be_stored(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("x") / "x.xlsx"
    write_workbook(path, [Sheet("S", [["head"], [text]])])
    stored = read(path)["S"]
    value = "" if len(stored) < 2 else stored[1][0] or ""
    legal = "".join(" " if ord(c) < 32 and c not in "\t\n\r" else c for c in text)
    assert str(value).replace("\r", "\n").split() == legal.replace("\r", "\n").split()


def test_a_text_too_long_for_a_cell_is_cut(tmp_path):
    path = tmp_path / "x.xlsx"
    write_workbook(path, [Sheet("S", [["head"], ["x" * (LONGEST + 5)]])])
    assert len(str(read(path)["S"][1][0])) == LONGEST
