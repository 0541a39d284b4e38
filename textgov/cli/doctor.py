"""`textgov doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from textgov.cli.options import DEFAULT_INDEX, codebook_option
from textgov.cli.output import printable, say


@click.command("doctor")
@click.option(
    "--index",
    "index_path",
    type=click.Path(path_type=Path),
    envvar="TEXTGOV_INDEX",
    show_default=f"{DEFAULT_INDEX}, if it is there",
    show_envvar=True,
    metavar="FILE",
    help="The index file, which is read as a whole.",
)
@codebook_option
def command(index_path: Path | None, codebook: str) -> int:
    """Check the installation and the index.

    Looks at Python, the packages, SQLite, the codebook, the language model, and the index. The exit status
    is 1 if anything is wrong.

    \b
    Examples:
      textgov doctor
      textgov doctor --index review.db
    """
    from textgov.workflows.doctor import examine

    if index_path is None and Path(DEFAULT_INDEX).exists():
        index_path = Path(DEFAULT_INDEX)
    wrong = 0
    for finding in examine(index_path, codebook):
        wrong += not finding.good
        mark = click.style("ok  ", fg="green") if finding.good else click.style("FAIL", fg="red", bold=True)
        click.echo(f"{mark}  {finding.what:<15}{printable(finding.said)}")
    if wrong:
        say(f"{wrong} wrong")
    return 1 if wrong else 0
