"""Questions to an index: hits, key words in context, counts; one context of known codes for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from textgov.codebook.loader import Codebook, load
from textgov.index.facets import FacetValue, facets
from textgov.index.fields import QueryContext
from textgov.index.keys import Scope
from textgov.index.ranking import Sort
from textgov.index.search import Hits, KwicLine, kwic, search
from textgov.index.store import Index


def query_context(codebook: Codebook) -> QueryContext:
    """What queries may name under a codebook: its layers with their codes and labels, forms, scopes and paths."""
    layers = {
        layer.id: {code.id: code.label for code in codebook.codes.get(layer.id, {}).values()}
        for layer in codebook.header.layer
        if layer.marks_text
    }
    if "place" in layers:
        layers["place"] = {}
    values = {
        field: {code.id: code.label for code in codebook.codes.get(field, {}).values()}
        for field in ("form", "scope", "interaction", "path")
    }
    values["direction"] = dict.fromkeys(
        ("improves", "worsens", "no_change", "mixed", "upgrading", "downgrading"), ""
    )
    return QueryContext(layers=layers, values={name: known for name, known in values.items() if known})


def find(
    index: Index,
    query: str,
    *,
    codebook: str = "gereffi-lee",
    within: Scope = "passage",
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
) -> Hits:
    """Units for which a query holds; see `textgov.index.search.search`."""
    context = query_context(load(codebook))
    return search(index, query, context=context, within=within, sort=sort, limit=limit, offset=offset)


def find_lines(
    index: Index,
    query: str,
    *,
    codebook: str = "gereffi-lee",
    within: Scope = "passage",
    limit: int = 20,
    offset: int = 0,
) -> list[KwicLine]:
    """Key words in context; see `textgov.index.search.kwic`."""
    return kwic(
        index, query, context=query_context(load(codebook)), within=within, limit=limit, offset=offset
    )


def count_by(
    index: Index,
    query: str,
    fields: Sequence[str],
    *,
    codebook: str = "gereffi-lee",
    within: Scope = "passage",
) -> dict[str, list[FacetValue]]:
    """How many hits have each value of some fields; see `textgov.index.facets.facets`."""
    return facets(index, query, fields, context=query_context(load(codebook)), within=within)
