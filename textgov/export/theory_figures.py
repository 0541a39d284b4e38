"""The tables and the figure of the theory for print, in the colours and settings of `pictures`."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textgov.export.pictures import INK, LINE, PALETTE, SOFT, colour, new_figure, settings
from textgov.export.theory import Cell, Head, Sheet
from textgov.export.theory_layout import Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN: Final = 6
"""Most entries of a part that are printed; pages and tables hold all."""

COMPARED: Final = 30
"""Most items that are printed of a comparison."""

_LINE_HEIGHT: Final = 0.165
_SIZE: Final = 7
_CAPTION_WIDTH: Final = 150


@dataclass(frozen=True)
class Difference:
    """A line of a comparison: what it is, the difference of shares and its interval, and whether it stands out."""

    label: str
    difference: float
    low: float
    high: float
    differs: bool


@dataclass(frozen=True)
class _Text:
    """A line of a cell: text with a count and how long its bar is, 0 to 1; None for a heading."""

    text: str
    count: str = ""
    share: float | None = None
    is_expected: bool = True


def sheet_figure(head: Head, sheet: Sheet) -> Figure:
    """A table of the theory: in each cell the entries that most documents have, with their documents."""
    most = max(
        (e.documents for r in sheet.rows for c in r.cells for p in c.parts for e in p.entries), default=1
    )
    width = 2.55 if len(sheet.columns) > 2 else 3.6
    lines = [[_lines(cell, most, int(width * 10.5)) for cell in row.cells] for row in sheet.rows]
    heights = [max(max(map(len, row), default=1) + 1, 4) * _LINE_HEIGHT for row in lines]
    with settings():
        figure = new_figure(1.45 + width * len(sheet.columns), sum(heights) + 1.2)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(0, 1.45 + width * len(sheet.columns))
        axes.set_ylim(sum(heights) + 0.35, 0)
        for number, column in enumerate(sheet.columns):
            axes.text(1.55 + number * width, 0.22, column, fontsize=8, fontweight="bold", va="center")
        top = 0.35
        for row, texts, height in zip(sheet.rows, lines, heights, strict=True):
            axes.axhline(top, color=SOFT if top == 0.35 else LINE, linewidth=0.8)
            label = textwrap.fill(row.label, 19)
            axes.text(0, top + 0.14, label, fontsize=8, fontweight="bold", va="top")
            if row.whole:
                below = top + 0.16 + 0.15 * (label.count("\n") + 1)
                axes.text(0, below, _documents(row.whole.documents), fontsize=_SIZE, color=SOFT, va="top")
            for number, cell_lines in enumerate(texts):
                _print_cell(axes, cell_lines, (1.55 + number * width, top + 0.17), width - 0.2)
            top += height
        axes.axhline(top, color=SOFT, linewidth=0.8)
        _titled(axes, figure, head)
    return figure


def _documents(number: int) -> str:
    return f"{number:,} document{'' if number == 1 else 's'}"


def _lines(cell: Cell, most: int, width: int) -> list[_Text]:
    lines = [_Text(_documents(cell.whole.documents))] if cell.whole else []
    for part in cell.parts:
        if part.heading:
            lines.append(_Text(part.heading.upper()))
        found = [entry for entry in part.entries if entry.documents][:SHOWN]
        for entry in found:
            first, *others = textwrap.wrap(entry.label, width)
            share, expected = entry.documents / most, entry.expected is not False
            lines.append(_Text(first, f"{entry.documents:,}", share, expected))
            lines += [_Text(f"  {other}", "", 0.0, expected) for other in others]
        if not found:
            lines.append(_Text("nothing found"))
    return lines


def _print_cell(axes: Axes, lines: Sequence[_Text], at: tuple[float, float], width: float) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - slow to import

    x, y = at
    bar = 0.5
    for line in lines:
        if line.share is None:
            axes.text(x, y, line.text, fontsize=_SIZE - 1, color=SOFT, va="center")
        else:
            tint = PALETTE[0] if line.is_expected else PALETTE[-1]
            style = "normal" if line.is_expected else "italic"
            axes.text(x, y, line.text, fontsize=_SIZE, va="center", fontstyle=style)
            left = x + width - bar - 0.28
            axes.add_patch(Rectangle((left, y - 0.035), bar * line.share, 0.07, color=tint, linewidth=0))
            axes.text(x + width, y, line.count, fontsize=_SIZE, va="center", ha="right")
        y += _LINE_HEIGHT


def _titled(axes: Axes, figure: Figure, head: Head) -> None:
    axes.set_title(head.title, loc="left", fontsize=11, fontweight="bold", pad=8)
    caption = "\n".join(textwrap.wrap(head.caption, int(figure.get_size_inches()[0] * 15)))
    figure.supxlabel(caption, x=0.01, ha="left", fontsize=6.5, color=SOFT)


def confluence_figure(head: Head, drawing: Drawing) -> Figure:
    """The actors on the axes of scope, side by side by form, with the relations between them."""
    from matplotlib.patches import FancyBboxPatch  # noqa: PLC0415 - slow to import

    with settings():
        width = (drawing.right - drawing.left) * 0.56
        height = (drawing.top - drawing.bottom) * 0.56 + 1.0 + 0.16 * len(drawing.between)
        figure = new_figure(width, height)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.set_xlim(drawing.left, drawing.right)
        axes.set_ylim(drawing.bottom, drawing.top)
        for number, form in enumerate(drawing.forms):
            middle = drawing.middle_of(number)
            corner, size = (middle - 3.0, drawing.bottom + 0.1), (6.0, drawing.top - drawing.bottom - 0.2)
            axes.add_patch(
                FancyBboxPatch(
                    corner, *size, boxstyle="round,pad=0,rounding_size=0.2", facecolor=colour(number),
                    alpha=0.07, linewidth=0,
                )
            )  # fmt: skip
            axes.text(middle - 2.8, drawing.top - 0.45, form, fontsize=9, fontweight="bold", va="center")
        axes.plot([drawing.left, drawing.right], [0, 0], color=SOFT, linewidth=0.7, linestyle=(0, (2, 3)))
        axes.plot([0, 0], [drawing.bottom, drawing.top], color=SOFT, linewidth=0.7, linestyle=(0, (2, 3)))
        axes.text(drawing.left + 0.4, -0.14, drawing.scopes[0], fontsize=7.5, color=SOFT, va="top")
        for scope in drawing.scopes[1:2]:
            axes.text(0.15, drawing.top - 0.75, scope, fontsize=7.5, color=SOFT, va="top")
        _draw_edges(axes, drawing)
        _draw_nodes(axes, drawing)
        axes.set_title(head.title, loc="left", fontsize=11, fontweight="bold", pad=8)
        lines = [*drawing.between, *textwrap.wrap(head.caption, _CAPTION_WIDTH)]
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7, color=SOFT)
    return figure


def _draw_edges(axes: Axes, drawing: Drawing) -> None:
    from matplotlib.patches import FancyArrowPatch  # noqa: PLC0415 - slow to import
    from matplotlib.path import Path  # noqa: PLC0415

    for edge in drawing.edges:
        first, middle, last = edge.curve
        path = Path([first, middle, last], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
        axes.add_patch(
            FancyArrowPatch(
                path=path, arrowstyle="-|>,head_length=3.2,head_width=1.7", linewidth=edge.width * 0.75,
                color=colour(edge.source.form), alpha=0.6, capstyle="butt", joinstyle="miter", zorder=2,
            )
        )  # fmt: skip


def _draw_nodes(axes: Axes, drawing: Drawing) -> None:
    from matplotlib.patches import Circle  # noqa: PLC0415 - slow to import
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    halo: list[Any] = [withStroke(linewidth=2, foreground="white")]
    for node in drawing.nodes:
        circle = Circle(
            (node.x, node.y),
            node.radius,
            facecolor=colour(node.form),
            edgecolor="white",
            linewidth=1,
            zorder=3,
        )
        axes.add_patch(circle)
        below = node.y - node.radius - 0.1
        text = axes.text(
            node.x, below, "\n".join(node.lines), fontsize=7, ha="center", va="top", color=INK, zorder=4
        )
        text.set_path_effects(halo)


def difference_figure(head: Head, lines: Sequence[Difference], sides: tuple[str, str]) -> Figure:
    """Differences of shares with their intervals; filled where they stand out after adjustment."""
    shown = lines[:COMPARED]
    with settings():
        figure = new_figure(9.5, 1.6 + 0.27 * max(len(shown), 2))
        axes = figure.add_subplot()
        axes.axvline(0, color=SOFT, linewidth=0.8)
        for place, line in enumerate(shown):
            tint = PALETTE[0] if line.difference > 0 else PALETTE[4]
            axes.plot([100 * line.low, 100 * line.high], [place, place], color=tint, linewidth=1.4)
            face = tint if line.differs else "white"
            axes.plot(
                [100 * line.difference], [place], marker="o", markersize=5, color=tint, markerfacecolor=face
            )
        labels = ["\n".join(textwrap.wrap(line.label, 60)) for line in shown]
        axes.set_yticks(range(len(shown)), labels, fontsize=7)
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        first, second = (textwrap.shorten(side, 44) for side in sides)
        axes.set_xlabel(f"more in {second}  ←  percentage points  →  more in {first}", fontsize=8)
        axes.set_title(head.title, loc="left", fontsize=11, fontweight="bold")
        caption = "\n".join(textwrap.wrap(head.caption, 125))
        figure.supxlabel(caption, x=0.01, ha="left", fontsize=6.5, color=SOFT)
    return figure
