"""What differs between two codebooks, code by code and entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from textgov.codebook.faults import quoted
from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Strict

Kind = Literal["added", "removed", "changed"]
Part = Literal["header", "layer", "code", "term", "name", "cluster", "cue", "spelling"]
_SIGN: Mapping[Kind, str] = {"added": "+", "removed": "-", "changed": "~"}
_CONTENT = {"term": ("code", "term"), "name": ("code", "name"), "cluster": ("name",), "cue": ("cue",)}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a thing that is in both codebooks, with its old and its new value."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `layer` is empty for parts without one; `label` says what the id stands for."""

    kind: Kind
    part: Part
    layer: str
    id: str
    label: str = ""
    fields: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        """One line: sign, part, id and, for a change, what changed."""
        where = f"{self.layer}/{self.id}" if self.layer else self.id
        label = f" {quoted(self.label)}" if self.label and self.label != self.id else ""
        changes = "; ".join(f"{f.field}: {quoted(f.old)} -> {quoted(f.new)}" for f in self.fields)
        return f"{_SIGN[self.kind]} {self.part} {where}{label}" + (f": {changes}" if changes else "")


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes that lead from the old codebook to the new one, in a stable order."""

    old: str
    new: str
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.changes)

    @property
    def counts(self) -> dict[tuple[Part, Kind], int]:
        """Number of changes by part and kind."""
        return dict(Counter((change.part, change.kind) for change in self.changes))

    def render(self) -> str:
        """The difference as text: a head line, one line a change, and the counts."""
        if not self.changes:
            return f"{self.old} and {self.new} do not differ\n"
        parts = ", ".join(f"{n} {part} {kind}" for (part, kind), n in self.counts.items())
        return "\n".join([f"{self.old} -> {self.new}: {parts}", *map(str, self.changes)]) + "\n"


def compare(old: Codebook, new: Codebook) -> Difference:
    """The changes from one codebook to another: header, layers, codes, entries, cues, spellings.

    An entry that only got another id is one change of its id, not one removed and one added.
    """
    changes: list[Change] = list(_header(old, new))
    before, after = _tables(old), _tables(new)
    for key in [*before, *(k for k in after if k not in before)]:
        part, layer = key
        changes.extend(_table(part, layer, before.get(key, {}), after.get(key, {})))
    return Difference(_name(old), _name(new), tuple(changes))


def _name(codebook: Codebook) -> str:
    return f"{codebook.header.id} {codebook.header.version} ({codebook.hash})"


def _header(old: Codebook, new: Codebook) -> Iterator[Change]:
    without = {"layer"}
    fields = _fields(old.header.model_dump(exclude=without), new.header.model_dump(exclude=without))
    if fields:
        yield Change("changed", "header", "", new.header.id, fields=fields)


def _tables(codebook: Codebook) -> dict[tuple[Part, str], dict[str, Strict | str]]:
    tables: dict[tuple[Part, str], dict[str, Strict | str]] = {
        ("layer", ""): {layer.id: layer for layer in codebook.header.layer}
    }
    for layer, codes in codebook.codes.items():
        tables["code", layer] = dict(codes)
    for layer, terms in codebook.terms.items():
        tables["term", layer] = {term.id: term for term in terms}
    for layer, names in codebook.names.items():
        tables["name", layer] = {name.id: name for name in names}
    tables["cluster", ""] = {cluster.id: cluster for cluster in codebook.clusters}
    for kind, cues in codebook.cues.items():
        tables["cue", kind] = {cue.id: cue for cue in cues}
    tables["cue", "form"] = {cue.id: cue for cue in codebook.form_cues}
    tables["spelling", ""] = dict(codebook.spelling)
    return tables


def _table(
    part: Part, layer: str, old: Mapping[str, Strict | str], new: Mapping[str, Strict | str]
) -> Iterator[Change]:
    removed = {key: value for key, value in old.items() if key not in new}
    added = {key: value for key, value in new.items() if key not in old}
    for before, after in _renamed(part, removed, added):
        change = FieldChange("id", before, after)
        yield Change("changed", part, layer, before, _label(part, removed.pop(before)), (change,))
        del added[after]
    for key, value in removed.items():
        yield Change("removed", part, layer, key, _label(part, value))
    for key, value in added.items():
        yield Change("added", part, layer, key, _label(part, value))
    for key, value in new.items():
        if key in old and old[key] != value:
            yield Change("changed", part, layer, key, _label(part, value), _changed(old[key], value))


def _renamed(
    part: Part, removed: Mapping[str, Strict | str], added: Mapping[str, Strict | str]
) -> list[tuple[str, str]]:
    """Pairs of ids whose entries are equal but for the id."""
    if part not in _CONTENT:
        return []
    waiting: dict[str, list[str]] = {}
    for key, value in removed.items():
        waiting.setdefault(_content(value), []).append(key)
    pairs = []
    for key, value in added.items():
        same = waiting.get(_content(value))
        if same:
            pairs.append((same.pop(0), key))
    return pairs


def _content(value: Strict | str) -> str:
    return value if isinstance(value, str) else value.model_dump_json(exclude={"id"})


def _label(part: Part, value: Strict | str) -> str:
    if isinstance(value, str):
        return value
    fields = _CONTENT.get(part, ("label",))
    return " ".join(str(getattr(value, field)) for field in fields)


def _changed(old: Strict | str, new: Strict | str) -> tuple[FieldChange, ...]:
    if isinstance(old, str) or isinstance(new, str):
        return (FieldChange("american", old, new),)
    return _fields(old.model_dump(), new.model_dump())


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    keys = [*old, *(key for key in new if key not in old)]
    return tuple(FieldChange(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))
