"""Finds out what a reader should get from each document, for ``expected.json``."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from build_source import Record, Source, sentences, typographic

FIRST_WORDS = 12
CURLY = {".pdf", ".docx", ".html", ".xml"}


def squeeze(text: str) -> str:
    """Letters and digits only, so that line ends and hyphens don't matter."""
    return re.sub(r"[\W_]", "", text)


def pdf_pages(path: Path) -> list[str]:
    """The squeezed text of every page, by poppler."""
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True)
    count = int(re.search(r"Pages:\s+(\d+)", info.stdout)[1])
    pages = []
    for number in range(1, count + 1):
        command = ["pdftotext", "-enc", "UTF-8", "-f", str(number), "-l", str(number)]
        done = subprocess.run([*command, path, "-"], capture_output=True, check=True)
        pages.append(squeeze(done.stdout.decode("utf-8")))
    return pages


def candidates(source: Source, curly: bool) -> list[str]:
    """Sentences of middling length from paragraphs of the body."""
    out = []
    for block in source.body:
        if block.kind != "para" or "*" in block.text or "[^" in block.text:
            continue
        for sentence in sentences(typographic(block.text) if curly else block.text):
            closed = sentence.count('"') % 2 == 0
            closed = closed and sentence.count("“") == sentence.count("”")
            if closed and 60 <= len(sentence) <= 220 and sentence.endswith("."):
                out.append(sentence)
    return out


def first_words(text: str) -> str:
    """The first words of a text."""
    return " ".join(text.split()[:FIRST_WORDS])


def pick(found: list[dict]) -> list[dict]:
    """Three sentences: an early, a middle and a late one."""
    return [found[len(found) // 8], found[len(found) // 2], found[-2]]


def expected_source(path: Path, source: Source) -> dict:
    """What a reader should find in the file of a single document."""
    curly = path.suffix in CURLY
    polish = typographic if curly else str
    pages = pdf_pages(path) if path.suffix == ".pdf" else []
    found = []
    for sentence in candidates(source, curly):
        if not pages:
            found.append({"text": sentence, "page": None})
            continue
        on = [n for n, page in enumerate(pages, 1) if squeeze(sentence) in page]
        if len(on) == 1:
            found.append({"text": sentence, "page": on[0]})
    body = next(block.text for block in source.body if block.kind in ("para", "item"))
    start = source.abstract[0] if source.abstract else re.sub(r"\*|^- ", "", body)
    return {
        "file": path.name,
        "title": polish(source.meta["title"]),
        "authors": source.authors,
        "kind": source.meta["kind"],
        "genre": source.meta["genre"],
        "year": int(source.meta["year"]),
        "pages": len(pages) or None,
        "abstract": bool(source.abstract),
        "first_words": first_words(polish(start)),
        "references": len(source.references),
        "tables": sum(block.kind == "table" for block in source.body),
        "sentences": pick(found),
    }


def record_sentences(record: Record) -> list[dict]:
    """Three sentences of an abstract."""
    found = sentences(record.abstract)
    return [{"text": found[at], "page": None} for at in (1, len(found) // 2, -1)]


def expected_record(path: Path, records: list[Record]) -> dict:
    """What a reader should find in a file of records."""
    return {
        "file": path.name,
        "kind": "abstract",
        "genre": "database records",
        "records": [
            {
                "title": record.title,
                "authors": record.fields["authors"].split("; "),
                "kind": "abstract",
                "year": int(record.fields["year"]),
                "first_words": first_words(record.abstract),
                "sentences": record_sentences(record),
            }
            for record in records
        ],
    }


def write_expected(entries: list[dict], path: Path) -> None:
    """Writes the list as indented JSON."""
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8", newline="\n")
