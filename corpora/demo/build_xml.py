"""Writes a source as JATS or as TEI XML."""

from __future__ import annotations

import re
from pathlib import Path

from build_source import Block, Source, runs, typographic
from lxml import etree
from lxml.builder import E, ElementMaker
from lxml.etree import _Element as Element

TEI_NS = "http://www.tei-c.org/ns/1.0"
T = ElementMaker(namespace=TEI_NS, nsmap={None: TEI_NS})
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def citations(source: Source) -> list[tuple[re.Pattern[str], str]]:
    """For each reference a pattern of how the text cites it, and its number."""
    out = []
    for number, text in enumerate(source.references, 1):
        name, year = text.split(",")[0], re.search(r"\((\d{4})\)", text)
        if year:
            pattern = rf"({re.escape(name)}(?: and [\w\u2019-]+)?,? \(?)({year[1]})"
            out.append((re.compile(pattern), f"b{number}"))
    return out


def fill(element: Element, text: str, cites: list, jats: bool) -> Element:
    """Adds marked-up text to an element, with links to the references."""
    tags = {"b": "bold", "i": "italic"}
    maker = E if jats else T
    for part, style in runs(typographic(text)):
        if style == "note":
            names = ("xref", "ref-type", "rid") if jats else ("ref", "type", "target")
            target = f"fn{part}" if jats else f"#fn{part}"
            element.append(maker(names[0], part, **{names[1]: "fn", names[2]: target}))
        elif style:
            child = maker(tags[style], part) if jats else maker.hi(part, rend=tags[style])
            element.append(child)
        else:
            add_cited(element, part, cites, jats)
    return element


def add_cited(element: Element, text: str, cites: list, jats: bool) -> None:
    """Adds plain text in which the years of citations become links."""
    hits = sorted(
        (match.start(2), match.end(2), ident) for pattern, ident in cites for match in pattern.finditer(text)
    )
    at = 0
    for start, end, ident in hits:
        if start < at:
            continue
        add_text(element, text[at:start])
        if jats:
            link = E.xref(text[start:end], **{"ref-type": "bibr", "rid": ident})
        else:
            link = T.ref(text[start:end], type="bibr", target=f"#{ident}")
        element.append(link)
        at = end
    add_text(element, text[at:])


def add_text(element: Element, text: str) -> None:
    """Appends text after the last child of an element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def caption_of(blocks: tuple[Block, ...], number: int) -> str:
    """The caption that stands next to table ``number``."""
    near = blocks[max(number - 1, 0) : number + 2]
    return next((block.text for block in near if block.kind == "caption"), "")


def sections(source: Source, root: Element, jats: bool) -> Element:
    """Nests the body's blocks in sections below ``root``."""
    maker, section = (E, "sec") if jats else (T, "div")
    cites = citations(source)
    stack = [root]
    for number, block in enumerate(source.body):
        if block.kind == "heading":
            del stack[block.level :]
            title = maker("title" if jats else "head", typographic(block.text))
            stack[-1].append(maker(section, title))
            stack.append(stack[-1][-1])
        elif block.kind == "table":
            build = jats_table if jats else tei_table
            stack[-1].append(build(block, caption_of(source.body, number)))
        elif block.kind in ("para", "item"):
            stack[-1].append(fill(maker("p"), block.text, cites, jats))
    return root


def jats_table(block: Block, caption: str) -> Element:
    """A JATS ``table-wrap``."""
    head = E.tr(*(E.th(typographic(cell)) for cell in block.rows[0]))
    rows = [E.tr(*(E.td(typographic(cell)) for cell in row)) for row in block.rows[1:]]
    label, _, rest = typographic(caption).partition(". ")
    return E(
        "table-wrap",
        E.label(label),
        E.caption(E.p(rest)),
        E.table(E.thead(head), E.tbody(*rows)),
        id="t1",
    )


def tei_table(block: Block, caption: str) -> Element:
    """A TEI ``figure`` of type table."""
    rows = [T.row(*(T.cell(typographic(cell)) for cell in row)) for row in block.rows]
    label, _, rest = typographic(caption).partition(". ")
    return T.figure(T.head(label), T.figDesc(rest), T.table(*rows), type="table")


def jats_front(source: Source) -> Element:
    """The ``front`` of a JATS article."""
    meta = source.meta
    contributors = E("contrib-group")
    for name in source.authors:
        given, surname = name.rsplit(" ", 1)
        parts = E.name(E.surname(surname), E("given-names", given))
        contributors.append(E.contrib(parts, **{"contrib-type": "author"}))
    volume = re.match(r"(\d+)\((\d+)\), (\d+)-(\d+)", meta["volume"])
    places = [E.aff(place.strip()) for place in meta["affiliations"].split(";")]
    article = E(
        "article-meta",
        E("article-id", meta["doi"], **{"pub-id-type": "doi"}),
        E("title-group", E("article-title", typographic(meta["title"]))),
        contributors,
        *places,
        E("pub-date", E.year(meta["year"]), **{"pub-type": "epub"}),
        E.volume(volume[1]),
        E.issue(volume[2]),
        E.fpage(volume[3]),
        E.lpage(volume[4]),
        E.abstract(*(E.p(typographic(text)) for text in source.abstract)),
        E("kwd-group", *(E.kwd(word) for word in source.keywords)),
    )
    title = E("journal-title-group", E("journal-title", meta["venue"]))
    return E.front(E("journal-meta", title), article)


def write_jats(source: Source, path: Path) -> None:
    """Writes the source as a JATS article."""
    references = E("ref-list", E.title("References"))
    for number, text in enumerate(source.references, 1):
        citation = fill(E("mixed-citation"), text, [], jats=True)
        references.append(E.ref(citation, id=f"b{number}"))
    article = E.article(
        jats_front(source),
        sections(source, E.body(), jats=True),
        E.back(references),
        **{"article-type": "research-article"},
    )
    article.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    save(article, path)


def tei_header(source: Source) -> Element:
    """The header of a TEI document, as reference extractors write it."""
    meta = source.meta
    people = []
    for name in source.authors:
        given, surname = name.rsplit(" ", 1)
        people.append(T.author(T.persName(T.forename(given), T.surname(surname))))
    volume = re.match(r"(\d+)\((\d+)\), (\d+)-(\d+)", meta["volume"])
    title = typographic(meta["title"])
    source_desc = T.biblStruct(
        T.analytic(*people, T.title(title, level="a"), T.idno(meta["doi"], type="DOI")),
        T.monogr(
            T.title(meta["venue"], level="j"),
            T.imprint(
                T.biblScope(volume[1], unit="volume"),
                T.biblScope(f"{volume[3]}-{volume[4]}", unit="page"),
                T.date(meta["year"], type="published", when=meta["year"]),
            ),
        ),
    )
    abstract = T.abstract(*(T.p(typographic(text)) for text in source.abstract))
    words = T.keywords(*(T.term(word) for word in source.keywords))
    return T.teiHeader(
        T.fileDesc(
            T.titleStmt(T.title(title, level="a", type="main")),
            T.publicationStmt(T.p("Demo corpus of textgov")),
            T.sourceDesc(source_desc),
        ),
        T.profileDesc(T.textClass(words), abstract),
    )


def write_tei(source: Source, path: Path) -> None:
    """Writes the source as a TEI document."""
    listing = T.listBibl()
    for number, text in enumerate(source.references, 1):
        entry = fill(T.bibl(), text, [], jats=False)
        entry.set(XML_ID, f"b{number}")
        listing.append(entry)
    back = T.back(T.div(T.head("References"), listing, type="references"))
    text = T.text(sections(source, T.body(), jats=False), back)
    save(T.TEI(tei_header(source), text), path)


def save(root: Element, path: Path) -> None:
    """Writes the tree; each block on its own line, mixed content untouched."""
    for element in root.iter():
        inside = element.getparent()
        if inside is not None and not (inside.text or "").strip():
            texts = [child.tail or "" for child in inside]
            if not any(text.strip() for text in texts):
                inside.text = "\n"
                element.tail = "\n"
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    path.write_bytes(data + b"\n")
