"""`textgov tag`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_codebook_option, index_option
from textgov.cli.output import console, plural, printable, progress, say, write_rows

if TYPE_CHECKING:
    from textgov.workflows.tag import TagReport
    from textgov.workflows.tagged import TaggedUnit, Why


@click.command("tag")
@click.argument("documents", nargs=-1, metavar="[DOC]...")
@index_option
@index_codebook_option
@click.option(
    "--model",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    show_default="the one that ships",
    metavar="FOLDER",
    help="A classifier of paths, or one that textgov train wrote.",
)
@click.option(
    "--with",
    "beside",
    type=click.Choice(["topics"]),
    help="Tag with seeded topics as well, and list where the two disagree.",
)
@click.option(
    "--topics",
    type=click.Path(path_type=Path),
    default=Path("topics"),
    show_default=True,
    metavar="FOLDER",
    help="With --with topics: a model that textgov topics fit wrote.",
)
@click.option("--explain", is_flag=True, help="Show the passages, with what moved each tag and its sentence.")
@click.option("--json", "form", flag_value="json", help="Write JSON lines.")
def command(
    documents: tuple[str, ...],
    index_path: Path,
    codebook: str | None,
    folder: Path | None,
    explain: bool,
    form: str | None,
    **topics: Any,
) -> int:
    """Give documents and their passages the paths of social upgrading that they speak of.

    Every annotated document that this model has not tagged is tagged, and the paths of the documents are
    listed with score, stance and number of passages; a path is given from 0.5 on, and marked with ? where the
    model is unsure. A document has the score of its best passage. DOC is an id, a path or a file name; without
    any, all are listed.

    With --with topics, the topics of a seeded model tag as well: a passage has a path if it has more of the
    path's topic than the mean text that the model was fitted to, a document if its passages do on average. Both
    are listed side by side, then the passages in which they disagree, the clearest first, for a human to decide;
    passages that people have coded are left out. Kept in the index as codings of the layer `topic_path`, which
    no search for a path finds.

    \b
    Examples:
      textgov tag --index review.db
      textgov tag --json > paths.jsonl
      textgov tag smith-2014.pdf --explain
      textgov topics fit --seeds 1 && textgov tag --with topics --topics topics
    """
    from textgov.cli.label_tags import tag_by_labels
    from textgov.cli.topic_tags import tag_beside
    from textgov.index.store import Index
    from textgov.workflows.label_tags import is_label_model
    from textgov.workflows.tag import load_model_for, tag_index
    from textgov.workflows.tagged import documents_named, tagged_units, unit_row

    labels = folder is not None and is_label_model(folder)
    beside = topics["beside"] is not None
    _check(beside=beside, explain=explain, labels=labels)
    with Index.open(index_path) as index:
        wanted = documents_named(index, documents)
        if folder is not None and labels:
            return tag_by_labels(index, folder, wanted, form)
        model = load_model_for(index, folder, codebook)
        with progress("tagging") as update:
            report = tag_index(index, model, update)
        _say_report(report)
        if beside:
            tag_beside(index, topics["topics"], model, wanted, codebook, form)
            wanted = []
        for unit in tagged_units(index, model, wanted, explain=explain):
            if form:
                write_rows([unit_row(unit)], form)
            else:
                _show(unit)
    return 0 if report.documents or report.known else 3


def _check(*, beside: bool, explain: bool, labels: bool) -> None:
    context = click.get_current_context()
    given = context.get_parameter_source("topics") is not click.core.ParameterSource.DEFAULT
    if given and not beside:
        raise click.UsageError("--topics names the model of --with topics; give both")
    if beside and explain:
        raise click.UsageError("--explain says what moved the classifier; leave out --with topics")
    if beside and labels:
        raise click.UsageError("--with topics goes with a classifier of paths, not with one of other labels")


def _say_report(report: TagReport) -> None:
    tagged = f"{plural(report.documents, 'document')} with {plural(report.passages, 'passage')} tagged"
    before = f", {plural(report.known, 'document')} tagged before" if report.known else ""
    say(f"{tagged} by {report.model}{before}")
    if report.not_annotated:
        say(f"{plural(report.not_annotated, 'document')} not annotated yet; run textgov annotate")


def _show(unit: TaggedUnit) -> None:
    from rich.text import Text

    out = console()
    name = printable(unit.title or Path(unit.file).name)
    page = f", p. {unit.page}" if unit.page else ""
    place = f" · {unit.document}" if unit.passage is None else f" · passage {unit.passage}{page}"
    out.print(Text.assemble((name, "bold"), (place, "dim")), soft_wrap=True)
    for tag in unit.tags:
        if tag.given or tag.unsure:
            said = f"  {tag.path} {tag.score:.2f}" + (" ?" if tag.unsure else "")
            said += f", {tag.stance}" if tag.stance else ""
            said += f", {plural(len(tag.passages), 'passage')}" if tag.passages else ""
            out.print(Text(said), soft_wrap=True)
            for why in tag.why:
                out.print(Text(f"    {_quoted(why)}", style="dim"), soft_wrap=True)


def _quoted(why: Why) -> str:
    code = f" [{why.code}]" if why.code else ""
    return printable(
        f"{why.weight:+.2f} «{' '.join(why.text.split())}»{code}: {' '.join(why.sentence.split())}"
    )
