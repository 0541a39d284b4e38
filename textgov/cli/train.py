"""`textgov train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_option, jobs_option
from textgov.cli.output import plural, progress, say

if TYPE_CHECKING:
    from textgov.workflows.train import TrainReport, TrainRequest

FEWEST_FOLDS = 2


@click.command("train")
@click.argument("labels", required=False, type=click.Path(path_type=Path), metavar="[LABELS]")
@click.option("--text", metavar="COLUMN", help="The column of texts; found by its name otherwise.")
@click.option(
    "--label",
    "label",
    multiple=True,
    metavar="COLUMN",
    help="A column of labels: one with the label of each text, or several of 0 and 1; found otherwise.",
)
@click.option("--group", metavar="COLUMN", help="The column of the document that each text stands in.")
@click.option("--layer", default="", metavar="LAYER", help="Without LABELS: learn what people coded by it.")
@click.option("--coder", metavar="NAME", help="With --layer: this person's codings only.")
@click.option(
    "--model",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write the model; named after LABELS otherwise.",
)
@click.option("--folds", type=click.IntRange(FEWEST_FOLDS, 50), default=5, show_default=True, metavar="N",
              help="Parts that are held out in turn to measure it.")  # fmt: skip
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Take so many of the texts at random.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, metavar="N",
              help="Of folds, samples and models.")  # fmt: skip
@click.option(
    "--no-embeddings", is_flag=True, help="Learn from terms alone, also where the extra is installed."
)
@click.option("--no-neighbours", is_flag=True, help="Do not look at the texts before and after.")
@click.option("--no-curve", is_flag=True, help="Draw no learning curve, which takes a third of the time.")
@click.option("--json", "as_json", is_flag=True, help="Write all figures as JSON.")
@index_option
@jobs_option
def command(
    labels: Path | None,
    text: str | None,
    label: tuple[str, ...],
    group: str | None,
    folder: Path | None,
    as_json: bool,
    index_path: Path,
    **others: Any,
) -> int:
    """Train a classifier on labels of one's own, and measure it beside a baseline.

    LABELS is a CSV or JSON lines file with a column of texts, and with either a column `label` or columns of 0
    and 1; a text without labels is left out. Without LABELS, what people coded in the index is learnt. Texts of
    one --group are never divided between training and testing, and are taken to stand in the order of the file,
    so that the texts before and after a text can tell of it. The folder gets the model, `card.md` and pictures.

    \b
    Examples:
      textgov train labels.csv --group document --model mine-model
      textgov train labels.csv --label label --no-curve
    """
    from textgov.classify.labels import Columns
    from textgov.classify.training import TrainingOptions
    from textgov.index.store import Index
    from textgov.workflows.train import TrainRequest, train

    if labels is None and not others["layer"]:
        raise click.UsageError(
            "name a file of labels, or with --layer a layer that people coded in the index"
        )
    if labels is not None and others["layer"]:
        raise click.UsageError("give LABELS or --layer, not both")
    request = TrainRequest(
        folder=folder or Path(f"{labels.stem if labels else others['layer']}-model"),
        labels=labels,
        columns=Columns(text=text, labels=label, group=group),
        layer=str(others["layer"]),
        coder=others["coder"],
        options=TrainingOptions(
            seed=others["seed"],
            embeddings=False if others["no_embeddings"] else None,
            neighbours=False if others["no_neighbours"] else None,
        ),
        folds=others["folds"],
        sample=others["sample"],
        curve=not others["no_curve"],
        jobs=others["jobs"],
    )
    with progress("training") as update:
        if labels is not None and not index_path.exists():
            report = train(request, None, update)
        else:
            with Index.open(index_path) as index:
                report = train(request, index, update)
    _tell(request, report, as_json=as_json)
    return 0


def _tell(request: TrainRequest, report: TrainReport, *, as_json: bool) -> None:
    from textgov.cli.scoretables import print_evaluation, print_rows
    from textgov.workflows.train import curve_rows

    for note in report.labelled.notes:
        say(f"{request.labels or request.layer}: {note}")
    if as_json:
        import json
        from dataclasses import asdict

        record = {
            "model": report.evaluation.as_record(),
            "baseline": report.plain.as_record(),
            "macro F1 without neighbours": report.alone,
            "curve": [asdict(point) for point in report.curve],
            "choices": report.model.choices,
        }
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        print_evaluation(report.evaluation)
        if report.unseen is not None:
            texts, model, plain = report.unseen
            click.echo(
                f"macro F1 on the {texts:,} texts whose like was not learnt from: {model:.3f}, baseline {plain:.3f}"
            )
        if report.alone is not None:
            click.echo(f"macro F1 without looking at the texts before and after: {report.alone:.3f}")
        print_rows(curve_rows(report.curve), "Learning curve")
    learnt = plural(len(report.labelled.labels), "label")
    say(f"{request.folder}: {learnt} learnt from {plural(len(report.labelled), 'text')}; see card.md there")
