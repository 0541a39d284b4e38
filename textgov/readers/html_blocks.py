"""Blocks of a web page: what is navigation, what is a heading, a paragraph, a list, a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from textgov.documents import PassageKind
from textgov.readers.build import DocumentBuilder
from textgov.readers.flow import Flow
from textgov.readers.xml_safe import folded, local_name, without_controls

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "nav",
        "footer",
        "aside",
        "form",
        "iframe",
        "button",
        "select",
        "dialog",
        "object",
        "video",
        "audio",
        "head",
        "canvas",
        "menu",
        "input",
        "textarea",
    ]
)
_DROPPED_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"}
)
_MARK = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?|cookies?|sidebar|footer|share|sharing|social|newsletter|"
    r"banner|advert\w*|ads?|skip(?:-?link|-to-content)?|related|comments?|subscribe|login|search|sr-only|"
    r"visually-?hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTAINERS = ("ul", "ol", "div", "section", "p", "table")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS: dict[str, PassageKind] = {
    "p": "body", "div": "body", "section": "body", "article": "body", "main": "body", "blockquote": "body",
    "pre": "body", "dd": "body", "dt": "body", "address": "front_matter", "figcaption": "table", "li": "list",
    "ul": "list", "ol": "list", "dl": "body", "header": "body", "figure": "body", "center": "body",
    "fieldset": "body", "hr": "body", "details": "body", "summary": "body", "tr": "body",
    "td": "body", "th": "body",
    "tbody": "body", "caption": "table",
}  # fmt: skip
MAX_LINK_SHARE = 0.7
MIN_LINKS = 3
LAYOUT_CELL = 600
"""A table with a cell of more characters than this holds the page's layout or prose, not data."""


def drop_boilerplate(tree: etree._Element) -> None:
    """Remove navigation, forms, hidden parts and blocks that are little but links."""
    body_length = len(_text(tree))
    for element in list(tree.iter()):
        if element.getparent() is None or not isinstance(element.tag, str):
            continue
        if _is_boilerplate(element, body_length):
            _drop(element)


def _is_boilerplate(element: etree._Element, body_length: int) -> bool:
    name = local_name(element)
    if name in _DROPPED or element.get("role") in _DROPPED_ROLES or element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") == "true" or _HIDDEN.search(element.get("style") or ""):
        return True
    if name in {"html", "body", "main", "article"}:
        return False
    if name == "header" and not any(element.find(f".//{heading}") is not None for heading in _HEADINGS):
        return True
    marked = _MARK.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None
    if marked and len(_text(element)) < 0.4 * body_length:
        return True
    return name in _CONTAINERS and _is_link_list(element)


def _is_link_list(element: etree._Element) -> bool:
    links = element.findall(".//a")
    if len(links) < MIN_LINKS or element.find(".//p") is not None:
        return False
    linked = sum(len(_text(link)) for link in links)
    return linked > MAX_LINK_SHARE * len(_text(element))


def _drop(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = without_controls(element.tail or "")
    if before is None:
        parent.text = without_controls(parent.text or "") + tail
    else:
        before.tail = without_controls(before.tail or "") + tail
    element.tail = None
    parent.remove(element)


def _text(element: etree._Element) -> str:
    return folded("".join(element.itertext()))


@dataclass
class HtmlBlocks:
    """Walks a tree and adds its blocks in document order."""

    builder: DocumentBuilder
    flow: Flow = field(default_factory=Flow)
    _inline: list[str] = field(default_factory=list)

    def walk(self, element: etree._Element, kind: PassageKind = "body") -> None:
        """Add everything below an element; loose text takes `kind`."""
        self._inline.append(element.text or "")
        for child in element:
            self._child(child, kind)
            self._inline.append(child.tail or "")
        if local_name(element) in _BLOCKS or local_name(element) in {"body", "html"}:
            self._flush(kind)

    def _child(self, child: etree._Element, kind: PassageKind) -> None:
        name = local_name(child)
        if name in _HEADINGS:
            self._flush(kind)
            self.flow.add(self.builder, folded("".join(child.itertext())), "heading", level=_HEADINGS[name])
        elif name == "table" and not _is_layout(child):
            self._flush(kind)
            self._table(child)
        elif name == "br":
            self._inline.append("\n")
            if "".join(self._inline).endswith("\n\n"):
                self._flush(kind)
        elif name in _BLOCKS or name == "table":
            self._flush(kind)
            own = _BLOCKS.get(name, "body")
            self.walk(child, kind if own == "body" else own)
            self._flush(kind if own == "body" else own)
        elif name:
            self.walk(child, kind)

    def _flush(self, kind: PassageKind) -> None:
        text = folded("".join(self._inline))
        self._inline.clear()
        if text:
            self.flow.add(self.builder, text, kind)

    def _table(self, table: etree._Element) -> None:
        caption = table.find("caption")
        rows = [folded("".join(caption.itertext()))] if caption is not None else []
        for row in table.iter("tr"):
            cells = [folded("".join(cell.itertext())) for cell in row if local_name(cell) in {"td", "th"}]
            if any(cells):
                rows.append(" | ".join(cells))
        self.flow.add(self.builder, "\n".join(rows), "table")


def _is_layout(table: etree._Element) -> bool:
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return True
    cells = list(table.iter("td", "th"))
    return any(len(_text(cell)) > LAYOUT_CELL for cell in cells) or any(
        cell.find(f".//{name}") is not None for cell in cells for name in _HEADINGS
    )
