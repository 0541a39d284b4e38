"""XML from strangers: no network, no DTD, no entity expansion, no unbounded depth."""

from __future__ import annotations

import html.entities
import re
from pathlib import Path

from lxml import etree

from textgov.readers.problems import UnreadableError

EXPANDS = "declares entities by other entities, which could expand without end"
MAX_ENTITY_CHARACTERS = 1_000
_SPACE = re.compile(r"\s+")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse_xml(path: Path) -> tuple[etree._Element, tuple[str, ...]]:
    """Root of a well-formed file, and remarks on entities that had to be left out.

    Raises:
        UnreadableError: not well-formed, too deep, or with entities that are built from other entities
            (an expansion attack such as "billion laughs").
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.parse(str(path) if path.name.isprintable() else path.open("rb"), parser)
    except etree.XMLSyntaxError as error:
        if "amplification" in str(error) or "entity reference loop" in str(error):
            raise UnreadableError(EXPANDS, "remove its entity declarations") from error
        raise UnreadableError(f"is not well-formed XML ({_reason(error)})", "export it again") from error
    root = tree.getroot()
    if root is None:
        raise UnreadableError("is XML without a root element", "export it again")
    lost = _settle_entities(root, _declared(tree))
    return root, tuple(f"the entity &{name}; is not defined in the file and was left out" for name in lost)


def _reason(error: etree.XMLSyntaxError) -> str:
    lines = (error.msg or "no reason given").splitlines()
    return lines[0].replace(", use XML_PARSE_HUGE option", "")


def _declared(tree: etree._ElementTree[etree._Element]) -> dict[str, str]:
    dtd = tree.docinfo.internalDTD
    found: dict[str, str] = {}
    for entity in dtd.iterentities() if dtd is not None else ():
        content = entity.content or ""
        if "&" in content or "%" in content or len(content) > MAX_ENTITY_CHARACTERS:
            raise UnreadableError(EXPANDS, "remove its entity declarations")
        if entity.name:
            found[entity.name] = content
    return found


def _settle_entities(root: etree._Element, declared: dict[str, str]) -> list[str]:
    """Put characters in the place of entity references, which the parser left alone; names of
    unknown ones."""
    lost: dict[str, None] = {}
    for node in list(root.iter(etree.Entity)):
        # `&name;`, as the parser left it.
        name = str(node.text or "")[1:-1]
        text = declared.get(name) or html.entities.html5.get(f"{name};", "")
        if not text:
            lost[name] = None
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
    return list(lost)


def without_controls(text: str) -> str:
    """Text without the characters that XML, and so lxml, does not allow; HTML lets them in by number."""
    return _NOT_XML.sub("", text)


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def folded(text: str | None) -> str:
    """Text with every run of white space as one space."""
    return _SPACE.sub(" ", text or "").strip()
