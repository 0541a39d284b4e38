"""One annotated document as a page of HTML that needs nothing but itself."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

from textgov.documents import CODED_KINDS, Mention, Passage, Status
from textgov.export.pages import render
from textgov.export.view import DocumentView, passage_tokens
from textgov.index.records import StoredMention

COLOURS = 12
FILLED = 4
"""The first layers of a codebook are filled, the others underlined: both are seen where they overlap."""
PATH_THRESHOLD = 0.5
"""Score from which a path counts as coded, as in searches."""
NOTES = {
    "table": "Table",
    "footnote": "Footnotes",
    "references": "References",
    "front_matter": "Front matter",
}


def document_page(view: DocumentView) -> str:
    """The page, as text in UTF-8; the same document and annotations give the same page."""
    known = view.document.bibliography
    order = {layer.id: place for place, layer in enumerate(view.codebook.header.layer)}
    marks = [_mark(view, stored, order) for stored in view.mentions]
    header = view.codebook.header
    return render(
        "document.html.j2",
        styles=("document.css",),
        script="document.js",
        language=known.language or "en",
        title=known.title or Path(view.document.source).name,
        kind=known.kind,
        year=known.year,
        authors=known.authors,
        venue=known.venue,
        doi=known.doi,
        pages=len(view.document.pages),
        file=view.document.source + (f" · {view.document.part}" if view.document.part else ""),
        document=view.document.id,
        codebook=f"{header.id} {header.version}",
        notes=view.document.notes,
        layers=_layers(view, order),
        statuses=_statuses(view),
        links=_links(view),
        sections=_sections(view),
        passages=_passages(view),
        marks=marks,
        data=[{key: value for key, value in mark.items() if key != "title"} for mark in marks],
    )


def _mark(view: DocumentView, stored: StoredMention, order: dict[str, int]) -> dict[str, Any]:
    mention = stored.mention
    number = order.get(mention.layer, len(order))
    label = view.label(mention.layer, mention.code)
    facts = _facts(view, mention)
    layer = next((la.label for la in view.codebook.header.layer if la.id == mention.layer), mention.layer)
    return {
        "number": number,
        "colour": number % COLOURS,
        "look": "fill" if number < FILLED else "line",
        "layer": mention.layer,
        "layer_label": layer,
        "code": mention.code,
        "label": label,
        "status": mention.status,
        "facts": facts,
        "title": f"{label}\n" + "\n".join(f"{name}: {value}" for name, value in facts),
    }


def _facts(view: DocumentView, mention: Mention) -> list[tuple[str, str]]:
    """What is said of a mention, by name; what is not known is left out."""

    def text(span: tuple[int, int] | None) -> str:
        return "" if span is None else " ".join(view.document.text[span[0] : span[1]].split())

    governance = " · ".join(view.label(layer, code) for layer, code in _cell(mention))
    facts = [
        ("Code", mention.code),
        ("Name", mention.name),
        ("Form and scope", governance),
        ("Dimension", (mention.dimension or "").replace("_", " ")),
        ("Direction", (mention.direction or "").replace("_", " ")),
        ("Group", text(mention.group)),
        ("Status", mention.status),
        ("Reported from", mention.source or ("another source" if mention.attributed else "")),
        ("Condition", text(mention.condition)),
        ("Rule", mention.rule),
        ("Confidence", f"{mention.confidence:.2f}"),
    ]
    return [(name, value) for name, value in facts if value]


def _cell(mention: Mention) -> list[tuple[str, str]]:
    cell = (("form", mention.form), ("scope", mention.scope))
    return [(layer, code) for layer, code in cell if code is not None]


def _layers(view: DocumentView, order: dict[str, int]) -> list[dict[str, Any]]:
    counts = Counter((stored.mention.layer, stored.mention.code) for stored in view.mentions)
    found = []
    for layer, label, count in view.layers():
        number = order.get(layer, len(order))
        codes = [
            {"id": code, "label": view.label(layer, code), "count": times}
            for (of, code), times in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            if of == layer
        ]
        look = "fill" if number < FILLED else "line"
        found.append(
            {"id": layer, "number": number, "colour": number % COLOURS, "look": look}
            | {"label": label, "count": count, "codes": codes}
        )
    return found


def _statuses(view: DocumentView) -> list[tuple[str, int]]:
    counts = Counter(stored.mention.status for stored in view.mentions)
    return [(status, counts[status]) for status in get_args(Status) if counts[status]]


def _links(view: DocumentView) -> list[tuple[str, list[dict[str, Any]]]]:
    """Relations, interactions and codings, each with the passage that it is in."""
    by_place = {(stored.passage, stored.ordinal): stored.mention for stored in view.mentions}
    text = view.document.text

    def quoted(passage: int, place: int | None) -> str:
        mention = None if place is None else by_place.get((passage, place))
        return "" if mention is None else text[mention.start : mention.end]

    relations = []
    for found in view.relations:
        relation = found.relation
        ends = [quoted(found.passage, place) for place in (relation.source, relation.means, relation.target)]
        line = f"{relation.kind.replace('_', ' ')}: " + " → ".join(
            " ".join(end.split()) for end in ends if end
        )
        relations.append({"passage": found.passage, "text": line})
    interactions = [
        {
            "passage": i.passage,
            "text": f"{i.interaction.kind.replace('_', ' ')}: {' and '.join(i.interaction.forms)}",
        }
        for i in view.interactions
    ]
    first = view.passages[0].ordinal if view.passages else 0
    codings = [
        {
            "passage": first if coding.passage is None else coding.passage,
            "text": f"{view.label(layer, coding.code)} {coding.score:.2f}"
            + (f", {coding.stance}" if coding.stance else ""),
        }
        for layer, coding in view.codings
        if layer == "path" and coding.score >= PATH_THRESHOLD
    ]
    groups = [("Relations", relations), ("Interactions", interactions), ("Paths", codings)]
    return [(heading, entries) for heading, entries in groups if entries]


def _sections(view: DocumentView) -> list[dict[str, Any]]:
    found = []
    for section in view.document.sections:
        inside = (p for p in view.passages if section.start <= p.start < section.end)
        passage = next(inside, None)
        if passage is not None and passage.kind not in NOTES:
            found.append({"title": section.title, "level": min(section.level, 6), "passage": passage.ordinal})
    return found if len(found) > 1 else []


def _passages(view: DocumentView) -> list[dict[str, Any]]:
    levels = {section.start: section.level for section in view.document.sections}
    shown = []
    for kind, group in groupby(passage_tokens(view), key=lambda pair: pair[0].kind):
        for place, (passage, tokens) in enumerate(group):
            shown.append(
                {
                    "ordinal": passage.ordinal,
                    "kind": kind,
                    "first": place == 0,
                    "note": "" if kind in CODED_KINDS else NOTES.get(kind, kind),
                    "element": _element(passage, levels),
                    "tokens": tokens,
                }
            )
    return shown


def _element(passage: Passage, levels: dict[int, int]) -> str:
    if passage.kind != "heading":
        return "div" if passage.kind in ("table", "list") else "p"
    return "h2" if levels.get(passage.start, 1) <= 1 else "h3"
