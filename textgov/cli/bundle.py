"""`textgov bundle`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgov.cli.options import jobs_option
from textgov.cli.output import plural, printable, progress, say_problems

if TYPE_CHECKING:
    from textgov.workflows.bundle_verify import Verification


@click.group("bundle", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Check a bundle, and make its index again.

    `textgov export bundle` writes one.

    \b
    Example:
      textgov export bundle -o review.zip && textgov bundle verify review.zip
    """


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--no-run", is_flag=True, help="Check the bytes only; make nothing again.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep the index that is made, and all texts and tables, in this new folder.",
)
@click.option(
    "--files",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where the texts are, for a bundle without; they are found by their content.",
)
@click.option("--sha256", metavar="HEX", help="What the digest of the whole file has to be.")
@jobs_option
def verify(
    file: Path, no_run: bool, output: Path | None, files: Path | None, sha256: str | None, jobs: int
) -> int:
    """Check every byte of a bundle, make its index again, and compare all tables.

    Exit status: 0 all is the same; 1 the bytes are right, but what was made again differs; 3 the file was
    changed or damaged, or is no bundle. The digest of the whole file is printed: compare it with the sender's.

    \b
    Examples:
      textgov export bundle -o review.zip && textgov bundle verify review.zip --no-run
      textgov export bundle -o review.zip && textgov bundle verify review.zip --output again
    """
    from textgov.workflows.bundle_verify import VerifyOptions, verify_bundle

    options = VerifyOptions(not no_run, output, files, sha256, jobs)
    return _tell(verify_bundle(file, options, progress), file)


def _tell(found: Verification, file: Path) -> int:
    click.echo(f"sha256 {found.sha256}  {printable(str(file))}")
    if found.damaged or found.manifest is None:
        say_problems(found.damaged, f"{printable(str(file))} was changed or damaged; get a new copy:")
        return 3
    members = len(found.manifest.members) + 1
    click.echo(f"bytes  {plural(members, 'file')} as they were written")
    if not found.run:
        return 0
    for table, rows in found.tables.items():
        click.echo(f"same   {table}, {plural(rows, 'row')}")
    if not found.differences:
        return 0
    say_problems(found.differences, "what was made again differs:")
    say_problems(found.other_versions, "other versions are installed here, which may be why:")
    return 1
