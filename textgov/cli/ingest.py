"""`textgov ingest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgov.cli.options import index_option, jobs_option
from textgov.cli.output import plural, progress, say, say_problems

if TYPE_CHECKING:
    from textgov.workflows.ingest import IngestReport


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@jobs_option
@click.option(
    "--max-mb",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    metavar="N",
    help="Refuse larger files.",
)
@click.option("--again", is_flag=True, help="Read files anew that the index already knows.")
def command(paths: tuple[Path, ...], index_path: Path, jobs: int, max_mb: int, again: bool) -> int:
    """Read files and folders into the index.

    PDF, DOCX, HTML, TXT, Markdown, JATS and TEI XML, CSV, JSON Lines, RIS and BibTeX. Files that the index
    already knows are passed over, duplicates are linked to the document that is kept, and every file that
    cannot be read is listed with the reason. A run that was stopped goes on where it was.

    \b
    Examples:
      textgov ingest papers/ exports/scopus.ris --index review.db
      textgov ingest papers/ --again --jobs 4
    """
    from textgov.index.store import Index
    from textgov.readers import ReadOptions
    from textgov.workflows.ingest import IngestOptions, ingest

    options = IngestOptions(ReadOptions(max_bytes=max_mb * 1_000_000), jobs, again)
    with Index.open(index_path, create=True) as index, progress("reading") as update:
        report = ingest(index, paths, options, update)
    return tell(report)


def tell(report: IngestReport) -> int:
    """Say what became of the files; returns the exit status."""
    say_problems(report.problems, f"{plural(len(report.problems), 'problem')}:")
    said = [
        f"{plural(report.documents, 'document')} added from {plural(report.kept, 'file')}",
        f"{plural(report.duplicates, 'duplicate')} linked",
    ]
    if report.known:
        said.append(f"{plural(report.known, 'file')} known before")
    if report.hidden:
        said.append(f"{plural(report.hidden, 'hidden file')} passed over")
    say(", ".join(said))
    if not report.problems:
        return 0
    return 1 if report.useful else 3
