"""`textgov map`: a group whose commands are imported when they are called."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import click


class Entry(NamedTuple):
    """A command: the module of `textgov.cli` that defines it, its name there, and its line in the list."""

    module: str
    name: str
    help: str


COMMANDS: dict[str, Entry] = {
    "gap": Entry("map_gap", "gap", "Where the literature is, and where it is silent: rows by columns."),
    "crosstab": Entry("map_tables", "crosstab", "Test whether two fields go together, document by document."),
    "timeline": Entry("map_tables", "timeline", "Count documents year by year, by the values of a field."),
    "network": Entry("map_network", "network", "Draw what is named together in the same passages."),
    "places": Entry("map_tables", "places", "Count documents by country, as a map and a table."),
    "table1": Entry("map_theory", "table1", "Actors and mechanisms by form and scope of governance."),
    "table2": Entry(
        "map_theory", "table2", "Each path with the drivers, mechanisms, actors and limits found."
    ),
    "figure1": Entry("map_theory", "figure1", "The confluence of actors, with their relations."),
    "diff": Entry("map_diff", "diff", "Compare two indexes or queries: added, lost, recoded, and why."),
}


class _LazyMaps(click.Group):
    """The maps in the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = getattr(importlib.import_module(f"textgov.cli.{entry.module}"), entry.name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group("map", cls=_LazyMaps, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Map the literature in the index: gap maps, tables, time lines, networks, places.

    Every map takes a query, so that it is of those hits alone; every number can be traced to documents,
    quotes and pages. Documents are what is counted, unless a command says otherwise.

    \b
    Examples:
      textgov map gap --rows mechanism --columns sector --colour status -o gap.html
      textgov map crosstab --rows actor --columns kind
      textgov map timeline --by mechanism --query 'place:BGD'
    """
