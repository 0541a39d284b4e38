"""Codings of passages and documents, such as paths, that two codings of a literature differ in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from textgov.analysis.crossings import within
from textgov.analysis.reading import DocumentData, Occurrence
from textgov.documents import Coding
from textgov.index.annotations import CELLS
from textgov.index.units import UnitPlace

SHOWN: Final = 160
"""Characters of a passage by which a reader knows it."""

Key = tuple[int, str, str]
"""What is coded: ordinal of the passage (-1 for the document), layer and code."""


@dataclass(frozen=True)
class CodingChange:
    """A coding that was added, lost or given another stance; `before` and `after` are the two.

    `passage` is None for a coding of the document, `text` the begin of the passage. The reason names the coders
    where they are not the same: persons, or models with their versions.
    """

    kind: Literal["added", "lost", "recoded"]
    document: str
    passage: int | None
    page: int | None
    text: str
    layer: str
    code: str
    before: Coding | None
    after: Coding | None
    reason: str


def coding_changes(
    before: DocumentData | None,
    after: DocumentData | None,
    units: tuple[Sequence[UnitPlace], Sequence[UnitPlace]],
    reason: str | None,
) -> Iterator[CodingChange]:
    """Codings of a document that two sides differ in, those of the document first, then by passage.

    Cells of form and scope are passed over: they follow from the mentions.

    Args:
        before: the document in the first index; None where it is not among what is compared.
        after: the same in the second.
        units: the units that are compared, of either side.
        reason: why the two differ where it is not the coders; None to name these.
    """
    old, new = (_coded(data, places) for data, places in zip((before, after), units, strict=True))
    for key in sorted({*old, *new}):
        one, other = old.get(key), new.get(key)
        if one and other and one.stance == other.stance:
            continue
        data = after if other and after else before
        assert data is not None
        yield _change(data, key, one, other, reason or _by_whom(old, new, key, (one, other)))


def _coded(data: DocumentData | None, units: Sequence[UnitPlace]) -> dict[Key, Coding]:
    """The codings in some units, of several of one code the one of the highest score."""
    if data is None:
        return {}
    known = [(layer, coding) for layer, coding in data.codings if layer != CELLS]
    places = [Occurrence(str(n), coding.passage) for n, (_, coding) in enumerate(known)]
    found: dict[Key, Coding] = {}
    for place in within(places, units):
        layer, coding = known[int(place.value)]
        key = (-1 if coding.passage is None else coding.passage, layer, coding.code)
        if key not in found or coding.score > found[key].score:
            found[key] = coding
    return found


def _by_whom(
    old: dict[Key, Coding], new: dict[Key, Coding], key: Key, pair: tuple[Coding | None, Coding | None]
) -> str:
    def coder(codings: dict[Key, Coding], coding: Coding | None) -> str:
        if coding is not None:
            return coding.coder
        others = sorted({other.coder for (_, layer, _), other in codings.items() if layer == key[1]})
        return " and ".join(others) or "nobody"

    first, second = coder(old, pair[0]), coder(new, pair[1])
    return f"both by {first}" if first == second else f"by {first}, then by {second}"


def _change(
    data: DocumentData, key: Key, one: Coding | None, other: Coding | None, reason: str
) -> CodingChange:
    number, layer, code = key
    passage = data.passages.get(number)
    text = data.document.text[passage.start : passage.end] if passage else ""
    return CodingChange(
        "recoded" if one and other else "lost" if one else "added",
        data.id,
        None if number < 0 else number,
        passage.page if passage else None,
        " ".join(text.split())[:SHOWN],
        layer,
        code,
        one,
        other,
        reason,
    )
