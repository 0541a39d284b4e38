"""Texts in TEI P5, as scholarly editions and GROBID write it; page breaks (`pb`) give the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from msgspec.structs import replace

from textgov.documents import Bibliography, Document, PassageKind
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.readers.build import DocumentBuilder, Part
from textgov.readers.finish import finish
from textgov.readers.jats import text_of
from textgov.readers.options import ReadOptions
from textgov.readers.roles import heading_role
from textgov.readers.xml_safe import folded, local_name, parse_xml

_KINDS: dict[str, PassageKind] = {
    "p": "body", "ab": "body", "quote": "body", "lg": "body", "sp": "body", "item": "list",
    "note": "footnote",
    "bibl": "references", "biblStruct": "references", "byline": "front_matter", "docAuthor": "front_matter",
    "figDesc": "table", "opener": "body", "closer": "body", "titlePart": "heading", "docTitle": "heading",
}  # fmt: skip
_DIV_ROLES: dict[str, PassageKind] = {
    "abstract": "abstract", "references": "references", "bibliography": "references", "notes": "footnote",
    "acknowledgement": "front_matter", "acknowledgements": "front_matter", "contents": "front_matter",
}  # fmt: skip
_INLINE_BLOCKS = frozenset({"list", "table", "figure", "note"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_tei(path: Path, source: str, options: ReadOptions, notes: tuple[str, ...]) -> Iterator[Document]:
    """One document for each text of the file. Raises UnreadableError for what is not
    well-formed or has no text."""
    root, remarks = parse_xml(path)
    texts = [root] if local_name(root).lower() != "teicorpus" else list(root.iter("{*}TEI"))
    for number, text in enumerate(texts, 1):
        builder = DocumentBuilder()
        blocks = TeiBlocks(builder)
        blocks.text(text)
        document = finish(
            builder,
            source,
            "tei",
            options,
            bibliography=_bibliography(text),
            pages=builder.pages(blocks.page or 0, blocks.labels),
            notes=(*notes, *remarks),
            name=path.stem,
        )
        yield replace(document, part=str(number)) if len(texts) > 1 else document


class TeiBlocks:
    """Adds the parts of a text in reading order and counts its page breaks."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self.builder = builder
        self.page: int | None = None
        self.labels: list[str | None] = []

    def text(self, root: etree._Element) -> None:
        """The abstract of the header, then front, body and back."""
        for abstract in root.findall(".//{*}profileDesc/{*}abstract"):
            self.builder.add("Abstract", "heading", level=1)
            self._children(abstract, 1, "abstract")
        text = root.find("{*}text")
        for name in ("front", "body", "back"):
            for part in text.findall(f"{{*}}{name}") if text is not None else ():
                self._children(part, 1, "front_matter" if name == "front" else None)

    def _children(self, parent: etree._Element, level: int, role: PassageKind | None) -> None:
        for child in parent:
            self._block(child, level, role)

    def _block(self, element: etree._Element, level: int, role: PassageKind | None) -> None:
        name = local_name(element)
        if name == "pb":
            self._page_break(element)
        elif name.startswith("div"):
            self._division(element, level, role)
        elif name == "head":
            number = element.get("n")
            heading = text_of(element)
            self.builder.add(
                f"{number} {heading}" if number else heading, "heading", level=level, page=self.page
            )
        elif name == "table":
            self._table(element)
        elif name == "figure":
            pieces = [
                text_of(found) for tag in ("head", "figDesc") for found in element.findall(f"{{*}}{tag}")
            ]
            self.builder.add(" ".join(piece for piece in pieces if piece), "table", page=self.page)
            for table in element.findall("{*}table"):
                self._table(table)
        elif name in _KINDS:
            self._paragraph(element, level, _settled(_KINDS[name], role))
        elif name:
            self._children(element, level, role)

    def _division(self, element: etree._Element, level: int, role: PassageKind | None) -> None:
        head = element.find("{*}head")
        own = _DIV_ROLES.get((element.get("type") or "").lower())
        if own is None and head is not None:
            own = heading_role(text_of(head))
        parent = element.getparent()
        nested = parent is not None and local_name(parent).startswith("div")
        self._children(element, level + 1 if nested else level, own or role)

    def _paragraph(self, element: etree._Element, level: int, kind: PassageKind) -> None:
        parts: list[Part] = []
        first_page = self.page
        pieces: list[str] = []
        self._split_pages(element, pieces, parts)
        parts.append(Part(folded("".join(pieces)), self.page if parts else first_page))
        self.builder.add_parts(parts, kind, level=level if kind == "heading" else 0)
        for child in element.iter(*(f"{{*}}{name}" for name in _INLINE_BLOCKS)):
            if child is not element and _nearest_block(child) is element:
                self._block(child, level, None)

    def _split_pages(self, element: etree._Element, pieces: list[str], parts: list[Part]) -> None:
        pieces.append(element.text or "")
        for child in element:
            name = local_name(child)
            if name == "pb":
                parts.append(Part(folded("".join(pieces)), self.page))
                pieces.clear()
                self._page_break(child)
            elif name == "lb":
                pieces.append(" ")
            elif name and name not in _INLINE_BLOCKS:
                self._split_pages(child, pieces, parts)
            pieces.append(child.tail or "")

    def _page_break(self, element: etree._Element) -> None:
        if self.page is None and not self.builder.is_empty:
            self.labels.append(None)
            self.page = 1
        self.page = (self.page or 0) + 1
        self.labels.append(element.get("n"))

    def _table(self, element: etree._Element) -> None:
        head = element.find("{*}head")
        rows = [text_of(head)] if head is not None else []
        for row in element.iter("{*}row"):
            cells = [text_of(cell) for cell in row]
            if any(cells):
                rows.append(" | ".join(cells))
        self.builder.add("\n".join(rows), "table", page=self.page)


def _settled(own: PassageKind, role: PassageKind | None) -> PassageKind:
    return role if role is not None and own in {"body", "list"} else own


def _nearest_block(element: etree._Element) -> etree._Element | None:
    parent = element.getparent()
    while (
        parent is not None and local_name(parent) not in _KINDS and local_name(parent) not in _INLINE_BLOCKS
    ):
        parent = parent.getparent()
    return parent


def _bibliography(root: etree._Element) -> Bibliography:
    header = root.find("{*}teiHeader")
    if header is None:
        return Bibliography()

    def text(*queries: str) -> str | None:
        found = (header.find(query) for query in queries)
        return next((value for element in found if element is not None and (value := text_of(element))), None)

    authors = header.findall(".//{*}sourceDesc//{*}analytic/{*}author") or header.findall(
        ".//{*}titleStmt/{*}author"
    )
    dates = header.findall(".//{*}sourceDesc//{*}imprint/{*}date") + header.findall(
        ".//{*}publicationStmt/{*}date"
    )
    years = (find_year(date.get("when") or text_of(date)) for date in dates)
    dois = header.findall(".//{*}idno[@type='DOI']") + header.findall(".//{*}idno[@type='doi']")
    language = header.find(".//{*}langUsage/{*}language")
    return Bibliography(
        title=text(".//{*}titleStmt/{*}title", ".//{*}sourceDesc//{*}title"),
        authors=tuple(name for name in map(_person, authors) if name),
        year=next((year for year in years if year), None),
        doi=find_doi(text_of(dois[0])) if dois else None,
        venue=text(".//{*}sourceDesc//{*}monogr/{*}title"),
        keywords=tuple(
            word
            for found in [
                *header.findall(".//{*}keywords//{*}item"),
                *header.findall(".//{*}keywords/{*}term"),
            ]
            if (word := text_of(found))
        ),
        language=(language.get("ident") if language is not None else None) or root.get(_LANGUAGE),
    )


def _person(author: etree._Element) -> str:
    surname = author.find(".//{*}surname")
    if surname is None:
        return text_of(author)
    given = " ".join(text_of(name) for name in author.findall(".//{*}forename"))
    return f"{given} {text_of(surname)}".strip()
