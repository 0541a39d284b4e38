"""`textgov search`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textgov.cli.options import index_codebook_option, index_option, within_option
from textgov.cli.output import console, plural, say, write_rows

if TYPE_CHECKING:
    from rich.text import Text

    from textgov.index.facets import FacetValue
    from textgov.index.search import Hit, Hits, KwicLine

PLACE_COLUMNS = ("document", "title", "year", "kind", "file", "section", "page")
HIT_COLUMNS = (*PLACE_COLUMNS, "start", "end", "text", "highlights", "codes")
LINE_COLUMNS = ("document", "title", "year", "file", "page", "start", "left", "match", "right")
FACET_COLUMNS = ("field", "value", "label", "hits", "documents")
KWIC_WIDTH = 60


@click.command("search")
@click.argument("query")
@index_option
@index_codebook_option
@within_option
@click.option(
    "--sort",
    type=click.Choice(["relevance", "year", "document"]),
    default="relevance",
    show_default=True,
    help="Order of the hits.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 100_000),
    default=10,
    show_default=True,
    metavar="N",
    help="Most hits to show.",
)
@click.option(
    "--offset", type=click.IntRange(0), default=0, metavar="N", help="Hits to pass over, for paging."
)
@click.option("--kwic", "as_lines", is_flag=True, help="Show key words in context, a line each.")
@click.option("--facets", metavar="FIELD,...", help="Count the hits by these fields.")
@click.option("--json", "form", flag_value="json", help="Write JSON lines.")
@click.option("--csv", "form", flag_value="csv", help="Write CSV.")
def command(
    query: str, index_path: Path, codebook: str | None, facets: str | None, form: str | None, **how: Any
) -> int:
    """Find passages by words and codes, with page and evidence.

    The query language is Lucene's: words, "phrases", "near words"~5, wild*cards, AND, OR, NOT, groups,
    field:value, year:[2005 TO 2014]. Fields are text, title, author, year, kind, page and so on, and every
    layer of the codebook: actor, mechanism, place, sector. `mention:(...)` holds its conditions together on
    one mention.

    \b
    Examples:
      textgov search '"collective bargaining" AND actor:union AND place:KHM'
      textgov search 'mention:(mechanism:audit AND status:negated)' --within sentence
      textgov search 'actor:union AND NOT kind:statement' --facets mechanism,year
      textgov search 'mechanism:strike' --kwic --limit 50
    """
    from textgov.index.store import Index
    from textgov.workflows import query as workflow

    within = how["within"]
    page = workflow.Page(how["limit"], how["offset"], how["sort"])
    with Index.open(index_path, read_only=True) as index:
        if facets:
            names = [name.strip() for name in facets.split(",") if name.strip()]
            _show_facets(workflow.count_by(index, query, names, codebook=codebook, within=within), form)
        elif how["as_lines"]:
            # Lines are read as a concordance: in the order of the texts, unless another order is asked for.
            order = page if how["sort"] != "relevance" else workflow.Page(page.limit, page.offset, "document")
            _show_lines(workflow.find_lines(index, query, codebook=codebook, within=within, page=order), form)
        else:
            hits = workflow.find(index, query, codebook=codebook, within=within, page=page)
            _show_hits(hits, form)
            say(f"{plural(hits.total, within)} found" + (f", {len(hits.hits)} shown" if hits.total else ""))
    return 0


def _show_hits(hits: Hits, form: str | None) -> None:
    if form == "json":
        write_rows([_hit_row(hit) | {"mentions": _mentions(hit)} for hit in hits.hits], form)
    elif form:
        write_rows([_hit_row(hit) for hit in hits.hits], form, HIT_COLUMNS)
    else:
        print_hits(hits)


def _hit_row(hit: Hit) -> dict[str, Any]:
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


def _mentions(hit: Hit) -> list[dict[str, Any]]:
    return [
        {
            "text": hit.text[m.start : m.end],
            "layer": m.layer,
            "code": m.code,
            "status": m.status,
            "form": m.form,
            "scope": m.scope,
            "attributed": m.attributed,
            "source": m.source,
            "rule": m.rule,
            "confidence": m.confidence,
        }
        for m in hit.mentions
    ]


def print_hits(hits: Hits) -> None:
    """Write hits for people to read: title and place, text with what was found, codes."""
    from rich.text import Text

    out = console()
    for hit in hits.hits:
        name = (hit.title or Path(hit.file).name) + (f" ({hit.year})" if hit.year else "")
        place = hit.kind + (f", p. {hit.page}" if hit.page else "")
        section = f" · {hit.section}" if hit.section and hit.section != hit.title else ""
        head = Text.assemble((name, "bold"), (f" · {place}{section}", "dim"))
        out.print(head, soft_wrap=True)
        out.print(_with_highlights(hit, in_colour=out.is_terminal), soft_wrap=not out.is_terminal)
        codes = ", ".join(dict.fromkeys(f"{m.layer}:{m.code}" for m in hit.mentions))
        out.print(Text(f"  {hit.document}  {codes}", style="dim"), soft_wrap=True)
        out.print()


def _with_highlights(hit: Hit, *, in_colour: bool) -> Text:
    from rich.text import Text

    body = Text("  ")
    at = 0
    for start, end in hit.highlights:
        body.append(hit.text[at:start])
        span = hit.text[start:end]
        body.append(span if in_colour else f"«{span}»", "bold reverse")
        at = end
    body.append(hit.text[at:])
    body.plain = body.plain.replace("\n", " ")
    return body


def _show_lines(lines: list[KwicLine], form: str | None) -> None:
    if form:
        rows = [{name: getattr(line, name) for name in LINE_COLUMNS} for line in lines]
        write_rows(rows, form, LINE_COLUMNS)
        return
    from rich.text import Text

    out = console()
    for line in lines:
        place = Path(line.file).name + (f", p. {line.page}" if line.page else "")
        match = line.match if out.is_terminal else f"«{line.match}»"
        left = f"{line.left:>{KWIC_WIDTH}}"[-KWIC_WIDTH:]
        out.print(Text.assemble(left, (match, "bold"), line.right, (f"  {place}", "dim")), soft_wrap=True)
    say(f"{plural(len(lines), 'line')} shown" if lines else "nothing found")


def _show_facets(counted: dict[str, list[FacetValue]], form: str | None) -> None:
    rows = [
        {"field": name, "value": v.value, "label": v.label, "hits": v.units, "documents": v.documents}
        for name, values in counted.items()
        for v in values
    ]
    if form:
        write_rows(rows, form, FACET_COLUMNS)
        return
    from rich.table import Table
    from rich.text import Text

    out = console()
    for name, values in counted.items():
        table = Table("value", "label", "hits", "documents", title=name, title_justify="left", box=None)
        for v in values:
            table.add_row(Text(str(v.value)), Text(v.label), f"{v.units:,}", f"{v.documents:,}")
        if values:
            out.print(table)
        else:
            say(f"{name}: no hit has a value")
