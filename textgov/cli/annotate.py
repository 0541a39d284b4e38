"""`textgov annotate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgov.cli.options import codebook_option, index_option, jobs_option
from textgov.cli.output import plural, progress, say, say_problems, text_output

if TYPE_CHECKING:
    from textgov.pipeline.build import PipelineOptions

NO_PATHS = "passages get no paths: the classifier that ships does not know the codes of this codebook"
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
    """Code what is in the index, or a stream of JSON lines.

    Documents that this codebook and pipeline have coded are passed over, so that a run that was stopped
    goes on where it was. With `-`, read JSON lines with `id` and `text` from standard input and write an
    annotation for each to standard output, in the same order; a line that cannot be read is answered by its
    `id` and an `error`, and the exit status is then 1. No index is needed for that.

    \b
    Examples:
      textgov annotate --index review.db
      textgov annotate - < passages.jsonl > annotations.jsonl
    """
    from textgov.pipeline.build import PipelineOptions

    folder = Path(codebook)
    # The same codebook by another path is the same codebook.
    named = str(folder.resolve()) if folder.is_dir() else codebook
    pipeline = PipelineOptions(codebook=named, use_model=not no_model)
    if stream == "-":
        return _filter(pipeline)

    from textgov.index.store import Index
    from textgov.workflows.annotate import AnnotateOptions, annotate_index

    options = AnnotateOptions(pipeline, jobs, frozenset(also))
    with Index.open(index_path) as index, progress("annotating") as update:
        report = annotate_index(index, options, update)
    say_problems(
        report.other_language, f"{plural(len(report.other_language), 'document')} kept but not coded:"
    )
    say_problems(report.failed, f"{plural(len(report.failed), 'document')} failed:")
    before = f", {plural(report.known, 'document')} done before" if report.known else ""
    found = plural(report.mentions, "mention")
    if report.tagged is None:
        say(NO_PATHS)
    say(f"{plural(report.documents, 'document')} annotated, {found} found{before}")
    if not report.failed:
        return 0
    return 1 if report.documents or report.known else 3


def _filter(options: PipelineOptions) -> int:
    from textgov.workflows.annotate import start_worker
    from textgov.workflows.stream import annotate_stream
    from textgov.workflows.tag import shipped_model, with_paths

    pipeline = start_worker(options)
    model = shipped_model(pipeline.codebook)
    if model is None:
        say(NO_PATHS)
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    output = text_output()
    failed = 0
    for line, good in annotate_stream(sys.stdin, with_paths(pipeline.annotate, model)):
        failed += not good
        output.write(line + "\n")
    return 1 if failed else 0
