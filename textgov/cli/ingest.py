"""`textgov ingest`."""

from __future__ import annotations

from pathlib import Path

import click

from textgov.cli.options import index_option, jobs_option
from textgov.cli.output import plural, progress, say, say_problems


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@jobs_option
@click.option("--max-mb", type=click.IntRange(1), default=200, show_default=True, help="Refuse larger files.")
@click.option("--again", is_flag=True, help="Read files anew that the index already knows.")
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[Path, ...], index_path: Path, jobs: int, max_mb: int, again: bool
) -> int:
    """Read files and folders into the index.

    PDF, DOCX, HTML, TXT, Markdown, JATS and TEI XML, CSV, JSON Lines, RIS and BibTeX. Files that the index already knows are
    passed over, duplicates are linked to the document that is kept, and every file that cannot be read is listed with the
    reason. A run that was stopped goes on where it was.

    \b
    Example:
      textgov ingest papers/ exports/scopus.ris --index review.db
    """
    from textgov.index.store import Index
    from textgov.readers import ReadOptions
    from textgov.workflows.ingest import IngestOptions, ingest

    options = IngestOptions(ReadOptions(max_bytes=max_mb * 1_000_000), jobs, again)
    with Index.open(index_path, create=True) as index, progress("reading") as update:
        report = ingest(index, paths, options, update)
    say_problems(report.problems, f"{plural(len(report.problems), 'problem')}:")
    say(
        f"{plural(report.documents, 'document')} added from {plural(report.kept, 'file')}, "
        f"{plural(report.duplicates, 'duplicate')} linked, {plural(report.known, 'file')} known before"
    )
    if not report.problems:
        return 0
    return 1 if report.kept or report.known or report.duplicates else 3
