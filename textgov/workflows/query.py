"""Questions to an index: hits, key words in context, counts; one context of known codes for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

from textgov.codebook.loader import DEFAULT, Codebook, default_codebook, load
from textgov.errors import CodebookError
from textgov.index.facets import FacetValue, facets
from textgov.index.fields import QueryContext
from textgov.index.keys import Scope
from textgov.index.ranking import Sort
from textgov.index.search import Hits, KwicLine, kwic, search
from textgov.index.store import Index


@dataclass(frozen=True)
class Page:
    """Which hits are wanted: so many, after so many, in which order."""

    limit: int = 20
    offset: int = 0
    sort: Sort = "relevance"


def codebook_of(index: Index, codebook: str | None = None) -> Codebook:
    """The codebook that is asked for, or else the one that the index was last annotated by.

    Raises:
        CodebookError: there is none of that name, or it has faults.
    """
    if codebook is not None:
        return _loaded(codebook)
    runs = (run for run in reversed(index.runs()) if run.command == "annotate")
    last = next((str(run.options["codebook"]) for run in runs if run.options.get("codebook")), DEFAULT)
    try:
        return _loaded(last)
    except CodebookError as error:
        what = f"the codebook by which {index.path} was annotated cannot be loaded; name it by --codebook"
        raise CodebookError(f"{what}\n{error}") from error


def _loaded(codebook: str) -> Codebook:
    return default_codebook() if codebook == DEFAULT else load(codebook)


NAMED_PLACES = frozenset({"country", "supranational"})
"""Kinds of places whose codes a query may name; cities and regions carry the code of their country."""


def query_context(codebook: Codebook) -> QueryContext:
    """What queries may name under a codebook: layers with their codes and labels, forms, scopes, paths."""
    layers = {
        layer.id: {code.id: code.label for code in codebook.codes.get(layer.id, {}).values()}
        for layer in codebook.header.layer
        if layer.marks_text
    }
    if "place" in layers:
        layers["place"] = {
            name.code: name.name for name in codebook.names.get("place", ()) if name.kind in NAMED_PLACES
        }
    values = {
        field: {code.id: code.label for code in codebook.codes.get(field, {}).values()}
        for field in ("form", "scope", "interaction", "path")
    }
    values["direction"] = dict.fromkeys(
        ("improves", "worsens", "no_change", "mixed", "upgrading", "downgrading"), ""
    )
    values |= _link_values(layers, values["form"], values["scope"])
    return QueryContext(layers=layers, values={name: known for name, known in values.items() if known})


def _link_values(
    layers: dict[str, dict[str, str]], forms: dict[str, str], scopes: dict[str, str]
) -> dict[str, dict[str, str]]:
    """What the ends of relations and the pairs of interactions can be."""
    codes = {
        code: label for layer, known in layers.items() if layer != "place" for code, label in known.items()
    }
    cells = {f"{form}-{scope}": "" for form in forms for scope in scopes}
    several = [found for size in range(3, len(forms) + 1) for found in combinations(sorted(forms), size)]
    pairs = {"-".join(found): "" for found in [*combinations_with_replacement(sorted(forms), 2), *several]}
    ends = dict.fromkeys(("from", "through", "to"), codes)
    return ends | dict.fromkeys(("from_cell", "to_cell"), cells) | {"between": pairs}


def find(
    index: Index,
    query: str,
    *,
    codebook: str | None = None,
    within: Scope = "passage",
    page: Page | None = None,
) -> Hits:
    """Units for which a query holds; see `textgov.index.search.search`."""
    page = page or Page()
    context = query_context(codebook_of(index, codebook))
    return search(
        index,
        query,
        context=context,
        within=within,
        sort=page.sort,
        limit=page.limit,
        offset=page.offset,
    )


def find_lines(
    index: Index,
    query: str,
    *,
    codebook: str | None = None,
    within: Scope = "passage",
    page: Page | None = None,
) -> list[KwicLine]:
    """Key words in context; see `textgov.index.search.kwic`."""
    page = page or Page(sort="document")
    context = query_context(codebook_of(index, codebook))
    return kwic(
        index,
        query,
        context=context,
        within=within,
        sort=page.sort,
        limit=page.limit,
        offset=page.offset,
    )


def count_by(
    index: Index,
    query: str,
    fields: Sequence[str],
    *,
    codebook: str | None = None,
    within: Scope = "passage",
) -> dict[str, list[FacetValue]]:
    """How many hits have each value of some fields; see `textgov.index.facets.facets`."""
    context = query_context(codebook_of(index, codebook))
    return facets(index, query, fields, context=context, within=within)
