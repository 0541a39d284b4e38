"""Which source is cited for which claim, as a graph from claims to works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textgov.analysis.claims import Claim
from textgov.analysis.claims_references import Reference
from textgov.preprocessing.identifiers import normal_title


@dataclass(frozen=True)
class Citation:
    """A claim and a work that is cited for it.

    `work` is the same for all entries, of whatever list, that mean one work. `reference` is None where the source is
    named in the text and not found in the reference list; the work is then known within its document alone.
    `document` is the id of the work's own text where the index holds it.
    """

    claim: Claim
    work: str
    reference: Reference | None
    document: str | None = None


def citations(claims: Iterable[Claim], works: Mapping[str, str]) -> Iterator[Citation]:
    """Each source of each claim that is attributed to one.

    Args:
        claims: the claims.
        works: ids of documents of the index by `work_keys` of theirs.
    """
    for claim in claims:
        if claim.sources:
            for source in claim.sources:
                known = works.get(f"doi:{source.doi}") or works.get(normal_title(source.title or ""))
                yield Citation(claim, source.key, source, known)
        elif claim.voice == "literature" and claim.according_to:
            yield Citation(claim, f"{claim.document} {normal_title(claim.according_to)}", None)


def work_keys(doi: str | None, title: str | None) -> list[str]:
    """By what a document of the index can be recognised as a work that is cited."""
    keys = [f"doi:{doi.lower()}"] if doi else []
    return keys + ([normal_title(title)] if title and len(normal_title(title).split()) > 2 else [])


def citation_graph(found: Iterable[Citation]) -> Any:
    """A `networkx.DiGraph` from claims to the works cited for them; ids of nodes begin with `claim:` or `work:`."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    graph = nx.DiGraph()
    for citation in found:
        claim, reference = citation.claim, citation.reference
        mechanism, outcome = claim.cells.get("mechanism"), claim.cells.get("outcome")
        codes = [cell.codes[0] for cell in (mechanism, outcome) if cell]
        graph.add_node(
            f"claim:{claim.id}",
            label=" → ".join([*codes, *([claim.direction] if claim.direction else [])]),
            kind="claim",
            document=claim.document,
            page=claim.page or 0,
            status=claim.status,
            quote=claim.quote,
        )
        graph.add_node(
            f"work:{citation.work}",
            label=work_label(citation),
            kind="work",
            document=citation.document or "",
            title=(reference.title if reference else None) or "",
            doi=(reference.doi if reference else None) or "",
            listed=reference is not None,
        )
        graph.add_edge(f"claim:{claim.id}", f"work:{citation.work}")
    return graph


def work_label(citation: Citation) -> str:
    """A work as a reader names it: authors and year, or what the text calls it."""
    reference = citation.reference
    if reference is None:
        return citation.claim.according_to or ""
    return f"{reference.authors} {reference.year or ''}".strip()
