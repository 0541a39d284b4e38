"""`textgov evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from textgov.cli.options import index_option
from textgov.cli.output import say


@click.command("evaluate")
@click.argument("system", required=False, type=click.Path(path_type=Path), metavar="[MODEL|PREDICTIONS]")
@click.option(
    "--gold", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The gold labels."
)
@click.option("--against", type=click.Path(path_type=Path), metavar="OTHER",
              help="Another model or file of predictions, compared on the same texts.")  # fmt: skip
@click.option(
    "--text", metavar="COLUMN", help="The gold file's column of texts; found by its name otherwise."
)
@click.option("--label", "label", multiple=True, metavar="COLUMN",
              help="A column of gold labels, as in textgov train; found otherwise.")  # fmt: skip
@click.option("--group", metavar="COLUMN", help="The column of documents: intervals are drawn over these.")
@click.option("--threshold", type=click.FloatRange(0, 1), default=0.5, show_default=True, metavar="P",
              help="From which probability on a label of PREDICTIONS counts; a model has its own.")  # fmt: skip
@click.option("--thresholds", is_flag=True, help="Show the scores at each threshold as well.")
@click.option("--pictures", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Write pictures of scores, calibration and thresholds there.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, metavar="N",
              help="Of the bootstrap.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write all figures as JSON.")
@index_option
def command(
    system: Path | None, gold: Path, against: Path | None, as_json: bool, index_path: Path, **others: Any
) -> int:
    """Measure a model or predictions against gold labels, or two against each other.

    MODEL is a folder that textgov train wrote; without one, the classifier of paths that ships is measured.
    PREDICTIONS is a CSV or JSON lines file whose rows are told by `id` (or by their order), with a column of 0 to 1
    for each label, a column `labels`, or in JSON a mapping of labels to probabilities under `paths`, as textgov
    annotate - writes it. Shown are precision, recall and F1 of each label with 95 % intervals, confusion and
    calibration; with --against also what is better by how much.

    \b
    Examples:
      textgov evaluate mine-model --gold labels.csv --group document
      textgov evaluate mine-model --gold labels.csv --against predictions.csv --pictures figures
    """
    from textgov.classify.labels import Columns
    from textgov.cli.scoretables import print_evaluation
    from textgov.index.store import Index
    from textgov.workflows.evaluate import EvaluateRequest, evaluate, write_pictures

    columns = Columns(text=others["text"], labels=others["label"], group=others["group"])
    request = EvaluateRequest(system, gold, against, columns, others["threshold"], others["seed"])
    if index_path.exists():
        with Index.open(index_path) as index:
            report = evaluate(request, index)
    else:
        report = evaluate(request)
    for note in report.notes:
        say(note)
    if as_json:
        import json

        record = {
            "evaluation": report.evaluation.as_record(),
            "against": None if report.other is None else report.other.as_record(),
        }
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        print_evaluation(report.evaluation, thresholds=bool(others["thresholds"]))
    pictures = others["pictures"]
    if isinstance(pictures, Path):
        for path in write_pictures(report, pictures):
            say(str(path))
    return 0
