"""Input from strangers: each bad file gives one clear line, and everything else is read."""

import os
import random
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pdf_factory import columns
from reader_checks import check, items, only, problem
from reportlab.pdfgen.canvas import Canvas

from textgov.documents import Document, Problem
from textgov.readers import ReadOptions, find_files, read_file

HTML = "<!DOCTYPE html><html><body><h1>A title</h1><p>Words about garment workers.</p></body></html>"
DOCX = "word/document.xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def pdf(tmp_path: Path) -> bytes:
    return columns(tmp_path / "source.pdf", 1).save().read_bytes()


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def laughs(levels: int = 8) -> str:
    entities = ['<!ENTITY l0 "lol">'] + [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels)]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(entities)}]><article><p>&l{levels - 1};</p></article>'


BAD: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "empty": ("x.pdf", lambda p: p.write_bytes(b""), "is empty (0 bytes)"),
    "blank": ("x.txt", lambda p: p.write_text(" \n\n\t"), "has no text in it"),
    "NUL bytes": ("x.txt", lambda p: p.write_bytes(b"some\0text " * 50), "has NUL bytes"),
    "no PDF": ("x.pdf", lambda p: p.write_bytes(os.urandom(999)), "damaged PDF"),
    "RTF": ("x.txt", lambda p: p.write_text("{\\rtf1 hello}"), "is an RTF file"),
    "old Word": ("x.docx", lambda p: p.write_bytes(OLE * 99), "old Office file"),
    "locked Word": (
        "x.docx",
        lambda p: p.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")),
        "Office file with a password",
    ),
    "a ZIP": ("x.docx", lambda p: zipped(p, {"a.txt": b"hello"}), "is a ZIP archive"),
    "a workbook": ("x.docx", lambda p: zipped(p, {"xl/workbook.xml": b"<x/>"}), "is an Excel workbook"),
    "half a ZIP": ("x.docx", lambda p: p.write_bytes(b"PK\x03\x04" + b"x" * 500), "damaged ZIP archive"),
    "a Word file without parts": ("x.docx", lambda p: zipped(p, {DOCX: b"<x/>"}), "damaged Word file"),
    "not Word": ("x.docx", lambda p: p.write_text("hello"), "is not a Word file"),
    "a ZIP bomb": ("x.docx", lambda p: zipped(p, {DOCX: bytes(50_000_000)}), "as a ZIP bomb does"),
    "billion laughs": ("x.xml", lambda p: p.write_text(laughs()), "declares entities by other entities"),
    "deep XML": ("x.xml", lambda p: p.write_text("<article>" + "<sec>" * 9999), "Excessive depth"),
    "deep HTML": ("x.html", lambda p: p.write_text("<html>" + "<div>" * 999), "256 deep"),
    "other XML": ("x.xml", lambda p: p.write_text("<?xml version='1.0'?><rss/>"), "root <rss>"),
    "broken XML": ("x.xml", lambda p: p.write_text("<article><p>one</article>"), "not well-formed XML"),
    "JSON array": ("x.json", lambda p: p.write_text('[{"title": "x"}]'), "is a JSON array"),
    "no records": ("x.bib", lambda p: p.write_text("% nothing"), "has no records in it"),
    "a table of numbers": ("x.csv", lambda p: p.write_text("a,b\n1,2\n"), "no column of titles"),
    "an image": ("x.txt", lambda p: p.write_bytes(b"\x89PNG\r\n" + bytes(99)), "is an image"),
}  # fmt: skip
"""What is wrong with a file: its name, how it is made, and what is to be said of it."""


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gives_one_line(tmp_path: Path, case: str) -> None:
    name, make, expected = BAD[case]
    make(tmp_path / name)
    found = problem(tmp_path / name)
    assert expected in found
    assert "; " in found, "what to do is missing"


def test_billion_laughs_costs_nothing(tmp_path: Path) -> None:
    import resource

    write(tmp_path / "x.xml", laughs(12))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    problem(tmp_path / "x.xml")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt", "the secret")
    entity = f'<!DOCTYPE article [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    xml = f"{entity}<article><body><p>Text &x; on</p></body></article>"
    document = only(write(tmp_path / "x.xml", xml))
    assert "secret" not in document.text
    assert any("&x;" in note for note in document.notes)


def test_a_file_over_the_limit_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "has 200,000,000 bytes, the limit is 200,000,000" in problem(path)
    assert "limit is 10;" in problem(write(tmp_path / "y.txt", "0123456789"), ReadOptions(max_bytes=10))
    assert only(tmp_path / "y.txt", ReadOptions(max_bytes=11)).text == "0123456789"


def test_zip_members_cannot_outgrow_what_they_declare(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.docx", {DOCX: bytes(30_000_000), "[Content_Types].xml": b"<x/>"})
    content = path.read_bytes()
    real, told = (30_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little")
    assert real in content
    write(path, content.replace(real, told))
    assert "damaged Word file" in problem(path)


def test_encrypted_pdfs(tmp_path: Path, pdf: bytes) -> None:
    source = write(tmp_path / "source.pdf", pdf)
    with pikepdf.open(source) as file:
        file.save(tmp_path / "user.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
        file.save(tmp_path / "open.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
    assert "is encrypted: it needs a password" in problem(tmp_path / "user.pdf")
    assert only(tmp_path / "open.pdf").text == only(source).text


def test_damaged_pdfs_are_repaired_and_it_is_said(tmp_path: Path, pdf: bytes) -> None:
    whole = only(write(tmp_path / "whole.pdf", pdf))
    cut = only(write(tmp_path / "cut.pdf", pdf[: len(pdf) // 2]))
    assert 0 < len(cut.text) < len(whole.text)
    assert "repaired" in cut.notes[0]
    assert any("have no text" in note for note in cut.notes)
    no_table = pdf.replace(b"startxref", b"startxxxx").replace(b"xref", b"yref")
    assert only(write(tmp_path / "noxref.pdf", no_table)).text == whole.text
    assert "damaged" in problem(write(tmp_path / "stub.pdf", pdf[:600]))


def test_pdfs_without_or_with_little_text(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "scan.pdf"))
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    assert problem(tmp_path / "scan.pdf").startswith(
        "has no text layer (1 page of images or blanks); make it searchable"
    )
    canvas = Canvas(str(tmp_path / "little.pdf"))
    for _ in range(10):
        canvas.drawString(50, 700, "Only these few words are here.")
        canvas.showPage()
    canvas.save()
    (note,) = only(tmp_path / "little.pdf").notes
    assert note.startswith("little text for 10 pages (300 characters)")


def test_pdf_limits(tmp_path: Path, pdf: bytes) -> None:
    path = write(tmp_path / "x.pdf", pdf)
    assert "has 3 pages, the limit is 2" in problem(path, ReadOptions(max_pages=2))
    (found,) = read_file(path, ReadOptions(max_seconds=-1))
    assert isinstance(found, Problem)


@pytest.mark.parametrize(
    ("name", "content", "fmt", "told"),
    [
        ("x.txt", None, "pdf", "named .txt but read as PDF"),
        ("x.pdf", HTML, "html", "named .pdf but read as HTML"),
        ("x.txt", HTML, "html", "named .txt but read as HTML"),
        ("x.md", "TY  - JOUR\nTI  - T\nER  - \n", "ris", "named .md but read as RIS"),
        ("x.csv", '{"id": "1", "text": "words"}', "jsonl", "named .csv but read as JSONL"),
    ],
)
def test_renamed_files_are_read_by_their_content(
    tmp_path: Path, pdf: bytes, name: str, content: str | None, fmt: str, told: str
) -> None:
    document = only(write(tmp_path / name, pdf if content is None else content))
    assert document.format == fmt
    assert told in document.notes[0]


def test_files_that_vanish_or_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem(tmp_path / "gone.txt") == "does not exist; check the path"
    path = write(tmp_path / "x.txt", "words")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert problem(path) == "may not be read; check its permissions"
    assert problem(tmp_path) == "is not a regular file; give the files or folders to read"


def test_a_folder_of_hostile_files(tmp_path: Path, pdf: bytes) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    write(folder / "good.pdf", pdf)
    write(folder / "deep" / "two\nlines.txt", "A text in a file with a line feed in its name.")
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.txt")).write_text(
        "A text in a file with an undecodable name."
    )
    write(folder / "utf16.txt", "Workers bargained — and won.".encode("utf-16"))
    write(folder / ".hidden.txt", "hidden")
    write(folder / "tool.exe", "?")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "deep" / "self.txt").symlink_to(folder / "deep" / "self.txt")
    (folder / "gone.pdf").symlink_to(folder / "nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "sock.txt"))
        found = list(find_files([folder]))
    problems = {Path(str(item.where)).name: item.what for item in found if isinstance(item, Problem)}
    assert problems == {
        ".hidden.txt": "not a supported format",
        "tool.exe": "not a supported format",
        "pipe.txt": "is a named pipe (FIFO), not a file",
        "loop": "leads back to a folder that was read already",
        "self.txt": "cannot be opened (Too many levels of symbolic links)",
        "gone.pdf": "is a symbolic link to nothing",
        "sock.txt": "is a socket, not a file",
    }
    documents = [only(item) for item in found if isinstance(item, Path)]
    assert [Path(d.source).name for d in documents] == [
        "bad\\xff.txt",
        "two\nlines.txt",
        "good.pdf",
        "utf16.txt",
    ]
    assert documents[-1].text == "Workers bargained — and won."
    assert "\\n" in str(Problem(documents[1].source, "x"))


def test_corrupted_bytes_never_raise(tmp_path: Path, pdf: bytes) -> None:
    sources = {
        ".pdf": pdf,
        ".html": HTML.encode(),
        ".xml": b"<article><front/><body><sec><title>T</title><p>Words here.</p></sec></body></article>",
        ".ris": b"TY  - JOUR\nTI  - Title\nAB  - Abstract\nER  - \n" * 3,
        ".bib": b"@article{a, title={A {Title}}, author={X, Y and Z}, year=2001}\n" * 3,
        ".csv": b'title,abstract\n"One, two",three\nfour,"five"\n',
        ".jsonl": b'{"title": "One", "abstract": "Two"}\n' * 3,
        ".md": b"# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- item\n",
    }
    rnd = random.Random(11)  # noqa: S311 - made-up damage
    for round_ in range(160):
        suffix = list(sources)[round_ % len(sources)]
        content = bytearray(sources[suffix])
        for _ in range(rnd.choice((1, 5, 40))):
            place = rnd.randrange(len(content))
            action = rnd.random()
            if action < 0.6:
                content[place] = rnd.randrange(256)
            elif action < 0.8 and len(content) > 60:
                del content[place : place + rnd.randrange(40)]
            else:
                content[place:place] = rnd.randbytes(5)
        for item in items(write(tmp_path / f"x{suffix}", bytes(content))):
            if isinstance(item, Document):
                check(item)
