"""Writes a source as plain text or Markdown, and records as exports of databases."""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
from pathlib import Path

from build_source import Block, Record, Source, plain

MEASURE = 76


def text_table(block: Block) -> str:
    """A table in columns of characters, cells wrapped."""
    columns = list(zip(*block.rows, strict=True))
    longest = [max(len(plain(cell)) for cell in column) for column in columns]
    room = MEASURE - 2 * (len(columns) - 1)
    widths = list(longest)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    out = []
    for number, row in enumerate(block.rows):
        cells = [textwrap.wrap(plain(cell), width) or [""] for cell, width in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            parts = [
                (cell[line] if line < len(cell) else "").ljust(width)
                for cell, width in zip(cells, widths, strict=True)
            ]
            out.append("  ".join(parts).rstrip())
        if number == 0:
            out.append("  ".join("-" * width for width in widths))
    return "\n".join(out)


def text_block(block: Block) -> str:
    """A block of the body as plain text."""
    if block.kind == "heading":
        return block.text.upper() if block.level == 1 else block.text
    if block.kind == "table":
        return text_table(block)
    hang = "   " if block.kind == "item" else ""
    return textwrap.fill(plain(block.text), MEASURE, subsequent_indent=hang, break_on_hyphens=False)


def write_txt(source: Source, path: Path) -> None:
    """Writes the source as wrapped plain text."""
    meta = source.meta
    head = textwrap.fill(meta["title"], MEASURE)
    rule = "=" * min(MEASURE, len(meta["title"]))
    parts = [f"{head}\n{rule}", f"{', '.join(source.authors)}\n{meta['venue']}, {meta['year']}"]
    parts += [text_block(block) for block in source.body]
    newline = "\r\n" if "crlf" in meta["layout"] else "\n"
    path.write_text("\n\n".join(parts) + "\n", "utf-8", newline=newline)


def write_md(source: Source, path: Path, original: str) -> None:
    """Writes the source as Markdown with a front matter that is valid YAML."""
    meta = source.meta
    lines = [f"title: {json.dumps(meta['title'], ensure_ascii=False)}", "authors:"]
    lines += [f"  - {json.dumps(name, ensure_ascii=False)}" for name in source.authors]
    lines += [f"year: {meta['year']}"]
    lines += [f'doi: "{meta["doi"]}"'] if "doi" in meta else []
    lines += [f"venue: {json.dumps(meta['venue'])}", "keywords:"]
    lines += [f"  - {json.dumps(word)}" for word in source.keywords]
    lines += [f"kind: {meta['kind']}"]
    rest = original.split("---\n", 2)[2].strip("\n")
    title = f"# {meta['title']}"
    text = "---\n" + "\n".join(lines) + f"\n---\n\n{title}\n\n{rest}\n"
    path.write_text(text, "utf-8", newline="\n")


def ris(records: list[Record]) -> str:
    """Records in the RIS format, with the line endings that exports have."""
    out = []
    for record in records:
        fields = record.fields
        lines = [("TY", "JOUR"), ("TI", record.title)]
        lines += [("AU", name) for name in fields["authors"].split("; ")]
        lines += [("PY", fields["year"]), ("JO", fields["venue"])]
        lines += [("VL", fields["volume"])]
        first, last = fields["pages"].split("-")
        lines += [("SP", first), ("EP", last), ("DO", fields["doi"])]
        lines += [("KW", word) for word in fields["keywords"].split("; ")]
        lines += [("AB", record.abstract)]
        out += [f"{tag}  - {text}" for tag, text in lines] + ["ER  - ", ""]
    return "\r\n".join(out) + "\r\n"


def bibtex(records: list[Record]) -> str:
    """Records in BibTeX."""
    out = []
    for record in records:
        fields = record.fields
        word = re.sub(r"[^a-z]", "", record.title.split()[0].lower())
        key = re.sub(r"[^a-z]", "", fields["authors"].split(",")[0].lower())
        lines = [
            ("title", f"{{{record.title}}}"),
            ("author", fields["authors"].replace("; ", " and ")),
            ("year", fields["year"]),
            ("journal", fields["venue"]),
            ("volume", fields["volume"]),
            ("pages", fields["pages"].replace("-", "--")),
            ("doi", fields["doi"]),
            ("keywords", fields["keywords"].replace("; ", ", ")),
            ("abstract", record.abstract.replace("%", "\\%").replace("&", "\\&")),
        ]
        body = ",\n".join(f"  {name} = {{{text}}}" for name, text in lines)
        out.append(f"@article{{{key}{fields['year']}{word},\n{body}\n}}\n")
    return "\n".join(out)


def csv_text(records: list[Record]) -> str:
    """Records as comma-separated values, as a reference manager exports them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = ("authors", "year", "venue", "doi", "keywords")
    writer.writerow(["Title", "Authors", "Year", "Journal", "DOI", "Keywords", "Abstract"])
    for record in records:
        cells = [record.fields[name] for name in names]
        writer.writerow([record.title, *cells, record.abstract])
    return buffer.getvalue()


def jsonl(records: list[Record]) -> str:
    """Records as one JSON object a line."""
    lines = []
    for record in records:
        fields = record.fields
        item = {
            "title": record.title,
            "authors": fields["authors"].split("; "),
            "year": int(fields["year"]),
            "venue": fields["venue"],
            "doi": fields["doi"],
            "keywords": fields["keywords"].split("; "),
            "kind": "abstract",
            "abstract": record.abstract,
        }
        lines.append(json.dumps(item, ensure_ascii=False))
    return "\n".join(lines) + "\n"


RECORD_FORMATS = {
    "ris": ("ris", ris),
    "bibtex": ("bib", bibtex),
    "csv": ("csv", csv_text),
    "jsonl": ("jsonl", jsonl),
}


def write_records(form: str, records: list[Record], folder: Path, slug: str) -> Path:
    """Writes the records in one of the formats and returns the path."""
    extension, render = RECORD_FORMATS[form]
    path = folder / f"{slug}.{extension}"
    path.write_bytes(render(records).encode("utf-8"))
    return path
