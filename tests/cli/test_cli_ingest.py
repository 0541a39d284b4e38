"""`textgov ingest` and `textgov status`: whole outputs, exit status, what is recorded of each file."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

GOOD = (
    "The union bargained with the mill over the piece rate, and the inspectors came twice that year to look at "
    "the books of the contractor who had brought the weavers from the hills."
)


def write(path: Path, text: str = GOOD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_files_are_read_once(textgov, place):
    write(place / "a.txt")
    write(place / "b.txt", GOOD + " They found nothing.")
    first = textgov("ingest", "a.txt", "b.txt", "-j", "1")
    assert (first.status, first.out) == (0, "")
    assert first.err == "2 documents added from 2 files, 0 duplicates linked\n"
    again = textgov("ingest", ".", "-j", "1")
    assert again.status == 0
    assert textgov("ingest", "a.txt", "b.txt").err == (
        "0 documents added from 0 files, 0 duplicates linked, 2 files known before\n"
    )


def test_a_copy_is_linked_and_listed(textgov, place):
    write(place / "a.txt")
    write(place / "b.txt")
    assert textgov("ingest", "a.txt", "b.txt").err == "1 document added from 1 file, 1 duplicate linked\n"
    listed = textgov("status", "--files", "duplicate", "--json")
    [row] = listed.rows()
    assert (row["file"], row["kept"], row["reason"]) == ("b.txt", "a.txt", "identical file: a.txt")


def test_nothing_useful_is_status_3(textgov, place):
    result = textgov("ingest", "missing.pdf")
    assert result.status == 3
    assert result.err == (
        "1 problem:\n  missing.pdf: does not exist; check the path\n"
        "0 documents added from 0 files, 0 duplicates linked\n"
    )


def test_a_changed_file_replaces_its_text(textgov, place):
    write(place / "a.txt", GOOD)
    textgov("ingest", "a.txt")
    write(place / "a.txt", GOOD + " The strike began in May.")
    assert textgov("ingest", "a.txt").err == "1 document added from 1 file, 0 duplicates linked\n"
    [row] = textgov("export", "passages", "--format", "jsonl").rows()
    assert row["text"].endswith("The strike began in May.")


def test_a_copy_outlives_the_file_that_it_was_a_copy_of(textgov, place):
    write(place / "one/a.txt", GOOD)
    write(place / "two/b.txt", GOOD)
    textgov("ingest", "one", "two")
    write(
        place / "one/a.txt",
        "Another text, on the law of contracts and on nothing else that was there before.",
    )
    result = textgov("ingest", "one")
    assert (result.status, result.err) == (0, "2 documents added from 2 files, 0 duplicates linked\n")
    assert {row["file"] for row in textgov("export", "documents", "--format", "jsonl").rows()} == {
        "one/a.txt",
        "two/b.txt",
    }


RIS = """TY  - JOUR
AU  - Okafor, A.
TI  - Bargaining in the weaving sheds of the northern hills
PY  - 2015
DO  - 10.5555/one.1
AB  - The union bargained with the mill over the piece rate, and won.
ER  -

TY  - JOUR
AU  - Lindqvist, B.
TI  - Inspectors on the road, a study of three provinces
PY  - 2016
AB  - Inspectors visited thirty mills and fined two of them.
ER  -
"""


def full_text(path: Path) -> Path:
    head = "<html><head><title>Bargaining in the weaving sheds of the northern hills</title>"
    head += '<meta name="citation_doi" content="10.5555/one.1"><meta name="citation_publication_date" content="2015">'
    body = "".join(f"<p>{GOOD} This was paragraph {n}.</p>" for n in range(12))
    return write(path, f"{head}</head><body><h1>Bargaining in the weaving sheds</h1>{body}</body></html>")


@pytest.mark.parametrize("runs", [[("texts", "exports")], [("exports", "texts")], [("exports",), ("texts",)]])
def test_the_full_text_is_kept_and_its_record_linked(textgov, place, runs):
    write(place / "exports/scopus.ris", RIS)
    full_text(place / "texts/okafor.html")
    for paths in runs:
        result = textgov("ingest", *paths)
        assert result.status == 0, result.err
    rows = textgov("export", "documents", "--format", "jsonl").rows()
    assert {(row["format"], row["file"]) for row in rows} == {
        ("html", "texts/okafor.html"),
        ("ris", "exports/scopus.ris"),
    }
    assert len(rows) == 2
    [link] = textgov("status", "--files", "duplicate", "--json").rows()
    assert link["file"].startswith("exports/scopus.ris")
    assert link["kept"] == "texts/okafor.html"
    assert link["reason"] == "same DOI"


def hostile(folder: Path) -> None:
    """One of everything that a stranger may send."""
    write(folder / "good one.txt")
    write(folder / "utf16.txt").write_bytes((GOOD + " In another encoding.").encode("utf-16"))
    canvas = Canvas(str(folder / "whole.pdf"), invariant=1)
    for line in range(40):
        canvas.drawString(
            72, 780 - 16 * line, f"Line {line} of the report on the mills and their inspectors."
        )
    canvas.save()
    whole = (folder / "whole.pdf").read_bytes()
    (folder / "truncated.pdf").write_bytes(whole[:700])
    with pikepdf.open(folder / "whole.pdf") as pdf:
        pdf.save(folder / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    (folder / "renamed.pdf").write_bytes(b"PK\x03\x04 not a PDF at all" * 40)
    (folder / "empty.pdf").write_bytes(b"")
    with (folder / "huge.txt").open("wb") as stream:
        stream.truncate(200_000_000)
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    entities = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    write(folder / "laughs.xml", f"<!DOCTYPE article [{entities}]><article><p>&l8;</p></article>")
    write(folder / "torn.ris", RIS.replace("ER  -", "", 1))
    (folder / "nul.txt").write_bytes(b"The union\0bargained with the mill.\0" * 20)
    write(folder / "a name\nwith a newline.csv", "a,b\n1,2\n")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "nothing.pdf").symlink_to(folder / "not there")
    write(folder / "photo.xcf", "no format of ours")
    write(folder / ".hidden.txt")


EXPECTED = {
    "a name\\nwith a newline.csv": "has no column of titles, abstracts or text",
    "bomb.docx": "ZIP bomb",
    "empty.pdf": "is empty (0 bytes)",
    "huge.txt": "has 200,000,000 bytes, the limit is 200,000,000",
    "laughs.xml": "declares entities",
    "locked.pdf": "password",
    "loop": "leads back to a folder that was read already",
    "nothing.pdf": "is a symbolic link to nothing",
    "nul.txt": "NUL bytes",
    "photo.xcf": "not a supported format",
    "pipe.txt": "is a named pipe (FIFO), not a file",
    "renamed.pdf": "is a",
    "torn.ris": "the record has no end",
    "truncated.pdf": "PDF",
}


@pytest.mark.parametrize("jobs", [1, 2])
def test_hostile_folder(textgov, place, jobs):
    hostile(place / "in")
    result = textgov("ingest", "in", "-j", jobs)
    assert result.status == 1
    title, *lines, summary = result.err.splitlines()
    assert title == f"{len(EXPECTED)} problems:"
    said = {}
    for line in lines:
        assert line.startswith("  in/"), line
        place_in_file, _, what = line.removeprefix("  in/").partition(": ")
        name = place_in_file.partition(",")[0]
        assert name not in said
        said[name] = what
    assert said.keys() == EXPECTED.keys()
    for name, part in EXPECTED.items():
        assert part in said[name], (name, said[name])
    assert all("; " in what for what in said.values()), "each line says what to do"
    assert summary.endswith("1 hidden file passed over")
    kept = {row["file"] for row in textgov("status", "--files", "kept", "--json").rows()}
    assert {"in/good one.txt", "in/utf16.txt", "in/whole.pdf", "in/torn.ris"} <= kept
    every = textgov("status", "--files", "all", "--json").rows()
    assert len(every) == len(list((place / "in").iterdir()))


def test_hostile_folder_again_says_the_same(textgov, place):
    hostile(place / "in")
    first = textgov("ingest", "in").err.splitlines()
    second = textgov("ingest", "in")
    assert second.status == 1
    # What is wrong within a file that is kept is told from its record, not by reading it again.
    assert [line.replace(",", ":", 1) for line in second.err.splitlines()[:-1]] == [
        line.replace(",", ":", 1) for line in first[:-1]
    ]


def test_status_counts(textgov, place):
    write(place / "a.txt")
    textgov("ingest", "a.txt")
    result = textgov("status")
    assert result.out == (
        "index        textgov.db\n"
        "files        kept 1\n"
        "documents    1  (other 1)\n"
        "languages    en 1\n"
        "passages     1 with 1 sentence\n"
        "annotated    0 of 1 document\n"
        "mentions     0\n"
    )
    assert result.err == "1 document not annotated yet; run textgov annotate\n"


def test_status_lists(textgov, place):
    write(place / "a.txt")
    textgov("ingest", "a.txt", "gone.txt")
    listed = textgov("status", "--documents")
    assert listed.err == "1 document\n"
    assert listed.out.split("  ")[1:] == ["other", "en", "a.txt\n"]
    assert (
        textgov("status", "--files", "skipped").out == "skipped  gone.txt  does not exist  check the path\n"
    )
    assert textgov("status", "--runs").out.startswith("1  ingest  ")
    assert textgov("status", "--runs", "--documents").status == 2


def test_the_index_of_another_program(textgov, place):
    write(place / "textgov.db", "not an index")
    result = textgov("ingest", ".")
    assert result.status == 3
    assert result.err.count("\n") == 1
    assert "textgov.db" in result.err


def test_ingest_into_a_missing_folder(textgov, place):
    write(place / "a.txt")
    result = textgov("ingest", "a.txt", "--index", "no/where.db")
    assert result.status == 3
    assert result.err == "textgov: no/where.db: its folder does not exist; make the folder first\n"
