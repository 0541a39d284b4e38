"""Loads a codebook from its folder, and lists all its faults at once."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from textgov.codebook.schema import (
    MARK,
    AttributionCue,
    Cluster,
    Code,
    ConditionCue,
    Cue,
    CueLine,
    FormCue,
    Header,
    Name,
    Strict,
    Term,
)
from textgov.errors import CodebookError

DEFAULT = "gereffi-lee"
HEADER_FILE = "codebook.toml"
_SPECIAL: Mapping[str, type[Strict]] = MappingProxyType(
    {
        "gazetteer.cluster.jsonl": Cluster,
        "cues.form.jsonl": FormCue,
        "cues.attribution.jsonl": AttributionCue,
        "cues.condition.jsonl": ConditionCue,
    }
)
_JSONL: Mapping[str, type[Strict]] = MappingProxyType({"lexicon": Term, "gazetteer": Name, "cues": Cue})
_LAYER_OF_GAZETTEER = MappingProxyType({"organisation": "actor", "standard": "mechanism", "place": "place"})

Line = TypeVar("Line", bound=Strict)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a codebook: where, what, and what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """`file:line: message`, as compilers print it."""
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Codebook:
    """A codebook in memory. `hash` identifies its content; equal files give an equal hash."""

    header: Header
    codes: Mapping[str, Mapping[str, Code]]
    terms: Mapping[str, tuple[Term, ...]]
    names: Mapping[str, tuple[Name, ...]]
    cues: Mapping[str, tuple[CueLine, ...]]
    form_cues: tuple[FormCue, ...]
    clusters: tuple[Cluster, ...]
    spelling: Mapping[str, str]
    hash: str = ""

    def code(self, layer: str, code: str) -> Code | None:
        """The code's entry, or None where the layer is coded by an outside standard."""
        return self.codes.get(layer, {}).get(code)

    @property
    def layers(self) -> tuple[str, ...]:
        """Ids of all layers, in the order of the header."""
        return tuple(layer.id for layer in self.header.layer)


@dataclass
class _Draft:
    header: Header | None = None
    codes: dict[str, dict[str, Code]] = field(default_factory=dict)
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    names: dict[str, dict[str, Name]] = field(default_factory=dict)
    cues: dict[str, dict[str, CueLine]] = field(default_factory=dict)
    form_cues: dict[str, FormCue] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    where: dict[str, tuple[str, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


def builtin_folder(name: str = DEFAULT) -> Traversable:
    """The folder of a codebook that ships with textgov."""
    return files("textgov.codebook").joinpath("data", name)


def load(source: str | Path = DEFAULT) -> Codebook:
    """Load a codebook by its built-in name or from a folder.

    Raises:
        CodebookError: with every fault, one a line.
    """
    codebook, faults = check(source)
    if codebook is None:
        raise CodebookError("\n".join(str(fault) for fault in faults))
    return codebook


@lru_cache(maxsize=4)
def default_codebook() -> Codebook:
    """The codebook of Gereffi and Lee (2014), loaded once a process."""
    return load(DEFAULT)


def check(source: str | Path = DEFAULT) -> tuple[Codebook | None, list[Fault]]:
    """The codebook, or None with all its faults."""
    folder = _folder(source)
    draft = _Draft()
    _read_folder(folder, draft)
    _check_references(draft)
    faults = sorted(set(draft.faults), key=lambda f: (f.file, f.line, f.message))
    if draft.header is None or faults:
        return None, faults
    return _freeze(draft), []


def _folder(source: str | Path) -> Traversable:
    path = Path(source)
    if path.is_dir():
        return path
    builtin = builtin_folder(str(source))
    if re.fullmatch(r"[a-z0-9\-]+", str(source)) and builtin.joinpath(HEADER_FILE).is_file():
        return builtin
    raise CodebookError(
        f"{source}: no such codebook; give a folder with {HEADER_FILE} or the built-in name {DEFAULT!r}"
    )


def _freeze(draft: _Draft) -> Codebook:
    assert draft.header is not None
    return Codebook(
        header=draft.header,
        codes={layer: dict(codes) for layer, codes in draft.codes.items()},
        terms={layer: tuple(terms.values()) for layer, terms in draft.terms.items()},
        names={layer: tuple(names.values()) for layer, names in draft.names.items()},
        cues={kind: tuple(cues.values()) for kind, cues in draft.cues.items()},
        form_cues=tuple(draft.form_cues.values()),
        clusters=tuple(draft.clusters.values()),
        spelling=dict(draft.spelling),
        hash=draft.digest.hexdigest()[:16],
    )


def _read_folder(folder: Traversable, draft: _Draft) -> None:
    header = folder.joinpath(HEADER_FILE)
    if not header.is_file():
        draft.faults.append(Fault(HEADER_FILE, 1, "missing; every codebook has one"))
        return
    draft.header = _header(header.read_text(encoding="utf-8"), draft)
    if draft.header is not None and draft.header.extends:
        if draft.header.extends == draft.header.id:
            draft.faults.append(Fault(HEADER_FILE, 1, "extends: a codebook cannot extend itself"))
            return
        base = _Draft()
        _read_folder(_folder(draft.header.extends), base)
        _inherit(base, draft)
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        kind, _, rest = entry.name.partition(".")
        if (
            entry.name == HEADER_FILE
            or entry.name.endswith((".md", ".py"))
            or entry.name.startswith(("_", "."))
        ):
            continue
        if not entry.is_file():
            continue
        text = _text(entry, draft)
        draft.digest.update(entry.name.encode() + b"\0" + text.encode() + b"\0")
        layer = rest.rsplit(".", 1)[0]
        if kind == "codes" and entry.name.endswith(".toml"):
            _codes(entry.name, layer, text, draft)
        elif kind == "spelling" and entry.name.endswith(".toml"):
            _spelling(entry.name, text, draft)
        elif kind in _JSONL and entry.name.endswith(".jsonl"):
            _lines(entry.name, kind, layer, text, draft)
        else:
            known = ", ".join([HEADER_FILE, "codes.<layer>.toml", *(f"{k}.<layer>.jsonl" for k in _JSONL)])
            draft.faults.append(Fault(entry.name, 1, f"not a file of a codebook; known are {known}"))


def _inherit(base: _Draft, draft: _Draft) -> None:
    """A codebook that extends another starts from its content; equal ids are replaced."""
    if base.header is None:
        return
    assert draft.header is not None
    own = {layer.id for layer in draft.header.layer}
    layers = tuple(la for la in base.header.layer if la.id not in own) + draft.header.layer
    draft.header = draft.header.model_copy(update={"layer": layers})
    draft.codes, draft.terms, draft.names, draft.cues = base.codes, base.terms, base.names, base.cues
    draft.form_cues, draft.clusters, draft.spelling = base.form_cues, base.clusters, base.spelling
    draft.faults.extend(base.faults)
    draft.digest.update(base.digest.digest())


def _text(entry: Traversable, draft: _Draft) -> str:
    try:
        return entry.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        draft.faults.append(Fault(entry.name, 1, f"not UTF-8 at byte {error.start}; save it as UTF-8"))
        return ""


def _header(text: str, draft: _Draft) -> Header | None:
    draft.digest.update(text.encode())
    table = _toml(HEADER_FILE, text, draft)
    return None if table is None else _build(Header, table, HEADER_FILE, 1, draft)


def _toml(name: str, text: str, draft: _Draft) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        draft.faults.append(Fault(name, int(found.group(1)) if found else 1, f"not TOML: {error}"))
        return None


def _build(model: type[Line], value: object, name: str, line: int, draft: _Draft) -> Line | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for item in error.errors():
            place = ".".join(str(part) for part in item["loc"]) or "entry"
            hint = (
                f"; known keys are {', '.join(model.model_fields)}"
                if item["type"] == "extra_forbidden"
                else ""
            )
            draft.faults.append(Fault(name, line, f"{place}: {item['msg']}{hint}"))
        return None


def _codes(name: str, layer: str, text: str, draft: _Draft) -> None:
    table = _toml(name, text, draft)
    if table is None:
        return
    starts = [n for n, row in enumerate(text.splitlines(), 1) if row.strip() == "[[code]]"]
    for key in table:
        if key != "code":
            draft.faults.append(Fault(name, 1, f"{key}: unknown table; only [[code]] is known"))
    for number, entry in enumerate(table.get("code", [])):
        line = starts[number] if number < len(starts) else 1
        code = _build(Code, entry, name, line, draft)
        if code is None:
            continue
        if f"{layer}/{code.id}" in draft.where:
            draft.faults.append(Fault(name, line, f"id: {code.id!r} stands twice"))
        draft.where[f"{layer}/{code.id}"] = (name, line)
        draft.codes.setdefault(layer, {})[code.id] = code
        for example in code.examples:
            if layer != "path" and not MARK.search(example):
                draft.faults.append(Fault(name, line, f"examples: mark the span of {code.id!r} with [[...]]"))


def _spelling(name: str, text: str, draft: _Draft) -> None:
    table = _toml(name, text, draft) or {}
    for british, american in table.get("american", {}).items():
        draft.spelling[british] = american


def _objects(name: str, text: str, draft: _Draft) -> Iterator[tuple[int, object]]:
    for line, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            yield line, json.loads(row)
        except json.JSONDecodeError as error:
            draft.faults.append(Fault(name, line, f"not JSON at column {error.colno}: {error.msg}"))


def _lines(name: str, kind: str, layer: str, text: str, draft: _Draft) -> None:
    model = _SPECIAL.get(name, _JSONL[kind])
    for line, value in _objects(name, text, draft):
        entry: Any = _build(model, value, name, line, draft)
        if entry is None:
            continue
        if entry.id in draft.seen:
            other, at = draft.seen[entry.id]
            draft.faults.append(Fault(name, line, f"id: {entry.id!r} stands also at {other}:{at}"))
        draft.seen[entry.id] = (name, line)
        _keep(entry, layer, draft)


def _keep(entry: Any, layer: str, draft: _Draft) -> None:
    if isinstance(entry, Cluster):
        draft.clusters[entry.id] = entry
    elif isinstance(entry, FormCue):
        draft.form_cues[entry.id] = entry
    elif isinstance(entry, CueLine):
        draft.cues.setdefault(layer, {})[entry.id] = entry
    elif isinstance(entry, Name):
        draft.names.setdefault(_LAYER_OF_GAZETTEER.get(layer, layer), {})[entry.id] = entry
    else:
        draft.terms.setdefault(layer, {})[entry.id] = entry


def _check_references(draft: _Draft) -> None:
    known = {layer.id for layer in draft.header.layer} if draft.header else set()
    for layer in [*draft.codes, *draft.terms, *draft.names]:
        if draft.header and layer not in known:
            allowed = ", ".join(sorted(known))
            draft.faults.append(
                Fault(HEADER_FILE, 1, f"layer {layer!r} is not declared; declared are {allowed}")
            )
    opened = {layer.id for layer in draft.header.layer if layer.open} if draft.header else set()
    for layer, entries in [*draft.terms.items(), *draft.names.items()]:
        if layer in opened:
            continue
        codes = draft.codes.get(layer, {})
        for entry in entries.values():
            if entry.code not in codes:
                file, line = draft.seen.get(entry.id, (layer, 1))
                allowed = ", ".join(sorted(codes)) or "none"
                draft.faults.append(
                    Fault(
                        file,
                        line,
                        f"code: {entry.code!r} is not a code of layer {layer!r}; codes are {allowed}",
                    )
                )
    for code in draft.codes.get("path", {}).values():
        for layer, wanted in (("mechanism", code.mechanisms), ("actor", code.actors)):
            for one in wanted:
                if one not in draft.codes.get(layer, {}):
                    file, line = draft.where[f"path/{code.id}"]
                    draft.faults.append(
                        Fault(file, line, f"{layer}s: {one!r} is not a code of layer {layer!r}")
                    )
