"""`textgov map diff`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.map_options import form_options, output_option, print_table, put_out
from textgov.cli.options import index_codebook_option, within_option
from textgov.cli.output import console, say

if TYPE_CHECKING:
    from textgov.analysis.difference import Difference
    from textgov.export.charts import Chart

CHANGES_SHOWN = 20
CODES_SHOWN = 15


@click.command("diff")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", required=False, type=click.Path(path_type=Path))
@click.option("--query", default="*", metavar="QUERY", help="Compare the hits of this search.")
@click.option("--against", metavar="QUERY", help="The search of the second side, where it is another one.")
@within_option
@index_codebook_option
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0, 100_000),
    default=CHANGES_SHOWN,
    show_default=True,
    metavar="N",
    help="Most changes to print.",
)
@output_option
@form_options
def diff(
    first: Path,
    second: Path | None,
    query: str,
    against: str | None,
    outputs: tuple[Path, ...],
    form: str | None,
    **how: Any,
) -> int:
    """Compare two indexes or queries: added, lost, recoded, and why.

    FIRST and SECOND are index files; with FIRST alone, --query and --against name two searches in it. An index
    keeps its last coding only: to compare two codebooks or versions, copy the index, code the copy, and compare
    the two. Every mention that was added, lost or recoded is listed with its rule and the reason: a rule that
    one codebook lacks or has otherwise, another codebook, another pipeline, a changed text. -o takes .html, .csv,
    .jsonl and .xlsx.

    \b
    Examples:
      textgov map diff review.db textgov.db -o diff.html
      cp review.db new.db && textgov annotate --codebook my-review --index new.db && textgov map diff review.db new.db
      textgov map diff review.db --query 'kind:paper' --against 'kind:paper AND actor:union' -o diff.xlsx
    """
    from textgov.index.store import Index
    from textgov.workflows.map_diff import Compared, compare

    if second is None and against is None:
        raise click.UsageError("name a second index, or a second query by --against")
    with ExitStack() as stack:
        one = stack.enter_context(Index.open(first, read_only=True))
        other = one if second is None else stack.enter_context(Index.open(second, read_only=True))
        found, chart = compare(
            Compared(one, query),
            Compared(other, query if against is None else against),
            within=how["within"],
            codebook=how["codebook"],
        )
    put_out(chart, form, outputs, lambda: _print(found, chart, how["limit"]))
    for name, value in chart.facts:
        say(f"{name}: {value}")
    return 0


def _print(found: Difference, chart: Chart, limit: int) -> None:
    from rich.text import Text

    if not (found.mentions or found.documents or found.codings):
        say("nothing differs" if found.unchanged else "nothing found")
        return
    out = console()
    tables = {table.name: table for table in chart.tables}
    for name, columns in (("Reasons", ("change", "mentions", "reason")), ("Documents", ("change", "file"))):
        if name in tables:
            rows = [[row[column] for column in columns] for row in tables[name].rows[:limit]]
            print_table(columns, rows, ("mentions",))
            out.print()
    if "Codes" in tables:
        rows = [
            [
                f"{row['layer']}:{row['code']}",
                f"{row['documents_before']} > {row['documents_after']}",
                f"{row['mentions_before']} > {row['mentions_after']}",
            ]
            for row in tables["Codes"].rows[:CODES_SHOWN]
        ]
        print_table(["code", "documents", "mentions"], rows)
        out.print()
    signs = {"added": "+", "lost": "-", "recoded": "~"}
    for row in tables["Mentions"].rows[:limit]:
        place = f"{row['document']}" + (f", p. {row['page']}" if row["page"] else "")
        codes = " > ".join(code for code in (row["before"], row["after"]) if code)
        fields = f" ({', '.join(row['fields'])})" if row["fields"] else ""
        rules = " > ".join(dict.fromkeys(rule for rule in (row["rule_before"], row["rule_after"]) if rule))
        line = f'{signs[row["change"]]} {row["layer"]} "{row["text"]}": {codes}{fields}'
        out.print(Text.assemble(line, (f"  {rules}  {row['reason']}  {place}", "dim")), soft_wrap=True)
    for row in tables["Codings"].rows[:limit] if "Codings" in tables else ():
        stances = " > ".join(stance for stance in (row["stance_before"], row["stance_after"]) if stance)
        place = row["document"] + (f", p. {row['page']}" if row["page"] else "")
        line = f"{signs[row['change']]} {row['layer']} {row['code']}" + (f" ({stances})" if stances else "")
        out.print(Text.assemble(line, (f"  {row['reason']}  {place}", "dim")), soft_wrap=True)
    if len(found.mentions) > limit:
        say(f"{len(found.mentions) - limit:,} more changes; -o FILE writes all")
