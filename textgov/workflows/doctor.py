"""What is installed, and what is wrong with it or with an index."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from textgov.codebook.loader import check
from textgov.documents import Record
from textgov.errors import CodebookError, TextgovError
from textgov.index.store import Index
from textgov.pipeline.base import load_base
from textgov.pipeline.build import Pipeline, PipelineOptions

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)


class Finding(Record, frozen=True):
    """One thing that was looked at: whether it is as it should be, and what was found or is to be done."""

    what: str
    good: bool
    said: str


def examine(index_path: Path | None, codebook: str) -> Iterator[Finding]:
    """Look at Python, packages, model, codebook and, if there is one, the index; the costly ones last."""
    yield _python()
    yield from _packages()
    yield _sqlite()
    faults = list(_codebook(codebook))
    yield from faults
    yield from _model(codebook, usable=all(finding.good for finding in faults))
    if index_path is not None:
        yield from _index(index_path)


def _python() -> Finding:
    good = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    said = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if not good:
        oldest, newest = (".".join(map(str, pair)) for pair in (OLDEST_PYTHON, NEWEST_PYTHON))
        said += f"; textgov is tested on {oldest} to {newest}"
    return Finding("Python", good, said)


def _packages() -> Iterator[Finding]:
    wrong = []
    found = 0
    for line in requires("textgov") or ():
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            have = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(Finding(requirement.name, False, f"not installed; pip install '{requirement}'"))
            continue
        found += 1
        if not requirement.specifier.contains(have, prereleases=True):
            wrong.append(
                Finding(requirement.name, False, f"{have} is installed; pip install '{requirement}'")
            )
    yield Finding("packages", not wrong, f"textgov {version('textgov')}, {found} required packages")
    yield from wrong


def _sqlite() -> Finding:
    with sqlite3.connect(":memory:") as connection:
        compiled = {row[0] for row in connection.execute("PRAGMA compile_options")}
    good = "ENABLE_FTS5" in compiled
    said = f"{sqlite3.sqlite_version}, full-text search " + (
        "included" if good else "missing; use another build of Python"
    )
    return Finding("SQLite", good, said)


def _codebook(codebook: str) -> Iterator[Finding]:
    try:
        found, faults = check(codebook)
    except CodebookError as error:
        yield Finding("codebook", False, str(error))
        return
    if found is None:
        for fault in faults:
            yield Finding("codebook", False, str(fault))
        return
    codes = sum(len(codes) for codes in found.codes.values())
    rules = sum(len(entries) for entries in [*found.terms.values(), *found.names.values()])
    said = f"{found.header.id} {found.header.version}: {codes:,} codes, {rules:,} rules, hash {found.hash}"
    yield Finding("codebook", True, said)


def _model(codebook: str, *, usable: bool) -> Iterator[Finding]:
    try:
        base = load_base()
    except TextgovError as error:
        yield Finding("language model", False, str(error))
        return
    yield Finding("language model", True, f"{base.meta['lang']}_{base.meta['name']} {base.meta['version']}")
    if usable:
        pipeline = Pipeline(PipelineOptions(codebook=codebook))
        said = (
            "trained span finder in use"
            if pipeline.finder is not None
            else "lexicon alone, there is no span finder for this codebook"
        )
        yield Finding("coder", True, f"{said}, version {pipeline.hash}")


def _index(path: Path) -> Iterator[Finding]:
    try:
        with Index.open(path, read_only=True) as index:
            faults = index.check()
            counts = index.status()
    except TextgovError as error:
        yield Finding("index", False, str(error))
        return
    for fault in faults:
        yield Finding("index", False, f"{path}: {fault}; restore a copy, or make it anew")
    if not faults:
        said = f"{path}: sound, {counts.documents:,} documents, {counts.annotated:,} annotated"
        yield Finding("index", True, said)
