"""`textgov annotate`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from textgov.cli.options import codebook_option, index_option, jobs_option
from textgov.cli.output import plural, progress, say, say_problems

KINDS = ("table", "footnote", "references", "front_matter")


@click.command("annotate")
@click.argument("stream", required=False, type=click.Choice(["-"]), metavar="[-]")
@index_option
@jobs_option
@codebook_option
@click.option("--also", multiple=True, type=click.Choice(KINDS), help="Code these kinds of passages too.")
@click.option("--no-model", is_flag=True, help="Use the lexicon alone, without the trained span finder.")
def command(
    stream: str | None, index_path: Path, jobs: int, codebook: str, also: tuple[str, ...], no_model: bool
) -> int:
    """Code what is in the index and not yet coded by this codebook and pipeline.

    With `-`, read JSON lines with `id` and `text` from standard input and write an annotation for each to standard output;
    no index is needed.

    \b
    Examples:
      textgov annotate --index review.db
      textgov annotate - < passages.jsonl > annotations.jsonl
    """
    from textgov.pipeline.build import Pipeline, PipelineOptions

    pipeline = PipelineOptions(codebook=codebook, use_model=not no_model)
    if stream == "-":
        from textgov.workflows.annotate import annotate_stream

        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        failed = 0
        for line, good in annotate_stream(sys.stdin, Pipeline(pipeline)):
            failed += not good
            sys.stdout.write(line + "\n")
        return 1 if failed else 0

    from textgov.index.store import Index
    from textgov.workflows.annotate import AnnotateOptions, annotate_index

    options = AnnotateOptions(pipeline, jobs, frozenset(also))
    with Index.open(index_path) as index, progress("annotating") as update:
        report = annotate_index(index, options, update)
    say_problems(
        report.other_language, f"{plural(len(report.other_language), 'document')} kept but not coded:"
    )
    say_problems(report.failed, f"{plural(len(report.failed), 'document')} failed:")
    say(f"{plural(report.documents, 'document')} annotated, {plural(report.mentions, 'mention')} found")
    return 1 if report.failed else 0
