"""`textgov demo`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from textgov.cli.ingest import tell
from textgov.cli.options import jobs_option
from textgov.cli.output import plural, progress

if TYPE_CHECKING:
    from textgov.workflows.demo import DemoReport


@click.command("demo")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    metavar="FOLDER",
    help="Folder for all that is made.",
)
@jobs_option
def command(output: Path, jobs: int) -> int:
    """Run the whole job on the corpus that ships with textgov.

    Reads its documents into an index, codes them, tags them with paths, asks three questions of them, and
    writes pages of HTML: a document, maps, topics, and one that links them. Running it again does nothing twice.

    \b
    Example:
      textgov demo --output demo-output
    """
    from textgov.workflows.demo import run_demo

    report = run_demo(output, progress, jobs)
    status = tell(report.ingested)
    _tell(report)
    return status


def _tell(report: DemoReport) -> None:
    from textgov.cli.search import print_hits

    program = _program()
    for number, example in enumerate(report.examples, 1):
        click.secho(f"{number}. {example.question}", bold=True)
        within = "" if example.within == "passage" else f" --within {example.within}"
        click.secho(f"   {program} search {quote(example.query)}{within} --index {report.index}", dim=True)
        unit = plural(example.hits.total, example.within)
        click.echo(f"   {unit} found; the first {len(example.hits.hits)}:\n")
        print_hits(example.hits)
    counts = report.status.counts
    codes = ", ".join(f"{name} {count:,}" for name, count in counts.mentions.items())
    click.secho("What was made", bold=True)
    made = [
        (report.folder / "documents", f"the {plural(counts_of_files(report), 'file')} of the corpus"),
        (
            report.index,
            f"the index: {plural(counts.documents, 'document')}, {plural(counts.passages, 'passage')}",
        ),
        (report.contents, "a page that links all that is below; open it in a browser"),
        (report.page, "one annotated document"),
        *((made.path, made.title) for made in report.maps),
        *((path, plural(rows, "row")) for path, rows in report.tables.items()),
    ]
    width = max(len(str(path)) for path, _ in made)
    for path, what in made:
        click.echo(f"  {path!s:<{width}}  {what}")
    click.echo(f"  mentions by layer: {codes}")
    click.secho("What to try next", bold=True)
    click.echo(f"  {program} search 'actor:inspectorate AND place:BGD' --index {report.index}")
    click.echo(f"  {program} search 'actor:union' --facets mechanism,kind,place --index {report.index}")
    click.echo(f"  {program} show {report.page.stem}.pdf --index {report.index}")
    click.echo(f"  {program} ingest YOUR-FOLDER && {program} annotate")


def _program() -> str:
    """How the reader can call textgov: by its name where the shell finds it, else by its path."""
    return "textgov" if shutil.which("textgov") else quote(sys.argv[0])


def counts_of_files(report: DemoReport) -> int:
    """Files of the corpus, whatever became of them."""
    return sum(report.status.counts.files.values())
