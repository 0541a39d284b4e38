"""The flow diagram as SVG: text that can be edited, and no font that has to be there."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from textgov.export.prisma import CREDIT, ROWS, STAGES, Column, Flow, Line, boxes, described

SIZE, SMALL, LEADING, PADDING, INDENT = 12, 10, 16, 8, 12
MARGIN, LABEL, BOX, GAP, RISE = 20, 28, 250, 40, 30
LOWEST: Final = {"identified": 96, "included": 72}
"""The names of their stages, which are written upwards, need so much."""
WIDE: Final = 6.3
"""Mean width of a letter in these sizes and fonts, on the safe side."""
COLUMNS: Final[tuple[Column, ...]] = ("main", "main_out", "other", "other_out")
HEADS: Final = (
    "Identification of studies via databases and registers",
    "Identification of studies via other methods",
)


@dataclass(frozen=True)
class _Placed:
    x: int
    y: int
    width: int
    height: int
    lines: list[dict[str, Any]]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def half(self) -> float:
        return self.y + self.height / 2


def diagram(flow: Flow) -> str:
    """The diagram as the text of an SVG file."""
    content = {place: _wrapped(lines) for place, lines in boxes(flow).items()}
    columns = COLUMNS if flow.others else COLUMNS[:2]
    placed: dict[tuple[str, Column], _Placed] = {}
    top = MARGIN + 2 * LABEL
    bands: dict[str, list[int]] = {}
    for row in ROWS:
        lines_in_row = (len(lines) for (at, _), lines in content.items() if at == row)
        height = max(LOWEST.get(row, 0), LEADING * max(lines_in_row) + 2 * PADDING)
        for number, column in enumerate(columns):
            lines = content.get((row, column))
            if lines is not None:
                placed[row, column] = _placed(number, top, height, lines)
        bands.setdefault(STAGES[row], [top, 0])[1] = top + height
        top += height + RISE
    width = 2 * MARGIN + 2 * LABEL + len(columns) * BOX + (len(columns) - 1) * GAP
    notes = _notes(flow, top, width)
    environment = Environment(
        loader=PackageLoader("textgov.export"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("prisma.svg.j2").render(
        width=width,
        height=top + len(notes) * LEADING + MARGIN,
        size=SIZE,
        small=SMALL,
        margin=MARGIN,
        padding=PADDING,
        indent=INDENT,
        said=described(flow),
        heads=_heads(len(columns) // 2),
        labels=[
            {"x": MARGIN, "y": first, "width": LABEL, "height": last - first, "text": name}
            for name, (first, last) in bands.items()
        ],
        boxes=list(placed.values()),
        arrows=list(_arrows(placed)),
        notes=notes,
    )


def _left(number: int) -> int:
    return MARGIN + 2 * LABEL + number * (BOX + GAP)


def _wrapped(lines: list[Line]) -> list[Line]:
    """Lines that fit into a box; what is left of one is indented by a step more."""
    found = []
    for line in lines:
        room = int((BOX - 2 * PADDING - (line.indent + 1) * INDENT) / WIDE)
        for number, part in enumerate(textwrap.wrap(line.text, room) or [""]):
            found.append(Line(part, line.indent + (number > 0)))
    return found


def _placed(number: int, top: int, height: int, lines: list[Line]) -> _Placed:
    first = top + (height - LEADING * len(lines)) // 2 + SIZE
    shown = [
        {"text": line.text, "indent": line.indent, "y": first + place * LEADING}
        for place, line in enumerate(lines)
    ]
    return _Placed(_left(number), top, BOX, height, shown)


def _heads(number: int) -> list[dict[str, Any]]:
    return [
        {"x": _left(2 * place), "y": MARGIN, "width": 2 * BOX + GAP, "height": LABEL, "text": HEADS[place]}
        for place in range(number)
    ]


def _arrows(placed: dict[tuple[str, Column], _Placed]) -> list[str]:
    found = []
    pairs: tuple[tuple[Column, Column], ...] = (("main", "main_out"), ("other", "other_out"))
    for column, out in pairs:
        own = [placed[row, column] for row in ROWS if (row, column) in placed]
        found += [f"{a.middle},{a.y + a.height} {b.middle},{b.y}" for a, b in pairwise(own)]
        for row in ROWS:
            side, of = placed.get((row, out)), placed.get((row, column))
            if side is not None and of is not None:
                found.append(f"{of.x + of.width},{of.half} {side.x},{side.half}")
    last = placed.get(("assessed", "other"))
    if last is not None:
        included = placed["included", "main"]
        found.append(
            f"{last.middle},{last.y + last.height} {last.middle},{included.half} "
            f"{included.x + included.width},{included.half}"
        )
    return found


def _notes(flow: Flow, top: int, width: int) -> list[dict[str, Any]]:
    room = int((width - 2 * MARGIN) / (WIDE * SMALL / SIZE))
    texts = [CREDIT]
    if flow.stopped:
        texts.insert(0, f"Titles and abstracts were screened until: {flow.stopped}")
    if flow.unfinished():
        texts.insert(0, f"The review is not finished: {', '.join(flow.unfinished())}.")
    lines = [part for text in texts for part in textwrap.wrap(text, room)]
    return [{"text": line, "y": top + SMALL + place * LEADING} for place, line in enumerate(lines)]
