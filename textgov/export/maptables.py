"""The rows behind time lines, networks, maps of places, tables and differences, for CSV, JSON and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from textgov.documents import Mention
from textgov.export.shapes import Crosstab, Difference, Timeline, Value

CROSSTAB_COLUMNS: Final = (
    "row", "row_label", "column", "column_label", "documents", "expected", "residual", "marked", "query",
)  # fmt: skip
TIMELINE_COLUMNS: Final = ("year", "value", "label", "documents", "of", "share", "low", "high")
TREND_COLUMNS: Final = ("value", "label", "documents", "trend", "p_value")
NODE_COLUMNS: Final = (
    "node", "label", "layer", "documents", "units", "community", "degree", "strength", "betweenness",
)  # fmt: skip
EDGE_COLUMNS: Final = (
    "source", "source_label", "target", "target_label", "documents", "units", "association", "query",
)  # fmt: skip
PLACE_COLUMNS: Final = ("code", "country", "documents", "share", "query")
CHANGE_COLUMNS: Final = (
    "change", "document", "page", "start", "end", "text", "layer", "before", "after", "fields", "rule_before",
    "rule_after", "reason",
)  # fmt: skip
CODING_CHANGE_COLUMNS: Final = (
    "change", "document", "passage", "page", "text", "layer", "code", "score_before", "score_after",
    "stance_before", "stance_after", "reason",
)  # fmt: skip
DOCUMENT_CHANGE_COLUMNS: Final = ("change", "document", "title", "file", "reread")
SHIFT_COLUMNS: Final = (
    "layer", "code", "documents_before", "documents_after", "mentions_before", "mentions_after",
)  # fmt: skip
REASON_COLUMNS: Final = ("change", "reason", "mentions")
RULE_COLUMNS: Final = ("change", "rule", "mentions")
_PLACES: Final = 4


def crosstab_rows(made: Crosstab, queries: Mapping[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    """A row for each cell; `queries` find the units of the cells again."""
    rows = {row.value: row.label for row in made.rows}
    columns = {column.value: column.label for column in made.columns}
    for cell in made.cells:
        yield {
            "row": cell.row,
            "row_label": rows[cell.row],
            "column": cell.column,
            "column_label": columns[cell.column],
            "documents": cell.documents,
            "expected": round(cell.expected, _PLACES),
            "residual": None if cell.residual is None else round(cell.residual, _PLACES),
            "marked": cell.marked,
            "query": queries.get((cell.row, cell.column)),
        }


def timeline_rows(made: Timeline) -> Iterator[dict[str, Any]]:
    """A row for each year and value; without values, one for each year."""
    totals = dict(zip(made.years, made.totals, strict=True))
    if not made.series:
        for year in made.years:
            yield {"year": year, "documents": totals[year], "of": totals[year]}
    for series in made.series:
        for point in series.points:
            yield {
                "year": point.year,
                "value": series.value.value,
                "label": series.value.label,
                "documents": point.documents,
                "of": totals[point.year],
                "share": _rounded(point.share),
                "low": _rounded(point.low),
                "high": _rounded(point.high),
            }


def trend_rows(made: Timeline) -> Iterator[dict[str, Any]]:
    """A row for each value with the test of Cochran and Armitage for a trend of its share."""
    for series in made.series:
        yield {
            "value": series.value.value,
            "label": series.value.label,
            "documents": sum(point.documents for point in series.points),
            "trend": _rounded(series.trend),
            "p_value": _rounded(series.p_value),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)


def node_rows(graph: Any) -> Iterator[dict[str, Any]]:
    """A row for each node of a network, those of most documents first."""
    for node in sorted(graph, key=lambda one: (-graph.nodes[one]["documents"], one)):
        yield {"node": node} | dict(graph.nodes[node])


def edge_rows(graph: Any, queries: Mapping[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    """A row for each edge of a network, those of most documents first; `queries` find them again."""
    edges = [(*sorted((one, other)), data) for one, other, data in graph.edges(data=True)]
    for one, other, data in sorted(
        edges, key=lambda edge: (-edge[2]["documents"], -edge[2]["units"], edge[:2])
    ):
        yield {
            "source": one,
            "source_label": graph.nodes[one]["label"],
            "target": other,
            "target_label": graph.nodes[other]["label"],
            "documents": data["documents"],
            "units": data["units"],
            "association": data["association"],
            "query": queries.get((one, other)),
        }


def place_rows(
    places: Sequence[Value], documents: int, queries: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """A row for each country, those of most documents first; `documents` are all that were searched."""
    for place in places:
        yield {
            "code": place.value,
            "country": place.label,
            "documents": place.documents,
            "share": round(place.documents / documents, _PLACES) if documents else None,
            "query": queries.get(place.value),
        }


def change_rows(found: Difference) -> Iterator[dict[str, Any]]:
    """A row for each mention that was added, lost or recoded."""
    for change in found.mentions:
        yield {
            "change": change.kind,
            "document": change.document,
            "page": change.page,
            "start": change.start,
            "end": change.end,
            "text": change.text,
            "layer": change.layer,
            "before": coded_as(change.before),
            "after": coded_as(change.after),
            "fields": list(change.fields),
            "rule_before": change.before.rule if change.before else None,
            "rule_after": change.after.rule if change.after else None,
            "reason": change.reason,
        }


def coded_as(mention: Mention | None) -> str | None:
    """The code of a mention in a few words, with what is not the ordinary case."""
    if mention is None:
        return None
    status = "" if mention.status == "asserted" else f" {mention.status}"
    cell = "-".join(part for part in (mention.form, mention.scope) if part)
    return (
        mention.code + status + (f" {cell}" if cell else "") + (" attributed" if mention.attributed else "")
    )


def coding_change_rows(found: Difference) -> Iterator[dict[str, Any]]:
    """A row for each coding of a passage or document that was added, lost or given another stance."""
    for change in found.codings:
        before, after = change.before, change.after
        yield {
            "change": change.kind,
            "document": change.document,
            "passage": change.passage,
            "page": change.page,
            "text": change.text,
            "layer": change.layer,
            "code": change.code,
            "score_before": _rounded(before.score) if before else None,
            "score_after": _rounded(after.score) if after else None,
            "stance_before": before.stance if before else None,
            "stance_after": after.stance if after else None,
            "reason": change.reason,
        }


def document_change_rows(found: Difference) -> Iterator[dict[str, Any]]:
    """A row for each document that only one side has."""
    for change in found.documents:
        yield {
            "change": change.kind,
            "document": change.document,
            "title": change.title,
            "file": change.file,
            "reread": change.reread,
        }


def shift_rows(found: Difference) -> Iterator[dict[str, Any]]:
    """A row for each code whose numbers differ."""
    for shift in found.shifts:
        yield {
            "layer": shift.layer,
            "code": shift.code,
            "documents_before": shift.documents[0],
            "documents_after": shift.documents[1],
            "mentions_before": shift.mentions[0],
            "mentions_after": shift.mentions[1],
        }


def reason_rows(found: Difference) -> Iterator[dict[str, Any]]:
    """Mentions by what became of them and why, the most first."""
    for (kind, reason), count in sorted(found.reasons().items(), key=lambda item: (-item[1], item[0])):
        yield {"change": kind, "reason": reason, "mentions": count}


def rule_rows(found: Difference) -> Iterator[dict[str, Any]]:
    """Mentions by what became of them and the rule that coded them, the most first."""
    for (kind, rule), count in sorted(found.rules().items(), key=lambda item: (-item[1], item[0])):
        yield {"change": kind, "rule": rule, "mentions": count}
