"""Pictures for print: drawn by matplotlib in colours that the colour-blind tell apart, the same each time."""

from __future__ import annotations

import base64
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textgov.export.shapes import GapMap, Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#6f7782")
"""The colours of Okabe and Ito (2008), black left out and grey added."""

OTHERS: Final = "#c9c6c0"
"""What has none of the colours that are told apart."""

FORMATS: Final = frozenset({".svg", ".png", ".pdf"})
INK: Final = "#1f2328"
SOFT: Final = "#5d6672"
LINE: Final = "#ddd8cf"
_RESOLUTION: Final = 200
_CLIP: Final = re.compile(rb'(?<=url\(#)p[0-9a-f]{10}(?=\))|(?<=<clipPath id=")p[0-9a-f]{10}(?=")')
_SETTINGS: Final[dict[str, Any]] = {
    "svg.hashsalt": "textgov",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

    return Figure(figsize=(width, height), layout="constrained")


def settings() -> Any:
    """The settings under which figures are drawn and saved, as a context."""
    from matplotlib import rc_context  # noqa: PLC0415

    # Its stubs know the settings as literals only.
    context: Any = rc_context
    return context(_SETTINGS)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, PNG or PDF, as the file's name says; the same figure gives the same bytes."""
    form = path.suffix.lower()
    if form == ".svg":
        path.write_bytes(_svg(figure))
        return
    dates: dict[str, dict[str, Any]] = {
        ".pdf": {"CreationDate": None, "ModDate": None},
        ".png": {"Software": None},
    }
    with settings():
        figure.savefig(
            path,
            format=form[1:],
            dpi=_RESOLUTION,
            metadata=dates[form],
            bbox_inches="tight",
            facecolor="white",
        )


def as_data(figure: Figure) -> str:
    """A figure as SVG in a `data:` address, for a page that needs nothing but itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(_svg(figure)).decode("ascii")


def _svg(figure: Figure) -> bytes:
    """A figure as SVG; its clip paths, which matplotlib names by where they lie in memory, are numbered."""
    buffer = io.BytesIO()
    with settings():
        figure.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches="tight", facecolor="white")
    names: dict[bytes, bytes] = {}

    def numbered(found: re.Match[bytes]) -> bytes:
        return names.setdefault(found[0], b"clip%d" % len(names))

    return _CLIP.sub(numbered, buffer.getvalue())


def colour(place: int) -> str:
    """The colour of the n-th of several things; they come again after eight."""
    return PALETTE[place % len(PALETTE)]


def gap_figure(made: GapMap, title: str) -> Figure:
    """A gap map as a figure: bubbles by documents, sectors by colour; rings mark gaps."""
    with settings():
        width = 3.2 + 0.42 * max(len(made.columns), 4)
        height = 2.6 + 0.42 * max(len(made.rows), 2)
        figure = new_figure(width, height)
        axes = figure.add_subplot()
        _grid(axes, [row.label for row in made.rows], [column.label for column in made.columns])
        most = max((made.documents_in(*key) for key in made.cells), default=1)
        gaps = {(gap.row, gap.column) for gap in made.gaps}
        places = {colour.value: n for n, colour in enumerate(_shown(made.colours))}
        for y, row in enumerate(made.rows):
            for x, column in enumerate(made.columns):
                count = made.documents_in(row.value, column.value)
                if count:
                    _bubble(axes, (x, y - 0.1), math.sqrt(count / most), _shares(made, row, column, places))
                    axes.annotate(str(count), (x, y + 0.47), ha="center", va="bottom", fontsize=6, color=SOFT)
                elif (row.value, column.value) in gaps:
                    axes.add_patch(_ring(x, y))
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=10)
        _legend(axes, [colour.label for colour in _shown(made.colours)], bool(gaps))
    return figure


def _shown(colours: Sequence[Value]) -> list[Value]:
    return [colour for colour in colours if colour.value]


def _shares(made: GapMap, row: Value, column: Value, places: dict[str, int]) -> list[tuple[str, float]]:
    counts = made.by_colour(row.value, column.value)
    if not places:
        return [(PALETTE[0], 1.0)]
    total = counts.total()
    ordered = sorted(counts.items(), key=lambda item: places.get(item[0], len(places)))
    return [(colour(places[value]) if value in places else OTHERS, count / total) for value, count in ordered]


def _grid(axes: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    axes.set_xlim(-0.5, max(len(columns), 1) - 0.5)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_xticks([n + 0.5 for n in range(len(columns) - 1)], minor=True)
    axes.set_yticks([n + 0.5 for n in range(len(rows) - 1)], minor=True)
    axes.grid(which="minor", color=LINE, linewidth=0.6)
    axes.tick_params(which="minor", length=0)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(LINE)


def _bubble(axes: Axes, at: tuple[float, float], size: float, shares: Sequence[tuple[str, float]]) -> None:
    from matplotlib.patches import Wedge  # noqa: PLC0415

    angle = 90.0
    for tint, share in shares:
        # The axis points down, so that sectors run clockwise from the top.
        axes.add_patch(
            Wedge(at, max(0.34 * size, 0.07), -angle, -angle + 360 * share, facecolor=tint, edgecolor="none")
        )
        angle -= 360 * share


def _ring(x: float, y: float) -> Any:
    from matplotlib.patches import Circle  # noqa: PLC0415

    return Circle((x, y), 0.16, fill=False, edgecolor="#b3303f", linestyle=(0, (2, 1.6)), linewidth=0.9)


def _legend(axes: Axes, labels: Sequence[str], with_gaps: bool) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    handles = [
        Line2D([], [], marker="o", linestyle="", markersize=6, color=colour(n), label=label)
        for n, label in enumerate(labels)
    ]
    if with_gaps:
        handles.append(
            Line2D(
                [], [], marker="o", linestyle="", markersize=6, markerfacecolor="none",
                markeredgecolor="#b3303f", label="gap: no document, though expected",
            )
        )  # fmt: skip
    if handles:
        axes.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=4, frameon=False, fontsize=7
        )
