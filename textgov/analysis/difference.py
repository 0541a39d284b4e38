"""What two codings of a literature differ in: documents and mentions that were added, lost or recoded, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from textgov.analysis.crossings import within
from textgov.analysis.reading import DocumentData, Occurrence
from textgov.analysis.recoding import CodingChange, coding_changes
from textgov.codebook.loader import Codebook
from textgov.documents import Mention
from textgov.index.records import StoredMention
from textgov.index.store import Index
from textgov.index.units import CodedBy, UnitPlace, coded_by

Kind = Literal["added", "lost", "recoded"]
Units = Mapping[str, Sequence[UnitPlace]]

COMPARED: Final = ("code", "form", "scope", "status", "attributed", "source", "dimension", "direction")
"""What makes two mentions of one span differ, in the order in which it is told."""

THRESHOLD: Final = 0.5
"""Score from which a coding counts, as in searches."""

DOCUMENT_GONE: Final = "the second does not have the document"
DOCUMENT_NEW: Final = "the first does not have the document"
TEXT_CHANGED: Final = "the text of the file changed"
CODEBOOK_CHANGED: Final = "the codebook changed"
RULE_GONE: Final = "the second codebook does not have its rule"
RULE_NEW: Final = "the first codebook does not have its rule"
RULE_CHANGED: Final = "its rule is not the same in the two codebooks"
PIPELINE_CHANGED: Final = "the pipeline changed"
BOTH_CHANGED: Final = "codebook and pipeline changed"
NOT_CODED: Final = "one of the two is not coded yet"
HITS_DIFFER: Final = "it is among the hits of one query only"
UNEXPLAINED: Final = "codebook and pipeline are the same"


@dataclass(frozen=True)
class Side:
    """One side of a comparison: an index and the units of it that are looked at.

    `codebook` is that by which it was coded, if it can still be had: equal in `hash` to what the index has recorded.
    """

    index: Index
    units: Units
    codebook: Codebook | None = None

    @cached_property
    def rules(self) -> Mapping[str, object]:
        """The entries of the codebook by id; each is a rule that mentions name."""
        return {} if self.codebook is None else _rules(self.codebook)

    def knows(self, document: CodedBy) -> bool:
        """Whether these are the rules by which a document was coded."""
        return self.codebook is not None and self.codebook.hash == document.codebook


@dataclass(frozen=True)
class DocumentChange:
    """A document that only one side has; `reread` is the id of the other side's document of that file."""

    kind: Literal["added", "lost"]
    document: str
    title: str
    file: str
    reread: str | None = None


@dataclass(frozen=True)
class MentionChange:
    """A mention that was added, lost or recoded.

    `before` and `after` are the two codings, one of them None unless it was recoded; `fields` name what of it
    changed. `start` and `end` are offsets in the document's text, `page` the page of the file.
    """

    kind: Kind
    document: str
    page: int | None
    start: int
    end: int
    text: str
    layer: str
    before: Mention | None
    after: Mention | None
    fields: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class CodeShift:
    """How many documents have a code on either side, and by how many mentions."""

    layer: str
    code: str
    documents: tuple[int, int]
    mentions: tuple[int, int]


@dataclass(frozen=True)
class Difference:
    """All that two sides differ in, in the order of their documents."""

    documents: tuple[DocumentChange, ...]
    mentions: tuple[MentionChange, ...]
    shifts: tuple[CodeShift, ...]
    unchanged: int
    codings: tuple[CodingChange, ...] = ()

    def counts(self) -> Counter[Kind]:
        """Mentions by what became of them."""
        return Counter(change.kind for change in self.mentions)

    def reasons(self) -> Counter[tuple[Kind, str]]:
        """Mentions by what became of them and why."""
        return Counter((change.kind, change.reason) for change in self.mentions)

    def rules(self) -> Counter[tuple[Kind, str]]:
        """Mentions by what became of them and the rule that gave them; of recoded ones the later rule."""
        found: Counter[tuple[Kind, str]] = Counter()
        for change in self.mentions:
            mention = change.after or change.before
            if mention is not None:
                found[change.kind, mention.rule] += 1
        return found


def difference(before: Side, after: Side) -> Difference:
    """Compare two sides.

    Mentions are the same if document, span and layer are; a mention whose span moved is the same if it overlaps
    one of that layer which has no partner of its own span. Documents are the same if their texts are.
    """
    versions = coded_by(before.index), coded_by(after.index)
    documents = list(_document_changes(before, after))
    reread = {change.document for change in documents if change.reread is not None}
    changes: list[MentionChange] = []
    codings: list[CodingChange] = []
    unchanged = 0
    counters = _Shifts()
    for document in dict.fromkeys([*before.units, *after.units]):
        old, new = _mentions(before, document), _mentions(after, document)
        counters.add(0, old)
        counters.add(1, new)
        holder = after if document in after.units else before
        text = holder.index.document(document).text
        reason = _Reason(document, before, after, versions, document in reread)
        codings += coding_changes(*_data(before, after, document), reason.of_document())
        for one, other in _paired(old, new):
            change = _change(document, text, one, other, reason)
            if change is None:
                unchanged += 1
            else:
                changes.append(change)
    return Difference(tuple(documents), tuple(changes), counters.shifts(), unchanged, tuple(codings))


def _rules(codebook: Codebook) -> Mapping[str, object]:
    found: dict[str, object] = {cluster.id: cluster for cluster in codebook.clusters}
    found |= {term.id: term for terms in codebook.terms.values() for term in terms}
    return found | {name.id: name for names in codebook.names.values() for name in names}


def _data(
    before: Side, after: Side, document: str
) -> tuple[DocumentData | None, DocumentData | None, tuple[Sequence[UnitPlace], Sequence[UnitPlace]]]:
    one, other = (
        DocumentData(side.index, document, THRESHOLD) if document in side.units else None
        for side in (before, after)
    )
    return one, other, (before.units.get(document, ()), after.units.get(document, ()))


def _mentions(side: Side, document: str) -> list[StoredMention]:
    if document not in side.units:
        return []
    stored = list(side.index.mentions(document=document))
    places = [
        Occurrence(str(n), one.passage, one.sentence, one.mention.start) for n, one in enumerate(stored)
    ]
    return [stored[int(place.value)] for place in within(places, side.units[document])]


def _document_changes(before: Side, after: Side) -> Iterator[DocumentChange]:
    known = {document: before.index.document(document).source for document in before.units}
    later = {document: after.index.document(document).source for document in after.units}
    by_file = {file: document for document, file in later.items()}
    earlier_by_file = {file: document for document, file in known.items()}
    for document, file in known.items():
        if document not in later:
            title = before.index.document(document).bibliography.title or file
            yield DocumentChange("lost", document, title, file, by_file.get(file))
    for document, file in later.items():
        if document not in known:
            title = after.index.document(document).bibliography.title or file
            yield DocumentChange("added", document, title, file, earlier_by_file.get(file))


def _paired(
    old: Sequence[StoredMention], new: Sequence[StoredMention]
) -> Iterator[tuple[StoredMention | None, StoredMention | None]]:
    """Mentions of both sides, each with its partner or None, in the order of the text."""
    waiting: dict[tuple[int, int, str], list[StoredMention]] = {}
    for one in new:
        waiting.setdefault(_span(one), []).append(one)
    pairs: list[tuple[StoredMention | None, StoredMention | None]] = []
    alone: list[StoredMention] = []
    for one in old:
        partners = waiting.get(_span(one))
        if partners:
            # Of several codes on one span, the one of the same code is the partner.
            same = next((p for p in partners if p.mention.code == one.mention.code), partners[0])
            partners.remove(same)
            pairs.append((one, same))
        else:
            alone.append(one)
    rest = sorted((one for found in waiting.values() for one in found), key=_span)
    for one in alone:
        partner = next((other for other in rest if _overlaps(one.mention, other.mention)), None)
        if partner is not None:
            rest.remove(partner)
        pairs.append((one, partner))
    pairs += [(None, other) for other in rest]
    return iter(sorted(pairs, key=lambda pair: _span(pair[0] or pair[1])))  # type: ignore[arg-type]


def _span(stored: StoredMention) -> tuple[int, int, str]:
    return stored.mention.start, stored.mention.end, stored.mention.layer


def _overlaps(one: Mention, other: Mention) -> bool:
    return one.layer == other.layer and one.start < other.end and other.start < one.end


@dataclass(frozen=True)
class _Reason:
    """Why the mentions of a document differ, as far as the two indexes tell."""

    document: str
    before: Side
    after: Side
    versions: tuple[Mapping[str, CodedBy], Mapping[str, CodedBy]]
    is_reread: bool

    def of(self, one: StoredMention | None, other: StoredMention | None) -> str:
        """The reason for a mention that changed, was lost, or was added."""
        absent = self.of_document()
        if absent is not None:
            return absent
        missing = self.after if other is None else self.before
        present = one or other
        if (one is None or other is None) and present is not None and not _covers(missing, present):
            return HITS_DIFFER
        return self._rule(one, other) or self._versions()

    def _rule(self, one: StoredMention | None, other: StoredMention | None) -> str | None:
        """What became of the rule of a mention between two codebooks; None where it is the same, or not known."""
        first, second = self._coded()
        if not (self.before.knows(first) and self.after.knows(second)):
            return None
        old, new = self.before.rules, self.after.rules
        rules = [stored.mention.rule for stored in (one, other) if stored is not None]
        for rule in rules:
            if rule in old and rule not in new:
                return RULE_GONE
            if rule in new and rule not in old:
                return RULE_NEW
        changed = any(rule in old and old[rule] != new[rule] for rule in rules)
        return RULE_CHANGED if changed else None

    def of_document(self) -> str | None:
        """Why one side lacks the document; None if both have it."""
        for side, reason in ((self.after, DOCUMENT_GONE), (self.before, DOCUMENT_NEW)):
            if self.document not in side.units:
                if self.is_reread:
                    return TEXT_CHANGED
                return HITS_DIFFER if side.index.has_document(self.document) else reason
        return None

    def _coded(self) -> tuple[CodedBy, CodedBy]:
        first, second = (versions.get(self.document, CodedBy(None, None)) for versions in self.versions)
        return first, second

    def _versions(self) -> str:
        first, second = self._coded()
        if None in (*first[:2], *second[:2]):
            return NOT_CODED
        if first.codebook != second.codebook:
            # The hash of a pipeline covers its codebook: what else changed, the options and versions tell.
            same = first.made == second.made if first.made else first.pipeline == second.pipeline
            return CODEBOOK_CHANGED if same else BOTH_CHANGED
        return PIPELINE_CHANGED if first.pipeline != second.pipeline else UNEXPLAINED


def _covers(side: Side, stored: StoredMention) -> bool:
    """Whether the unit of a mention is among those that a side looks at."""
    place = Occurrence("", stored.passage, stored.sentence)
    return bool(within([place], side.units[stored.document]))


def _change(
    document: str, text: str, one: StoredMention | None, other: StoredMention | None, reason: _Reason
) -> MentionChange | None:
    before, after = (None if stored is None else stored.mention for stored in (one, other))
    kind: Kind = "recoded" if before and after else "lost" if before else "added"
    fields: tuple[str, ...] = ()
    if before and after:
        fields = tuple(name for name in COMPARED if getattr(before, name) != getattr(after, name))
        if (before.start, before.end) != (after.start, after.end):
            fields = ("span", *fields)
        if not fields:
            return None
    shown = other or one
    assert shown is not None
    mention = shown.mention
    return MentionChange(
        kind,
        document,
        shown.page,
        mention.start,
        mention.end,
        " ".join(text[mention.start : mention.end].split()),
        mention.layer,
        before,
        after,
        fields,
        reason.of(one, other),
    )


class _Shifts:
    """Documents and mentions of each code, on either side."""

    def __init__(self) -> None:
        self._mentions: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = Counter(), Counter()
        self._documents: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = Counter(), Counter()

    def add(self, side: int, found: Sequence[StoredMention]) -> None:
        """Take up the mentions of a document."""
        codes = [(stored.mention.layer, stored.mention.code) for stored in found]
        self._mentions[side].update(codes)
        self._documents[side].update(set(codes))

    def shifts(self) -> tuple[CodeShift, ...]:
        """Codes whose numbers differ, the most changed first."""
        codes = sorted({*self._mentions[0], *self._mentions[1]})
        found = [
            CodeShift(
                *code,
                (self._documents[0][code], self._documents[1][code]),
                (self._mentions[0][code], self._mentions[1][code]),
            )
            for code in codes
        ]
        changed = [shift for shift in found if len({*shift.mentions}) > 1 or len({*shift.documents}) > 1]
        return tuple(sorted(changed, key=lambda shift: -abs(shift.mentions[1] - shift.mentions[0])))
