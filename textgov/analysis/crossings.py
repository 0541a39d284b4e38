"""Where the values of two axes meet: in one record, or in one unit of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from textgov.analysis.axes import Axis, joined_query
from textgov.analysis.reading import DocumentData, Occurrence, value_in
from textgov.documents import Mention
from textgov.index.units import UnitPlace

NOTHING = ""
"""Stands for a colour or a status that a place does not have."""


@dataclass(frozen=True)
class Crossing:
    """Two values that meet in a unit, with the colour and status there, and the places that speak for them."""

    unit: UnitPlace
    row: str
    column: str
    colour: str
    status: str
    at_row: Occurrence
    at_column: Occurrence


@dataclass(frozen=True)
class Design:
    """The axes of a map, and which of them is read of whose records."""

    rows: Axis
    columns: Axis
    colour: Axis | None = None

    @cached_property
    def is_bound(self) -> bool:
        """Whether rows and columns are read of one record, such as mechanisms and their status."""
        return self.rows.is_property_of(self.columns) or self.columns.is_property_of(self.rows)

    def carrier(self, entity: str, column: str) -> Axis | None:
        """The axis whose records carry a property of an entity.

        Codes of the codebook come before names of places and the like, and rows before columns.
        """
        axes = [
            axis
            for axis in (self.rows, self.columns)
            if axis.field.entity == entity and column in axis.properties
        ]
        return min(axes, key=lambda axis: axis.is_open, default=None)

    @cached_property
    def colour_carrier(self) -> Axis | None:
        """The axis of whose records the colour is read; None if it is read of the unit."""
        if self.colour is None or self.colour.is_layer:
            return None
        return self.carrier(self.colour.field.entity, self.colour.field.column)

    def query(self, base: str, row: str, column: str, colour: str | None = None) -> str:
        """The query that finds the units of a cell, or of a colour in it."""
        groups: list[list[tuple[Axis, str]]] = [[(self.rows, row)]]
        if self.is_bound:
            groups[0].append((self.columns, column))
        else:
            groups.append([(self.columns, column)])
        if colour is not None and self.colour is not None:
            pair = (self.colour, colour)
            holder = next(
                (group for group in groups if self.colour_carrier in [axis for axis, _ in group]), None
            )
            if holder is None:
                groups.append([pair])
            else:
                holder.append(pair)
        return joined_query(base, groups)

    def crossings(self, data: DocumentData, units: Sequence[UnitPlace]) -> Iterator[Crossing]:
        """All that meets in the units of a document; of like ones in a unit only the nearest.

        Two are alike if row, column, colour and status are.
        """
        rows = by_unit(self._read(data, self.rows), units)
        columns = rows if self.is_bound else by_unit(self._read(data, self.columns), units)
        free = self.colour if self.colour is not None and self.colour_carrier is None else None
        colours = by_unit(data.occurrences(free), units) if free is not None else {}
        for unit in units:
            if unit not in rows or unit not in columns:
                continue
            here = {occurrence.value for occurrence in colours.get(unit, ())}
            tints = sorted(here) if here else [NOTHING]
            for crossing in self._in_unit(unit, rows[unit], columns[unit]):
                if free is None:
                    yield crossing
                else:
                    for tint in tints:
                        yield Crossing(
                            unit, crossing.row, crossing.column, tint, crossing.status, *_ends(crossing)
                        )

    def bound_values(self, data: DocumentData, units: Sequence[UnitPlace]) -> Iterator[tuple[str, str]]:
        """Row and column of each record in some units, where both are read of one record."""
        for place in within(self._read(data, self.rows), units):
            if place.record is not None:
                row, column = value_in(place.record, self.rows), value_in(place.record, self.columns)
                if row is not None and column is not None:
                    yield row, column

    def _read(self, data: DocumentData, axis: Axis) -> list[Occurrence]:
        # Of a property beside its layer, only the records of that layer speak.
        if self.is_bound and not self.rows.is_layer and self.columns.is_layer:
            return data.occurrences(self.columns)
        return data.occurrences(axis)

    def _in_unit(
        self, unit: UnitPlace, rows: Sequence[Occurrence], columns: Sequence[Occurrence]
    ) -> Iterator[Crossing]:
        if self.is_bound:
            yield from self._bound(unit, rows)
            return
        by_row = self._alike(self.rows, rows)
        by_column = self._alike(self.columns, columns)
        for (row, row_colour, row_status), row_places in by_row.items():
            for (column, column_colour, column_status), column_places in by_column.items():
                at_row, at_column = _nearest(row_places, column_places)
                yield Crossing(
                    unit,
                    row,
                    column,
                    row_colour or column_colour,
                    row_status or column_status,
                    at_row,
                    at_column,
                )

    def _bound(self, unit: UnitPlace, places: Sequence[Occurrence]) -> Iterator[Crossing]:
        seen: set[tuple[str, str, str, str]] = set()
        for place in places:
            if place.record is None:
                continue
            row, column = value_in(place.record, self.rows), value_in(place.record, self.columns)
            if row is None or column is None:
                continue
            colour = NOTHING
            if self.colour is not None and self.colour_carrier is not None:
                colour = value_in(place.record, self.colour) or NOTHING
            status = place.record.status if isinstance(place.record, Mention) else NOTHING
            key = (row, column, colour, status)
            if key not in seen:
                seen.add(key)
                yield Crossing(unit, *key, place.at(self.rows), place.at(self.columns))

    def _alike(
        self, axis: Axis, places: Sequence[Occurrence]
    ) -> dict[tuple[str, str, str], list[Occurrence]]:
        """Places by value, and by the colour and status that this axis carries."""
        found: dict[tuple[str, str, str], list[Occurrence]] = {}
        carries_status = self.carrier("mention", "status") is axis
        carries_colour = self.colour_carrier is axis
        for place in places:
            colour = status = NOTHING
            if carries_colour and self.colour is not None and place.record is not None:
                colour = value_in(place.record, self.colour) or NOTHING
            if carries_status and isinstance(place.record, Mention):
                status = place.record.status
            found.setdefault((place.value, colour, status), []).append(place)
        return found


def _ends(crossing: Crossing) -> tuple[Occurrence, Occurrence]:
    return crossing.at_row, crossing.at_column


def by_unit(places: Sequence[Occurrence], units: Sequence[UnitPlace]) -> dict[UnitPlace, list[Occurrence]]:
    """Places by the units that they are true of."""
    by_passage: dict[int | None, list[Occurrence]] = {}
    for place in places:
        by_passage.setdefault(place.passage, []).append(place)
    everywhere = by_passage.get(None, [])
    found = {}
    for unit in units:
        candidates = places if unit.passage is None else [*everywhere, *by_passage.get(unit.passage, ())]
        here = [place for place in candidates if place.is_in(unit)]
        if here:
            found[unit] = here
    return found


def within(places: Sequence[Occurrence], units: Sequence[UnitPlace]) -> list[Occurrence]:
    """The places that are true of any of some units, each once."""
    here = {id(place) for found in by_unit(places, units).values() for place in found}
    return [place for place in places if id(place) in here]


def _nearest(rows: Sequence[Occurrence], columns: Sequence[Occurrence]) -> tuple[Occurrence, Occurrence]:
    """The two places that are nearest to each other in the text."""
    best = rows[0], columns[0]
    shortest = _distance(*best)
    # Both are in the order of the text, so that the one that lies behind can move on.
    row = column = 0
    while row < len(rows) and column < len(columns):
        distance = _distance(rows[row], columns[column])
        if distance < shortest:
            best, shortest = (rows[row], columns[column]), distance
        if (rows[row].start or 0) <= (columns[column].start or 0):
            row += 1
        else:
            column += 1
    return best


def _distance(one: Occurrence, other: Occurrence) -> tuple[bool, int]:
    if one.start is None or other.start is None:
        return True, 0
    apart = one.passage != other.passage or one.sentence != other.sentence
    return apart, abs(one.start - other.start)
