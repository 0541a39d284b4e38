"""Articles in JATS XML (PubMed Central, PLOS, SciELO ...), NISO Z39.96."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from textgov.documents import Bibliography, Document, DocumentKind, PassageKind
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.readers.build import DocumentBuilder
from textgov.readers.finish import finish
from textgov.readers.options import ReadOptions
from textgov.readers.roles import heading_role
from textgov.readers.xml_safe import folded, local_name, parse_xml

_PARAGRAPHS: dict[str, PassageKind] = {
    "p": "body", "disp-quote": "body", "verse-group": "body", "speech": "body", "list-item": "list",
    "def-item": "list",
    "preformat": "body", "attrib": "footnote", "statement": "body", "boxed-text": "body",
}  # fmt: skip
_FLOATS = {"table-wrap", "fig", "table-wrap-group", "fig-group", "array", "media", "supplementary-material"}
_NESTED = {
    "list",
    "def-list",
    "table-wrap",
    "fig",
    "fig-group",
    "disp-quote",
    "boxed-text",
    "table-wrap-group",
}
_SKIPPED = {
    "xref-group",
    "object-id",
    "graphic",
    "inline-graphic",
    "disp-formula",
    "tex-math",
    "alternatives",
}


def read_jats(path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]) -> Iterator[Document]:
    """One document for each article. Raises UnreadableError for what is not well-formed or has no text."""
    root, remarks = parse_xml(path)
    articles = [root] if local_name(root) == "article" else list(root.iter("{*}article"))
    for number, article in enumerate(articles, 1):
        builder = DocumentBuilder()
        JatsBlocks(builder).article(article)
        bibliography = _bibliography(article)
        document = finish(
            builder,
            source,
            "jats",
            options,
            bibliography=bibliography,
            notes=(*notes, *remarks),
            name=path.stem,
        )
        if len(articles) > 1:
            document = msgspec.structs.replace(document, part=bibliography.doi or str(number))
        yield document


class JatsBlocks:
    """Adds the parts of an article in reading order."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self.builder = builder

    def article(self, article: etree._Element) -> None:
        """Title and authors, abstracts, body, back matter, floats."""
        meta = article.find("{*}front/{*}article-meta")
        if meta is not None:
            self._front(meta)
        for name in ("body", "back", "floats-group"):
            for part in article.findall(f"{{*}}{name}"):
                self._children(part, 1, None)

    def _front(self, meta: etree._Element) -> None:
        title = meta.find("{*}title-group/{*}article-title")
        if title is not None:
            self.builder.add(text_of(title), "heading")
        self.builder.add("; ".join(_authors(meta)), "front_matter")
        for place in meta.findall(".//{*}aff"):
            self.builder.add(text_of(place), "front_matter")
        for abstract in [*meta.findall("{*}abstract"), *meta.findall("{*}trans-abstract")]:
            if abstract.find("{*}title") is None:
                self.builder.add("Abstract", "heading", level=1)
            self._children(abstract, 1, "abstract")
        self.builder.add("; ".join(_keywords(meta)), "front_matter")

    def _children(self, parent: etree._Element, level: int, role: PassageKind | None) -> None:
        for child in parent:
            self._block(child, level, role)

    def _block(self, element: etree._Element, level: int, role: PassageKind | None) -> None:
        name = local_name(element)
        if name == "title":
            label = element.getprevious()
            number = f"{text_of(label)} " if label is not None and local_name(label) == "label" else ""
            self.builder.add(number + text_of(element), "heading", level=level)
        elif name == "ref-list":
            self._references(element, level)
        elif name in {"fn-group", "fn", "notes"}:
            self._with_title(element, level, "footnote")
        elif name in {"ack", "bio", "glossary", "funding-group"}:
            self._with_title(element, level, "front_matter")
        elif name in _FLOATS:
            self._float(element)
        elif name in _PARAGRAPHS:
            self._paragraph(element, level, role or _PARAGRAPHS[name])
        elif name in _SKIPPED or name == "label":
            return
        elif name == "sec":
            title = element.find("{*}title")
            self._children(element, level + 1 if _inside_sec(element) else level, role or _role(title))
        else:
            self._children(element, level, role)

    def _with_title(self, element: etree._Element, level: int, kind: PassageKind) -> None:
        for child in element:
            self._block(child, level, kind)

    def _paragraph(self, element: etree._Element, level: int, kind: PassageKind) -> None:
        """A paragraph without the lists and floats inside it, which follow as blocks of their own."""
        inner = [child for child in element if local_name(child) in _NESTED]
        if local_name(element) == "p" or not any(local_name(child) in _PARAGRAPHS for child in element):
            self.builder.add(text_of(element, without=_NESTED), kind)
            for child in inner:
                self._block(child, level, kind if kind != "body" else None)
            return
        for child in element:
            self._block(child, level, kind)

    def _float(self, element: etree._Element) -> None:
        pieces = [
            text_of(found) for name in ("label", "caption") for found in element.findall(f"{{*}}{name}")
        ]
        self.builder.add(" ".join(piece for piece in pieces if piece), "table")
        rows = []
        for row in element.iter("{*}tr"):
            cells = [text_of(cell) for cell in row]
            if any(cells):
                rows.append(" | ".join(cells))
        self.builder.add("\n".join(rows), "table")
        for foot in element.findall("{*}table-wrap-foot"):
            self.builder.add(text_of(foot), "table")

    def _references(self, element: etree._Element, level: int) -> None:
        title = element.find("{*}title")
        self.builder.add(text_of(title) if title is not None else "References", "heading", level=level)
        for reference in element.findall(".//{*}ref"):
            self.builder.add(text_of(reference), "references")


def _inside_sec(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) in {"sec", "abstract", "app"}


def _role(title: etree._Element | None) -> PassageKind | None:
    return heading_role(text_of(title)) if title is not None else None


def text_of(element: etree._Element, without: frozenset[str] | set[str] = frozenset()) -> str:
    """Text below an element, without some children and without formulas; blocks are kept apart by a space."""
    pieces: list[str] = []
    _collect(element, pieces, without)
    return folded("".join(pieces))


_APART = frozenset(
    {
        *("p", "title", "label", "td", "th", "list-item", "name", "surname", "given-names", "year", "source"),
        *("break", "article-title", "mixed-citation", "element-citation", "volume", "fpage", "person-group"),
        *("institution", "head", "note", "bibl", "forename", "date", "lb", "item", "cell", "row"),
    }
)


def _collect(element: etree._Element, pieces: list[str], without: frozenset[str] | set[str]) -> None:
    pieces.append(element.text or "")
    for child in element:
        name = local_name(child)
        if name and name not in without and name not in _SKIPPED:
            if name in _APART:
                pieces.append(" ")
            _collect(child, pieces, without)
            if name in _APART:
                pieces.append(" ")
        pieces.append(child.tail or "")


def _authors(meta: etree._Element) -> list[str]:
    found = []
    for contributor in meta.findall("{*}contrib-group/{*}contrib"):
        if contributor.get("contrib-type", "author") != "author":
            continue
        surname, given = contributor.find(".//{*}surname"), contributor.find(".//{*}given-names")
        if surname is not None:
            name = folded("".join(surname.itertext()))
            found.append(f"{folded(''.join(given.itertext()))} {name}" if given is not None else name)
        else:
            found.extend(text_of(group) for group in contributor.findall("{*}collab"))
    return [name for name in found if name]


def _keywords(meta: etree._Element) -> list[str]:
    return [word for word in (text_of(found) for found in meta.findall("{*}kwd-group//{*}kwd")) if word]


def _bibliography(article: etree._Element) -> Bibliography:
    def text(query: str) -> str | None:
        found = article.find(query)
        return text_of(found) or None if found is not None else None

    meta = article.find("{*}front/{*}article-meta")
    years = [text_of(found) for found in article.findall("{*}front/{*}article-meta/{*}pub-date/{*}year")]
    doi = article.find("{*}front/{*}article-meta/{*}article-id[@pub-id-type='doi']")
    kind: DocumentKind = "paper" if article.find("{*}body") is not None else "abstract"
    return Bibliography(
        title=text("{*}front/{*}article-meta/{*}title-group/{*}article-title"),
        authors=tuple(_authors(meta)) if meta is not None else (),
        year=find_year(min(years)) if years else None,
        doi=find_doi(text_of(doi)) if doi is not None else None,
        venue=text("{*}front/{*}journal-meta//{*}journal-title"),
        keywords=tuple(_keywords(meta)) if meta is not None else (),
        language=article.get("{http://www.w3.org/XML/1998/namespace}lang"),
        kind=kind,
    )
