"""Writes the folder of a new codebook, commented, with example lines, valid from the start."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from string import Template

from textgov.codebook.loader import DEFAULT, Codebook, builtin_names, load
from textgov.codebook.reading import HEADER_FILE
from textgov.errors import UsageError

_ID = re.compile(r"[a-z0-9][a-z0-9\-]*")


def write_codebook(
    folder: Path, *, extends: str | None = DEFAULT, title: str | None = None
) -> tuple[Path, ...]:
    """Write a codebook into a new or empty folder, whose name becomes its id, and return the files written.

    `extends` is a built-in codebook, a codebook in a folder beside the new one, or None for one of its own.

    Raises:
        UsageError: the folder holds something, its name is no id, or there is no codebook to extend.
        CodebookError: the codebook to extend has faults.
    """
    folder = folder.absolute()
    name = folder.name
    _check_target(folder, name)
    values = {"id": _quoted(name), "title": _quoted(title or name.replace("-", " ").capitalize())}
    rename = {}
    if extends is None:
        template = "empty"
    else:
        template = "extend"
        layer, code = _example_code(_base(folder, extends))
        values |= {"base": _quoted(extends), "code": _quoted(code)}
        values["entry"] = _quoted(f"{name}.{layer}.001")
        rename = {"codes.layer.toml": f"codes.{layer}.toml", "lexicon.layer.jsonl": f"lexicon.{layer}.jsonl"}
    folder.mkdir(parents=True, exist_ok=True)
    source = files("textgov.codebook").joinpath("templates", template)
    written = []
    for entry in sorted(source.iterdir(), key=lambda e: e.name):
        path = folder / rename.get(entry.name, entry.name)
        text = entry.read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(values), encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def _check_target(folder: Path, name: str) -> None:
    if not _ID.fullmatch(name):
        raise UsageError(
            f"{name!r} is no id for a codebook; name the folder in lower-case letters, digits and hyphens"
        )
    if name in builtin_names():
        raise UsageError(f"{name!r} is a built-in codebook; give the new one another name")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; give a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; give a new or empty folder")


def _base(folder: Path, extends: str) -> Codebook:
    if extends in builtin_names():
        return load(extends)
    beside = folder.parent / extends
    if not (_ID.fullmatch(extends) and (beside / HEADER_FILE).is_file()):
        known = ", ".join(builtin_names())
        raise UsageError(
            f"no codebook {extends!r} to extend; built-in are {known}, or name a codebook in {folder.parent}"
        )
    return load(beside)


def _example_code(base: Codebook) -> tuple[str, str]:
    """Layer and code of the base for the example line: the first code that marks text."""
    for layer in base.header.layer:
        codes = base.codes.get(layer.id, {})
        if layer.marks_text and codes:
            return layer.id, next(iter(codes))
    raise UsageError(f"{base.header.id} has no code that marks text, so there is nothing to extend")


def _quoted(text: str) -> str:
    """Text as a quoted string of TOML and of JSON."""
    return json.dumps(text, ensure_ascii=False)
