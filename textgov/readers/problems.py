"""How a reader gives up on a file, and how paths are named in messages."""

from __future__ import annotations

import os
from pathlib import Path

from textgov.documents import Problem
from textgov.errors import ReadError


class UnreadableError(ReadError):
    """A file cannot be turned into documents: `what` is wrong with it and the `advice` for its owner."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(f"{what}; {advice}" if advice else what)
        self.what = what
        self.advice = advice

    def problem(self, where: str) -> Problem:
        """The same as a record."""
        return Problem(where=where, what=self.what, advice=self.advice)


def source_name(path: Path) -> str:
    """The path as the user gave it, as valid Unicode: undecodable bytes become `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def plural(count: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
