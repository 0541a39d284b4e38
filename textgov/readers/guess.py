"""Kind of document by cues; the cues are data (`kinds.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from textgov.documents import Bibliography, DocumentKind

START = 3_000
SCANNED = 40_000
"""Characters of a text in which cues are looked for."""


@dataclass(frozen=True)
class Evidence:
    """What the kind of a document is judged by."""

    name: str
    bibliography: Bibliography
    text: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class _Cue:
    where: str
    pattern: re.Pattern[str]
    weight: float


@cache
def _kinds() -> tuple[float, tuple[tuple[DocumentKind, tuple[_Cue, ...]], ...]]:
    data = tomllib.loads(files("textgov.readers").joinpath("kinds.toml").read_text("utf-8"))
    kinds = tuple(
        (
            cast(DocumentKind, kind["name"]),
            tuple(
                _Cue(
                    cue["where"],
                    re.compile(cue["pattern"], re.IGNORECASE | re.MULTILINE),
                    float(cue["weight"]),
                )
                for cue in kind["cues"]
            ),
        )
        for kind in data["kind"]
    )
    return float(data["threshold"]), kinds


def guess_kind(evidence: Evidence) -> DocumentKind:
    """The kind with the highest sum of cue weights, `other` where none reaches the threshold."""
    threshold, kinds = _kinds()
    fields = evidence.bibliography
    places = {
        "name": evidence.name.replace("_", " "),
        "title": fields.title or "",
        "start": evidence.text[:START],
        "headings": "\n".join(evidence.headings),
        "text": evidence.text[:SCANNED],
        "venue": fields.venue or "",
        "record": " ".join(name for name in ("doi", "venue") if getattr(fields, name)),
    }
    best: DocumentKind = "other"
    best_score = threshold
    for kind, cues in kinds:
        score = sum(cue.weight for cue in cues if cue.pattern.search(places[cue.where]))
        if score > best_score or (score == best_score and best == "other"):
            best, best_score = kind, score
    return best
