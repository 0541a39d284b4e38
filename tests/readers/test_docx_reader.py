import zipfile
from pathlib import Path

import docx
from reader_checks import kinds, only

FOOTNOTES = (
    '<?xml version="1.0"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
    '<w:footnote w:id="1"><w:p><w:r><w:t>A note below the text.</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def report(path: Path) -> Path:
    word = docx.Document()
    core = word.core_properties
    core.title, core.author, core.keywords = (
        "A Report on Knitwear",
        "Norcliffe Services; Ann Author",
        "audit; knitwear",
    )
    core.identifier = "doi:10.5555/x.1"
    word.add_paragraph("A Report on Knitwear", style="Title")
    word.add_paragraph("Norcliffe Services, Ann Author")
    word.add_heading("1. Findings", 1)
    word.add_paragraph("Overtime was found in March.")
    table = word.add_table(rows=2, cols=3)
    for place, text in enumerate(["Finding", "Status", "Due", "Overtime", "Open", "May"]):
        table.cell(place // 3, place % 3).text = text
    merged = table.add_row().cells
    merged[0].merge(merged[2]).text = "across all"
    word.add_paragraph("first point", style="List Bullet")
    word.add_paragraph().add_run("A bold line as heading").bold = True
    word.add_paragraph("After the table.")
    word.add_heading("References", 1)
    word.add_paragraph("Bennett, J. (2012). Title.")
    word.save(str(path))
    return path


def test_blocks_and_record(tmp_path: Path) -> None:
    document = only(report(tmp_path / "x.docx"))
    assert kinds(document) == [
        ("heading", "A Report on Knitwear"),
        ("front_matter", "Norcliffe Services, Ann Author"),
        ("heading", "1. Findings"),
        ("body", "Overtime was found in March."),
        ("table", "Finding | Status | Due\nOvertime | Open | May\nacross all"),
        ("list", "first point"),
        ("heading", "A bold line as heading"),
        ("body", "After the table."),
        ("heading", "References"),
        ("references", "Bennett, J. (2012). Title."),
    ]
    fields = document.bibliography
    assert fields.title == "A Report on Knitwear"
    assert fields.authors == ("Norcliffe Services", "Ann Author")
    assert (fields.doi, fields.keywords) == ("10.5555/x.1", ("audit", "knitwear"))


def test_footnotes_are_read(tmp_path: Path) -> None:
    source = report(tmp_path / "source.docx")
    relation = (
        '<Relationship Id="rId99" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/officeDocument/'
        '2006/relationships/footnotes"/></Relationships>'
    )
    kind = (
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.footnotes+xml"/></Types>'
    )
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "x.docx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", relation.encode())
            if name == "[Content_Types].xml":
                content = content.replace(b"</Types>", kind.encode())
            new.writestr(name, content)
        new.writestr("word/footnotes.xml", FOOTNOTES)
    assert kinds(only(tmp_path / "x.docx"))[-1] == ("footnote", "A note below the text.")
