"""Claims: who governs whom by what means, with what outcome, where and when it is said to hold, and who says so.

A claim is put together from the mentions of a passage and the relations between them. Each mechanism is in at least
one claim; what no relation ties to it is left empty rather than guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, Literal, NamedTuple

from textgov.analysis.claims_context import Cell, Context, quoted
from textgov.analysis.claims_references import Reference, ReferenceList, read_reference
from textgov.analysis.claims_voice import Voice, Voices
from textgov.analysis.reading import DocumentData
from textgov.codebook.loader import Codebook
from textgov.documents import Mention, Status
from textgov.index.records import StoredMention, StoredRelation
from textgov.index.store import Index
from textgov.index.units import UnitPlace

ACTOR: Final = "actor"
MECHANISM: Final = "mechanism"
OUTCOMES: Final = frozenset({"outcome", "economic_upgrading"})
CELLS: Final = (
    "actor",
    "mechanism",
    "target",
    "outcome",
    "group",
    "place",
    "cluster",
    "sector",
    "market",
    "condition",
)
"""The cells of a claim that are backed by words of the document."""

FIRST_PERSON: Final = "first-person"
"""The rule by which "we" is the firm whose text it is."""

FIRMS_OWN: Final = frozenset({"statement", "other"})
"""Kinds of documents in which a firm may speak; elsewhere "we" are the authors."""

Role = Literal["actor", "mechanism", "target", "outcome"]


@dataclass(frozen=True)
class Claim:
    """One claim. `start` and `end` are the offsets of its quote in the document's text.

    `status` is that of the mechanism, or of the outcome where there is no mechanism; `outcome_status` that of the
    outcome. `sources` are the entries of the document's reference list that are cited for it, the one that is named
    by `according_to` first. `relations` are the kinds of relations that tie its cells.
    """

    id: str
    document: str
    passage: int
    sentence: int
    start: int
    end: int
    page: int | None
    section: str | None
    quote: str
    cells: Mapping[str, Cell]
    dimension: str | None
    direction: str | None
    status: Status
    outcome_status: Status | None
    voice: Voice
    attributed: bool
    according_to: str | None
    sources: tuple[Reference, ...]
    relations: tuple[str, ...]
    rules: tuple[str, ...]

    def value(self, name: str) -> tuple[str, ...]:
        """The codes of a cell, or the value of a property, as a filter compares it."""
        if name in CELLS:
            cell = self.cells.get(name)
            return cell.codes if cell else ()
        found = getattr(self, name)
        if name == "relations":
            return tuple(found)
        return () if found is None else (str(found),)


class _Parts(NamedTuple):
    """The mentions that play a part in a claim, by ordinal, and the relations that say so."""

    roles: Mapping[Role, int]
    relations: tuple[StoredRelation, ...] = ()


def claims(
    index: Index, units: Mapping[str, Sequence[UnitPlace]], codebook: Codebook, *, tied: bool = False
) -> Iterator[Claim]:
    """The claims of some units, in the order of the index and of the text.

    Args:
        index: the index.
        units: units of which claims are wanted, by document.
        codebook: the codebook by which the index was annotated.
        tied: only claims in which a relation ties two cells.

    Raises:
        IndexFileError: the file cannot be read.
    """
    for document, places in units.items():
        wanted = set(places)
        found = _Document(DocumentData(index, document, 0.0), codebook)
        for claim in found.claims():
            if not tied or claim.relations:
                unit = UnitPlace(claim.passage, claim.sentence)
                if wanted & {unit, UnitPlace(claim.passage), UnitPlace()}:
                    yield claim


class _Document:
    """One document while its claims are put together."""

    def __init__(self, data: DocumentData, codebook: Codebook) -> None:
        self._data = data
        self._context = Context(data, codebook)
        self._text = data.document.text
        self._by_passage: dict[int, dict[int, StoredMention]] = {}
        speaks_for_a_firm = data.document.bibliography.kind in FIRMS_OWN
        for stored in data.mentions:
            if speaks_for_a_firm or stored.mention.rule != FIRST_PERSON:
                self._by_passage.setdefault(stored.passage, {})[stored.ordinal] = stored
        self._relations: dict[int, list[StoredRelation]] = {}
        for link in data.index.relations(document=data.id):
            self._relations.setdefault(link.passage, []).append(link)
        self._voices = Voices(data.document, codebook)
        self._seen: dict[str, int] = {}

    @cached_property
    def _references(self) -> ReferenceList:
        listed = (p for p in self._data.passages.values() if p.kind == "references")
        return ReferenceList([read_reference(self._text[p.start : p.end], p.page) for p in listed])

    def claims(self) -> Iterator[Claim]:
        """All claims, in the order of the text."""
        for ordinal, mentions in sorted(self._by_passage.items()):
            # A heading names what is spoken of, and claims nothing.
            if self._data.passages[ordinal].kind == "heading":
                continue
            found = _without_doubles(_parts(mentions, self._relations.get(ordinal, ())), mentions)
            for parts in sorted(found, key=lambda parts: _order(parts, mentions)):
                yield self._claim(parts, mentions)

    def _claim(self, parts: _Parts, mentions: Mapping[int, StoredMention]) -> Claim:
        by_role = {role: mentions[place] for role, place in parts.roles.items()}
        core = next(by_role[role] for role in _BY_WEIGHT if role in by_role)
        mechanism, outcome = by_role.get("mechanism"), by_role.get("outcome")
        start, end = self._span(list(by_role.values()))
        attributed = next((m.mention for m in (mechanism, outcome) if m and m.mention.attributed), None)
        according_to = attributed.source if attributed else None
        sources = self._sources(according_to, start, end)
        voice = self._voices.of(core.mention.start, attributed, bool(sources))
        passage = self._data.passages[core.passage]
        return Claim(
            self._id(core),
            self._data.id,
            core.passage,
            core.sentence,
            start,
            end,
            core.page,
            passage.section,
            quoted(self._text, start, end),
            self._cells(by_role, core, is_recap=voice == "literature"),
            outcome.mention.dimension if outcome else None,
            outcome.mention.direction if outcome else None,
            core.mention.status,
            outcome.mention.status if outcome else None,
            voice,
            attributed is not None,
            according_to,
            sources,
            tuple(dict.fromkeys(link.relation.kind for link in parts.relations)),
            tuple(
                dict.fromkeys(
                    [m.mention.rule for m in by_role.values()] + [r.relation.rule for r in parts.relations]
                )
            ),
        )

    def _id(self, core: StoredMention) -> str:
        """The document, the offset of the claim's core, and which of the claims there it is."""
        place = f"{self._data.id}:{core.mention.start}"
        number = self._seen[place] = self._seen.get(place, 0) + 1
        return place if number == 1 else f"{place}.{number}"

    def _span(self, parts: Sequence[StoredMention]) -> tuple[int, int]:
        """From the first to the last sentence that a part stands in."""
        passage = self._data.passages[parts[0].passage]
        known = self._data.sentences.get(passage.ordinal, ())
        spans = [
            (known[p.sentence].start, known[p.sentence].end)
            if p.sentence < len(known)
            else (passage.start, passage.end)
            for p in parts
        ]
        return min(start for start, _ in spans), max(end for _, end in spans)

    def _cells(
        self, by_role: Mapping[Role, StoredMention], core: StoredMention, *, is_recap: bool
    ) -> dict[str, Cell]:
        cells: dict[str, Cell | None] = {
            role: self._cell(role, by_role[role]) for role in _BY_WEIGHT if role in by_role
        }
        at = core.passage, core.sentence
        outcome = by_role["outcome"].mention if "outcome" in by_role else None
        cells["group"] = self._context.group(outcome, *at)
        for layer in ("place", "cluster", "sector", "market"):
            cells[layer] = self._context.cell(layer, *at, core.mention.start, whole_document=not is_recap)
        cells["condition"] = self._condition([m.mention for m in by_role.values()], core)
        return {name: cell for name in CELLS if (cell := cells.get(name)) is not None}

    def _cell(self, role: Role, stored: StoredMention) -> Cell:
        mention = stored.mention
        words = quoted(self._text, mention.start, mention.end)
        return Cell(mention.layer, (mention.code,), words, mention.start, mention.end, stored.page)

    def _condition(self, mentions: Sequence[Mention], core: StoredMention) -> Cell | None:
        # The condition of the core comes first: another part may stand under one of its own.
        ordered = [core.mention, *mentions]
        span = next((mention.condition for mention in ordered if mention.condition is not None), None)
        if span is None:
            return None
        return Cell("condition", (), quoted(self._text, *span), *span, core.page)

    def _sources(self, according_to: str | None, start: int, end: int) -> tuple[Reference, ...]:
        cited = self._references.match_in(according_to, self._text[start:end]) if according_to else None
        if cited is None:
            return ()
        beside = self._references.beside(self._text[start:end], cited)
        return tuple(dict.fromkeys([cited, *beside]))


_BY_WEIGHT: Final[tuple[Role, ...]] = ("mechanism", "outcome", "actor", "target")
"""The first of these that a claim has is its core: its place, status and source are the claim's."""


def _parts(mentions: Mapping[int, StoredMention], relations: Sequence[StoredRelation]) -> list[_Parts]:
    """The claims of a passage: mechanisms with what is tied to them, then what is tied without one, then the rest."""
    tied: dict[int, list[_Parts]] = {}
    without: list[_Parts] = []
    for parts in (_roles(link, mentions) for link in relations):
        # A relation of which one end alone is known ties nothing.
        if len(parts.roles) < 2:
            continue
        if "mechanism" in parts.roles:
            tied.setdefault(parts.roles["mechanism"], []).append(parts)
        else:
            without.append(parts)
    found = [*without]
    for place, stored in mentions.items():
        if stored.mention.layer == MECHANISM:
            found += _joined(place, tied.get(place, []))
    used = {parts.roles.get("outcome") for parts in found}
    for place, stored in mentions.items():
        if stored.mention.layer in OUTCOMES and stored.mention.direction and place not in used:
            found.append(_Parts({"outcome": place}))
    return found


def _roles(link: StoredRelation, mentions: Mapping[int, StoredMention]) -> _Parts:
    """Which part each end of a relation plays: actors by where they stand, others by their layer."""
    roles: dict[Role, int] = {}
    relation = link.relation
    means = next(
        (mentions[p] for p in (relation.means, relation.source) if p is not None and p in mentions), None
    )
    ends: tuple[tuple[int | None, Role], ...] = (
        (relation.source, "actor"),
        (relation.means, "actor"),
        (relation.target, "target"),
    )
    for place, role in ends:
        if place is None or place not in mentions:
            continue
        layer = mentions[place].mention.layer
        if layer == ACTOR:
            # Who acts on whom is told within a sentence; a relation over its end has misread where it ends.
            if means is None or means.sentence == mentions[place].sentence:
                roles.setdefault(role, place)
        elif layer == MECHANISM:
            roles.setdefault("mechanism", place)
        elif layer in OUTCOMES:
            roles.setdefault("outcome", place)
    return _Parts(roles, (link,))


def _joined(mechanism: int, links: Sequence[_Parts]) -> Iterator[_Parts]:
    """Each way in which a mechanism is used, with each outcome that it leads to."""
    uses = [parts for parts in links if "outcome" not in parts.roles]
    effects = [parts for parts in links if "outcome" in parts.roles]
    nothing = _Parts({})
    for use, effect in product(uses or [nothing], effects or [nothing]):
        roles: dict[Role, int] = {"mechanism": mechanism, **use.roles}
        for role, place in effect.roles.items():
            roles.setdefault(role, place)
        yield _Parts(roles, use.relations + effect.relations)


def _without_doubles(found: Sequence[_Parts], mentions: Mapping[int, StoredMention]) -> list[_Parts]:
    """Claims less those that say in the same sentence no more than another does."""
    content = [_content(parts, mentions) for parts in found]
    kept = []
    for number, (sentence, said) in enumerate(content):
        others = enumerate(content)
        if not any(
            other == sentence and (said < more or (said == more and place < number))
            for place, (other, more) in others
        ):
            kept.append(found[number])
    return kept


def _content(
    parts: _Parts, mentions: Mapping[int, StoredMention]
) -> tuple[int, frozenset[tuple[str, str, str | None]]]:
    core = next(mentions[parts.roles[role]] for role in _BY_WEIGHT if role in parts.roles)
    said = {
        (role, m.code, m.direction or (m.status if role == "mechanism" else None))
        for role, m in ((role, mentions[place].mention) for role, place in parts.roles.items())
    }
    return core.sentence, frozenset(said)


def _order(parts: _Parts, mentions: Mapping[int, StoredMention]) -> tuple[int, ...]:
    core = next(parts.roles[role] for role in _BY_WEIGHT if role in parts.roles)
    starts = (mentions[place].mention.start for place in parts.roles.values())
    return mentions[core].mention.start, core, *starts


Keep = Callable[[Claim], bool]


def having(conditions: Sequence[tuple[str, str]]) -> Keep:
    """A test that a claim has all of some values, given as pairs of a cell or property and a value of it."""

    def keep(claim: Claim) -> bool:
        return all(value in claim.value(name) for name, value in conditions)

    return keep
