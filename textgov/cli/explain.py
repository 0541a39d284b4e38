"""`textgov explain`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from textgov.cli.options import codebook_option, index_option


@click.command("explain")
@click.argument("place", metavar="DOC:OFFSET|-")
@index_option
@codebook_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON lines.")
@click.option("--all", "everything", is_flag=True, help="List beaten and unfit rules too.")
def command(place: str, index_path: Path, codebook: str, as_json: bool, everything: bool) -> int:
    """Say which rules fired on a passage, and with --all which were beaten and why.

    The passage is that at a character offset of a document in the index, or with `-` the text on standard
    input.

    \b
    Examples:
      echo 'Inspectors fined the mill.' | textgov explain - --all
      textgov explain 1f0c6d2a9b3e4f58:1204 --index review.db
    """
    from textgov.documents import to_json
    from textgov.pipeline.build import PipelineOptions
    from textgov.workflows.explain import explain_text, passage_text

    if place == "-":
        text = sys.stdin.read().strip()
    else:
        from textgov.index.store import Index

        with Index.open(index_path, read_only=True) as index:
            text = passage_text(index, place)
    reasons = [
        r
        for r in explain_text(text, PipelineOptions(codebook=codebook))
        if everything or r.verdict == "fired"
    ]
    if as_json:
        for reason in reasons:
            click.echo(to_json(reason))
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table("span", "layer", "code", "rule", "conf.", "verdict", "why", box=None)
    for r in reasons:
        table.add_row(r.text, r.layer, r.code, r.rule, f"{r.confidence:.2f}", r.verdict, r.why)
    console = Console()
    console.print(text, soft_wrap=True)
    console.print()
    console.print(table)
    return 0
