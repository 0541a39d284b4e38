"""The flow diagram as a Word document: boxes are cells of a table, so that all of it can be edited."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from textgov.export.archive import without_times
from textgov.export.prisma import CREDIT, ROWS, STAGES, Column, Flow, Line, boxes, described

COLUMNS: Final[tuple[Column, ...]] = ("main", "main_out", "other", "other_out")
HEADS: Final = (
    "Identification of studies via databases and registers",
    "Identification of studies via other methods",
)
LABEL_CM, ARROW_CM, MARGIN_CM = 0.9, 0.8, 1.5
LONG_CM, SHORT_CM = 29.7, 21.0
LETTERS: Final = 9
STEP_CM: Final = 0.35
YELLOW, BLUE = "F2C14E", "A9C7E8"
MADE: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Equal numbers give equal files: the time of writing is no part of the diagram."""


def write_docx(flow: Flow, path: Path) -> None:
    """Write the diagram with a title, its table, and notes."""
    from docx import Document  # noqa: PLC0415 - slow to import
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(LETTERS)
    section = document.sections[0]
    wide = bool(flow.others)
    section.page_width, section.page_height = Cm(SHORT_CM), Cm(LONG_CM)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(LONG_CM), Cm(SHORT_CM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(MARGIN_CM))
    document.add_heading("PRISMA 2020 flow diagram", level=1)
    columns = COLUMNS if wide else COLUMNS[:2]
    room = (LONG_CM if wide else SHORT_CM) - 2 * MARGIN_CM - LABEL_CM
    box = (room - ARROW_CM * len(columns)) / len(columns)
    _Grid(document, columns, box).fill(flow)
    for note in _notes(flow):
        document.add_paragraph(note)
    properties = document.core_properties
    properties.title, properties.comments = "PRISMA 2020 flow diagram", described(flow)
    properties.author = properties.last_modified_by = "textgov"
    properties.created = properties.modified = MADE
    document.save(str(path))
    without_times(path)


def _notes(flow: Flow) -> list[str]:
    notes = []
    if flow.unfinished():
        notes.append(f"The review is not finished: {', '.join(flow.unfinished())}.")
    if flow.stopped:
        notes.append(f"Titles and abstracts were screened until: {flow.stopped}")
    return [*notes, CREDIT]


class _Grid:
    """The table: a narrow column of stages, then a column of boxes and one of arrows in turn."""

    def __init__(self, document: Any, columns: tuple[Column, ...], box: float) -> None:
        from docx.shared import Cm  # noqa: PLC0415

        self._columns = columns
        widths = [LABEL_CM]
        for _ in columns:
            widths += [ARROW_CM, box]
        self._table = document.add_table(rows=2 * len(ROWS), cols=len(widths))
        self._table.autofit = False
        for number, width in enumerate(widths):
            self._table.columns[number].width = Cm(width)
            for cell in self._table.columns[number].cells:
                cell.width = Cm(width)

    def fill(self, flow: Flow) -> None:
        """Write heads, stages, boxes and arrows."""
        for number in range(len(self._columns) // 2):
            head = self._cell(0, 2 + 4 * number).merge(self._cell(0, 4 + 4 * number))
            _write(head, [Line(HEADS[number])], bold=True, centred=True)
            _shade(head, YELLOW)
        content = boxes(flow)
        for place, row in enumerate(ROWS):
            at = 1 + 2 * place
            for number, column in enumerate(self._columns):
                lines = content.get((row, column))
                if lines is None:
                    continue
                cell = self._cell(at, 2 + 2 * number)
                _write(cell, lines)
                _frame(cell)
                if column.endswith("_out"):
                    _write(self._cell(at, 1 + 2 * number), [Line("→")], centred=True)
                elif place and (row, column) != ("identified", column):
                    _write(self._cell(at - 1, 2 + 2 * number), [Line("↓")], centred=True)
        if flow.others:
            joint = self._cell(2 * len(ROWS) - 1, 4).merge(self._cell(2 * len(ROWS) - 1, 6))
            _write(joint, [Line("← included reports of both columns")], centred=False)
        self._stages()

    def _stages(self) -> None:
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for place, row in enumerate(ROWS):
            first.setdefault(STAGES[row], 1 + 2 * place)
            last[STAGES[row]] = 1 + 2 * place
        for name, begin in first.items():
            cell = self._cell(begin, 0).merge(self._cell(last[name], 0))
            _write(cell, [Line(name)], bold=True, centred=True)
            _shade(cell, BLUE)
            _turn(cell)

    def _cell(self, row: int, column: int) -> Any:
        return self._table.cell(row, column)


def _write(cell: Any, lines: list[Line], *, bold: bool = False, centred: bool = False) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for extra in cell.paragraphs[1:]:
        extra._element.getparent().remove(extra._element)
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(1)
        paragraph.paragraph_format.left_indent = Cm(STEP_CM * line.indent)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line.text).bold = bold


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _frame(cell: Any) -> None:
    borders = _element("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        borders.append(_element(f"w:{side}", val="single", sz="6", space="0", color="333333"))
    _insert(cell, borders)


def _shade(cell: Any, colour: str) -> None:
    _insert(cell, _element("w:shd", val="clear", color="auto", fill=colour))


def _turn(cell: Any) -> None:
    _insert(cell, _element("w:textDirection", val="btLr"))


def _insert(cell: Any, element: Any) -> None:
    """Put a property of a cell where the schema wants it: Word refuses files whose order is another."""
    order = ("tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection")
    properties = cell._tc.get_or_add_tcPr()
    own = order.index(element.tag.rpartition("}")[2])
    at = 0
    for number, child in enumerate(properties):
        name = child.tag.rpartition("}")[2]
        if name in order and order.index(name) < own:
            at = number + 1
    properties.insert(at, element)
