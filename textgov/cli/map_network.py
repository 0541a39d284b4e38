"""`textgov map network`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.map_options import (
    form_options,
    map_options,
    print_facts,
    print_table,
    put_out,
    request_of,
)
from textgov.cli.output import say

if TYPE_CHECKING:
    from textgov.export.charts import Chart

EDGES_SHOWN = 25


@click.command("network")
@click.option(
    "--fields",
    metavar="FIELD,...",
    help="Fields whose values are joined.  [default: actor, mechanism, path]",
)
@map_options
@click.option(
    "--least",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    metavar="N",
    help="Join what at least so many documents have together.",
)
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=150,
    show_default=True,
    metavar="N",
    help="Most edges; the heaviest are kept.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of layout and communities."
)
@form_options
def network(
    fields: str | None,
    index_path: Path,
    outputs: tuple[Path, ...],
    form: str | None,
    least: int,
    most: int,
    seed: int,
    **how: Any,
) -> int:
    """Draw what is named together in the same passages.

    Codes are joined where they stand in one passage, or whatever --within says, and edges are weighted by the
    documents in which they do. -o takes .gexf (for Gephi), .graphml, .html, .svg, .png, .pdf, .csv, .jsonl and
    .xlsx.

    \b
    Examples:
      textgov map network
      textgov map network --fields actor,mechanism --query 'sector:garments' -o net.gexf -o net.svg
    """
    from textgov.analysis.network import NetworkOptions
    from textgov.index.store import Index
    from textgov.workflows.maps import network_chart

    names = [name.strip() for name in (fields or "").split(",") if name.strip()]
    if fields is not None and not names:
        raise click.BadParameter(
            f"{fields!r} names no field; write such as actor,mechanism", param_hint="--fields"
        )
    with Index.open(index_path, read_only=True) as index:
        chart = network_chart(index, names, request_of(**how), NetworkOptions(least, most, seed))
    put_out(chart, form, outputs, lambda: _print(chart))
    print_facts(chart, notes=bool(chart.tables[0].rows))
    return 0


def _print(chart: Chart) -> None:
    rows = chart.tables[0].rows
    if not rows:
        say("nothing is named together in so many documents")
        return
    columns = ["source_label", "target_label", "documents", "units", "association"]
    shown = [[row[column] for column in columns] for row in rows[:EDGES_SHOWN]]
    print_table(["", "", *columns[2:]], shown, columns[2:])
