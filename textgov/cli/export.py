"""`textgov export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from textgov.cli.options import index_codebook_option, index_option, within_option
from textgov.cli.output import plural, say, say_problems, text_output

if TYPE_CHECKING:
    from textgov.index.store import Index

TABLES = (
    "documents",
    "passages",
    "mentions",
    "relations",
    "interactions",
    "codings",
    "files",
    "duplicates",
    "decisions",
)
REPORTS = ("prisma", "methods", "bundle")
"""What is made of the whole index, and has formats of its own."""


@click.command("export")
@click.argument("table", type=click.Choice([*TABLES, *REPORTS]), metavar="TABLE")
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
@click.option("--without-texts", is_flag=True, help="Leave the texts out of a bundle.")
def command(
    table: str,
    index_path: Path,
    form: str | None,
    output: Path | None,
    query: str | None,
    within: str,
    codebook: str | None,
    without_texts: bool,
) -> int:
    """Write a table of the index as CSV, JSON lines or Parquet, or a report of it.

    TABLE is documents, passages, mentions, relations, interactions, codings, files, duplicates or decisions.
    The order is that of the index; equal inputs give equal tables to the byte. In CSV, text that a
    spreadsheet would run as a formula begins with an apostrophe.

    Instead of a table: prisma draws the flow diagram of PRISMA 2020 (SVG, DOCX; its numbers as JSON), methods
    writes the paragraph on how it was done (Markdown, DOCX), bundle packs all that makes the index again.

    \b
    Examples:
      textgov export mentions -o mentions.csv --index review.db
      textgov export passages --query 'actor:union AND mechanism:strike' --format jsonl
      textgov export documents -o documents.parquet
      textgov export prisma -o flow.svg
      textgov export methods -o methods.docx
      textgov export bundle -o review.zip
    """
    if table in REPORTS:
        if form or query or codebook:
            raise click.UsageError(f"--format, --query and --codebook go with tables, not with {table}")
        return _report(table, index_path, output, with_texts=not without_texts)
    if without_texts:
        raise click.UsageError("--without-texts goes with bundle")
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


def _report(name: str, index_path: Path, output: Path | None, *, with_texts: bool) -> int:
    from textgov.index.store import Index

    with Index.open(index_path, read_only=True) as index:
        if name == "bundle":
            return _bundle(index, output, with_texts=with_texts)
        if name == "prisma":
            from textgov.workflows.prisma import as_json, prisma_flow, write_prisma

            flow = prisma_flow(index) if output is None else write_prisma(index, output)
            if output is None:
                text_output().write(as_json(flow))
            if flow.unfinished():
                say(f"the review is not finished: {', '.join(flow.unfinished())}")
        else:
            from textgov.workflows.methods import methods_text, write_methods

            if output is None:
                text_output().write(methods_text(index))
            else:
                write_methods(index, output)
    if output is not None:
        say(f"{output}: written")
    return 0


def _bundle(index: Index, output: Path | None, *, with_texts: bool) -> int:
    from textgov.workflows.bundle import write_bundle

    if output is None:
        raise click.UsageError("a bundle is a file; name it by --output")
    report = write_bundle(index, output, with_texts=with_texts)
    say_problems(
        (f"{name}: {reason}" for name, reason in report.left_out),
        "left out, because nothing was read from it:",
    )
    say_problems(report.notes, "to know:")
    kept = plural(report.texts, "text") if with_texts else f"digests of {plural(report.texts, 'text')}"
    say(f"{output}: {kept}, {plural(sum(report.tables.values()), 'row')} of tables, sha256 {report.sha256}")
    return 0
