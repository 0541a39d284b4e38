"""Which units a query matches, and by which versions documents were coded: keys only, no texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, NamedTuple

from textgov.index import keys
from textgov.index.fields import QueryContext
from textgov.index.keys import Scope
from textgov.index.plan import Found, plan
from textgov.index.records import Run
from textgov.index.store import Index

EVERYTHING: Final = "*"
"""The query that all units match."""


def is_everything(query: str) -> bool:
    """Whether a query asks for all units."""
    return query.strip() in (EVERYTHING, "*:*")


class UnitPlace(NamedTuple):
    """A unit within its document: ordinals of its passage and sentence, None where the unit is coarser."""

    passage: int | None = None
    sentence: int | None = None


class CodedBy(NamedTuple):
    """The hashes of the codebook and pipeline by which a document was coded; None: not yet.

    The hash of the pipeline covers the codebook; `made` is the rest of it, options and versions of packages, as far as
    the run has recorded it. `name` is that of the codebook, or of its folder.
    """

    codebook: str | None
    pipeline: str | None
    made: str | None = None
    name: str | None = None


def matching_units(
    index: Index, query: str, *, context: QueryContext, within: Scope = "passage"
) -> dict[str, tuple[UnitPlace, ...]]:
    """Units for which a query holds, by document; both in the order of the index.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
        IndexFileError: the file cannot be read.
    """
    shift = keys.shift_between(within, "document")
    found: dict[int, list[UnitPlace]] = {}
    # SQLite takes a negative limit for none.
    for hit in plan(index, query, context, within).page("document", -1, 0):
        found.setdefault(hit.key >> shift, []).append(_place(hit, within))
    names = dict(index.select(_pair, "SELECT seq, id FROM documents"))
    return {names[seq]: tuple(places) for seq, places in sorted(found.items())}


_PROPERTIES: Final[dict[str, tuple[str, ...]]] = {
    "mention": ("name", "form", "scope", "status", "attributed", "source", "rule", "dimension", "direction"),
    "coding": ("stance", "coder"),
    "relation": ("source_code", "source_cell", "means_code", "target_code", "target_cell"),
    "interaction": ("pair",),
}


def used_columns(index: Index, entity: str, layer: str | None) -> list[str]:
    """Properties that some records of an entity have, of one layer or of any."""
    found = []
    for column in _PROPERTIES.get(entity, ()):
        of_layer = " AND layer = ?" if layer is not None else ""
        query = f"SELECT 1 FROM {entity}s WHERE {column} NOT NULL{of_layer} LIMIT 1"
        if index.value(query, () if layer is None else (layer,)) is not None:
            found.append(column)
    return found


def _place(hit: Found, within: Scope) -> UnitPlace:
    if within == "document":
        return UnitPlace()
    if within == "passage":
        return UnitPlace(keys.passage_ordinal(hit.key))
    passage = hit.key >> keys.SENTENCE_BITS
    return UnitPlace(keys.passage_ordinal(passage), keys.sentence_ordinal(hit.key))


def _pair(row: tuple[int, str]) -> tuple[int, str]:
    return row[0], row[1]


_NOT_OF_THE_PIPELINE: Final = frozenset({"jobs", "codebook"})


def coded_by(index: Index) -> dict[str, CodedBy]:
    """By which codebook and pipeline each kept document was coded, in order of ingest."""
    made = {run.id: _made(run) for run in index.runs()}
    query = "SELECT id, codebook, pipeline, run FROM documents WHERE duplicate_of IS NULL ORDER BY seq"
    return dict(
        index.select(
            lambda row: (str(row[0]), CodedBy(row[1], row[2], *made.get(row[3], (None, None)))), query
        )
    )


def _made(run: Run) -> tuple[str | None, str | None]:
    options = {name: value for name, value in run.options.items() if name not in _NOT_OF_THE_PIPELINE}
    made = json.dumps([options, dict(run.versions)], sort_keys=True) if run.versions else None
    codebook = run.options.get("codebook")
    return made, None if codebook is None else Path(str(codebook)).name
