"""Which format a file is in: by its content first, by its name where content leaves it open."""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from textgov.readers.problems import UnreadableError

EXTENSIONS: dict[str, str] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".xml": "xml",
    ".nxml": "jats",
    ".jats": "jats",
    ".tei": "tei",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".ris": "ris",
    ".bib": "bibtex",
    ".bibtex": "bibtex",
}
"""Formats by extension; an `.xml` file is JATS or TEI by its root element."""

START_BYTES = 65_536

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"%!PS", "a PostScript file"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_KINDS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint file"),
    ("META-INF/container.xml", "an EPUB book"),
    ("content.xml", "an OpenDocument file"),
)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOG = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>)\s*", re.DOTALL | re.IGNORECASE
)
_DOCTYPE_HTML = re.compile(r"\s*<!DOCTYPE\s+html\b", re.IGNORECASE)
_XML_ROOTS = {
    "article": "jats",
    "pmc-articleset": "jats",
    "tei": "tei",
    "teicorpus": "tei",
    "tei.2": "tei",
    "html": "html",
}
_HTML_TAG = re.compile(r"<(?:html|head|body|title|meta|div|table|p|h1)\b[^>]*>", re.IGNORECASE)
_RIS = re.compile(r"\A\s*(?:[A-Z][A-Z0-9]  -.*\s+)*?TY  - ?\w", re.ASCII)
_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+\s*[{(]\s*[^\s,{}()\"@]+\s*(?:,|=)", re.MULTILINE)
_JSON_OBJECT = re.compile(r'\A\s*\{\s*(?:"|\})')
_JSON_ARRAY = re.compile(r"\A\s*\[\s*(?:\{|\])")

Sniffed = str | None


@dataclass(frozen=True)
class Format:
    """The format to read a file as, and a remark where its name says another."""

    name: str
    note: str | None = None


def detect(path: Path) -> Format:
    """Format of a file.

    Raises:
        UnreadableError: the file is of a kind that no reader takes.
    """
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    named = EXTENSIONS.get(path.suffix.lower())
    found = _by_magic(start, path) or _by_text(start, named)
    if found is None:
        found = (
            named
            if named in {"txt", "md", "csv", "html", "ris", "bibtex", "jsonl"}
            else _fallback(named, path)
        )
    return Format(found, _note(found, named, path))


def sniff_start(path: Path) -> str | None:
    """Format of a file without an extension, if its content leaves no doubt."""
    try:
        with path.open("rb") as file:
            start = file.read(START_BYTES)
        return _by_magic(start, path) or _by_text(start, None)
    except (OSError, UnreadableError):
        return None


def _fallback(named: str | None, path: Path) -> str:
    if named == "pdf":
        return "pdf"
    if named == "docx":
        raise UnreadableError("is not a Word file (no ZIP archive)", "save it as .docx again")
    if named in {"xml", "jats", "tei"}:
        raise UnreadableError("is not XML (no root element found)", "export it again as JATS or TEI")
    if not path.suffix:
        return "txt"
    raise UnreadableError("not a supported format", "supported are " + ", ".join(sorted(EXTENSIONS)))


def _note(found: str, named: str | None, path: Path) -> str | None:
    if named is None or found == named or (named == "xml" and found in {"jats", "tei"}):
        return None
    return f"named {path.suffix.lower()} but read as {found.upper()} by its content"


def _by_magic(start: bytes, path: Path) -> Sniffed:
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
        return _zip_kind(path)
    if start.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in start or b"EncryptedPackage" in start:
            raise UnreadableError(
                "is an Office file with a password", "remove the password and save it again"
            )
        raise UnreadableError("is an old Office file (.doc, .xls, .ppt)", "save it as .docx or PDF")
    what = next((what for magic, what in _MAGIC if start.startswith(magic)), None)
    if what is not None:
        raise UnreadableError(f"is {what}, not a supported format", "convert it to PDF, DOCX, HTML or text")
    return None


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(
            f"is a damaged ZIP archive or Word file ({error})", "get the file again"
        ) from error
    kind = next((kind for name, kind in _ZIP_KINDS if name in names), "a ZIP archive")
    if kind != "docx":
        advice = (
            "unpack it and give its files" if kind == "a ZIP archive" else "convert it to PDF, DOCX or CSV"
        )
        raise UnreadableError(f"is {kind}, not a supported format", advice)
    return kind


def _start_text(start: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return start.decode(encoding, "replace")
    return start.replace(b"\0", b"").decode("utf-8", "replace")


def _by_text(start: bytes, named: str | None) -> Sniffed:
    text = _start_text(start)
    head = text.lstrip("\ufeff \t\r\n")
    if head.startswith("<") and named != "md":
        return _markup(head, named)
    if _RIS.match(head):
        return "ris"
    if named in {"csv", "jsonl"} and not _JSON_OBJECT.match(head) and not _JSON_ARRAY.match(head):
        return None
    if _JSON_OBJECT.match(head):
        return "jsonl"
    if named in {None, "jsonl"} and _JSON_ARRAY.match(head):
        raise UnreadableError(
            "is a JSON array, not JSON Lines", "write one object a line: jq -c '.[]' in.json > out.jsonl"
        )
    if head.startswith("@") and _BIBTEX.match(head):
        return "bibtex"
    if named in {"txt", None} and _is_export_table(head):
        return "csv"
    return None


def _markup(head: str, named: str | None) -> Sniffed:
    if _DOCTYPE_HTML.match(head):
        return "html"
    rest = head
    while match := _PROLOG.match(rest):
        if not match.end():
            break
        rest = rest[match.end() :]
    root = _ROOT.match(rest)
    name = root.group(2).lower() if root else ""
    if name in _XML_ROOTS and not (name == "article" and named == "html"):
        return _XML_ROOTS[name]
    if head.startswith("<?xml") or named in {"xml", "jats", "tei"}:
        what = (
            f"is XML with the root <{name}>, neither JATS nor TEI"
            if name
            else "is XML without a root element"
        )
        raise UnreadableError(what, "export it as JATS, TEI, HTML or text")
    return "html" if _HTML_TAG.search(head) else None


def _is_export_table(head: str) -> bool:
    """Whether a text is a tab-separated export of a database (as Web of Science names `savedrecs.txt`)."""
    first = head.splitlines()[0] if head else ""
    names = {name.strip().strip('"').upper() for name in first.split("\t")}
    return len(names) > 3 and bool({"TI", "TITLE", "ARTICLE TITLE"} & names)
