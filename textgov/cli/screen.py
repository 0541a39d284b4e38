"""`textgov screen`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from textgov.cli.options import index_option
from textgov.cli.output import plural, printable, say, say_problems, text_output

if TYPE_CHECKING:
    from textgov.index.screening import Stage
    from textgov.index.store import Index
    from textgov.workflows.screen import Agreement, Progress

Function = TypeVar("Function", bound=Callable[..., Any])
STAGES = ("title", "text")
KINDS = ("database", "register", "website", "organisation", "citation")
VERDICTS = ("include", "exclude", "unsure", "missing")


def stage_option(function: Function) -> Function:
    """`--stage title|text`."""
    return click.option(
        "--stage",
        type=click.Choice(STAGES),
        default="title",
        show_default=True,
        help="Titles and abstracts, or the full texts of what was let through.",
    )(function)


def screener_option(function: Function) -> Function:
    """`--screener NAME`."""
    return click.option(
        "--screener",
        required=True,
        envvar="TEXTGOV_SCREENER",
        show_envvar=True,
        metavar="NAME",
        help="Who decides.",
    )(function)


def order_option(function: Function) -> Function:
    """`--order model|random`."""
    return click.option(
        "--order",
        type=click.Choice(["model", "random"]),
        default="model",
        show_default=True,
        help="Most likely to be included first, learnt from your decisions as you go; or by chance.",
    )(function)


@click.group("screen", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Screen what was found: include or leave out, with reasons, by one or two people.

    First titles and abstracts, then full texts. Two people decide without seeing each other's decisions, and
    settle what they differ on. Every decision is stored at once: a session that was stopped goes on where it
    was. `textgov export prisma` draws the flow diagram, `textgov export methods` writes the paragraph.

    \b
    Examples:
      textgov screen plan --screeners 2 --reason 'not on labour' --reason 'no full text in English'
      textgov screen read --screener ana
      textgov screen status
    """


@command.command("plan")
@index_option
@click.option(
    "--screeners", type=click.IntRange(1, 2), metavar="N", help="People who decide on each: 1 or 2."
)
@click.option(
    "--reason", "reasons", multiple=True, metavar="TEXT", help="Add a reason to leave out; repeatable."
)
@click.option("--question", metavar="TEXT", help="What is asked of each record; shown to the screeners.")
@click.option("--batch", type=click.IntRange(1), metavar="N", help="Learn the order anew after N decisions.")
@click.option("--seed", type=int, metavar="N", help="Seed of the order by chance.")
@click.option("--stopped", metavar="TEXT", help="Why titles are not all screened; '' if they are to be.")
def plan(
    index_path: Path,
    screeners: int | None,
    reasons: tuple[str, ...],
    question: str | None,
    batch: int | None,
    seed: int | None,
    stopped: str | None,
) -> int:
    """Say how is screened, or show it.

    Where reasons are given, a record is left out for one of them; otherwise for any. At the stage of full
    texts a reason has to be given.

    \b
    Example:
      textgov screen plan --screeners 2 --reason 'not on labour' --reason 'not on value chains'
    """
    from textgov.index.store import Index
    from textgov.workflows.screen import change_plan

    with Index.open(index_path) as index:
        found = change_plan(
            index,
            screeners=screeners,
            reasons=reasons,
            question=question,
            batch=batch,
            seed=seed,
            stopped=stopped,
        )
    click.echo(f"screeners  {found.screeners}" + (", blind to each other" if found.screeners > 1 else ""))
    click.echo(f"question   {printable(found.question) or 'none'}")
    click.echo(f"batch      {found.batch}")
    click.echo(f"seed       {found.seed}")
    if found.stopped:
        click.echo(f"stopped    {printable(found.stopped)}")
    for number, reason in enumerate(found.reasons, 1):
        click.echo(f"reason {number}   {printable(reason)}")
    return 0


@command.command("source")
@click.argument("file")
@index_option
@click.option("--name", required=True, metavar="NAME", help="Name of the database, register or other source.")
@click.option("--kind", type=click.Choice(KINDS), default="database", show_default=True, help="What it is.")
@click.option("--searched", metavar="DATE", help="When it was searched.")
@click.option("--query", metavar="TEXT", help="How it was searched.")
def source(file: str, index_path: Path, name: str, kind: str, searched: str | None, query: str | None) -> int:
    """Say where the records of a file were found, for the flow diagram and the methods.

    FILE, or a folder of files, is named as `textgov status --files all` lists it. Without this, files of
    records count as databases under their own names, and full texts as found by other methods.

    \b
    Example:
      textgov screen source exports/scopus.ris --name Scopus --searched 2024-03-01 --query 'TITLE-ABS(garment)'
    """
    from textgov.index.screening import Source, SourceKind
    from textgov.index.store import Index
    from textgov.workflows.screen import describe_source

    with Index.open(index_path) as index:
        found = Source(file, name, cast("SourceKind", kind), searched, query)
        say(f"{file}: {plural(describe_source(index, found), 'file')} from {kind} {name}")
    return 0


@command.command("read")
@index_option
@screener_option
@stage_option
@order_option
@click.option("-n", "--limit", type=click.IntRange(1), metavar="N", help="Stop after N decisions.")
def read(index_path: Path, screener: str, stage: str, order: str, limit: int | None) -> int:
    """Decide one by one in the terminal.

    Answer i to include, e to exclude, u if unsure, m if a full text cannot be had, s to skip, b to go back,
    q to stop; a note may follow after a space. A reason is asked for after e.

    \b
    Examples:
      textgov screen read --screener ana
      textgov screen read --screener ana --stage text --limit 20
    """
    from textgov.cli.screen_session import run_session
    from textgov.index.store import Index
    from textgov.workflows.screen_queue import Order, Queue

    with Index.open(index_path) as index:
        queue = Queue(index, cast("Stage", stage), screener, cast("Order", order))
        run_session(index, queue, limit)
    return 0


@command.command("batch")
@index_option
@screener_option
@stage_option
@order_option
@click.option("-n", "--limit", type=click.IntRange(1), metavar="N", help="The first N; all by default.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file; standard output otherwise.",
)
def batch(
    index_path: Path, screener: str, stage: str, order: str, limit: int | None, output: Path | None
) -> int:
    """Write what is still to be decided on as CSV, to be filled in in a spreadsheet.

    Fill in the columns verdict (include, exclude, unsure, missing), reason and note, and read the file by
    `textgov screen record`.

    \b
    Example:
      textgov screen batch --screener ana -n 100 -o batch.csv
    """
    from textgov.export.tables import write_csv
    from textgov.index.store import Index
    from textgov.workflows.export import replaced
    from textgov.workflows.screen_files import COLUMNS, batch_rows
    from textgov.workflows.screen_queue import Order, Queue

    with Index.open(index_path, read_only=True) as index:
        queue = Queue(index, cast("Stage", stage), screener, cast("Order", order))
        rows = batch_rows(queue, limit)
        if output is None:
            write_csv(rows, text_output(), COLUMNS)
        else:
            with replaced(output) as draft, draft.open("w", encoding="utf-8-sig", newline="") as stream:
                count = write_csv(rows, stream, COLUMNS)
            say(f"{output}: {plural(count, 'record')} to decide on")
    return 0


@command.command("record")
@click.argument("file", type=click.Path(path_type=Path))
@index_option
@screener_option
@stage_option
def record(file: Path, index_path: Path, screener: str, stage: str) -> int:
    """Store the decisions of a file that `textgov screen batch` began.

    Lines without a verdict stay open; a line with a mistake is listed, and the others are stored. --stage is
    for files without a column of that name.

    \b
    Example:
      textgov screen batch --screener ana -o batch.csv && textgov screen record batch.csv --screener ana
    """
    from textgov.index.store import Index
    from textgov.workflows.screen_files import record_file

    with Index.open(index_path) as index:
        report = record_file(index, file, screener, cast("Stage", stage))
    say_problems(report.problems, f"{plural(len(report.problems), 'problem')}:")
    say(
        f"{plural(report.stored, 'decision')} stored, {report.known:,} stored before, "
        f"{plural(report.open, 'line')} left open"
    )
    if not report.problems:
        return 0
    return 1 if report.stored or report.known else 3


@command.command("status")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON lines, one for each stage.")
def status(index_path: Path, as_json: bool) -> int:
    """Say how far the screening is, by stage and by screener, and whether a screener may stop.

    The rule for stopping (Callaghan and Müller-Hansen 2020) needs the extra `screening`. Who stops by it says
    so by `textgov screen plan --stopped`, for the flow diagram.

    \b
    Example:
      textgov screen status --index review.db
    """
    import json

    from textgov.index.store import Index
    from textgov.workflows.screen import progress_of

    with Index.open(index_path, read_only=True) as index:
        for stage in STAGES:
            found = progress_of(index, cast("Stage", stage))
            if as_json:
                row = {"stage": stage, "documents": found.documents} | found.states
                click.echo(json.dumps(row | {"verdicts": found.verdicts, "screeners": found.screeners}))
            else:
                _tell(found)
                if stage == "title":
                    _advise(index, found)
    return 0


def _advise(index: Index, found: Progress) -> None:
    from textgov.workflows.screen_queue import stop_advice

    for name in found.screeners:
        advice = stop_advice(index, name)
        if advice is not None and advice.screened < advice.total:
            click.echo(f"  {printable(name)}: {advice}")


def _tell(found: Progress) -> None:
    names = {"title": "titles and abstracts", "text": "full texts"}
    open_, settled, conflict = (found.states[name] for name in ("open", "settled", "conflict"))
    click.echo(
        f"{names[found.stage]}: {found.documents:,} to decide on, {settled:,} settled, {open_:,} open, "
        f"{plural(conflict, 'conflict')}"
    )
    if found.verdicts:
        click.echo(f"  settled: {_listed(found.verdicts)}")
    for name, counts in found.screeners.items():
        click.echo(f"  {printable(name)}: {_listed(counts)}")


def _listed(counts: dict[Any, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


@command.command("conflicts")
@index_option
@stage_option
@click.option("--json", "form", flag_value="json", help="Write JSON lines.")
@click.option("--csv", "form", flag_value="csv", help="Write CSV.")
def conflicts(index_path: Path, stage: str, form: str | None) -> int:
    """List what the screeners differ on, or are unsure about.

    \b
    Example:
      textgov screen conflicts --stage title
    """
    from textgov.cli.output import write_rows
    from textgov.index.store import Index
    from textgov.workflows.screen import conflicts as find

    with Index.open(index_path, read_only=True) as index:
        rows = [
            {
                "document": standing.document,
                "votes": [
                    f"{name}: {vote.verdict}" + (f" ({vote.reason})" if vote.reason else "")
                    for name, vote in standing.votes.items()
                ],
                "title": document.bibliography.title or document.source,
            }
            for standing, document in find(index, cast("Stage", stage))
        ]
    if form:
        write_rows(rows, form, ("document", "votes", "title"))
        return 0
    for row in rows:
        click.echo(printable(f"{row['document']}  {'; '.join(row['votes'])}  {row['title']}"))
    say(plural(len(rows), "conflict"))
    return 0


@command.command("resolve")
@click.argument("document")
@click.argument("verdict", type=click.Choice(["include", "exclude", "missing"]))
@index_option
@stage_option
@click.option("--by", "screener", required=True, metavar="NAME", help="Who settles it.")
@click.option("--reason", metavar="TEXT", help="Why it is left out.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
def resolve(
    document: str, verdict: str, index_path: Path, stage: str, screener: str, reason: str | None, note: str
) -> int:
    """Settle a conflict.

    DOCUMENT is its id, or the beginning of its id. What the screeners said stays as it was, so that their
    agreement is what it was.

    \b
    Example:
      textgov screen resolve 1f0c6d2a9b3e4f58 include --stage text --by ben
    """
    from textgov.index.screening import Decision, Verdict
    from textgov.index.store import Index
    from textgov.workflows.screen import resolve as settle
    from textgov.workflows.show import find_document

    with Index.open(index_path) as index:
        found = find_document(index, document)
        decision = Decision(
            found, cast("Stage", stage), screener, cast("Verdict", verdict), reason, note, way="terminal"
        )
        stored = settle(index, decision)
    say(f"{found}: {stored.verdict}" + (f" ({stored.reason})" if stored.reason else ""))
    return 0


@command.command("agreement")
@index_option
@stage_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON lines.")
def agreement(index_path: Path, stage: str, as_json: bool) -> int:
    """Say how far each two screeners agree: per cent, and Cohen's kappa with its 95 % interval.

    \b
    Example:
      textgov screen agreement --stage title
    """
    import json

    from textgov.index.store import Index
    from textgov.workflows.screen import agreements

    with Index.open(index_path, read_only=True) as index:
        found = agreements(index, cast("Stage", stage))
    for one in found:
        click.echo(json.dumps(_agreement_row(one)) if as_json else _agreement_line(one))
    if not found:
        say("no two screeners have decided on the same documents at this stage")
    return 0


def _agreement_row(one: Agreement) -> dict[str, Any]:
    return {
        "first": one.first,
        "second": one.second,
        "documents": one.documents,
        "agreed": one.agreed,
        "kappa": one.kappa,
        "low": one.low,
        "high": one.high,
        "pairs": [{"first": a, "second": b, "documents": n} for (a, b), n in one.pairs.items()],
    }


def _agreement_line(one: Agreement) -> str:
    share = f"{100 * one.agreed / one.documents:.1f} %"
    both = plural(one.documents, "document")
    line = f"{one.first} and {one.second}: {both}, agreed on {one.agreed:,} ({share})"
    if one.kappa is None:
        return printable(line + ", kappa not defined: all verdicts are alike")
    interval = "" if one.low is None else f" (95 % interval {one.low:.2f} to {one.high:.2f})"
    differ = [f"{a}/{b} {n:,}" for (a, b), n in one.pairs.items() if a != b]
    return printable(
        line + f", kappa {one.kappa:.2f}{interval}" + (f"; differ: {', '.join(differ)}" if differ else "")
    )
