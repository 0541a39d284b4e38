"""Groups whose commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """A command: the module of `textgov.cli` that defines it, its line in the list, and its name in the module."""

    module: str
    help: str
    name: str = "command"


class LazyGroup(click.Group):
    """A group of commands in the order of use.

    Args:
        entries: the commands by name.
        settings: of `click.Group`.
    """

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = getattr(importlib.import_module(f"textgov.cli.{entry.module}"), entry.name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest commands where one is unknown."""
        name = args[0] if args else ""
        if name and name not in self.entries and not name.startswith("-"):
            raise click.UsageError(f"no command {name!r}; {self._hint(name)}", ctx)
        return super().resolve_command(ctx, args)

    def _hint(self, name: str) -> str:
        import difflib

        close = difflib.get_close_matches(name, self.entries, n=3, cutoff=0.5)
        return f"did you mean {' or '.join(close)}?" if close else "commands are " + ", ".join(self.entries)
