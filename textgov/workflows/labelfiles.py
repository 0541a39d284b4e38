"""Files of labelled texts: CSV, TSV and JSON lines as rows, and labels from the codings of an index."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from textgov.classify.labels import LARGEST, Labelled
from textgov.errors import ReadError, UsageError
from textgov.index.store import Index
from textgov.readers.encoding import detect_encoding
from textgov.readers.problems import UnreadableError

DELIMITERS = ",;\t|"
JSON_ENDINGS = frozenset({".jsonl", ".ndjson", ".json"})
HALF = 0.5
READ_AT_MOST = 10 * LARGEST
"""Rows that are read into memory at all."""


def read_rows(path: Path, *, raw: bool = False) -> list[dict[str, Any]]:
    """All rows of a file, JSON lines by its ending and CSV otherwise.

    Args:
        path: the file.
        raw: keep values of JSON as they are; otherwise mappings of labels become lists of their keys.

    Raises:
        UsageError: there is no such file, or it is no table.
        ReadError: a line cannot be read; naming it.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; name a CSV or JSON lines file of texts with labels")
    try:
        encoding = detect_encoding(path).name
    except UnreadableError as error:
        raise ReadError(f"{path}: {error}") from error
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        if path.suffix.lower() in JSON_ENDINGS:
            rows: Iterable[dict[str, Any]] = _json_rows(file, path, raw)
        else:
            rows = _csv_rows(file, path)
        found = list(islice(rows, READ_AT_MOST + 1))
    if len(found) > READ_AT_MOST:
        raise UsageError(
            f"{path}: more than {READ_AT_MOST:,} rows; training holds at most {LARGEST:,} texts in memory, so "
            "write a sample of them to a file first"
        )
    return found


def _csv_rows(file: Any, path: Path) -> Iterable[dict[str, Any]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    heading = file.readline()
    if not heading.strip():
        raise UsageError(f"{path}: is empty; a heading and a row for each text are expected")
    delimiter = max(DELIMITERS, key=lambda one: len(next(csv.reader([heading], delimiter=one), [])))
    names = [name.removeprefix("\ufeff").strip() for name in next(csv.reader([heading], delimiter=delimiter))]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{path}: two columns are named {twice[0]!r}; name each column once")
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                raise ReadError(
                    f"{path}: line {reader.line_num + 1}: {len(cells)} cells, the heading has {len(names)}; check "
                    "its quotes and delimiters"
                )
            yield dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise ReadError(f"{path}: line {reader.line_num + 1}: {error}; close or double its quotes") from error


def _json_rows(file: Any, path: Path, raw: bool) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        stripped = line.removeprefix("\ufeff").strip()
        if not stripped:
            continue
        try:
            value = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            raise ReadError(f"{path}: line {number}: not JSON ({error}); write one object a line") from error
        if not isinstance(value, dict):
            raise ReadError(f"{path}: line {number}: a JSON {type(value).__name__}; write one object a line")
        yield value if raw else {name: _cell(cell) for name, cell in value.items()}


def _cell(value: Any) -> Any:
    """A value as a cell: mappings of label to whatever stand for the list of their keys."""
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    if isinstance(value, list):
        return [str(item) for item in value]
    return value


def coded_rows(index: Index, layer: str, coder: str | None = None) -> Labelled:
    """Passages that people coded by a layer, with their codes as labels and their documents as groups.

    A coding with a score below a half says that the code was ruled out. Where nobody ruled anything out, a document's
    passages without a code count as having none once any of its passages was coded.

    Raises:
        UsageError: nobody, or not that coder, has coded anything by the layer.
    """
    coded: dict[str, dict[int, dict[str, bool]]] = {}
    coders: set[str] = set()
    for document in index.document_ids():
        for found_layer, coding in index.codings(document, machine=False):
            if found_layer != layer or coding.passage is None:
                continue
            coders.add(coding.coder)
            if coder in (None, coding.coder):
                codes = coded.setdefault(document, {}).setdefault(coding.passage, {})
                codes[coding.code] = codes.get(coding.code, False) or coding.score >= HALF
    if not coded:
        known = f"; coders of it are {', '.join(sorted(coders))}" if coders else ""
        raise UsageError(
            f"{index.path}: no passages were coded by people by the layer {layer!r}"
            f"{known}; code some, or give a file of labels"
        )
    ruled_out = any(not given for by in coded.values() for codes in by.values() for given in codes.values())
    labels = tuple(sorted({code for by in coded.values() for codes in by.values() for code in codes}))
    chosen: list[tuple[str, str, str, dict[str, bool]]] = []
    for identifier, by_passage in coded.items():
        text = index.document(identifier).text
        for passage in index.passages(identifier):
            if passage.ordinal in by_passage or not ruled_out:
                place = passage_id(identifier, passage.ordinal)
                said = by_passage.get(passage.ordinal, {})
                chosen.append((place, text[passage.start : passage.end], identifier, said))
    ids, texts, groups, given = zip(*chosen, strict=True)
    targets = np.array([[codes.get(label, False) for label in labels] for codes in given], dtype=np.int8)
    return Labelled(ids, texts, labels, targets, "multilabel", groups)


def passage_id(document: str, ordinal: int) -> str:
    """How a passage of an index is named in files of labels."""
    return f"{document}:{ordinal}"
