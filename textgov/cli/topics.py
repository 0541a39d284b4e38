"""`textgov topics`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_codebook_option, index_option
from textgov.cli.output import console, plural, progress, say, write_rows
from textgov.cli.topic_tags import show_disagreements

if TYPE_CHECKING:
    from textgov.topics.report import TopicReport
    from textgov.workflows.topics import Comparison, SearchLine, TopicOptions

METHODS = ("seeded", "lda", "ensemble", "hdp", "tomotopy", "nmf", "gensim-nmf")
DEFAULT_FOLDER = "topics"
ASSIGN_COLUMNS = (
    "document",
    "passage",
    "year",
    "page",
    "start",
    "end",
    "topic",
    "name",
    "weight",
    "second",
    "text",
)
_RANGE = re.compile(r"(\d+)(?::(\d+)(?::(\d+))?)?")
TRIED = 8
"""Numbers of topics that are tried between two, unless a step is given."""


class _InOrder(click.Group):
    """A group that lists its commands as they are defined."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(self.commands)


def _numbers(_ctx: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
    """The numbers of topics that `12`, `5:40` or `5:40:5` asks for."""
    found = _RANGE.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is none of 12, 5:40 and 5:40:5")
    first, last = int(found[1]), int(found[2] or found[1])
    step = int(found[3] or max(1, round((last - first) / (TRIED - 1))))
    if first < 2 or last < first or step < 1:
        raise click.BadParameter(f"{value!r}: give at least 2 topics, and the smaller number first")
    numbers = list(range(first, last + 1, step))
    return numbers if numbers[-1] == last else [*numbers, last]


folder_argument = click.argument("folder", type=click.Path(path_type=Path), default=DEFAULT_FOLDER)
output_option = click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Write .html, or a picture: .svg, .png, .pdf; may be repeated.",
)
json_option = click.option("--json", "form", flag_value="json", help="Write JSON lines.")
csv_option = click.option("--csv", "form", flag_value="csv", help="Write CSV.")


@click.group("topics", cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Find topics in the index: fit models, see how good and how stable they are, and use them.

    A model is a folder. Topics can be seeded with the codes of the codebook's paths, so that each of these has a
    topic of its own; whether the topic follows its seeds is said. Topics are patterns of words, not findings.

    \b
    Example:
      textgov topics fit --k 10 --seeds 1
    """


@command.command("fit")
@click.argument("query", required=False)
@index_option
@index_codebook_option
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="seeded",
    show_default=True,
    help="How topics are found; tomotopy is an extra.",
)
@click.option(
    "--k",
    "numbers",
    callback=_numbers,
    default="12",
    show_default=True,
    metavar="N|N:N[:STEP]",
    help="Number of topics, the seeded ones included; or several that are compared.",
)
@click.option(
    "--unit",
    type=click.Choice(["passage", "document"]),
    default="passage",
    show_default=True,
    help="What one text is.",
)
@click.option(
    "--layer", default="path", show_default=True, metavar="LAYER", help="Layer whose codes seed topics."
)
@click.option(
    "--alpha",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    metavar="X",
    help="How many topics a text may have: less for fewer.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    metavar="N",
    help="Passes over the texts: more of them take longer and settle better.",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Seed of all random draws.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    metavar="N",
    help="Models of other seeds, the first included, that stability is measured with; 1 for none.",
)
@click.option(
    "--min-texts",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    metavar="N",
    help="Texts in which a term must stand.",
)
@click.option(
    "--reference",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Another index in which coherence is measured; by default all passages of this one.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    metavar="FOLDER",
    help="Folder of the model; an older model in it is replaced.",
)
@output_option
@json_option
def fit(
    index_path: Path, numbers: list[int], into: Path, outputs: tuple[Path, ...], form: str | None, **how: Any
) -> int:
    """Fit a topic model to the passages of the index, or to those that a query finds.

    Methods: `seeded` is LDA in which each path begins with the words that the codebook expects of it; `lda` and
    `tomotopy` are LDA without seeds, by variational Bayes and by Gibbs sampling; `nmf` and `gensim-nmf` factorize
    TF-IDF weights; `hdp` finds the number of topics, up to --k; `ensemble` keeps the topics that several models share.

    Printed are coherence (NPMI from -1 to 1, C_V from 0 to 1), diversity and exclusivity of the foremost terms, and
    stability: how far models of other seeds have the same terms, and give texts the same topic. With several numbers
    of topics, their models are compared and none is kept: choose one, and fit it.

    \b
    Examples:
      textgov topics fit 'kind:paper' --method nmf --k 3:5 --min-texts 2 --seeds 2 -o search.png
      textgov topics fit --k 8 --seeds 1 --into six-paths -o topics.html
    """
    from textgov.index.store import Index
    from textgov.topics.weights import FitOptions
    from textgov.workflows import topics as workflow

    _check_outputs(outputs, several=len(numbers) > 1)
    effort = FitOptions(numbers[0], how.pop("seed"), how.pop("passes"), how.pop("alpha"))
    options = workflow.TopicOptions(fit=effort, **how)
    with Index.open(index_path) as index:
        if len(numbers) > 1:
            with progress("trying") as update:
                lines = workflow.search_topics(index, options, numbers, update)
            _show_search(lines, options, form)
            workflow.write_search(lines, outputs)
            return 0
        with progress("fitting") as update:
            fitted = workflow.fit_topics(index, options, update)
    meta = workflow.store_topics(into, fitted)
    show_report(fitted.report, form)
    workflow.write_report(fitted.report, meta.codebook, outputs)
    say(f"kept in {into}: {plural(len(fitted.report.cards), 'topic')}, {plural(meta.texts, 'text')}")
    return 0


def _check_outputs(outputs: tuple[Path, ...], *, several: bool) -> None:
    """Before the work is done, not after."""
    allowed = [".svg", ".png", ".pdf"] if several else [".html", ".svg", ".png", ".pdf"]
    for path in outputs:
        if path.suffix.lower() not in allowed:
            raise click.BadParameter(f"{path}: name it {', '.join(allowed)}", param_hint="-o")


@command.command("show")
@folder_argument
@click.option("--topic", type=click.IntRange(1), metavar="N", help="One topic, with its passages.")
@output_option
@json_option
def show(folder: Path, topic: int | None, outputs: tuple[Path, ...], form: str | None) -> int:
    """Show the topics of a model: terms, codes that come with them, quality, passages to read.

    \b
    Example:
      textgov topics fit --seeds 1 && textgov topics show topics --topic 2 -o topics.html
    """
    from textgov.workflows import topics as workflow

    _check_outputs(outputs, several=False)
    model, report = workflow.open_topics(folder)
    if topic is not None:
        if topic > len(report.cards):
            raise click.BadParameter(f"the model has {len(report.cards)} topics", param_hint="--topic")
        _show_topic(report, topic, form)
    elif form or not outputs:
        show_report(report, form)
    workflow.write_report(report, model.meta.codebook, outputs)
    return 0


@command.command("compare")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@json_option
def compare(first: Path, second: Path, form: str | None) -> int:
    """Match the topics of two models by their foremost terms.

    \b
    Example:
      textgov topics fit --seeds 1 --into a && textgov topics fit --k 9 --seeds 1 --into b && textgov topics compare a b
    """
    from textgov.workflows.topics import compare_topics

    _show_comparison(compare_topics(first, second), form)
    return 0


@command.command("assign")
@folder_argument
@click.argument("query", required=False)
@index_option
@index_codebook_option
@click.option("--store", is_flag=True, help="Keep the topics in the index, as codings of the layer `topic`.")
@click.option(
    "--disagreements",
    is_flag=True,
    help="List where a seeded topic and the codings of the index disagree, the clearest first.",
)
@json_option
@csv_option
def assign(folder: Path, query: str | None, index_path: Path, form: str | None, **how: Any) -> int:
    """Give the texts of an index the topics of a model that was fitted before, to them or to others.

    A text gets the same topics whatever other texts come with it. Without --json or --csv, texts are counted by their
    foremost topic.

    \b
    Example:
      textgov topics fit --seeds 1 && textgov topics assign topics 'actor:union' --store
    """
    from textgov.index.store import Index
    from textgov.workflows import topic_tags as workflow

    disagreements, keep = how.pop("disagreements"), how.pop("store")
    with Index.open(index_path, read_only=not keep) as index:
        if disagreements:
            rows = workflow.disagreements(index, folder, query, codebook=how["codebook"])
            show_disagreements(rows, form)
            return 0
        lines = workflow.assign_topics(index, folder, query, codebook=how["codebook"])
        if keep:
            stored = workflow.store_assignments(index, folder, lines)
            say(f"kept in the index: topics of {plural(stored, 'text')}")
    if form:
        write_rows([workflow.row(line) for line in lines], form, ASSIGN_COLUMNS)
    else:
        _show_counts(workflow.counted(lines))
    return 0


def show_report(report: TopicReport, form: str | None) -> None:
    """Write a report for people to read, or as JSON lines: the whole, then a line a topic."""
    if form:
        import msgspec

        whole = msgspec.to_builtins(report)
        cards = whole.pop("cards")
        write_rows([whole, *cards], "json")
        return
    from rich.table import Table
    from rich.text import Text

    from textgov.export.topics import number, quality_facts

    out = console()
    table = Table("", "topic", "terms", "comes with", box=None, pad_edge=False)
    for heading in ("share", "NPMI", "excl.", "stable"):
        table.add_column(heading, justify="right")
    for card in report.cards:
        codes = ", ".join(f"{near.code} {near.correlation:+.2f}" for near in card.codes[:3])
        figures = (f"{card.prevalence:.1%}", *map(number, (card.c_npmi, card.exclusivity, card.stability)))
        table.add_row(
            str(card.number + 1), Text(card.name, "bold"), Text(", ".join(card.terms)), Text(codes), *figures
        )
    out.print(table)
    say(", ".join(f"{name} {value}" for name, value in quality_facts(report.quality)))
    _say_seeds(report)
    _say_agreement(report)


def _say_seeds(report: TopicReport) -> None:
    if report.adherence:
        followed = sum(line.follows for line in report.adherence)
        say(f"{followed} of {len(report.adherence)} seeded topics follow their codes")
    for line in report.adherence:
        if not line.follows:
            say(
                f"  {line.code}: not to be taken for its code; {line.present} of {line.given} seeds are in the texts, "
                f"the topic took {line.taken:.0%} of their occurrences, "
                f"and {line.top:.0%} of its foremost terms are seeds"
            )


def _say_agreement(report: TopicReport) -> None:
    agreed = report.agreement
    if agreed is not None:
        from textgov.export.topics import number

        codes = ", ".join(
            f"{row.code} {'-' if row.topic is None else row.topic + 1} ({number(row.kappa)})"
            for row in agreed.codes
        )
        say(
            f"agreement with codings of the layer {report.agreement_layer}, {plural(report.coded, report.unit)} "
            f"({report.by_people:,} coded by people): "
            f"kappa {number(agreed.kappa)}, AUC {number(agreed.auc)}, mutual information {number(agreed.ami)}"
        )
        say(f"  code topic (kappa): {codes}")


def _show_topic(report: TopicReport, topic: int, form: str | None) -> None:
    card = report.cards[topic - 1]
    if form:
        import msgspec

        write_rows([msgspec.to_builtins(card)], "json")
        return
    from rich.text import Text

    out = console()
    out.print(Text(f"{topic}  {card.name}", "bold"))
    out.print(Text("  " + ", ".join(card.terms)), soft_wrap=True)
    for near in card.codes:
        out.print(Text(f"  {near.layer}:{near.code}  {near.label}  {near.correlation:+.2f}", "dim"))
    for quote in card.quotes:
        place = (quote.title or Path(quote.file).name) + (f" ({quote.year})" if quote.year else "")
        place += f", p. {quote.page}" if quote.page else ""
        out.print()
        out.print(Text(quote.text), soft_wrap=not out.is_terminal)
        out.print(Text(f"  {place}  {quote.document}  {quote.weight:.0%}", "dim"), soft_wrap=True)


def _show_search(lines: list[SearchLine], options: TopicOptions, form: str | None) -> None:
    import msgspec

    if form:
        write_rows([msgspec.to_builtins(line) for line in lines], "json")
        return
    from rich.table import Table

    from textgov.export.topics import number

    table = Table("k", box=None, pad_edge=False)
    for heading in ("topics", "NPMI", "C_V", "diversity", "exclusivity", "same terms", "same texts"):
        table.add_column(heading, justify="right")
    for line in lines:
        q = line.quality
        figures = (q.c_npmi, q.c_v, q.diversity, q.exclusivity, q.stable_terms, q.stable_texts)
        table.add_row(str(line.asked), str(q.topics), *map(number, figures))
    console().print(table)
    say(f"no model is kept: choose, then `textgov topics fit --method {options.method} --k N`")


def _show_comparison(found: Comparison, form: str | None) -> None:
    import msgspec

    if form:
        write_rows([msgspec.to_builtins(pair) for pair in found.pairs], "json")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("first", "second", "alike", "shared terms", box=None, pad_edge=False)
    for pair in found.pairs:
        first, second = f"{pair.first + 1}  {pair.first_name}", f"{pair.second + 1}  {pair.second_name}"
        table.add_row(Text(first), Text(second), f"{pair.jaccard:.2f}", Text(", ".join(pair.shared)))
    console().print(table)
    say(f"mean Jaccard index of matched topics: {found.mean:.2f}")
    for which, names in (("first", found.only_first), ("second", found.only_second)):
        for name in names:
            say(f"only in the {which}: {name}")


def _show_counts(counts: list[tuple[int, str, int]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("", "topic", box=None, pad_edge=False)
    table.add_column("texts", justify="right")
    for topic, name, texts in counts:
        table.add_row(str(topic + 1) if topic >= 0 else "", Text(name), f"{texts:,}")
    console().print(table)
