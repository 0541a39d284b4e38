"""What is wrong with a codebook, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing wrong with a codebook: where, what, and what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """`file:line: message`, as compilers print it; always one line, control characters escaped."""
        text = f"{self.file}:{self.line}: {self.message}"
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def quoted(value: object, longest: int = 60) -> str:
    """A value as it stands in a message: its repr, cut where it is long."""
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def one_of(allowed: Iterable[str]) -> str:
    """Allowed values for a message, sorted and separated by commas; `none` where there are none."""

    return ", ".join(sorted(allowed)) or "none"
