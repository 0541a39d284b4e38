"""What two indexes, or two queries, differ in: as a chart of tables."""

from __future__ import annotations

from dataclasses import dataclass

from textgov.analysis.difference import Difference, Side, difference
from textgov.export import maptables
from textgov.export.charts import Chart, Table
from textgov.index.keys import Scope
from textgov.index.store import Index
from textgov.index.units import CodedBy, coded_by, matching_units
from textgov.workflows.query import codebook_of, query_context


@dataclass(frozen=True)
class Compared:
    """One side of a comparison: an index, and the query whose hits are compared."""

    index: Index
    query: str = "*"


def compare(
    before: Compared, after: Compared, *, within: Scope = "passage", codebook: str | None = None
) -> tuple[Difference, Chart]:
    """What was added, lost and recoded between two sides, and why, as far as the indexes tell.

    Raises:
        QueryError: a query cannot be parsed, or names something unknown.
        CodebookError: the codebook of an index cannot be loaded.
    """
    sides = [_side(side, within, codebook) for side in (before, after)]
    found = difference(*sides)
    names = [_named(side) for side in (before, after)]
    counts = found.counts()
    facts = [
        ("First", names[0]),
        ("Second", names[1]),
        *(("First coded by", line) for line in _versions(sides[0])),
        *(("Second coded by", line) for line in _versions(sides[1])),
        ("Same", _mentions(found.unchanged)),
        *((kind.capitalize(), _mentions(counts[kind])) for kind in ("added", "lost", "recoded")),
        ("Codings that differ", f"{len(found.codings):,}"),
    ]
    last = codebook_of(after.index, codebook).header
    tables = (
        Table("Mentions", maptables.CHANGE_COLUMNS, list(maptables.change_rows(found))),
        Table("Codings", maptables.CODING_CHANGE_COLUMNS, list(maptables.coding_change_rows(found))),
        Table("Reasons", maptables.REASON_COLUMNS, list(maptables.reason_rows(found))),
        Table("Codes", maptables.SHIFT_COLUMNS, list(maptables.shift_rows(found))),
        Table("Rules", maptables.RULE_COLUMNS, list(maptables.rule_rows(found))),
        Table("Documents", maptables.DOCUMENT_CHANGE_COLUMNS, list(maptables.document_change_rows(found))),
    )
    chart = Chart(
        "Difference",
        "What changed in the coding",
        "Mentions are the same if document, span and layer are; recoded ones differ in code, status or the like.",
        tuple(facts),
        tuple(table for table in tables if table.rows or table.name == "Mentions"),
        f"{last.id} {last.version}",
    )
    return found, chart


def _side(side: Compared, within: Scope, codebook: str | None) -> Side:
    known = codebook_of(side.index, codebook)
    units = matching_units(side.index, side.query, context=query_context(known), within=within)
    return Side(side.index, units, known)


def _named(side: Compared) -> str:
    return side.index.path.name + ("" if side.query == "*" else f", {side.query}")


def _mentions(count: int) -> str:
    return f"{count:,} mention" + ("" if count == 1 else "s")


def _versions(side: Side) -> list[str]:
    """By which codebooks and pipelines the documents of a side were coded."""
    known = coded_by(side.index)
    found = sorted(
        {
            f"codebook {_codebook(one)}, pipeline {one.pipeline or 'none'}"
            for document, one in known.items()
            if document in side.units
        }
    )
    return found[:5]


def _codebook(one: CodedBy) -> str:
    if one.codebook is None:
        return "none"
    return f"{one.name} ({one.codebook})" if one.name else one.codebook
