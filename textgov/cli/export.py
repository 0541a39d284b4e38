"""`textgov export`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from textgov.cli.options import index_codebook_option, index_option, within_option
from textgov.cli.output import plural, say, text_output

TABLES = (
    "documents",
    "passages",
    "mentions",
    "relations",
    "interactions",
    "codings",
    "files",
    "duplicates",
)


@click.command("export")
@click.argument("table", type=click.Choice(TABLES), metavar="TABLE")
@index_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    help="Format; by default as the file is named.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file; standard output otherwise.",
)
@click.option("--query", metavar="QUERY", help="Only what belongs to the hits of a search.")
@within_option
@index_codebook_option
def command(
    table: str,
    index_path: Path,
    form: str | None,
    output: Path | None,
    query: str | None,
    within: str,
    codebook: str | None,
) -> int:
    """Write a table of the index as CSV, JSON lines or Parquet.

    TABLE is documents, passages, mentions, relations, interactions, codings, files or duplicates. The order
    is that of the index; equal inputs give equal tables to the byte. In CSV, text that a spreadsheet would
    run as a formula begins with an apostrophe.

    \b
    Examples:
      textgov export mentions -o mentions.csv --index review.db
      textgov export passages --query 'actor:union AND mechanism:strike' --format jsonl
      textgov export documents -o documents.parquet
    """
    from textgov.index.keys import Scope
    from textgov.index.store import Index
    from textgov.workflows.export import ExportOptions, Format, export_file, export_stream, format_of

    chosen = cast("Format", form) if form else format_of(output) if output else "csv"
    options = ExportOptions(table, chosen, query, cast("Scope", within), codebook)
    with Index.open(index_path, read_only=True) as index:
        if output is None:
            export_stream(index, options, text_output())
        else:
            say(f"{output}: {plural(export_file(index, options, output), 'row')}")
    return 0
