"""`textgov show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgov.cli.options import index_codebook_option, index_option
from textgov.cli.output import console, plural, say, text_output

if TYPE_CHECKING:
    from rich.text import Text

    from textgov.export.view import DocumentView, Token

COLOURS = ("blue", "dark_orange", "green", "magenta", "red", "yellow", "cyan", "bright_red", "bright_green")
UNCODED = ("table", "footnote", "references", "front_matter")


@click.command("show")
@click.argument("document", metavar="DOC")
@index_option
@index_codebook_option
@click.option(
    "--layer", "layers", multiple=True, metavar="LAYER", help="Show this layer only; may be repeated."
)
@click.option(
    "--page", type=click.IntRange(1), metavar="N", help="Show the passages that begin on this page."
)
@click.option(
    "--html",
    "html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page of HTML that needs nothing but itself; - for standard output.",
)
def command(
    document: str,
    index_path: Path,
    codebook: str | None,
    layers: tuple[str, ...],
    page: int | None,
    html: Path | None,
) -> int:
    """Show one annotated document, in the terminal or as a page of HTML.

    DOC is the document's id, the beginning of its id, or the name of its file. Each coded span is followed
    by its code, with the status where that is not `asserted`, and an @ where another source is reported.

    \b
    Examples:
      textgov show 1f0c6d2a9b3e4f58 --page 2
      textgov show smith-2014.pdf --layer actor --layer mechanism
      textgov show smith-2014.pdf --html smith-2014.html
    """
    from textgov.index.store import Index
    from textgov.workflows.export import replaced
    from textgov.workflows.show import html_page, view_document

    with Index.open(index_path, read_only=True) as index:
        view = view_document(index, document, codebook=codebook, layers=layers)
    if html is None:
        _print(view, page)
    elif str(html) == "-":
        text_output().write(html_page(view))
    else:
        with replaced(html) as draft:
            draft.write_text(html_page(view), encoding="utf-8")
        say(f"{html}: {plural(len(view.mentions), 'mention')}")
    return 0


def _print(view: DocumentView, page: int | None) -> None:
    from rich.text import Text

    from textgov.export.view import passage_tokens

    out = console()
    colours = {layer: COLOURS[n % len(COLOURS)] for n, (layer, _, _) in enumerate(view.layers())}
    _print_head(view, colours, out)
    for passage, tokens in passage_tokens(view):
        if page is not None and passage.page != page:
            continue
        text = _marked(view, tokens, colours, in_colour=out.is_terminal)
        if passage.kind == "heading":
            text.stylize("bold")
        elif passage.kind in UNCODED:
            text = Text.assemble((f"({passage.kind.replace('_', ' ')}) ", "italic"), text)
            text.stylize("dim")
        out.print(text, soft_wrap=not out.is_terminal)
        out.print()


def _print_head(view: DocumentView, colours: dict[str, str], out: object) -> None:
    from rich.console import Console
    from rich.text import Text

    assert isinstance(out, Console)
    known = view.document.bibliography
    out.print(Text(known.title or view.document.source, style="bold"), soft_wrap=True)
    facts = [*known.authors[:3], *(["and others"] if len(known.authors) > 3 else [])]
    line = ", ".join(facts) + (f" ({known.year})" if known.year else "")
    for text in (
        line.strip(),
        known.venue or "",
        f"[{view.document.id}] {known.kind}, {view.document.source}",
    ):
        if text:
            out.print(Text(text, style="dim"), soft_wrap=True)
    for note in view.document.notes:
        out.print(Text(f"note: {note}", style="italic"), soft_wrap=True)
    legend = Text(" · ").join(
        Text(f"{label} {count}", colours[layer]) for layer, label, count in view.layers()
    )
    out.print(legend or Text("no mentions"), soft_wrap=True)
    out.print()


def _marked(view: DocumentView, tokens: list[Token], colours: dict[str, str], *, in_colour: bool) -> Text:
    from rich.text import Text

    text = Text()
    opened: list[int] = []
    for number, token in enumerate(tokens):
        if token.kind == "text":
            style = f"{colours[view.mentions[opened[-1]].mention.layer]} underline" if opened else ""
            text.append(" ".join(token.text.split("\n")), style)
        elif token.kind == "page":
            text.append(f"[p. {token.place}] ", "dim")
        elif token.kind == "open":
            opened.append(token.place)
            text.append("" if in_colour else "[")
        else:
            opened.remove(token.place)
            going_on = any(t.kind == "open" and t.place == token.place for t in tokens[number + 1 :])
            text.append("" if in_colour else "]")
            if not going_on:
                text.append(_label(view, token.place), "dim")
    return text


def _label(view: DocumentView, place: int) -> str:
    mention = view.mentions[place].mention
    status = "" if mention.status == "asserted" else f" {mention.status}"
    source = f" @{mention.source or ''}" if mention.attributed else ""
    return f"{{{mention.code}{status}{source}}}"
