"""Seeded topics beside codings: what `textgov tag --with topics` and `textgov topics assign --disagreements` write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textgov.cli.output import console, plural, printable, progress, say, write_rows

if TYPE_CHECKING:
    from textgov.classify.paths import PathModel
    from textgov.index.store import Index
    from textgov.workflows.topic_paths import Beside

DISAGREEMENT_COLUMNS = (
    "document",
    "passage",
    "file",
    "page",
    "code",
    "topic",
    "weight",
    "mean",
    "coded",
    "text",
)
APART_SHOWN = 20
"""Passages on which the two disagree that are printed; --json writes all."""


def tag_beside(
    index: Index,
    folder: Path,
    classifier: PathModel,
    documents: Sequence[str],
    codebook: str | None,
    form: str | None,
) -> None:
    """Tag all documents with topics, and list those asked for, then the passages of them that are in dispute."""
    from textgov.workflows.topic_paths import beside_row, tag_with_topics

    with progress("tagging with topics"):
        found = tag_with_topics(index, folder, classifier, codebook=codebook)
    wanted = frozenset(documents)
    wholes = [line for line in found.documents if line.document in wanted]
    apart = [line for line in found.apart if line.document in wanted]
    tagged = len({line.document for line in found.documents})
    say(
        f"{plural(tagged, 'document')} with {plural(found.passages, 'passage')} tagged by topics {found.identity}"
    )
    if found.astray:
        say(f"not to be taken for their paths, as they do not follow their seeds: {', '.join(found.astray)}")
    if form:
        write_rows([beside_row(line) for line in (*wholes, *apart)], form)
    else:
        _show_documents(wholes)
        _show_apart(apart[:APART_SHOWN])
    disputed = sum(not line.agree for line in wholes)
    say(
        f"the two disagree on {disputed:,} of {plural(len(wholes), 'path')} of documents "
        f"and on {plural(len(apart), 'path')} of passages"
    )
    if not form and len(apart) > APART_SHOWN:
        say(f"the {APART_SHOWN} clearest passages are shown; --json writes all")


def _show_documents(lines: Sequence[Beside]) -> None:
    from rich.text import Text

    out = console()
    before = ""
    for line in lines:
        if not (line.given or line.tagged):
            continue
        if line.document != before:
            name = printable(line.title or Path(line.file).name)
            out.print(Text.assemble((name, "bold"), (f" · {line.document}", "dim")), soft_wrap=True)
            before = line.document
        out.print(Text(f"  {'  ' if line.agree else '! '}{_said(line)}"), soft_wrap=True)


def _show_apart(lines: Sequence[Beside]) -> None:
    from rich.text import Text

    out = console()
    for line in lines:
        page = f", p. {line.page}" if line.page else ""
        out.print(Text(f"! {_said(line)}", "bold"), soft_wrap=True)
        out.print(Text(f"  {printable(' '.join(line.text.split()))}"), soft_wrap=not out.is_terminal)
        place = f"  {Path(line.file).name}{page}  {line.document}, passage {line.passage}"
        out.print(Text(printable(place), "dim"), soft_wrap=True)


def _said(line: Beside) -> str:
    score = "-" if line.score is None else f"{line.score:.2f}"
    stance = f" {line.stance}" if line.stance else ""
    return (
        f"{line.path}: classifier {_yes(line.given)} ({score}{stance}), "
        f"topics {_yes(line.tagged)} ({line.weight:.0%}, mean {line.mean:.0%})"
    )


def _yes(given: bool) -> str:
    return "yes" if given else "no"


def show_disagreements(rows: Sequence[dict[str, Any]], form: str | None) -> None:
    """List where a seeded topic and the codings of an index disagree."""
    if form:
        write_rows(rows, form, DISAGREEMENT_COLUMNS)
        return
    from rich.text import Text

    out = console()
    for row in rows:
        said = "coded, but the topic is weak" if row["coded"] else "not coded, but the topic is strong"
        page = f", p. {row['page']}" if row["page"] else ""
        head = f"{row['code']}: {said} ({row['weight']:.0%}, mean {row['mean']:.0%})"
        out.print(Text(head, "bold"))
        out.print(Text(f"  {row['text']}"), soft_wrap=not out.is_terminal)
        out.print(Text(f"  {Path(row['file']).name}{page}  {row['document']}", "dim"), soft_wrap=True)
    say(plural(len(rows), "disagreement"))
