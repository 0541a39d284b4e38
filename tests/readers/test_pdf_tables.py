from pathlib import Path

from pdf_factory import Sheet
from reader_checks import kinds, only
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

PROSE = "Workers and managers were interviewed in all of the factories that took part in this study. " * 4
ROWS = [
    ["Country", "Firms", "Rate"],
    ["Bangladesh", "12", "3.4 %"],
    ["Cambodia", "7", "n.a."],
    ["Kenya", "31", "9 %"],
]


def built(path: Path, style: TableStyle, rows: list[list[object]]) -> Path:
    normal = getSampleStyleSheet()["Normal"]
    table = Table(rows)
    table.setStyle(style)
    SimpleDocTemplate(str(path), pagesize=A4, invariant=1).build(
        [Paragraph(PROSE, normal), Spacer(1, 12), Paragraph("Table 1. Firms by country", normal), table,
         Spacer(1, 12), Paragraph(PROSE, normal)]
    )  # fmt: skip
    return path


EXPECTED = "Country | Firms | Rate\nBangladesh | 12 | 3.4 %\nCambodia | 7 | n.a.\nKenya | 31 | 9 %"


def check(path: Path) -> None:
    found = kinds(only(path))
    assert [kind for kind, _ in found] == ["body", "table", "table", "body"]
    assert found[1][1] == "Table 1. Firms by country"
    assert found[2][1] == EXPECTED
    assert found[0][1] == found[3][1] == PROSE.strip()


def test_a_table_with_a_grid(tmp_path: Path) -> None:
    check(built(tmp_path / "x.pdf", TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]), ROWS))


def test_a_table_with_three_rules(tmp_path: Path) -> None:
    rules = [
        ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
    ]
    check(built(tmp_path / "x.pdf", TableStyle(rules), ROWS))


def test_a_table_without_rules(tmp_path: Path) -> None:
    check(built(tmp_path / "x.pdf", TableStyle([]), ROWS))


def test_cells_of_several_lines_stay_together(tmp_path: Path) -> None:
    style = getSampleStyleSheet()["Normal"]
    long = (
        "The supplier returned the identity papers of the workers and paid back the fees that they had borne."
    )
    rows: list[list[object]] = [["Finding", "Action"]]
    rows += [[f"Point {n}", Paragraph(f"{n}. {long}", style)] for n in range(1, 6)]
    table = Table(rows, colWidths=[80, 160])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    path = tmp_path / "x.pdf"
    SimpleDocTemplate(str(path), pagesize=A4, invariant=1).build([Paragraph(PROSE, style), table])
    found = kinds(only(path))
    assert found[1] == (
        "table",
        "\n".join(["Finding | Action", *(f"Point {n} | {n}. {long}" for n in range(1, 6))]),
    )


def test_two_columns_of_prose_are_no_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    for place in range(20):
        sheet.line(60, 700 - 12 * place, f"the left column, line {place}, of running text here")
        sheet.line(310, 700 - 12 * place, f"the right column, line {place}, of running text")
    for y in (712, 450):
        sheet.rule(60, y, 530, y)
    assert {kind for kind, _ in kinds(only(sheet.save()))} == {"body"}


def test_underlined_links_make_no_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    for place in range(20):
        y = 700 - 12 * place
        sheet.line(60, y, f"entry {place} www.example.org/a/page")
        sheet.line(310, y, f"entry {place} www.example.org/b/page")
        sheet.rule(90, y - 1, 180, y - 1)
        sheet.rule(340, y - 1, 430, y - 1)
    assert {kind for kind, _ in kinds(only(sheet.save()))} <= {"body", "list"}


def test_a_figure_caption_is_not_coded_and_a_sentence_on_a_table_is(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "x.pdf")
    sheet.line(60, 700, "Table 2 shows that wages rose in all of the firms that were visited twice.")
    sheet.line(60, 660, "Figure 1. Wages by year, 2010 to 2020")
    found = kinds(only(sheet.save()))
    assert [kind for kind, _ in found] == ["body", "table"]
