"""Talk on standard error: progress and lists of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[int, int, str], None]
SHOWN = 50


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def update(done: int, total: int, item: str) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def say(text: str) -> None:
    """A line on standard error."""
    click.echo(text, err=True)


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
