"""Claims for readers: the columns of their tables, the line that sums one up, and the page that lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textgov.export.pages import render

PARTS: Final = ("actor", "mechanism", "target", "outcome")
"""Cells that are tied by relations."""

CONTEXT: Final = ("group", "place", "cluster", "sector", "market")
"""Cells that are taken from as near as there is one answer."""

CLAIM_COLUMNS: Final = (
    "claim",
    *(f"{name}{suffix}" for name in PARTS for suffix in ("", "_label", "_quote")),
    "dimension",
    "direction",
    *(f"{name}{suffix}" for name in CONTEXT for suffix in ("", "_label", "_quote", "_page", "_near")),
    "condition",
    "status",
    "outcome_status",
    "voice",
    "according_to",
    "cited_authors",
    "cited_year",
    "cited_title",
    "cited_doi",
    "cited_also",
    "relations",
    "document",
    "title",
    "authors",
    "year",
    "kind",
    "file",
    "section",
    "page",
    "quote",
    "rules",
)
CITATION_COLUMNS: Final = (
    "claim",
    "document",
    "title",
    "year",
    "page",
    "actor",
    "mechanism",
    "target",
    "outcome",
    "direction",
    "status",
    "according_to",
    "work",
    "work_authors",
    "work_year",
    "work_title",
    "work_doi",
    "work_entry",
    "work_document",
    "quote",
)
LINE_COLUMNS: Final = (
    "who",
    "by what",
    "whom",
    "with what outcome",
    "where",
    "says who",
    "found in",
    "quote",
)
"""What a line that sums up a claim tells."""

SHOWN: Final = 1_000
"""Most claims of a page; the other forms hold all of them."""


@dataclass(frozen=True)
class ClaimLine:
    """A claim on a page: the cells of `LINE_COLUMNS`, its condition, and its quote in parts, marked or not."""

    cells: tuple[str, ...]
    condition: str
    title: str
    parts: tuple[tuple[str, bool], ...]


def summary(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A claim, given under `CLAIM_COLUMNS`, as the cells of `LINE_COLUMNS`."""

    def words(name: str) -> str:
        return ", ".join(row[f"{name}_label"] or ())

    outcome = " ".join(part for part in (words("outcome"), _readable(row["direction"])) if part)
    where = "; ".join(part for name in ("place", "cluster", "sector", "market") if (part := words(name)))
    status = "" if row["status"] == "asserted" else f" ({_readable(row['status'])})"
    group = f" for {words('group')}" if row["group"] else ""
    if row["cited_authors"]:
        source = f"{row['cited_authors']} {row['cited_year'] or ''}".strip()
    else:
        source = row["according_to"] or _readable(row["voice"])
    file = str(row["file"]).replace("\\", "/").rpartition("/")[2]
    place = file + (f", p. {row['page']}" if row["page"] else "")
    # What has no mechanism is judged by its outcome.
    mechanism = words("mechanism") + status if row["mechanism"] else ""
    outcome += status if not row["mechanism"] else ""
    return words("actor"), mechanism, words("target"), outcome + group, where, source, place, row["quote"]


def _readable(value: str | None) -> str:
    return (value or "").replace("_", " ")


def claims_page(head: Mapping[str, Any], facts: Sequence[tuple[str, str]], lines: Sequence[ClaimLine]) -> str:
    """A page that lists claims with their quotes, as text in UTF-8; the same claims give the same page.

    Args:
        head: title, lead, notes and codebook.
        facts: what the list was made of.
        lines: the claims.
    """
    shown = lines[:SHOWN]
    return render(
        "claims.html.j2", styles=("map.css", "theory.css"), head=head, facts=facts, lines=shown,
        columns=LINE_COLUMNS[:-1], total=len(lines),
    )  # fmt: skip
