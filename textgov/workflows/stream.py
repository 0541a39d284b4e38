"""The filter: JSON lines with texts in, JSON lines with annotations out, in the same order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

from textgov.documents import to_json
from textgov.workflows.longtext import Annotate, annotate_texts

BATCH = 64
BATCH_CHARACTERS = 500_000
SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class StreamItem:
    """A line of the stream: its id and text, or what is wrong with it."""

    id: Any
    text: str = ""
    error: str | None = None


def annotate_stream(lines: Iterable[str], annotate: Annotate) -> Iterator[tuple[str, bool]]:
    """Answer every line of JSON with a line of JSON, in order; the flag says whether it could be read.

    Blank lines are passed over. Memory does not grow with the number of lines.

    Args:
        lines: JSON objects with `id` and `text`; other keys are ignored.
        annotate: what annotates texts, such as `Pipeline.annotate`.
    """
    items = (_item(line, number) for number, line in enumerate(lines, 1) if line.strip())
    for batch in _batches(items):
        annotations = annotate_texts((item.text for item in batch if item.error is None), annotate, BATCH)
        for item in batch:
            name = json.dumps(item.id, ensure_ascii=False)
            if item.error is not None:
                yield f'{{"id":{name},"error":{json.dumps(item.error, ensure_ascii=False)}}}', False
            else:
                yield f'{{"id":{name},{to_json(next(annotations))[1:]}', True


def _batches(items: Iterator[StreamItem]) -> Iterator[list[StreamItem]]:
    while first := next(items, None):
        batch, size = [first], len(first.text)
        for item in islice(items, BATCH - 1):
            batch.append(item)
            size += len(item.text)
            if size > BATCH_CHARACTERS:
                break
        yield batch


def _item(line: str, number: int) -> StreamItem:
    try:
        value = json.loads(line, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return StreamItem(None, error=f"line {number}: not JSON at column {error.colno}: {error.msg}")
    except RecursionError:
        return StreamItem(None, error=f"line {number}: nested too deeply")
    except ValueError as error:
        return StreamItem(None, error=f"line {number}: not JSON: {error}")
    if not isinstance(value, dict):
        return StreamItem(None, error=f"line {number}: expected an object with 'id' and 'text'")
    missing = [key for key in ("id", "text") if key not in value]
    if missing:
        return StreamItem(value.get("id"), error=f"line {number}: lacks {' and '.join(map(repr, missing))}")
    if not isinstance(value["text"], str):
        return StreamItem(value["id"], error=f"line {number}: 'text' is not a string")
    # A lone surrogate is no character; its replacement keeps all offsets.
    return StreamItem(value["id"], SURROGATES.sub("\N{REPLACEMENT CHARACTER}", value["text"]))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")
