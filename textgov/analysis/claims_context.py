"""What a claim is about beside its actors and means: place, cluster, sector, market, group of workers.

Nothing in a text ties these to a claim by grammar, so they are taken from as near as there is just one answer: from
the claim's sentence, its passage, or the whole document; each with the words that say so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from textgov.analysis.axes import PLACE, countries
from textgov.analysis.reading import DocumentData
from textgov.codebook.loader import Codebook
from textgov.documents import Mention
from textgov.index.records import StoredMention

Nearness = Literal["mention", "sentence", "passage", "document"]

MAIN: Final = 0.6
"""A document is about the value that at least this share of its mentions of a layer have."""

FEWEST: Final = 3
"""Mentions that a document must have of a value to be about it."""

ASIDE: Final = 0.2
"""A document that is not about one thing has but an aside on what has less than this share of its mentions."""

_JOINED: Final = re.compile(r"\s*(?:,|,?\s*(?:and|or|&)|/|–)\s*")
_BEFORE: Final = re.compile(r"[\s\-]*(?:\w+\s+)?")
_WHOLE_DOCUMENT: Final = frozenset({PLACE, "cluster", "sector"})


@dataclass(frozen=True)
class Cell:
    """A cell of a claim: its codes, the words of the document that say so, and from how near they are taken."""

    layer: str
    codes: tuple[str, ...]
    quote: str
    start: int
    end: int
    page: int | None
    near: Nearness = "mention"


class Context:
    """The places, sectors and the like of one document."""

    def __init__(self, data: DocumentData, codebook: Codebook) -> None:
        self._data = data
        self._codebook = codebook
        self._text = data.document.text
        self._by_passage: dict[tuple[str, int], list[StoredMention]] = {}
        for stored in data.mentions:
            self._by_passage.setdefault((stored.mention.layer, stored.passage), []).append(stored)
        self._counted: dict[str, Counter[str]] = {}
        self._main: dict[str, StoredMention | None] = {}

    def cell(
        self, layer: str, passage: int, sentence: int, anchor: int, *, whole_document: bool = True
    ) -> Cell | None:
        """The value of a layer for what stands at an offset; None where there is none, or not one alone.

        Args:
            layer: such as `place`.
            passage: ordinal of the passage.
            sentence: ordinal of the sentence within it.
            anchor: offset in the document's text to which the nearest is taken.
            whole_document: whether what the document as a whole is about may be taken.
        """
        here = [stored for stored in self._by_passage.get((layer, passage), ()) if self._counts(stored)]
        main = self._main_of(layer) if layer in _WHOLE_DOCUMENT else None
        # Where people are from tells where they are only if the document is about that place, or about none.
        here = [s for s in here if not self._is_demonym(s.mention) or self._agrees(s, main)]
        inside = self._narrowest(stored for stored in here if stored.sentence == sentence)
        if inside:
            # A sentence says where it is; another branch than the document's is as often an aside or a contrast.
            if layer != PLACE and not all(self._agrees(stored, main) for stored in inside):
                return None
            nearest = min(inside, key=lambda stored: (abs(stored.mention.start - anchor), stored.ordinal))
            return self._joined(layer, inside, nearest)
        if layer not in _WHOLE_DOCUMENT:
            return None
        around = self._narrowest(here)
        if not around:
            return self._made(layer, [main], "document") if main is not None and whole_document else None
        before = [stored for stored in around if stored.mention.start < anchor]
        is_one = len({stored.mention.code for stored in around}) == 1
        if not is_one or not self._agrees(around[0], main):
            return None
        # Where a document speaks of several, a passage is about one from where it names it.
        if main is None and not before and not self._is_alone(layer, around[0].mention.code):
            return None
        nearest = min(
            before or around, key=lambda stored: (abs(stored.mention.start - anchor), stored.ordinal)
        )
        return self._made(layer, [nearest], "passage")

    def _agrees(self, stored: StoredMention, main: StoredMention | None) -> bool:
        """Whether a value is what the document is about, wider or narrower; or if that is not one thing."""
        if main is None:
            return stored.mention.layer == PLACE or not self._is_aside(stored.mention)
        if stored.mention.code == main.mention.code:
            return True
        layer, code, other = stored.mention.layer, stored.mention.code, main.mention.code
        return code in self._ancestors(layer, other) or other in self._ancestors(layer, code)

    def _counts_of(self, layer: str) -> Counter[str]:
        if layer not in self._counted:
            found = (s for s in self._data.mentions if s.mention.layer == layer and self._counts(s))
            self._counted[layer] = Counter(stored.mention.code for stored in found)
        return self._counted[layer]

    def _is_aside(self, mention: Mention) -> bool:
        """Whether a document has little to say of a value beside others."""
        counts = self._counts_of(mention.layer)
        return counts[mention.code] < ASIDE * counts.total()

    def _is_alone(self, layer: str, code: str) -> bool:
        return set(self._counts_of(layer)) <= {code, *self._ancestors(layer, code)}

    def group(self, mention: Mention | None, passage: int, sentence: int) -> Cell | None:
        """The workers that an outcome reaches, or else the only group named in the sentence."""
        here = self._by_passage.get(("group", passage), ())
        if mention is not None and mention.group is not None:
            start, end = mention.group
            inside = [s for s in here if s.mention.start < end and start < s.mention.end]
            if inside:
                return self._made("group", inside, "mention")
        named = [stored for stored in here if stored.sentence == sentence]
        if named and len({stored.mention.code for stored in named}) == 1:
            return self._made("group", named[:1], "sentence")
        return None

    def _made(self, layer: str, found: Sequence[StoredMention], near: Nearness) -> Cell:
        first, last = found[0], found[-1]
        start, end = first.mention.start, last.mention.end
        codes = tuple(dict.fromkeys(stored.mention.code for stored in found))
        return Cell(layer, codes, quoted(self._text, start, end), start, end, first.page, near)

    def _joined(self, layer: str, inside: Sequence[StoredMention], nearest: StoredMention) -> Cell:
        """The nearest with those that are joined to it: "in Cambodia, Laos and Vietnam"."""
        ordered = sorted(inside, key=lambda stored: (stored.mention.start, stored.ordinal))
        place = ordered.index(nearest)
        first = last = place
        while first > 0 and self._is_joined(ordered[first - 1], ordered[first]):
            first -= 1
        while last + 1 < len(ordered) and self._is_joined(ordered[last], ordered[last + 1]):
            last += 1
        return self._made(layer, ordered[first : last + 1], "sentence")

    def _is_joined(self, one: StoredMention, other: StoredMention) -> bool:
        between = self._text[one.mention.end : other.mention.start]
        return _JOINED.fullmatch(between) is not None

    def _counts(self, stored: StoredMention) -> bool:
        """Whether a place is where something happens, and not the home of who acts from abroad."""
        if stored.mention.layer != PLACE:
            return True
        place = stored.mention
        if self._is_demonym(place) and any(
            (place.start, place.end) == (other.mention.start, other.mention.end)
            for other in self._by_passage.get(("actor", stored.passage), ())
        ):
            return False
        others = (
            *self._by_passage.get(("actor", stored.passage), ()),
            *self._by_passage.get(("mechanism", stored.passage), ()),
        )
        return not any(self._is_home(place, other.mention) for other in others)

    def _is_home(self, place: Mention, other: Mention) -> bool:
        code = self._codebook.code(other.layer, other.code)
        if code is None or not (code.abroad or (other.scope == "vertical" and code.scope == "horizontal")):
            return False
        if other.start <= place.start and place.end <= other.end:
            return True
        between = self._text[place.end : other.start]
        return place.end <= other.start and _BEFORE.fullmatch(between) is not None

    def _narrowest(self, found: Iterable[StoredMention]) -> list[StoredMention]:
        """Mentions less those whose code contains another's: a sector its branches, a region its countries."""
        kept = list(found)
        codes = {stored.mention.code for stored in kept}
        wider = {parent for code in codes for parent in self._ancestors(kept[0].mention.layer, code)}
        if codes & countries().keys() and kept[0].mention.layer == PLACE:
            wider |= codes - countries().keys()
        kept = [stored for stored in kept if stored.mention.code not in wider]
        # "In Turkey, Syrian children": the people are from there, what happens is not.
        named = [stored for stored in kept if not self._is_demonym(stored.mention)]
        return named or kept

    def _is_demonym(self, mention: Mention) -> bool:
        if mention.layer != PLACE:
            return False
        words = quoted(self._text, mention.start, mention.end).casefold()
        return words in self._demonyms or words.removesuffix("s") in self._demonyms

    @cached_property
    def _demonyms(self) -> frozenset[str]:
        names = self._codebook.names.get(PLACE, ())
        return frozenset(word.casefold() for name in names for word in name.demonyms)

    def _ancestors(self, layer: str, code: str) -> set[str]:
        found: set[str] = set()
        entry = self._codebook.code(layer, code)
        while entry is not None and entry.parent is not None and entry.parent not in found:
            found.add(entry.parent)
            entry = self._codebook.code(layer, entry.parent)
        return found

    def _main_of(self, layer: str) -> StoredMention | None:
        if layer not in self._main:
            self._main[layer] = self._find_main(layer)
        return self._main[layer]

    def _find_main(self, layer: str) -> StoredMention | None:
        """Where the document first says what it is about; None if it is not about one thing."""
        found = [s for s in self._data.mentions if s.mention.layer == layer and self._counts(s)]
        counts = self._counts_of(layer)
        if layer == PLACE:
            counts = Counter({code: count for code, count in counts.items() if code in countries()})
        if not counts:
            return None
        code = min(counts, key=lambda code: (-counts[code], code))
        if counts[code] < FEWEST or counts[code] < MAIN * sum(counts.values()):
            return None
        return next(stored for stored in found if stored.mention.code == code)


def quoted(text: str, start: int, end: int) -> str:
    """The words of a range on one line."""
    return " ".join(text[start:end].split())
