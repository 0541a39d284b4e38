"""Workbooks for spreadsheets: text stays text, and equal tables give equal files to the byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST: Final = 32_767
"""Characters that a cell of a spreadsheet can hold."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can name."""

_WIDEST: Final = 60
_NARROWEST: Final = 8
_SAMPLED: Final = 200


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name (at most 31 characters) and its rows, the first of which is the header."""

    name: str
    rows: Iterable[Sequence[Any]]


def table_sheet(name: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> Sheet:
    """A sheet of rows that are records, under a header with the columns named."""
    return Sheet(name, [list(columns), *([row.get(column) for column in columns] for row in rows)])


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> int:
    """Write sheets to a file; returns the number of rows under the headers."""
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.remove(book.active)
    moment = datetime(*_EPOCH[:3], tzinfo=UTC).replace(tzinfo=None)
    book.properties.creator = "textgov"
    book.properties.created = book.properties.modified = moment
    count = 0
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        count += max(_fill(made, sheet.rows) - 1, 0)
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_undated(buffer.getvalue(), moment))
    return count


def _fill(sheet: Worksheet, rows: Iterable[Sequence[Any]]) -> int:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    widths: dict[int, int] = {}
    number = 0
    for number, row in enumerate(rows, 1):
        cells = []
        for place, value in enumerate(row, 1):
            content = _content(value)
            cell = WriteOnlyCell(sheet, content)
            if isinstance(content, str):
                # Otherwise what begins with an equals sign would be run as a formula.
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
            if number <= _SAMPLED:
                widths[place] = max(widths.get(place, 0), len(str(content or "")) + 2)
            cells.append(cell)
        sheet.append(cells)
    for place, width in widths.items():
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(max(width, _NARROWEST), _WIDEST)
    sheet.freeze_panes = "B2"
    return number


def _content(value: Any) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    if isinstance(value, (list, tuple)):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST]
    return value


def _undated(content: bytes, moment: datetime) -> bytes:
    """The same workbook without the time at which it was written."""
    made = io.BytesIO()
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as to,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = _with_stamp(data, stamp)
            to.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _with_stamp(data: bytes, stamp: bytes) -> bytes:
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
