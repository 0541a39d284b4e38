"""Reads the files of a codebook into a draft; every fault has its file and line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import ValidationError

from textgov.codebook.draft import Draft
from textgov.codebook.faults import quoted
from textgov.codebook.schema import Code, Header, Strict

HEADER_FILE = "codebook.toml"
SPELLING_FILE = "spelling.toml"
MAX_BYTES = 32 * 1024 * 1024
"""A longer file is no codebook: it is refused unread."""

_FILE = re.compile(r"(codes|lexicon|gazetteer|cues)\.([a-z][a-z0-9_]*)\.(toml|jsonl)")
_SUFFIX = {"codes": "toml", "lexicon": "jsonl", "gazetteer": "jsonl", "cues": "jsonl"}
_CODE_HEAD = re.compile(r"\s*\[\[\s*code\s*\]\]")
_KNOWN = (
    HEADER_FILE,
    SPELLING_FILE,
    "codes.<layer>.toml",
    "lexicon.<layer>.jsonl",
    "gazetteer.<layer>.jsonl",
)

Line = TypeVar("Line", bound=Strict)
ModelOf = Callable[[str, str], type[Strict] | None]
"""From kind ("lexicon", "gazetteer", "cues") and name to the model of a line, or None where there is none."""


def read_header(folder: Traversable, draft: Draft) -> None:
    """Read `codebook.toml`; without it the folder is no codebook."""
    entry = folder.joinpath(HEADER_FILE)
    if not entry.is_file():
        draft.fault(HEADER_FILE, 1, "missing; every codebook has one")
        return
    text = _text(entry, draft)
    if text is None:
        return
    draft.digest.update(text.encode())
    table = _toml(HEADER_FILE, text, draft)
    if table is not None:
        rows = text.split("\n")
        draft.header_lines = {key: _row_of(key, rows, 1, len(rows)) for key in table}
        draft.header = _build(
            Header, table, HEADER_FILE, partial(_row_of, rows=rows, first=1, last=len(rows)), draft
        )


def read_files(folder: Traversable, draft: Draft, model_of: ModelOf, cue_files: tuple[str, ...]) -> None:
    """Read all files beside the header, in the order of their names."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        name = entry.name
        if name == HEADER_FILE or name.endswith((".md", ".py")) or name.startswith(("_", ".")):
            continue
        found = _FILE.fullmatch(name)
        known = found is not None and _SUFFIX[found[1]] == found[3]
        model = model_of(found[1], found[2]) if found and known and found[1] != "codes" else None
        if not (name == SPELLING_FILE or (known and (model or name.startswith("codes.")))):
            draft.fault(name, 1, f"not a file of a codebook; known are {', '.join((*_KNOWN, *cue_files))}")
            continue
        text = _text(entry, draft)
        if text is None:
            continue
        draft.digest.update(name.encode() + b"\0" + text.encode() + b"\0")
        if found is None:
            _spelling(name, text, draft)
        elif model is None:
            _codes(name, found[2], text, draft)
        else:
            _lines(name, found[2], model, text, draft)


def _text(entry: Traversable, draft: Draft) -> str | None:
    if not entry.is_file():
        draft.fault(entry.name, 1, "not a readable file; the files of a codebook lie beside codebook.toml")
        return None
    try:
        with entry.open("rb") as stream:
            data: bytes = stream.read(MAX_BYTES + 1)
    except OSError as error:
        draft.fault(entry.name, 1, f"cannot be read: {error.strerror}")
        return None
    if len(data) > MAX_BYTES:
        draft.fault(entry.name, 1, f"larger than {MAX_BYTES >> 20} MB; split it or check what it is")
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        draft.fault(entry.name, line, f"not UTF-8 at byte {error.start}; save it as UTF-8")
        return None


def _toml(name: str, text: str, draft: Draft) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except RecursionError:
        draft.fault(name, 1, "not TOML: nested too deeply")
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        draft.fault(name, line, f"not TOML: {error}")
    return None


def _row_of(key: str, rows: list[str], first: int, last: int) -> int:
    """The line, between two lines, on which a key is set; the first where it is not."""
    pattern = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*(?:=|\.|\])")
    return next((n for n in range(first, last + 1) if pattern.match(rows[n - 1])), first)


def _at(_: str, line: int) -> int:
    return line


def _build(
    model: type[Line], value: object, name: str, line_of: Callable[[str], int], draft: Draft
) -> Line | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            place = ".".join(str(part) for part in item["loc"])
            key = str(item["loc"][0]) if item["loc"] else ""
            draft.fault(name, line_of(key), f"{place or 'entry'}: {_what(model, item)}")
        return None


def _what(model: type[Strict], item: Mapping[str, Any]) -> str:
    match item["type"]:
        case "extra_forbidden":
            known = model.model_fields if len(item["loc"]) == 1 else _nested_fields(model, item["loc"])
            return f"unknown key; known keys are {', '.join(known)}"
        case "missing":
            return "missing; give it"
        case "string_too_short" | "too_short":
            return f"{item['msg'].replace('after validation, ', '')}, got {quoted(item['input'])}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"expected a table of keys and values, got {quoted(item['input'])}"
        case _:
            return f"{item['msg']}, got {quoted(item['input'])}"


def _nested_fields(model: type[Strict], location: tuple[Any, ...]) -> tuple[str, ...]:
    """Keys of the table within a table at which a location ends."""
    current: Any = model
    for part in location[:-1]:
        field = getattr(current, "model_fields", {}).get(part)
        if field is not None:
            current = next((t for t in _types(field.annotation) if hasattr(t, "model_fields")), current)
    return tuple(current.model_fields)


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _types(inner)


def _codes(name: str, layer: str, text: str, draft: Draft) -> None:
    table = _toml(name, text, draft)
    if table is None:
        return
    rows = text.split("\n")
    for key in table:
        if key != "code":
            draft.fault(
                name, _row_of(key, rows, 1, len(rows)), f"{key}: unknown; only [[code]] is known here"
            )
    entries = table.get("code", [])
    if not isinstance(entries, list):
        draft.fault(name, 1, "code: write each code as a table under [[code]], with double brackets")
        return
    starts = [n for n, row in enumerate(rows, 1) if _CODE_HEAD.match(row)]
    ends = [*(n - 1 for n in starts[1:]), len(rows)]
    for number, entry in enumerate(entries):
        first, last = (starts[number], ends[number]) if number < len(starts) else (1, len(rows))
        code = _build(Code, entry, name, partial(_row_of, rows=rows, first=first, last=last), draft)
        if code is not None:
            draft.add_code(layer, code, name, first)


def _spelling(name: str, text: str, draft: Draft) -> None:
    table = _toml(name, text, draft) or {}
    rows = text.split("\n")
    for key in table:
        if key != "american":
            draft.fault(
                name, _row_of(key, rows, 1, len(rows)), f"{key}: unknown; only [american] is known here"
            )
    pairs = table.get("american", {})
    if not isinstance(pairs, dict):
        draft.fault(name, 1, "american: expected a table of British = American spellings")
        return
    for british, american in pairs.items():
        line = _row_of(british, rows, 1, len(rows))
        if not (isinstance(american, str) and american and british and british == british.lower()):
            draft.fault(
                name, line, f"{british}: expected lower-case British = American text, got {quoted(american)}"
            )
            continue
        draft.spelling[british] = american


def _lines(name: str, layer: str, model: type[Strict], text: str, draft: Draft) -> None:
    for line, row in enumerate(text.split("\n"), 1):
        if not row or row.isspace():
            continue
        try:
            value = _DECODER.decode(row)
        except RecursionError:
            draft.fault(name, line, "not JSON: nested too deeply")
        except json.JSONDecodeError as error:
            draft.fault(name, line, f"not JSON at column {error.colno}: {error.msg}")
        except ValueError as error:
            draft.fault(name, line, f"not usable: {error}")
        else:
            entry = _build(model, value, name, partial(_at, line=line), draft)
            if entry is not None:
                draft.add_entry(layer, entry, name, line)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one entry")
    return table


_DECODER = json.JSONDecoder(object_pairs_hook=_object)
"""One decoder for all lines: `json.loads` with a hook would make one a line."""
