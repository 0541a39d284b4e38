"""An index in which actors, mechanisms, relations and interactions are known."""

from __future__ import annotations

from pathlib import Path

from claims_small import Text, body, store

PAPER = Text(
    body(
        "{Buyers|actor:lead_firm|id=a} {audited|mechanism:audit|id=m} the {mills|actor:supplier|id=t}, and "
        "their reputation grew.",
        "{Unions|actor:union|id=u} {struck|mechanism:strike|id=s} against {mills|actor:supplier|id=v} and "
        "{mills|actor:supplier}.",
        "The {law|mechanism:labor_law|id=l} clashed with {codes|mechanism:code_of_conduct}.",
    ),
    [("governs", "a", "m", "t"), ("governs", "u", "s", "v")],
    [("conflict", ("public", "private"), "l"), ("synergy", ("social", "public", "private"), "u")],
    title="Mills <& unions>",
)
ABSTRACT = Text(
    body(
        "{Buyers|actor:lead_firm|id=a} drop {mills|actor:supplier|id=t}. {Firms|actor:cluster_firm} <wait>."
    ),
    [("governs", "a", None, "t")],
    title="Drops",
    kind="abstract",
    year=2021,
)
EMPTY = Text(body("Nothing is said of anybody."), title="Silence", kind="other", year=None)


def theory_index(path: Path) -> Path:
    return store(path, PAPER, ABSTRACT, EMPTY)
