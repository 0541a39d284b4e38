"""`textgov codebook`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textgov.cli.options import DEFAULT_CODEBOOK, codebook_option, known_codebook
from textgov.cli.output import plural, say, text_output

if TYPE_CHECKING:
    from textgov.workflows.codebook import CodebookView, CodeView, LayerView

MARK = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


class _InOrder(click.Group):
    """A group that lists its commands as they are defined."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(self.commands)


@click.group("codebook", cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show, validate, compare and begin codebooks.

    A codebook is a folder of data: `codebook.toml` with its layers, the codes of each layer, and the
    lexicons, gazetteers and cues that find them. One's own may extend a built-in codebook or stand alone;
    name its folder wherever `--codebook` is asked for.

    \b
    Examples:
      textgov codebook show actor
      textgov codebook new my-review && textgov codebook validate my-review
    """


@command.command("show")
@click.argument("name", required=False, metavar="[LAYER|CODE]")
@click.option("--layer", metavar="LAYER", help="The layer of the code, where several have one of that name.")
@codebook_option
def show(name: str | None, layer: str | None, codebook: str) -> int:
    """Show a codebook, one of its layers, or one code with its definition and examples.

    \b
    Examples:
      textgov codebook show
      textgov codebook show mechanism
      textgov codebook show collective_bargaining
    """
    from textgov.workflows.codebook import CodebookView, LayerView, show_codebook

    if name is not None and layer is None:
        whole = show_codebook(codebook)
        assert isinstance(whole, CodebookView)
        if name in {one.layer.id for one in whole.layers}:
            layer, name = name, None
    view = show_codebook(codebook, layer, name)
    if isinstance(view, CodebookView):
        lines = _codebook_lines(view)
    elif isinstance(view, LayerView):
        lines = _layer_lines(view)
    else:
        lines = _code_lines(view)
    _write(lines)
    return 0


@command.command("validate")
@click.argument("codebook", default=DEFAULT_CODEBOOK, callback=known_codebook, metavar="[NAME|FOLDER]")
def validate(codebook: str) -> int:
    """List all faults of a codebook, each with file, line and what would be right.

    The exit status is 1 if there are any.

    \b
    Example:
      textgov codebook validate my-review
    """
    from textgov.workflows.codebook import validate_codebook

    found = validate_codebook(codebook)
    _write(str(fault) for fault in found.faults)
    if found.codebook is None:
        say(f"{plural(len(found.faults), 'fault')}")
        return 1
    say(f"{found.codebook.id} {found.codebook.version} is sound, hash {found.codebook.hash}")
    return 0


@command.command("diff")
@click.argument("old", callback=known_codebook, metavar="OLD")
@click.argument("new", callback=known_codebook, metavar="NEW")
def diff(old: str, new: str) -> int:
    """List what leads from one codebook to another: + added, - removed, ~ changed.

    \b
    Example:
      textgov codebook diff gereffi-lee my-review
    """
    from textgov.workflows.codebook import diff_codebooks

    text_output().write(diff_codebooks(old, new).render())
    return 0


@command.command("new")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option(
    "--extends",
    default=DEFAULT_CODEBOOK,
    show_default=True,
    metavar="NAME|FOLDER",
    help="The codebook to start from.",
)
@click.option("--empty", is_flag=True, help="Start from nothing.")
@click.option("--title", metavar="TEXT", help="Its title; by default from the name of the folder.")
def new(folder: Path, extends: str, empty: bool, title: str | None) -> int:
    """Begin a codebook in a new folder, with comments and example lines.

    \b
    Examples:
      textgov codebook new my-review --title 'Governance in seafood'
      textgov codebook new my-theory --empty
    """
    from textgov.workflows.codebook import new_codebook

    for path in new_codebook(folder, extends=None if empty else extends, title=title):
        say(f"{folder / path.name}")
    say(f"edit these, then run: textgov codebook validate {folder}")
    return 0


@command.command("manual")
@codebook_option
def manual(codebook: str) -> int:
    """Print the coding manual of a codebook, for human coders, as Markdown.

    \b
    Example:
      textgov codebook manual > MANUAL.md
    """
    from textgov.workflows.codebook import codebook_manual

    text_output().write(codebook_manual(codebook))
    return 0


def _write(lines: Iterable[str]) -> None:
    output = text_output()
    for line in lines:
        output.write(line + "\n")


def _codebook_lines(view: CodebookView) -> Iterator[str]:
    yield f"{view.title}"
    yield f"{view.id} {view.version}, hash {view.hash}"
    yield f"source: {view.source}"
    yield ""
    yield f"{'layer':<20}{'codes':>7}{'terms':>8}{'names':>8}  what"
    for one in view.layers:
        codes = "open" if one.codes is None else str(one.codes)
        yield f"{one.layer.id:<20}{codes:>7}{one.terms:>8,}{one.names:>8,}  {one.layer.label}"
    yield ""
    yield "cues: " + ", ".join(f"{kind} {count:,}" for kind, count in view.cues.items())
    yield from (f"note: {note}" for note in view.notes)


def _layer_lines(view: LayerView) -> Iterator[str]:
    yield f"{view.layer.label} ({view.layer.id})"
    yield view.layer.description
    if view.layer.open:
        yield "its codes are those of an outside standard"
    for one in view.codes:
        cell = " ".join(part for part in (one.code.form, one.code.scope) if part)
        yield ""
        yield f"{one.code.id}: {one.code.label}" + (f" ({cell})" if cell else "")
        yield f"  {one.code.definition}"


def _code_lines(view: CodeView) -> Iterator[str]:
    code = view.code
    yield f"{code.label} ({view.layer.id}:{code.id})"
    yield code.definition
    cell = " ".join(part for part in (code.form, code.scope) if part)
    if cell:
        yield f"form and scope by default: {cell}"
    yield ""
    yield from (f"include: {line}" for line in code.include)
    yield from (f"exclude: {line}" for line in code.exclude)
    yield from (f"example: {_marked(line)}" for line in code.examples)
    reason = f" ({code.counter_reason})" if code.counter_reason else ""
    yield f"not: {_marked(code.counter_example)}{reason}"
    yield from (f"decision: {line}" for line in code.decisions)
    yield f"source: {code.source}"
    yield ""
    terms = ", ".join(term.term for term in view.terms)
    names = ", ".join(name.name for name in view.names)
    yield f"terms ({len(view.terms):,}): {terms}"
    yield f"names ({len(view.names):,}): {names}"


def _marked(example: str) -> str:
    return MARK.sub(r"«\1»", " ".join(example.split()))
