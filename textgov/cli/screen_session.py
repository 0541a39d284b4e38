"""Screening in the terminal: a card, an answer, the next card."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import click

from textgov.cli.output import plural, printable, say
from textgov.errors import UsageError

if TYPE_CHECKING:
    from textgov.index.screening import Plan, Verdict
    from textgov.index.store import Index
    from textgov.workflows.screen_queue import Card, Queue, Ranked

WIDTH = 96
MANY_AUTHORS = 6
ANSWERS: dict[str, Verdict] = {"i": "include", "e": "exclude", "u": "unsure", "m": "missing"}


def run_session(index: Index, queue: Queue, limit: int | None) -> None:
    """Ask for decisions until all is decided, the limit is reached, or the screener stops."""
    from textgov.index.screening import read_plan

    plan = read_plan(index)
    back = queue.done
    made = 0
    if plan.question:
        click.secho(printable(plan.question), bold=True)
    while limit is None or made < limit:
        waiting = queue.waiting
        if not waiting:
            break
        one = waiting[0]
        _show(queue.card(one), len(queue.done), len(waiting))
        answer = _answer(queue, plan, one, back)
        if answer == "quit":
            break
        made += answer == "decided"
    say(f"{plural(made, 'decision')} stored, {len(queue.waiting):,} still to decide on")


def _answer(queue: Queue, plan: Plan, one: Ranked, back: list[Ranked]) -> str:
    """Ask until something is done: `quit`, `skipped` or `decided`; b asks about the one before."""
    while True:
        said = _ask(f"{one.document[:8]}  i e u{' m' if queue.stage == 'text' else ''} s b q> ")
        if said is None or said.lower() == "q":
            return "quit"
        letter, _, note = said.partition(" ")
        letter = letter.lower()
        if letter == "s":
            queue.skip(one.document)
            return "skipped"
        if letter == "b":
            if not back:
                say("there is nothing to go back to")
                continue
            before = back.pop()
            _show(queue.card(before), len(queue.done), len(queue.waiting))
            again = _answer(queue, plan, before, back)
            if again == "quit":
                return again
            _show(queue.card(one), len(queue.done), len(queue.waiting))
            continue
        if letter not in ANSWERS:
            say(f"{said!r}: answer i, e, u, s, b or q, or m for a full text that cannot be had")
            continue
        reason = _reason(plan, required=queue.stage == "text") if letter == "e" else None
        try:
            decision = queue.decide(one, ANSWERS[letter], reason, note.strip())
        except UsageError as error:
            say(str(error))
            continue
        back.append(one)
        say(f"{one.document[:8]}  {decision.verdict}" + (f" ({decision.reason})" if decision.reason else ""))
        return "decided"


def _reason(plan: Plan, *, required: bool) -> str | None:
    """A reason by its number or in words; nothing, where none is needed."""
    for number, known in enumerate(plan.reasons, 1):
        say(f"  {number} {known}")
    said = _ask("reason> " if required else "reason (or Enter)> ")
    if not said:
        return None
    if said.isdecimal() and 1 <= int(said) <= len(plan.reasons):
        return plan.reasons[int(said) - 1]
    return said


def _ask(prompt: str) -> str | None:
    """A line; None at the end of the input."""
    click.echo(prompt, nl=False, err=True)
    line = sys.stdin.readline()
    if not line:
        click.echo(err=True)
        return None
    return line.strip()


def _show(card: Card, done: int, waiting: int) -> None:
    known = card.document.bibliography
    names = list(known.authors[:MANY_AUTHORS])
    if len(known.authors) > MANY_AUTHORS:
        names.append("et al.")
    facts = [", ".join(names), known.venue, str(known.year or ""), known.doi]
    place = f"{done + 1:,} of {done + waiting:,}"
    if card.score is not None:
        place += f", probability {card.score:.2f}"
    click.echo(f"\n{place}")
    click.secho(_wrapped(known.title or card.document.source), bold=True)
    click.echo(_wrapped(" | ".join(fact for fact in facts if fact)))
    if card.has_text:
        click.echo(_wrapped(f"full text: {card.document.source}"))
    if known.keywords:
        click.echo(_wrapped(f"keywords: {', '.join(known.keywords)}"))
    click.echo()
    for paragraph in (card.abstract or "no abstract").split("\n\n"):
        click.echo(_wrapped(paragraph))
    click.echo()


def _wrapped(text: str) -> str:
    return textwrap.fill(printable(" ".join(text.split())), WIDTH)
