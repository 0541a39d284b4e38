"""The fields that can be the rows, the columns or the colour of a map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import pycountry

from textgov.codebook.loader import Codebook
from textgov.errors import QueryError
from textgov.index.fields import CODING_LAYERS, LINKS, Field, QueryContext, suggestion
from textgov.index.store import Index
from textgov.index.units import EVERYTHING, is_everything, used_columns

COUNTRY: Final = "country"
"""An axis of its own: the countries among the places."""

PLACE: Final = "place"
"""The layer whose codes are those of ISO 3166-1 alpha-3, beside names of regions."""

_NO_AXES: Final = frozenset({"record", "words", "file"})
_NO_FIELDS: Final = frozenset({"doc", "page", "confidence", "score"})
_PLAIN_VALUE: Final = re.compile(r"\w+", re.ASCII)
_RESERVED: Final = frozenset({"AND", "OR", "NOT", "TO"})


@dataclass(frozen=True)
class Axis:
    """A field as an axis.

    `known` holds values and labels in the order in which they are shown; where it is empty, or `is_open`, any
    value can occur. `is_layer` tells a layer of codes from a property of coded records; a property is read
    of the same record as the layer beside it, if the records of that layer have it: `properties` holds the
    columns that they have.
    """

    name: str
    field: Field
    label: str
    known: Mapping[str, str]
    names: Mapping[str, str]
    properties: frozenset[str]
    is_layer: bool = False
    is_open: bool = False

    def label_of(self, value: str) -> str:
        """What a reader calls a value."""
        return self.known.get(value) or self.names.get(value) or _readable(value)

    def has(self, value: str) -> bool:
        """Whether a value belongs to this axis."""
        return self.name != COUNTRY or value in countries()

    def clause(self, value: str) -> str:
        """The part of a query that finds a value."""
        return f"{self.field.name}:{_quoted(value)}"

    def is_property_of(self, other: Axis) -> bool:
        """Whether this is read of the records of the other axis."""
        if self.is_layer or self.field.entity != other.field.entity:
            return False
        return self.field.column in other.properties


@cache
def countries() -> Mapping[str, str]:
    """ISO 3166-1 alpha-3 codes and names of the countries of the world."""
    return {country.alpha_3: getattr(country, "common_name", country.name) for country in pycountry.countries}


def axis_of(index: Index, name: str, context: QueryContext, codebook: Codebook) -> Axis:
    """The axis of a field's name, for what is coded in an index.

    Raises:
        QueryError: there is no such field, or its values cannot be counted.
    """
    fields = {
        known: field
        for known, field in context.fields().items()
        if field.kind not in _NO_AXES and known not in _NO_FIELDS
    }
    wanted = name.strip().lower().replace("-", "_")
    known_names = dict.fromkeys([*fields, *([COUNTRY] if PLACE in fields else [])], "")
    if wanted not in known_names:
        raise QueryError(f"{name!r} is no axis; {suggestion(name, known_names, 'the axes are')}")
    field = fields[PLACE if wanted == COUNTRY else wanted]
    layers = {layer.id: layer for layer in codebook.header.layer}
    layer = layers.get(field.name)
    known = context.known(field)
    is_open = (layer is not None and layer.open) or not known
    label = layer.label if layer is not None and wanted != COUNTRY else _readable(wanted)
    names = {cluster.id: cluster.name for cluster in codebook.clusters} if field.name == "cluster" else {}
    names |= dict(countries()) if field.name == PLACE else {}
    is_layer = field.name in context.layers or field.name in CODING_LAYERS
    layer_name = field.name if is_layer else None
    is_layer |= field.name in LINKS
    return Axis(
        wanted,
        field,
        label,
        {value: text or _readable(value) for value, text in known.items()},
        names,
        frozenset(used_columns(index, field.entity, layer_name)),
        is_layer,
        is_open,
    )


def _readable(value: str) -> str:
    text = value.removeprefix("region:").replace("_", " ")
    return text if text.isupper() else text[:1].upper() + text[1:]


def _quoted(value: str) -> str:
    if _PLAIN_VALUE.fullmatch(value) and value not in _RESERVED:
        return value
    escaped = re.sub(r'([\\"*?])', r"\\\1", value)
    return f'"{escaped}"'


def joined_query(query: str, groups: Iterable[Sequence[tuple[Axis, str]]]) -> str:
    """The query of the hits of another query that have the values of some axes.

    The values of one group are asked of one record, those of several of one unit.
    """
    clauses = [] if is_everything(query) else [_bracketed(query.strip())]
    for group in groups:
        parts = [axis.clause(value) for axis, value in group]
        if len(parts) > 1:
            clauses.append(f"{group[0][0].field.entity}:({' AND '.join(parts)})")
        else:
            clauses += parts
    return " AND ".join(clauses) or EVERYTHING


def _bracketed(query: str) -> str:
    return query if re.fullmatch(r"[\w.:-]+", query) else f"({query})"
