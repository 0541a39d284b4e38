"""The claims of an index, one a row, and the graph of what is cited for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, get_args

from textgov.analysis.claims import CELLS, Claim, claims, having
from textgov.analysis.claims_graph import Citation, citation_graph, citations, work_keys
from textgov.analysis.claims_labels import Labels
from textgov.analysis.claims_voice import Voice
from textgov.codebook.loader import Codebook
from textgov.documents import Document, Status
from textgov.errors import UsageError
from textgov.export.charts import Chart, Table
from textgov.export.claims import (
    CITATION_COLUMNS,
    CLAIM_COLUMNS,
    CONTEXT,
    PARTS,
    ClaimLine,
    claims_page,
    summary,
)
from textgov.index.fields import matching, suggestion
from textgov.index.keys import Scope
from textgov.index.store import Index
from textgov.index.units import EVERYTHING, UnitPlace, is_everything, matching_units
from textgov.workflows.query import codebook_of, query_context

Order = Literal["document", "year"]
PROPERTIES: Final = ("dimension", "direction", "status", "outcome_status", "voice", "attributed", "relations")
"""What claims can be kept by beside their cells."""

_LAYERS: Final = {"target": ("actor",), "outcome": ("outcome", "economic_upgrading")}
"""Layers whose codes a cell holds, where they are not those of its own name."""


@dataclass(frozen=True)
class ClaimRequest:
    """Which claims are wanted.

    Args:
        query: only of units that match it.
        within: the unit in which the query must hold.
        having: cells or properties with a value each, such as `actor:union`; a claim must have all of them.
        tied: only claims in which a relation ties two cells.
        sort: in the order of the index, or latest year first.
        codebook: None for that by which the index was coded.
    """

    query: str = EVERYTHING
    within: Scope = "passage"
    having: tuple[str, ...] = ()
    tied: bool = False
    sort: Order = "document"
    codebook: str | None = None


class _Reader:
    """The claims of one index, with what is needed to show them."""

    def __init__(self, index: Index, request: ClaimRequest) -> None:
        self.index = index
        self.request = request
        self.codebook = codebook_of(index, request.codebook)
        self.labels = Labels(self.codebook)
        self._documents: dict[str, Document] = {}

    def claims(self) -> Iterator[Claim]:
        """The claims that are asked for, in order."""
        request = self.request
        keep = having(_conditions(request.having, self.codebook))
        context = query_context(self.codebook)
        units: Mapping[str, Sequence[UnitPlace]] = matching_units(
            self.index, request.query, context=context, within=request.within
        )
        if request.sort == "year":
            units = self._latest_first(units)
        return (claim for claim in claims(self.index, units, self.codebook, tied=request.tied) if keep(claim))

    def _latest_first(self, units: Mapping[str, Sequence[UnitPlace]]) -> dict[str, Sequence[UnitPlace]]:
        years = {document: self.document(document).bibliography.year or 0 for document in units}
        return {document: units[document] for document in sorted(units, key=lambda one: -years[one])}

    def document(self, identity: str) -> Document:
        """A document, read once."""
        if identity not in self._documents:
            self._documents[identity] = self.index.document(identity)
        return self._documents[identity]

    def row(self, claim: Claim) -> dict[str, Any]:
        """A claim under `CLAIM_COLUMNS`."""
        found = self.document(claim.document)
        known = found.bibliography
        first, *others = claim.sources or (None,)
        condition = claim.cells.get("condition")
        return {
            "claim": claim.id,
            **{key: value for name in PARTS for key, value in self._cell(claim, name).items()},
            **{key: value for name in CONTEXT for key, value in self._cell(claim, name).items()},
            "dimension": claim.dimension,
            "direction": claim.direction,
            "condition": condition.quote if condition else None,
            "status": claim.status,
            "outcome_status": claim.outcome_status,
            "voice": claim.voice,
            "according_to": claim.according_to,
            "cited_authors": first.authors if first else None,
            "cited_year": first.year if first else None,
            "cited_title": first.title if first else None,
            "cited_doi": first.doi if first else None,
            "cited_also": [other.text for other in others if other],
            "relations": list(claim.relations),
            "document": claim.document,
            "title": known.title,
            "authors": list(known.authors),
            "year": known.year,
            "kind": known.kind,
            "file": found.source,
            "section": claim.section,
            "page": claim.page,
            "quote": claim.quote,
            "rules": list(claim.rules),
        }

    def _cell(self, claim: Claim, name: str) -> dict[str, Any]:
        cell = claim.cells.get(name)
        row: dict[str, Any] = {
            name: list(cell.codes) if cell else None,
            f"{name}_label": [self.labels.of(cell.layer, code) for code in cell.codes] if cell else None,
            f"{name}_quote": cell.quote if cell else None,
        }
        if name in CONTEXT:
            row[f"{name}_page"] = cell.page if cell else None
            row[f"{name}_near"] = cell.near if cell else None
        return row

    def line(self, claim: Claim, row: Mapping[str, Any]) -> ClaimLine:
        """A claim as it stands on a page, the words that its cells rest on marked in its quote."""
        condition = claim.cells.get("condition")
        text = self.document(claim.document).text
        spans = [(c.start, c.end) for name, c in claim.cells.items() if name != "condition"]
        parts: list[tuple[str, bool]] = []
        at = claim.start
        for start, end in sorted(span for span in spans if claim.start <= span[0] and span[1] <= claim.end):
            if start >= at:
                parts += [(text[at:start], False), (text[start:end], True)]
                at = end
        parts.append((text[at : claim.end], False))
        shown = tuple((" ".join(words.split("\n")), marked) for words, marked in parts if words)
        return ClaimLine(summary(row), condition.quote if condition else "", row["title"] or "", shown)

    def citation_row(self, citation: Citation) -> dict[str, Any]:
        """A citation under `CITATION_COLUMNS`."""
        claim, reference = citation.claim, citation.reference
        row = self.row(claim)
        shared: dict[str, Any] = {name: row[name] for name in CITATION_COLUMNS if name in row}
        return shared | {
            "work": citation.work,
            "work_authors": reference.authors if reference else None,
            "work_year": reference.year if reference else None,
            "work_title": reference.title if reference else None,
            "work_doi": reference.doi if reference else None,
            "work_entry": reference.text if reference else None,
            "work_document": citation.document,
        }

    def facts(self, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        """What a table was made of."""
        query = self.request.query
        asked = "everything" if is_everything(query) else query
        kept = [("Having", ", ".join(self.request.having))] if self.request.having else []
        return ("Query", asked), ("Unit", self.request.within), *kept, *more

    @property
    def codebook_name(self) -> str:
        """Id and version of the codebook."""
        return f"{self.codebook.header.id} {self.codebook.header.version}"


def _conditions(having: Sequence[str], codebook: Codebook) -> list[tuple[str, str]]:
    """Pairs of a cell or property and a value, each known.

    Raises:
        UsageError: one is not written as CELL:VALUE, or names something unknown.
    """
    return [_condition(text, codebook) for text in having]


def _condition(text: str, codebook: Codebook) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in text.partition(":"))
    names = dict.fromkeys([*(cell for cell in CELLS if cell != "condition"), *PROPERTIES], "")
    if not colon or not value:
        raise UsageError(f"{text!r} is no condition on claims; write CELL:VALUE, such as actor:union")
    if name not in names:
        raise UsageError(f"claims have no {name!r}; {suggestion(name, names, 'they have')}")
    known = _values(name, codebook)
    if not known:
        return name, value
    found = matching(value, known)
    if not found:
        raise UsageError(
            f"{name} has no value {value!r}; {suggestion(value, known, f'the values of {name} are')}"
        )
    return name, found[0]


def _values(name: str, codebook: Codebook) -> dict[str, str]:
    """Values and labels of a cell or property; empty where any may be."""
    context = query_context(codebook)
    if name in CELLS:
        layers = _LAYERS.get(name, (name,))
        return {code: label for layer in layers for code, label in context.layers.get(layer, {}).items()}
    if name in ("status", "outcome_status"):
        return dict.fromkeys(get_args(Status), "")
    if name == "voice":
        return dict.fromkeys(get_args(Voice), "")
    if name == "attributed":
        return {"True": "true", "False": "false"}
    return dict(context.values.get(name, {}))


_TITLE: Final = "Who governs by what means, with what outcome"
_LEAD: Final = "Each row is one claim, with the words of the document that it rests on."
_NOTE: Final = (
    "A cell is empty where nothing in the text ties it to the claim. Place, cluster, sector and market are taken from "
    "the sentence, the passage or the whole document, as near as there is one answer."
)


def claim_rows(
    index: Index, request: ClaimRequest, limit: int | None = None, offset: int = 0
) -> Iterator[dict[str, Any]]:
    """Claims as rows under `CLAIM_COLUMNS`, so many after so many.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
        UsageError: a condition names a cell or value that claims do not have.
    """
    reader = _Reader(index, request)
    stop = None if limit is None else offset + limit
    return (reader.row(claim) for claim in islice(reader.claims(), offset, stop))


def claims_chart(index: Index, request: ClaimRequest) -> Chart:
    """The claims as a table that is written in any form. Raises as `claim_rows` does."""
    reader = _Reader(index, request)
    found = list(reader.claims())
    rows = [reader.row(claim) for claim in found]
    documents = len({claim.document for claim in found})
    head = {"title": _TITLE, "lead": _LEAD, "notes": (_NOTE,), "codebook": reader.codebook_name}
    facts = reader.facts(("Claims", f"{len(rows):,}"), ("Documents", f"{documents:,}"))

    def page() -> str:
        lines = [reader.line(claim, row) for claim, row in zip(found, rows, strict=True)]
        return claims_page(head, facts, lines)

    tables = (Table("Claims", CLAIM_COLUMNS, rows),)
    return Chart("Claims", _TITLE, _LEAD, facts, tables, reader.codebook_name, (_NOTE,), page=page)


def citations_chart(index: Index, request: ClaimRequest) -> Chart:
    """Which source is cited for which claim, as a table and a graph. Raises as `claim_rows` does."""
    reader = _Reader(index, request)
    works: dict[str, str] = {}
    for document in index.documents():
        for key in work_keys(document.bibliography.doi, document.bibliography.title):
            works.setdefault(key, document.id)
    found = list(citations(reader.claims(), works))
    listed = sum(citation.reference is not None for citation in found)
    return Chart(
        "Citations",
        "Which source is cited for which claim",
        "Each row is a claim and a work that is cited for it.",
        reader.facts(
            ("Citations", f"{len(found):,}"), ("Works", f"{len({citation.work for citation in found}):,}")
        ),
        (Table("Citations", CITATION_COLUMNS, [reader.citation_row(citation) for citation in found]),),
        reader.codebook_name,
        (f"{listed:,} of {len(found):,} citations were found in the reference list of their document.",),
        graph=citation_graph(found),
    )
