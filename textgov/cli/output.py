"""What commands write: progress and problems on standard error, rows on standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int, str], None]


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def update(done: int, total: int, item: str) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def console() -> Console:
    """Standard output for text with colours; in a pipe as wide as the text needs, and without colours."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, color_system=None, width=10_000)


def say(text: str) -> None:
    """A line on standard error."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """A line that no control character of a file name can break or colour."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def say_problems(problems: Iterable[object], title: str) -> None:
    """Every problem on its own line under a title; nothing where there is none."""
    lines = [str(problem) for problem in problems]
    if lines:
        say(title)
        for line in lines:
            say(f"  {line}")


def plural(number: int, noun: str) -> str:
    """ "1 document", "2 documents"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def write_rows(rows: Sequence[Mapping[str, Any]], form: str, columns: Sequence[str] = ()) -> None:
    """Rows as JSON lines or CSV on standard output."""
    from textgov.export.tables import write_csv, write_jsonl

    stream = text_output()
    if form == "json":
        write_jsonl(rows, stream)
    else:
        write_csv(rows, stream, columns or list(rows[0] if rows else {}))


def text_output() -> Any:
    """Standard output in UTF-8, whatever the locale; line ends as they are written."""
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    return sys.stdout
