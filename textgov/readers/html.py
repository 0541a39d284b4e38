"""Web pages: main text by structure and link density, the record of the work from the page's meta tags.

The page's own structure is used rather than an extractor of article text (trafilatura, jusText), because
those
drop headings and tables, which are the sections and the kinds of passages here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from textgov.documents import Bibliography, Document
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.readers.build import DocumentBuilder
from textgov.readers.encoding import Encoding, detect_encoding
from textgov.readers.finish import finish
from textgov.readers.flow import Flow
from textgov.readers.html_blocks import HtmlBlocks, drop_boilerplate
from textgov.readers.options import ReadOptions
from textgov.readers.problems import UnreadableError
from textgov.readers.xml_safe import folded

META: dict[str, tuple[str, ...]] = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title"),
    "authors": ("citation_author", "dc.creator", "dcterms.creator", "author", "article:author"),
    "year": ("citation_publication_date", "citation_date", "citation_year", "dc.date", "dcterms.issued",
             "dcterms.date", "article:published_time", "date"),
    "doi": ("citation_doi", "dc.identifier", "dc.identifier.doi", "prism.doi"),
    "venue": ("citation_journal_title", "citation_conference_title", "citation_inbook_title",
    "prism.publicationname",
              "dc.source", "dc.publisher", "citation_publisher", "og:site_name"),
    "keywords": ("citation_keywords", "keywords", "dc.subject", "article:tag", "news_keywords"),
    "language": ("citation_language", "dc.language"),
    "url": ("og:url", "citation_abstract_html_url", "citation_fulltext_html_url"),
}  # fmt: skip
"""Meta tags of Google Scholar, Dublin Core, PRISM and Open Graph, the more specific first."""

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_ENCODING_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def read_html(path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]) -> Iterator[Document]:
    """One document. Raises UnreadableError for binary or empty files."""
    markup, remarks = _decode(path)
    tree = _parse(markup)
    bibliography = _bibliography(tree)
    drop_boilerplate(tree)
    builder = DocumentBuilder()
    body = tree.find("body")
    HtmlBlocks(builder, Flow(authors=bibliography.authors)).walk(tree if body is None else body)
    yield finish(
        builder, source, "html", options, bibliography=bibliography, notes=(*notes, *remarks), name=path.stem
    )


def _decode(path: Path) -> tuple[str, tuple[str, ...]]:
    encoding = detect_encoding(path)
    content = path.read_bytes()
    if encoding.note:
        encoding = _declared_encoding(content) or encoding
    remarks = (encoding.note,) if encoding.note else ()
    return content.decode(encoding.name, "replace").removeprefix("\ufeff"), remarks


def _declared_encoding(content: bytes) -> Encoding | None:
    match = _DECLARED.search(content[:4096])
    if match is None:
        return None
    try:
        content[:4096].decode(match.group(1).decode("ascii", "replace"), "replace")
    except LookupError:
        return None
    return Encoding(match.group(1).decode("ascii"))


def _parse(markup: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(_ENCODING_DECLARATION.sub("", markup), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError("has no text in it", "check that it is the right file") from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise UnreadableError("is HTML nested more than 256 deep", "save its text as a new file")
    return tree


def _bibliography(tree: HtmlElement) -> Bibliography:
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        content = folded(element.get("content"))
        if name and content:
            meta.setdefault(name, []).append(content)

    def values(field: str) -> list[str]:
        return next((meta[name] for name in META[field] if name in meta), [])

    def first(field: str) -> str | None:
        return next(iter(values(field)), None)

    title = first("title") or folded("".join(tree.xpath("string((//title)[1])")))
    keywords = [word.strip() for value in values("keywords") for word in re.split(r"[;,]", value)]
    dois = (find_doi(value) for name in META["doi"] for value in meta.get(name, ()))
    canonical = tree.xpath("string((//link[@rel='canonical']/@href)[1])")
    return Bibliography(
        title=title or None,
        authors=tuple(dict.fromkeys(values("authors"))),
        year=find_year(first("year") or ""),
        doi=next((doi for doi in dois if doi), None),
        venue=first("venue"),
        keywords=tuple(dict.fromkeys(word for word in keywords if word)),
        language=first("language") or tree.get("lang"),
        url=first("url") or str(canonical) or None,
    )
