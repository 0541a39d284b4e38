"""A writer for variants of the small codebook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from codebook_small import SMALL

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the small codebook with some files replaced, added, or (None) left out; returns its folder."""

    def writer(changes: dict[str, str | bytes | None] | None = None, name: str = "small") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for file, content in {**SMALL, **(changes or {})}.items():
            if content is None:
                continue
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / file).write_bytes(data)
        return folder

    return writer


@pytest.fixture
def term() -> Callable[..., str]:
    """One line of a lexicon: a good entry with some keys replaced."""

    def line(**changes: object) -> str:
        entry = {"id": "tool.hammer.009", "code": "hammer", "term": "sledge", **changes}
        return json.dumps({key: value for key, value in entry.items() if value is not None}) + "\n"

    return line
