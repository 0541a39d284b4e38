"""`textgov search`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import codebook_option, index_option
from textgov.cli.output import plural, say

if TYPE_CHECKING:
    from textgov.index.search import Hits, KwicLine


@click.command("search")
@click.argument("query")
@index_option
@codebook_option
@click.option(
    "--within",
    type=click.Choice(["sentence", "passage", "document"]),
    default="passage",
    show_default=True,
    help="The unit in which all of the query must hold.",
)
@click.option(
    "--sort", type=click.Choice(["relevance", "year", "document"]), default="relevance", show_default=True
)
@click.option(
    "-n", "--limit", type=click.IntRange(1, 100_000), default=10, show_default=True, help="Most hits to show."
)
@click.option("--offset", type=click.IntRange(0), default=0, help="Hits to pass over, for paging.")
@click.option("--kwic", "as_lines", is_flag=True, help="Show key words in context, a line each.")
@click.option(
    "--facets", "fields", help="Count hits by these fields, with commas between.", metavar="FIELD,..."
)
@click.option("--json", "form", flag_value="json", help="Write JSON lines.")
@click.option("--csv", "form", flag_value="csv", help="Write CSV.")
def command(
    query: str, index_path: Path, codebook: str, fields: str | None, form: str | None, **how: Any
) -> int:
    """Find passages by words and codes, with page and evidence.

    The query language is Lucene's: words, "phrases", "near words"~5, wild*cards, AND, OR, NOT, groups, field:value,
    year:[2005 TO 2014]. Fields are text, title, author, year, kind, page and so on, and every layer of the codebook: actor,
    mechanism, place, sector. `mention:(...)` holds its conditions together on one mention.

    \b
    Examples:
      textgov search '"collective bargaining" AND actor:union AND place:KHM'
      textgov search 'mention:(mechanism:audit AND status:negated)' --within sentence
      textgov search 'actor:union AND NOT kind:statement' --facets mechanism,year
    """
    from textgov.index.store import Index
    from textgov.workflows import query as workflow

    as_lines = how.pop("as_lines")
    with Index.open(index_path, read_only=True) as index:
        if fields:
            names = [name.strip() for name in fields.split(",") if name.strip()]
            counted = workflow.count_by(index, query, names, codebook=codebook, within=how["within"])
            rows = [
                {
                    "field": name,
                    "value": v.value,
                    "label": v.label,
                    "units": v.units,
                    "documents": v.documents,
                }
                for name, values in counted.items()
                for v in values
            ]
            _write_rows(rows, form, _print_facets)
        elif as_lines:
            how.pop("sort")
            lines = workflow.find_lines(index, query, codebook=codebook, **how)
            _write_rows([_line_row(line) for line in lines], form, _print_lines)
            if not lines:
                say("nothing found")
        else:
            hits = workflow.find(index, query, codebook=codebook, **how)
            _write_rows([_hit_row(hit) for hit in hits.hits], form, lambda _: _print_hits(hits))
            say(
                f"{plural(hits.total, how['within'])} found"
                + (f", {len(hits.hits)} shown" if hits.total else "")
            )
    return 0


def _hit_row(hit: Any) -> dict[str, Any]:
    return {
        "document": hit.document,
        "title": hit.title,
        "year": hit.year,
        "kind": hit.kind,
        "file": hit.file,
        "section": hit.section,
        "page": hit.page,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "highlights": [hit.text[a:b] for a, b in hit.highlights],
        "codes": sorted({f"{m.layer}:{m.code}" for m in hit.mentions}),
    }


def _line_row(line: KwicLine) -> dict[str, Any]:
    return {
        "document": line.document,
        "title": line.title,
        "year": line.year,
        "file": line.file,
        "page": line.page,
        "start": line.start,
        "left": line.left,
        "match": line.match,
        "right": line.right,
    }


def _write_rows(rows: list[dict[str, Any]], form: str | None, show: Any) -> None:
    if form == "json":
        import json

        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif form == "csv":
        from textgov.export.tables import write_csv

        write_csv(rows, click.get_text_stream("stdout"))
    else:
        show(rows)


def _print_facets(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for field in dict.fromkeys(row["field"] for row in rows):
        table = Table("value", "label", "hits", "documents", title=field, title_justify="left", box=None)
        for row in (r for r in rows if r["field"] == field):
            table.add_row(str(row["value"]), row["label"], f"{row['units']:,}", f"{row['documents']:,}")
        console.print(table)


def _print_lines(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for row in rows:
        place = f"{Path(row['file']).name}, p. {row['page']}" if row["page"] else Path(row["file"]).name
        text = Text.assemble(
            (f"{row['left']:>60}"[-60:], ""),
            (f" {row['match']} ", "bold"),
            (row["right"], ""),
            (f"  {place}", "dim"),
        )
        console.print(text, soft_wrap=True)


def _print_hits(hits: Hits) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for hit in hits.hits:
        place = f", p. {hit.page}" if hit.page else ""
        section = f" · {hit.section}" if hit.section else ""
        year = f" ({hit.year})" if hit.year else ""
        head = Text.assemble((hit.title or hit.file, "bold"), year, (f" · {hit.kind}{place}{section}", "dim"))
        console.print(head, soft_wrap=True)
        body = Text("  " + " ".join(hit.text.split("\n")))
        for start, end in hit.highlights:
            body.stylize("bold reverse" if console.is_terminal else "", start + 2, end + 2)
        console.print(body, soft_wrap=True)
        codes = sorted(
            {f"{m.code}" for m in hit.mentions if m.layer in ("actor", "mechanism", "place", "sector")}
        )
        console.print(Text(f"  [{hit.document}] " + ", ".join(codes), style="dim"), soft_wrap=True)
        console.print()
