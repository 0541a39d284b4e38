"""XML from strangers: no network, no DTD, no entity expansion, no unbounded depth."""

from __future__ import annotations

import html.entities
import re
from pathlib import Path

from lxml import etree

from textgov.readers.problems import UnreadableError

MAX_ENTITY_CHARACTERS = 1_000
_SPACE = re.compile(r"\s+")


def parse_xml(path: Path) -> etree._Element:
    """Root of a well-formed file.

    Raises:
        UnreadableError: not well-formed, too deep, or with entities that are built from other entities
            (an expansion attack such as "billion laughs").
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        tree = etree.parse(str(path) if path.name.isprintable() else path.open("rb"), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"is not well-formed XML ({_first_line(error)})", "export it again") from error
    root = tree.getroot()
    if root is None:
        raise UnreadableError("is XML without a root element", "export it again")
    _settle_entities(root, _declared(tree))
    return root


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else "no reason given"


def _declared(tree: etree._ElementTree[etree._Element]) -> dict[str, str]:
    dtd = tree.docinfo.internalDTD
    found: dict[str, str] = {}
    for entity in dtd.iterentities() if dtd is not None else ():
        content = entity.content or ""
        if "&" in content or "%" in content or len(content) > MAX_ENTITY_CHARACTERS:
            raise UnreadableError(
                f"declares the entity &{entity.name}; by other entities, which could expand without end",
                "remove its entity declarations",
            )
        if entity.name:
            found[entity.name] = content
    return found


def _settle_entities(root: etree._Element, declared: dict[str, str]) -> None:
    """Put characters in the place of entity references, which the parser left alone."""
    for node in list(root.iter(etree.Entity)):
        # `&name;`, as the parser left it.
        name = str(node.text or "")[1:-1]
        text = declared.get(name) or html.entities.html5.get(f"{name};", "")
        parent = node.getparent()
        if parent is None:
            continue
        before, tail = node.getprevious(), text + (node.tail or "")
        node.tail = None
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        parent.remove(node)


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def folded(text: str | None) -> str:
    """Text with every run of white space as one space."""
    return _SPACE.sub(" ", text or "").strip()
