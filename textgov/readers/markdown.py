"""Markdown (CommonMark with tables), by markdown-it-py; a YAML head of simple fields is the
record of the work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from textgov.documents import Bibliography, Document, PassageKind
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.readers.build import DocumentBuilder
from textgov.readers.encoding import read_text
from textgov.readers.finish import finish
from textgov.readers.flow import Flow
from textgov.readers.markup import strip_tags
from textgov.readers.options import ReadOptions

_HEAD = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z][\w -]*):[ \t]*(.*)$")
_FOOTNOTE = re.compile(r"^\[\^[^\]]+\]:\s*")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]]+\]")


def read_markdown(
    path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]
) -> Iterator[Document]:
    """One document. Raises UnreadableError for binary or empty files."""
    text, remarks = read_text(path)
    head = _HEAD.match(text)
    bibliography = _bibliography(head.group(1)) if head else Bibliography()
    parser = MarkdownIt("commonmark").enable("table")
    builder = DocumentBuilder()
    tokens = parser.parse(text[head.end() :] if head else text)
    _add_blocks(tokens, builder, Flow(authors=bibliography.authors))
    yield finish(
        builder, source, "md", options, bibliography=bibliography, notes=(*notes, *remarks), name=path.stem
    )


def _bibliography(head: str) -> Bibliography:
    fields: dict[str, list[str]] = {}
    values: list[str] = []
    for line in head.split("\n"):
        match = _FIELD.match(line)
        if match:
            values = fields.setdefault(match.group(1).strip().lower(), [])
            value = match.group(2).strip()
            inner = value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
            values.extend(part.strip().strip("\"'") for part in inner)
        elif line.strip().startswith("- "):
            values.append(line.strip()[2:].strip().strip("\"'"))
    found = {name: [value for value in listed if value] for name, listed in fields.items()}

    def first(*names: str) -> str | None:
        return next((found[name][0] for name in names if found.get(name)), None)

    return Bibliography(
        title=first("title"),
        authors=tuple(found.get("authors") or found.get("author") or ()),
        year=find_year(first("year", "date", "published") or ""),
        doi=find_doi(first("doi") or ""),
        venue=first("venue", "journal", "publisher", "organisation", "organization"),
        keywords=tuple(found.get("keywords") or found.get("tags") or ()),
        language=first("language", "lang"),
        url=first("url", "link"),
    )


def _add_blocks(tokens: Sequence[Token], builder: DocumentBuilder, flow: Flow) -> None:
    lists = 0
    row: list[str] = []
    rows: list[str] = []
    for place, token in enumerate(tokens):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                lists += 1
            case "bullet_list_close" | "ordered_list_close":
                lists -= 1
            case "tr_open":
                row = []
            case "tr_close":
                rows.append(" | ".join(row))
            case "table_close":
                flow.add(builder, "\n".join(rows), "table")
                rows = []
            case "inline":
                opened = tokens[place - 1]
                if opened.type in {"th_open", "td_open"}:
                    row.append(_inline(token))
                else:
                    _add_inline(builder, flow, token, opened, in_list=lists > 0)
            case "fence" | "code_block":
                flow.add(builder, token.content, "body")
            case "html_block":
                flow.add(builder, strip_tags(token.content), "body")


def _add_inline(builder: DocumentBuilder, flow: Flow, token: Token, opened: Token, *, in_list: bool) -> None:
    text = _inline(token)
    if opened.type == "heading_open":
        flow.add(builder, text, "heading", level=int(opened.tag[1]))
        return
    kind: PassageKind = "list" if in_list else "body"
    if _FOOTNOTE.match(text):
        text, kind = _FOOTNOTE.sub("", text), "footnote"
    flow.add(builder, _FOOTNOTE_MARK.sub("", text), kind)


def _inline(token: Token) -> str:
    pieces: list[str] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(child.content)
    return "".join(pieces)
