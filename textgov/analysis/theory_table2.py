"""Table 2: the paths of social upgrading, each with its drivers, mechanisms, actors and limits as they are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from textgov.analysis.quotes import Quote, quote_of
from textgov.analysis.reading import Occurrence
from textgov.analysis.theory import Item, Source, TheoryMap, ranked
from textgov.codebook.schema import Code, PathCue
from textgov.index.facets import facets
from textgov.index.records import StoredMention
from textgov.index.search import Hit, count, search

PATH: Final = "path"
"""The part that stands for a path as a whole."""

ASPECTS: Final = ("driver", "mechanism", "actor", "limit")
"""The columns of the table, in order."""

TOP: Final = 8
"""Most mechanisms, and most actors, of a path that are kept beside those of its theory."""

_LOOKED_AT: Final = 30
"""Hits among which quotes of different documents are looked for."""

Basis = Literal["codings", "codes"]


@dataclass(frozen=True)
class _Path:
    """A path, and the query of its passages."""

    code: Code
    query: str


def basis(source: Source) -> Basis:
    """Whether passages were coded with paths, or paths are told by the codes that the codebook gives for them."""
    return "codings" if source.index.status().codings.get("path") else "codes"


def table2(source: Source, top: int | None = TOP) -> TheoryMap:
    """Each path, then its drivers, mechanisms, actors and limits; groups are paths.

    Beside those of its theory, a path has its `top` most frequent mechanisms and actors, or all.
    """
    return source.made(_items(source, basis(source), top))


def _items(source: Source, told_by: Basis, top: int | None) -> Iterator[Item]:
    cues = [cue for cue in source.codebook.cues.get("path", ()) if isinstance(cue, PathCue)]
    for code in source.codebook.codes.get("path", {}).values():
        path = _Path(code, path_query(code, told_by))
        query = source.and_also(path.query)
        found = count(source.index, query, context=source.context, within=source.within)
        yield Item(code.id, code.id, PATH, code.id, code.label, found.documents, found.units, query)
        of_path = [cue for cue in cues if cue.path == code.id]
        yield from ranked(_cued(source, path, [cue for cue in of_path if cue.aspect == "driver"]))
        yield from _coded(source, path, "mechanism", code.mechanisms, top)
        yield from _coded(source, path, "actor", code.actors, top)
        yield from ranked(_cued(source, path, [cue for cue in of_path if cue.aspect == "limit"]))


def path_query(code: Code, told_by: Basis) -> str:
    """The query of a path's passages: coded with it, or with a mechanism and an actor of it."""
    if told_by == "codings" or not (code.mechanisms or code.actors):
        return f"path:{code.id}"
    parts = []
    for layer, codes in (("mechanism", code.mechanisms), ("actor", code.actors)):
        if codes:
            listed = " OR ".join(codes)
            parts.append(f"{layer}:({listed})" if len(codes) > 1 else f"{layer}:{listed}")
    return " AND ".join(parts)


def _coded(source: Source, path: _Path, layer: str, expected: Sequence[str], top: int | None) -> list[Item]:
    """Mechanisms or actors of a path's passages: those of its theory and the most frequent others."""
    query = source.and_also(path.query)
    counted = facets(source.index, query, [layer], context=source.context, within=source.within)[layer]
    counts = {str(value.value): (value.documents, value.units) for value in counted}
    others = sorted(counts, key=lambda code: (-counts[code][0], -counts[code][1], code))
    kept = [*expected, *[code for code in others if code not in expected][:top]]
    items = []
    for code in kept:
        documents, units = counts.get(code, (0, 0))
        asked = f"{query} AND {layer}:{code}"
        items.append(
            Item(
                f"{path.code.id}/{layer}:{code}",
                path.code.id,
                layer,
                code,
                source.labels.of(layer, code),
                documents,
                units,
                asked,
                _quotes(source, asked, layer, code) if documents else (),
                code in expected,
            )
        )
    return ranked(items)


def _cued(source: Source, path: _Path, cues: Sequence[PathCue]) -> Iterator[Item]:
    """Drivers or limits of a path: the passages of the path for which their query holds."""
    for cue in cues:
        query = f"{source.and_also(path.query)} AND ({cue.cue})"
        found = count(source.index, query, context=source.context, within=source.within)
        yield Item(
            f"{path.code.id}/{cue.id}",
            path.code.id,
            cue.aspect,
            cue.id,
            cue.label,
            found.documents,
            found.units,
            query,
            _cue_quotes(source, query, cue.cue) if found.documents else (),
            True,
        )


def _hits(source: Source, query: str) -> Iterator[Hit]:
    """The first hits, one a document."""
    seen: set[str] = set()
    if not source.quotes:
        return
    found = search(
        source.index, query, context=source.context, within=source.within, sort="document", limit=_LOOKED_AT
    )
    for hit in found.hits:
        if hit.document not in seen and hit.passage is not None:
            seen.add(hit.document)
            yield hit
            if len(seen) == source.quotes:
                return


def _quotes(source: Source, query: str, layer: str, code: str) -> tuple[Quote, ...]:
    quotes = []
    for hit in _hits(source, query):
        data = source.document(hit.document)
        for stored in data.mentions:
            m = stored.mention
            inside = hit.start <= m.start < hit.end
            if inside and (m.layer, m.code) == (layer, code):
                quotes.append(quote_of(data, _at(stored)))
                break
    return tuple(quote for quote in quotes if quote is not None)


def _cue_quotes(source: Source, query: str, cue: str) -> tuple[Quote, ...]:
    """Quotes whose marks are what speaks for the cue, not for the path."""
    quotes = []
    for hit in _hits(source, query):
        data = source.document(hit.document)
        within = f"({cue}) AND doc:{hit.document}"
        found = search(
            source.index, within, context=source.context, within=source.within, sort="document", limit=500
        )
        here = next((one for one in found.hits if one.start == hit.start), hit)
        start, end = here.highlights[0] if here.highlights else (0, 0)
        place = Occurrence("", hit.passage, None, hit.start + start, hit.start + end, here.page)
        quotes.append(quote_of(data, place))
    return tuple(quote for quote in quotes if quote is not None)


def _at(stored: StoredMention) -> Occurrence:
    m = stored.mention
    return Occurrence(m.code, stored.passage, stored.sentence, m.start, m.end, stored.page, m)
