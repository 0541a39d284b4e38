"""Figures of time lines, networks, places and tables, in the colours and settings of `pictures`."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from textgov.export.pictures import INK, LINE, PALETTE, SOFT, colour, new_figure, settings
from textgov.export.shapes import Crosstab, Series, Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SERIES: Final = 12
"""Most panels of a time line."""

ABREAST: Final = 4
"""Panels side by side."""

_MARKS: Final = "osD^vPX*"
_LABELLED: Final = 60
_EMPTY: Final = "#eceae6"
_PALEST: Final = 0.45
"""Where the shades begin, below one document, so that one is told from none."""


def timeline_figure(made: Timeline, title: str) -> Figure:
    """Documents by year as bars; below, a panel for the share of each value, with its interval."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - slow to import

    with settings():
        shown = [one for one in made.series if one.value.documents][:SERIES]
        lines = -(-len(shown) // ABREAST)
        figure = new_figure(9.5, 2.6 + 1.75 * lines)
        grid = figure.add_gridspec(1 + lines, ABREAST, height_ratios=[1.3, *[1] * lines])
        bars = figure.add_subplot(grid[0, :])
        bars.bar(made.years, made.totals, color=SOFT, width=0.7)
        bars.set_ylabel("documents")
        bars.yaxis.set_major_locator(MaxNLocator(integer=True))
        bars.xaxis.set_major_locator(MaxNLocator(integer=True))
        bars.set_title(title, loc="left", fontsize=11, fontweight="bold")
        first: Axes | None = None
        for number, series in enumerate(shown):
            place = grid[1 + number // ABREAST, number % ABREAST]
            panel = figure.add_subplot(place, sharex=first, sharey=first)
            first = first or panel
            _panel(panel, series)
            if number % ABREAST:
                panel.tick_params(labelleft=False)
            else:
                panel.set_ylabel("% of documents")
            panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    return figure


def _panel(axes: Axes, series: Series) -> None:
    points = series.points
    nothing = float("nan")
    years = [point.year for point in points]

    def percent(share: float | None) -> float:
        # A year without documents leaves a gap in the line.
        return nothing if share is None else 100 * share

    axes.fill_between(
        years,
        [percent(point.low) for point in points],
        [percent(point.high) for point in points],
        color=PALETTE[0],
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(
        years,
        [percent(point.share) for point in points],
        marker="o",
        markersize=3,
        color=PALETTE[0],
        linewidth=1.2,
    )
    axes.set_ylim(0, 104)
    axes.set_title(series.value.label, fontsize=8, loc="left")
    axes.tick_params(labelsize=7)


def network_figure(graph: Any, title: str, seed: int = 0) -> Figure:
    """A network by a force-directed layout: area by documents, width by shared ones, colour by field."""
    import networkx as nx  # noqa: PLC0415 - slow to import

    with settings():
        figure = new_figure(9.5, 7.5)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        if not graph:
            return figure
        reach = 3.2 / math.sqrt(len(graph))
        places = nx.spring_layout(graph, weight="association", seed=seed, k=reach, iterations=300)
        layers = sorted({data["layer"] for _, data in graph.nodes(data=True)})
        most = max(data["documents"] for _, data in graph.nodes(data=True))
        heaviest = max((data["weight"] for *_, data in graph.edges(data=True)), default=1)
        for one, other, data in graph.edges(data=True):
            (x, y), (to_x, to_y) = places[one], places[other]
            share = data["weight"] / heaviest
            axes.plot(
                [x, to_x],
                [y, to_y],
                color=SOFT,
                linewidth=0.3 + 3.2 * share,
                alpha=0.12 + 0.4 * share,
                zorder=1,
            )
        for number, layer in enumerate(layers):
            nodes = [node for node, data in graph.nodes(data=True) if data["layer"] == layer]
            axes.scatter(
                [places[node][0] for node in nodes],
                [places[node][1] for node in nodes],
                s=[_area(graph, node, most) for node in nodes],
                color=colour(number),
                marker=_MARKS[number % len(_MARKS)],
                edgecolors="white",
                linewidths=0.8,
                label=layer.replace("_", " "),
                zorder=2,
            )
        _name_nodes(axes, graph, places, most)
        legend = axes.legend(loc="lower left", frameon=False, fontsize=8, markerscale=0.5)
        for handle in legend.legend_handles:
            if handle is not None and hasattr(handle, "set_sizes"):
                handle.set_sizes([50])
    return figure


def _area(graph: Any, node: str, most: int) -> float:
    """Area of a node's mark in square points."""
    return 30 + 520 * float(graph.nodes[node]["documents"]) / most


def _name_nodes(axes: Axes, graph: Any, places: Mapping[str, Any], most: int) -> None:
    ordered = sorted(graph, key=lambda node: (-graph.nodes[node]["documents"], node))
    for node in ordered[:_LABELLED]:
        x, y = places[node]
        axes.annotate(
            graph.nodes[node]["label"],
            (x, y),
            xytext=(0, -math.sqrt(_area(graph, node, most)) / 2 - 2),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=6.5,
            color=INK,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.65},
            zorder=3,
        )


@cache
def tiles() -> Mapping[str, tuple[int, int]]:
    """Column and row of the tile of each country, by ISO 3166-1 alpha-3 code; small territories have none."""
    text = files("textgov.export").joinpath("data", "tiles.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text), delimiter="\t")
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in rows}


def places_figure(documents: Mapping[str, int], title: str) -> Figure:
    """A tile grid of the world: one tile for each country, the darker the more documents."""
    from matplotlib import colormaps  # noqa: PLC0415
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415
    from matplotlib.colors import LogNorm  # noqa: PLC0415
    from matplotlib.patches import FancyBboxPatch  # noqa: PLC0415

    with settings():
        figure = new_figure(10.5, 8.2)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        most = max(documents.values(), default=1)
        shades = colormaps["Blues"]
        norm = LogNorm(_PALEST, max(most, 2))
        for code, (column, row) in tiles().items():
            count = documents.get(code, 0)
            shade = shades(norm(count)) if count else _EMPTY
            axes.add_patch(
                FancyBboxPatch(
                    (column + 0.07, row + 0.07),
                    0.86,
                    0.86,
                    boxstyle="round,pad=0,rounding_size=0.12",
                    facecolor=shade,
                    edgecolor="none",
                )
            )
            ink = "white" if count and norm(count) > 0.55 else INK if count else "#8a8780"
            axes.text(column + 0.5, row + 0.42, code, ha="center", va="center", fontsize=5.6, color=ink)
            if count:
                axes.text(
                    column + 0.5, row + 0.72, str(count), ha="center", va="center", fontsize=5, color=ink
                )
        axes.set_xlim(0, 1 + max(column for column, _ in tiles().values()))
        axes.set_ylim(1 + max(row for _, row in tiles().values()), 0)
        bar = figure.colorbar(
            ScalarMappable(norm, shades), ax=axes, orientation="horizontal", shrink=0.35, pad=0.01, aspect=35
        )
        bar.set_label("documents (grey: none)", fontsize=8)
        bar.outline.set_visible(False)
        bar.minorticks_off()
        bar.ax.set_xlim(1, max(most, 2))
        ticks = sorted({1, *(10**n for n in range(1, 7) if 2 * 10**n < most), most})
        bar.set_ticks(ticks, labels=[f"{tick:,}" for tick in ticks])
    return figure


def crosstab_figure(made: Crosstab, title: str) -> Figure:
    """A table as a figure: documents in each cell, shaded by residual; a dot marks discoveries."""
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415
    from matplotlib.colors import LinearSegmentedColormap, Normalize  # noqa: PLC0415

    with settings():
        width, height = 3.4 + 0.5 * max(len(made.columns), 3), 2.2 + 0.34 * max(len(made.rows), 3)
        figure = new_figure(width, height)
        axes = figure.add_subplot()
        shades = LinearSegmentedColormap.from_list("residual", [PALETTE[4], "#ffffff", PALETTE[0]])
        norm = Normalize(-4, 4)
        place = {row.value: n for n, row in enumerate(made.rows)}
        across = {column.value: n for n, column in enumerate(made.columns)}
        for cell in made.cells:
            x, y = across[cell.column], place[cell.row]
            shade = shades(norm(cell.residual)) if cell.residual is not None else "#ffffff"
            axes.fill_between([x - 0.5, x + 0.5], y - 0.5, y + 0.5, color=shade, linewidth=0)
            mark = " •" if cell.marked else ""
            strong = cell.residual is not None and abs(cell.residual) > 2.6
            axes.text(
                x, y, f"{cell.documents}{mark}", ha="center", va="center", fontsize=7,
                color="white" if strong else INK,
            )  # fmt: skip
        _ticks(axes, [row.label for row in made.rows], [column.label for column in made.columns])
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=10)
        if any(cell.marked for cell in made.cells):
            axes.set_xlabel("• differs from what is expected, at a false discovery rate of 5 %", fontsize=7)
        bar = figure.colorbar(ScalarMappable(norm, shades), ax=axes, shrink=0.6, pad=0.02)
        bar.set_label("adjusted standardized residual", fontsize=8)
    return figure


def _ticks(axes: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    axes.set_xlim(-0.5, max(len(columns), 1) - 0.5)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(LINE)
