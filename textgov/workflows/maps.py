"""Literature maps of an index: each function makes a chart, which `write_map` writes in any form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from textgov.analysis.axes import COUNTRY, Axis, axis_of, joined_query
from textgov.analysis.crossings import NOTHING, Design
from textgov.analysis.crosstab import Crosstab, crosstab, crosstab_of_records
from textgov.analysis.gapmap import AxisValue, GapMap, MapOptions, gap_map, shown
from textgov.analysis.network import NetworkOptions, network
from textgov.analysis.presence import Presence, pairs, presences
from textgov.analysis.timeline import Timeline, timeline
from textgov.codebook.loader import Codebook
from textgov.errors import UsageError
from textgov.export import maptables
from textgov.export.charts import Chart, Link, Table, contents_page, write_chart
from textgov.export.gapmap import (
    CELL_COLUMNS,
    EVIDENCE_COLUMNS,
    cell_rows,
    counted,
    evidence_rows,
    gap_page,
    lead_of,
    lower,
    matrix_rows,
    notes_of,
    title_of,
)
from textgov.index.fields import QueryContext
from textgov.index.store import Index
from textgov.index.units import UnitPlace, coded_by, is_everything, matching_units
from textgov.workflows.export import replaced, suffix_of
from textgov.workflows.query import codebook_of, query_context

NETWORK_LAYERS: Final = ("actor", "mechanism", "path")
"""Fields of a network unless others are asked for; those without values are left out."""


@dataclass(frozen=True)
class MapRequest:
    """What is mapped: the options of the map, and the codebook; None for that by which the index was coded."""

    options: MapOptions = field(default_factory=MapOptions)
    codebook: str | None = None
    title: str | None = None
    permutations: int = 999
    seed: int = 0


@dataclass(frozen=True)
class _Source:
    """An index with the units that a request asks for."""

    index: Index
    codebook: Codebook
    context: QueryContext
    units: Mapping[str, tuple[UnitPlace, ...]]
    request: MapRequest

    def axis(self, name: str) -> Axis:
        """The axis of a field's name."""
        return axis_of(self.index, name, self.context, self.codebook)

    def facts(self, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        """What a chart was made of."""
        query = self.request.options.query
        asked = ("Query", "everything" if is_everything(query) else query)
        searched = ("Searched", counted(len(self.units)))
        return asked, searched, *not_coded(self.index, self.units), *more, ("Codebook", self.codebook_name)

    @property
    def codebook_name(self) -> str:
        """Id and version of the codebook."""
        return f"{self.codebook.header.id} {self.codebook.header.version}"

    def presences(self, *axes: Axis) -> list[Presence]:
        """The values that each document has."""
        threshold = self.request.options.threshold
        return list(presences(self.index, self.units, axes, threshold))

    def query(self, *pairs: tuple[Axis, str]) -> str:
        """The query of the hits that have some values."""
        return joined_query(self.request.options.query, [[pair] for pair in pairs])


def not_coded(index: Index, documents: Collection[str] | None = None) -> list[tuple[str, str]]:
    """A fact on documents that are not coded yet, of all or of some; none if all are."""
    known = coded_by(index)
    wanted = known if documents is None else documents
    count = sum(known[document].codebook is None for document in wanted)
    return [("Not coded yet", f"{counted(count)} (run `textgov annotate`)")] if count else []


def _source(index: Index, request: MapRequest) -> _Source:
    codebook = codebook_of(index, request.codebook)
    context = replace_threshold(query_context(codebook), request.options.threshold)
    units = matching_units(index, request.options.query, context=context, within=request.options.within)
    return _Source(index, codebook, context, units, request)


def replace_threshold(context: QueryContext, threshold: float) -> QueryContext:
    """The same context with another score from which a coding counts."""
    return QueryContext(context.layers, context.values, threshold)


def gap_of(index: Index, rows: str, columns: str, colour: str | None, request: MapRequest) -> GapMap:
    """A gap map by the names of its axes.

    Raises:
        QueryError: the query cannot be parsed, or there is no such axis.
        UsageError: an axis is named twice.
    """
    source = _source(index, request)
    return gap_map(index, source.units, _design(source, rows, columns, colour), request.options)


def _design(source: _Source, rows: str, columns: str, colour: str | None = None) -> Design:
    names = [name for name in (rows, columns, colour) if name is not None]
    if len({source.axis(name).name for name in names}) < len(names):
        raise UsageError(f"{' and '.join(names)}: name each axis once")
    return Design(source.axis(rows), source.axis(columns), None if colour is None else source.axis(colour))


def gap_chart(made: GapMap, index: Index, request: MapRequest) -> Chart:
    """A gap map as a chart."""
    codebook = codebook_of(index, request.codebook)
    name = f"{codebook.header.id} {codebook.header.version}"
    title = request.title or title_of(made)

    def figure() -> Any:
        from textgov.export.pictures import gap_figure  # noqa: PLC0415 - slow to import

        return gap_figure(made, title)

    query = request.options.query
    return Chart(
        "Gap map",
        title,
        lead_of(made),
        (
            ("Query", "everything" if is_everything(query) else query),
            ("Unit", made.options.within),
            ("Searched", counted(made.searched)),
            *not_coded(index),
            ("In the map", counted(len(made.documents))),
            ("Codebook", name),
        ),
        (
            Table("Cells", CELL_COLUMNS, list(cell_rows(made))),
            Table("Evidence", EVIDENCE_COLUMNS, list(evidence_rows(made))),
        ),
        name,
        tuple(notes_of(made)),
        figure,
        partial(gap_page, made, name, request.title),
        matrix=list(matrix_rows(made)),
    )


def crosstab_chart(index: Index, rows: str, columns: str, request: MapRequest) -> tuple[Crosstab, Chart]:
    """A table of documents by two fields with its test, and the chart of it.

    Raises:
        QueryError: the query cannot be parsed, or there is no such axis.
        UsageError: an axis is named twice.
    """
    source = _source(index, request)
    design = _design(source, rows, columns)
    made = _crosstab(source, design)
    title = request.title or f"{design.rows.label} by {lower(design.columns.label)}"
    query = request.options.query
    queries = {(cell.row, cell.column): design.query(query, cell.row, cell.column) for cell in made.cells}
    table = Table("Cells", maptables.CROSSTAB_COLUMNS, list(maptables.crosstab_rows(made, queries)))
    lead = (
        "Each cell counts the documents with a record that has both."
        if design.is_bound
        else "Each cell counts the documents that have both among their hits."
    )

    def figure() -> Any:
        from textgov.export.figures import crosstab_figure  # noqa: PLC0415 - slow to import

        return crosstab_figure(made, title)

    chart = Chart(
        "Crosstab",
        title,
        lead,
        source.facts(*facts_of_test(made)),
        (table,),
        source.codebook_name,
        notes_of_test(made),
        figure,
    )
    return made, chart


def _crosstab(source: _Source, design: Design) -> Crosstab:
    request = source.request
    how: dict[str, int] = {"permutations": request.permutations, "seed": request.seed}
    if design.is_bound:
        records = pairs(source.index, source.units, design, request.options.threshold)
        rows = Counter(row for row, _ in {(one.row, one.document) for one in records})
        columns = Counter(column for column, _ in {(one.column, one.document) for one in records})
        return crosstab_of_records(
            _used(design.rows, rows, request), _used(design.columns, columns, request), records, **how
        )
    found = source.presences(design.rows, design.columns)
    rows, columns = (Counter(value for one in found for value in one.values[side]) for side in (0, 1))
    return crosstab(
        _used(design.rows, rows, request),
        _used(design.columns, columns, request),
        [(one.values[0], one.values[1]) for one in found],
        **how,
    )


def _used(axis: Axis, counts: Mapping[str, int], request: MapRequest) -> list[AxisValue]:
    """The values of an axis that have documents, in order."""
    values = shown(axis, counts, request.options.top)
    return [value for value in values if value.documents and value.value != NOTHING]


def facts_of_test(made: Crosstab) -> list[tuple[str, str]]:
    """The test of a table in words and numbers."""
    facts = [("Documents", f"{made.documents:,}")]
    if made.chi_square is None or made.p_value is None:
        return [*facts, ("Test", "none: too little to test")]
    degrees = "" if made.degrees is None else f", df = {made.degrees}"
    statistic = "Squared residuals" if made.method == "permuted within documents" else "Chi-square"
    facts.append((statistic, f"{made.chi_square:.2f}{degrees}"))
    facts.append(("p", p_in_words(made.p_value)))
    if made.cramers_v is not None:
        facts.append(("Cramér's V", f"{made.cramers_v:.3f}"))
    return facts


def p_in_words(p_value: float) -> str:
    """A p-value as journals print it."""
    return "≤ 0.001" if p_value <= 0.001 else f"{p_value:.3f}"


def notes_of_test(made: Crosstab) -> tuple[str, ...]:
    """What must be known to judge the test of a table."""
    how = {
        "pearson": "Pearson's chi-square; a document has one value of each field at most.",
        "permuted documents": (
            "Documents can have several values, so the statistic is the sum of the chi-squares of the tables of two "
            f"by two, its p-value comes from {made.permutations:,} permutations of documents (seed {made.seed}), and "
            "Cramér's V is the root mean square over those tables."
        ),
        "permuted within documents": (
            "One field is read of the other's records, so expected counts, residuals and p-value come from "
            f"{made.permutations:,} permutations among the records of each document (seed {made.seed})."
        ),
        "none": "",
    }[made.method]
    notes = [how] if how else []
    if made.few > 0.2 and made.method == "pearson":
        notes.append(f"{made.few:.0%} of the cells expect fewer than 5 documents: read the test with care.")
    if any(cell.marked for cell in made.cells):
        test = "the permutations" if made.method == "permuted within documents" else "Fisher's exact test"
        notes.append(
            f"Marked cells differ from what is expected, by {test}, at a false discovery rate of 5 %."
        )
    return tuple(notes)


def timeline_chart(index: Index, by: str | None, request: MapRequest) -> tuple[Timeline, Chart]:
    """Documents by year and, if a field is named, by its values.

    Raises:
        QueryError: the query cannot be parsed, or there is no such axis.
    """
    source = _source(index, request)
    axes = [source.axis(by)] if by else []
    found = source.presences(*axes)
    values: list[AxisValue] = []
    if axes:
        dated = [one for one in found if one.year is not None]
        counts = Counter(value for one in dated for value in one.values[0])
        frequent = [value for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        values = [
            AxisValue(value, axes[0].label_of(value), counts[value])
            for value in frequent[: request.options.top]
        ]
    made = timeline(found, values)
    title = request.title or ("Documents by year" + (f" and {lower(axes[0].label)}" if axes else ""))
    notes = [f"Left out: {counted(made.undated)} without a year."] if made.undated else []
    if values:
        notes.append("Bands are Wilson's 95 % intervals of the share of a year's documents.")

    def figure() -> Any:
        from textgov.export.figures import timeline_figure  # noqa: PLC0415 - slow to import

        return timeline_figure(made, title)

    tables = [Table("Years", maptables.TIMELINE_COLUMNS, list(maptables.timeline_rows(made)))]
    if values:
        tables.append(Table("Trends", maptables.TREND_COLUMNS, list(maptables.trend_rows(made))))
    lead = "Documents are counted once a year and value, by the year of publication."
    chart = Chart(
        "Time line", title, lead, source.facts(), tuple(tables), source.codebook_name, tuple(notes), figure
    )
    return made, chart


def network_chart(index: Index, fields: Sequence[str], request: MapRequest, options: NetworkOptions) -> Chart:
    """What is named together, as a chart whose `graph` is a `networkx.Graph`.

    Raises:
        QueryError: the query cannot be parsed, or there is no such axis.
    """
    source = _source(index, request)
    axes = [source.axis(name) for name in fields] if fields else _network_axes(source)
    graph = network(index, source.units, axes, options)
    by_name = {axis.name: axis for axis in axes}
    queries = {}
    for one, other in graph.edges:
        named = [node.partition(":") for node in sorted((one, other))]
        queries[named_edge(one, other)] = source.query(*((by_name[name], value) for name, _, value in named))
    unit = request.options.within
    present = {data["layer"] for _, data in graph.nodes(data=True)}
    labels = [lower(axis.label) for axis in axes if axis.name in present]
    title = request.title or ": ".join(["What is named together", *([", ".join(labels)] if labels else [])])

    def figure() -> Any:
        from textgov.export.figures import network_figure  # noqa: PLC0415 - slow to import

        return network_figure(graph, title, options.seed)

    return Chart(
        "Network",
        title,
        f"Two codes are joined where at least {options.least} documents have both in one {unit}.",
        source.facts(("Codes", f"{len(graph):,}"), ("Joined", f"{graph.number_of_edges():,}")),
        (
            Table("Edges", maptables.EDGE_COLUMNS, list(maptables.edge_rows(graph, queries))),
            Table("Nodes", maptables.NODE_COLUMNS, list(maptables.node_rows(graph))),
        ),
        source.codebook_name,
        (
            f"Association: how many times as many {unit}s have both as if the two were independent.",
            f"Communities by Louvain's method (seed {options.seed}).",
        ),
        figure,
        graph=graph,
    )


def named_edge(one: str, other: str) -> tuple[str, str]:
    """An edge by the names of its ends, sorted."""
    first, second = sorted((one, other))
    return first, second


def _network_axes(source: _Source) -> list[Axis]:
    known = source.context.fields()
    return [source.axis(name) for name in NETWORK_LAYERS if name in known]


def places_chart(index: Index, request: MapRequest) -> Chart:
    """Documents by country.

    Raises:
        QueryError: the query cannot be parsed, or the codebook has no places.
    """
    source = _source(index, request)
    axis = source.axis(COUNTRY)
    found = source.presences(axis)
    counts = Counter(value for one in found for value in one.values[0])
    ordered = sorted(counts, key=lambda code: (-counts[code], axis.label_of(code)))
    places = [AxisValue(code, axis.label_of(code), counts[code]) for code in ordered]
    queries = {place.value: source.query((axis, place.value)) for place in places}
    title = request.title or "Documents by country"
    rows = list(maptables.place_rows(places, len(found), queries))

    def figure() -> Any:
        from textgov.export.figures import places_figure  # noqa: PLC0415 - slow to import

        return places_figure(counts, title)

    notes = ["One tile for each country, about where it lies; small territories are in the table alone."]
    return Chart(
        "Places",
        title,
        "A document counts for each country that is named in its hits, once.",
        source.facts(("Countries", f"{len(places):,}")),
        (Table("Countries", maptables.PLACE_COLUMNS, rows),),
        source.codebook_name,
        tuple(notes),
        figure,
    )


def write_map(chart: Chart, path: Path) -> None:
    """Write a chart to a file, which appears when it is complete.

    Raises:
        UsageError: the file's name tells no form that the chart has, or it cannot be written.
    """
    suffix_of(path, chart.forms())
    with replaced(path) as draft:
        write_chart(chart, draft)


@dataclass(frozen=True)
class MapFile:
    """A file that was made, its title, and what it shows."""

    path: Path
    title: str
    about: str


def standard_maps(index: Index, folder: Path, request: MapRequest | None = None) -> list[MapFile]:
    """The maps that suit any review, as pages in a folder; those without anything to show are left out.

    Raises:
        UsageError: a file cannot be written.
    """
    request = request or MapRequest()
    made = []
    rows = "path" if gap_of(index, "path", "sector", None, request).documents else "mechanism"
    colour = "stance" if rows == "path" else "status"
    gap = gap_of(index, rows, "sector", colour, request)
    charts: list[tuple[str, Chart, bool]] = [
        ("gap-map", gap_chart(gap, index, request), bool(gap.documents)),
    ]
    years, chart = timeline_chart(
        index, "mechanism", replace(request, options=replace(request.options, top=8))
    )
    charts.append(("timeline", chart, bool(years.years)))
    charts.append(("places", places_chart(index, request), True))
    drawn = network_chart(index, (), request, NetworkOptions(seed=request.seed))
    charts.append(("network", drawn, bool(drawn.graph)))
    for name, chart, has_content in charts:
        if has_content and chart.tables[0].rows:
            path = folder / f"{name}.html"
            write_map(chart, path)
            made.append(MapFile(path, f"{chart.kind}: {lower(chart.title)}", chart.lead))
    return made


def write_contents(
    path: Path,
    title: str,
    lead: str,
    facts: Sequence[tuple[str, str]],
    groups: Mapping[str, Sequence[MapFile]],
) -> None:
    """Write a page that links files in its folder or below, in groups under headings.

    Raises:
        UsageError: the page cannot be written, or a file is not below its folder.
    """
    linked = []
    for heading, entries in groups.items():
        links = []
        for entry in entries:
            if not entry.path.is_relative_to(path.parent):
                raise UsageError(f"{entry.path}: is not below {path.parent}, so that the page cannot link it")
            links.append(Link(entry.path.relative_to(path.parent).as_posix(), entry.title, entry.about))
        linked.append((heading, links))
    with replaced(path) as draft:
        draft.write_text(contents_page(title, lead, facts, linked), encoding="utf-8")
