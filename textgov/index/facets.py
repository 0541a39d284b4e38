"""Counts of a query's hits by the values of a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textgov.documents import Record
from textgov.errors import QueryError
from textgov.index import predicates, rows
from textgov.index.fields import CODING_LAYERS, Field, QueryContext, suggestion
from textgov.index.keys import Scope, bounds, shift_between
from textgov.index.plan import Plan, plan
from textgov.index.sql import Compiler
from textgov.index.store import Index
from textgov.index.tree import Between, Node, OneOf, conjunction

_LISTS: Final = {"author": "authors", "keyword": "keywords"}
_WHOLE: Final = frozenset({"title", "venue"})
_NONE: Final = frozenset({"text", "mention", "coding"})


class FacetValue(Record, frozen=True):
    """A value of a field, its label in the codebook, and how many hits and documents have it."""

    value: str | int | float
    label: str
    units: int
    documents: int


def facets(
    index: Index, query: str, fields: Sequence[str], *, context: QueryContext, within: Scope = "passage"
) -> dict[str, list[FacetValue]]:
    """For each field, how many of the units that match have each of its values; the most frequent first.

    A unit has a value if any of its mentions, codings, sentences ... has it.

    Args:
        index: the index.
        query: in the query language.
        fields: names of fields; any but `text`, `mention` and `coding`.
        context: the codes that the query and the fields may name.
        within: the unit of which all of the query must be true, and which is counted.

    Raises:
        QueryError: the query cannot be parsed, or names something unknown; or a field has no values to count.
        IndexFileError: the file cannot be read.
    """
    known = {name: field for name, field in context.fields().items() if name not in _NONE}
    for name in fields:
        if name not in known:
            advice = suggestion(name, dict.fromkeys(known, ""), "the fields to count by are")
            raise QueryError(f"hits cannot be counted by {name!r}; {advice}")
    prepared = plan(index, query, context, within)
    return {name: _facet(prepared, known[name], context) for name in fields}


def _facet(prepared: Plan, field: Field, context: QueryContext) -> list[FacetValue]:
    compiler = prepared.compiler()
    units = compiler.merged(prepared.node, prepared.scope)
    if field.entity == "document":
        query = _of_documents(compiler, units, field, prepared.scope)
    else:
        found = compiler.define(units, materialized=True)
        pairs = compiler.define(_pairs(compiler, field, prepared.scope, context, found), "u, v")
        shift = shift_between(prepared.scope, "document")
        query = f"SELECT v, count(*), count(DISTINCT u >> {shift}) FROM {pairs} GROUP BY v ORDER BY 2 DESC, 1"
    labels = context.known(field)

    def value(row: rows.Row) -> FacetValue:
        name = rows.path_of(row[0]) if isinstance(row[0], bytes) else row[0]
        return FacetValue(name, labels.get(str(name), ""), row[1], row[2])

    return list(prepared.index.select(value, compiler.statement(query), compiler.parameters))


def _of_documents(compiler: Compiler, units: str, field: Field, scope: Scope) -> str:
    shift = shift_between(scope, "document")
    grouped = f"SELECT u >> {shift}, count(*) FROM ({units}) GROUP BY 1"
    found = compiler.define(grouped, "seq, n", materialized=True)
    column = f"documents.{field.column}"
    lists = ""
    if field.name in _LISTS:
        column, lists = "item.value", f" JOIN json_each(documents.{_LISTS[field.name]}) AS item"
    return (
        f"SELECT {column} AS v, sum(n), count(*) FROM {found} JOIN documents USING (seq){lists} "
        "WHERE v NOT NULL GROUP BY v ORDER BY 2 DESC, 1"
    )


def _pairs(compiler: Compiler, field: Field, scope: Scope, context: QueryContext, found: str) -> str:
    """A SELECT of the distinct units (`u`) and values (`v`) of a field, for the units in a table."""
    tests: list[Node] = []
    if field.name in context.layers or field.name in CODING_LAYERS:
        tests.append(OneOf("layer", (field.name,)))
    if field.entity == "coding":
        tests.append(Between("score", context.threshold, None))
    where = predicates.condition(conjunction(*tests), compiler.bind, compiler.vocabulary)
    table = {"sentence": "sentences", "passage": "passages"}.get(field.entity, f"{field.entity}s")
    key = "id" if field.entity in ("sentence", "passage") else "passage"
    if field.entity == "coding":
        seq = f"found.u >> {shift_between(scope, 'document')}"
        passage = "1" if scope == "document" else f"passage = {_coarser(scope, 'passage')}"
        join = f"t.document = {seq} AND (passage IS NULL OR {passage})"
    elif field.entity == "sentence":
        join = "t.id = found.u" if scope == "sentence" else f"t.id {bounds('sentence', scope, 'found.u')}"
    elif scope == "document":
        join = f"t.{key} {bounds('passage', 'document', 'found.u')}"
    else:
        join = f"t.{key} = {_coarser(scope, 'passage')}"
        if scope == "sentence" and key == "passage":
            join += " AND t.sentence = found.u"
    columns = f"DISTINCT found.u AS u, t.{field.column} AS v"
    joined = f"{found} AS found CROSS JOIN {table} AS t ON {join}"
    # The plus keeps SQLite from reading all mentions of a layer for each unit.
    return f"SELECT {columns} FROM {joined} WHERE v NOT NULL AND +({where})"


def _coarser(scope: Scope, unit: Scope) -> str:
    shift = shift_between(scope, unit)
    return f"found.u >> {shift}" if shift else "found.u"
