"""`textgov map`: a group whose commands are imported when they are called."""

from __future__ import annotations

import click

from textgov.cli.lazy import Entry, LazyGroup

COMMANDS: dict[str, Entry] = {
    "gap": Entry("map_gap", "Where the literature is, and where it is silent: rows by columns.", "gap"),
    "crosstab": Entry("map_tables", "Test whether two fields go together, document by document.", "crosstab"),
    "timeline": Entry("map_tables", "Count documents year by year, by the values of a field.", "timeline"),
    "network": Entry("map_network", "Draw what is named together in the same passages.", "network"),
    "places": Entry("map_tables", "Count documents by country, as a map and a table.", "places"),
    "table1": Entry("map_theory", "Actors and mechanisms by form and scope of governance.", "table1"),
    "table2": Entry(
        "map_theory", "Each path with the drivers, mechanisms, actors and limits found.", "table2"
    ),
    "figure1": Entry("map_theory", "The confluence of actors, with their relations.", "figure1"),
    "diff": Entry("map_diff", "Compare two indexes or queries: added, lost, recoded, and why.", "diff"),
}


@click.group("map", cls=LazyGroup, entries=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
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
