"""A codebook while it is read: what was found so far, where each thing stands, and what is wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from textgov.codebook.faults import Fault
from textgov.codebook.schema import Cluster, Code, CueLine, FormCue, Header, Name, Strict, Term

Place = tuple[str, int]


@dataclass
class Draft:
    """Mutable; `prefix` stands before the file names of a base codebook in faults."""

    prefix: str = ""
    header: Header | None = None
    header_lines: dict[str, int] = field(default_factory=dict)
    codes: dict[str, dict[str, Code]] = field(default_factory=dict)
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    names: dict[str, dict[str, Name]] = field(default_factory=dict)
    cues: dict[str, dict[str, CueLine]] = field(default_factory=dict)
    form_cues: dict[str, FormCue] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Place] = field(default_factory=dict)
    code_places: dict[str, Place] = field(default_factory=dict)
    layer_places: dict[str, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def fault(self, file: str, line: int, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.prefix + file, line, message))

    def fault_at(self, place: Place, message: str) -> None:
        """Note a fault at a place that was stored, whose file name is complete."""
        self.faults.append(Fault(*place, message))

    def add_code(self, layer: str, code: Code, file: str, line: int) -> None:
        """Keep a code; a second one of the same layer and id is a fault."""
        key = f"{layer}/{code.id}"
        if key in self.code_places:
            other, at = self.code_places[key]
            self.fault(file, line, f"id: code {code.id!r} stands also at {other}:{at}; rename or remove one")
        self.code_places[key] = (self.prefix + file, line)
        self.layer_places.setdefault(layer, (self.prefix + file, 1))
        self.codes.setdefault(layer, {})[code.id] = code

    def add_entry(self, layer: str, entry: Strict, file: str, line: int) -> None:
        """Keep a lexicon, gazetteer or cue entry; ids are unique over all files."""
        key: str = entry.id  # type: ignore[attr-defined]
        if key in self.entries:
            other, at = self.entries[key]
            self.fault(file, line, f"id: {key!r} stands also at {other}:{at}; every entry has its own")
        self.entries[key] = (self.prefix + file, line)
        match entry:
            case Term():
                self.terms.setdefault(layer, {})[key] = entry
            case Name():
                self.names.setdefault(layer, {})[key] = entry
            case Cluster():
                self.clusters[key] = entry
            case FormCue():
                self.form_cues[key] = entry
            case CueLine():
                self.cues.setdefault(layer, {})[key] = entry
            case _:
                raise TypeError(f"{type(entry).__name__} is registered as a line but not kept")
        if isinstance(entry, Term | Name):
            self.layer_places.setdefault(layer, (self.prefix + file, 1))

    def place_gazetteers(self) -> None:
        """Put the names of gazetteers that the header assigns to a layer into that layer."""
        for gazetteer, layer in self.header.gazetteer.items() if self.header else ():
            names = self.names.pop(gazetteer, {})
            if names:
                self.names[layer] = self.names.get(layer, {}) | names
                self.layer_places.setdefault(layer, self.layer_places.pop(gazetteer))

    def forget(self, entry: str) -> None:
        """Remove an entry by its id, wherever it is kept."""
        groups = (*self.terms.values(), *self.names.values(), *self.cues.values())
        for table in (*groups, self.form_cues, self.clusters):
            table.pop(entry, None)  # type: ignore[attr-defined]
