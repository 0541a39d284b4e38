"""Renews the section on the commands in the README from their help. usage: commands.py README.md [--check]"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from textgov.cli.root import cli

BEGIN = "<!-- commands: made by `make docs` -->"
END = "<!-- end of commands -->"
WIDTH = 96


def helps(command: click.Command = cli, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """Path and help of each command, in the order of the lists of commands."""
    name = command.name if parent else "textgov"
    settings = command.context_settings | {"max_content_width": WIDTH, "terminal_width": WIDTH}
    context = click.Context(command, parent=parent, info_name=name, **settings)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from helps(found, context)


def section() -> str:
    """The section, as Markdown."""
    parts = [f"### {path}\n\n```text\n{text}\n```" for path, text in helps()]
    return "\n\n".join([BEGIN, *parts, END])


def renewed(readme: str) -> str:
    """The README with the section as it should be."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + section() + after


def main() -> int:
    """Write the README anew, or with --check say whether it is current."""
    path = Path(sys.argv[1])
    readme = path.read_text(encoding="utf-8")
    current = renewed(readme) == readme
    if "--check" in sys.argv:
        return 0 if current else 1
    if not current:
        path.write_text(renewed(readme), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
