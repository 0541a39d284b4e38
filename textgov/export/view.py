"""One annotated document with all that is needed to show it, whatever it is shown on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Name
from textgov.documents import Coding, Document, Passage
from textgov.index.records import StoredInteraction, StoredMention, StoredRelation
from textgov.index.store import Index


@dataclass(frozen=True)
class DocumentView:
    """A document, its passages and what was coded in them; offsets are those of the document's text."""

    document: Document
    passages: tuple[Passage, ...]
    mentions: tuple[StoredMention, ...]
    relations: tuple[StoredRelation, ...]
    interactions: tuple[StoredInteraction, ...]
    codings: tuple[tuple[str, Coding], ...]
    codebook: Codebook

    def label(self, layer: str, code: str) -> str:
        """What the codebook calls a code; where an outside standard defines it, the name that stands for it."""
        entry = self.codebook.code(layer, code)
        return entry.label if entry else self._names.get((layer, code), code)

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """Of each code of an outside standard, the name with the shortest id: `place.eth`, not one of its towns."""
        names = {layer: sorted(entries, key=_by_id) for layer, entries in self.codebook.names.items()}
        return {
            (layer, entry.code): entry.name for layer, entries in names.items() for entry in reversed(entries)
        }

    def layers(self) -> list[tuple[str, str, int]]:
        """Id, label and number of mentions of each layer that has some, in the order of the codebook."""
        counts = Counter(stored.mention.layer for stored in self.mentions)
        labels = {layer.id: layer.label for layer in self.codebook.header.layer}
        known = [layer for layer in labels if counts[layer]]
        others = sorted(counts.keys() - labels.keys())
        return [(layer, labels.get(layer, layer), counts[layer]) for layer in [*known, *others]]


def _by_id(name: Name) -> tuple[int, str]:
    return len(name.id), name.id


class Token(NamedTuple):
    """A part of a passage: text, the begin or end of a mention, or the begin of a page.

    `place` is the mention's place in the list of mentions, or the page's number; `first` tells that a
    mention begins here and not merely goes on after another one that it crosses.
    """

    kind: Literal["text", "open", "close", "page"]
    text: str = ""
    place: int = 0
    first: bool = True


def load_view(index: Index, document: str, codebook: Codebook, layers: Sequence[str] = ()) -> DocumentView:
    """Read a document from an index; with `layers`, only the mentions of these.

    Raises:
        UsageError: there is no such document.
    """
    found = index.document(document)
    mentions = tuple(m for m in index.mentions(document=document) if not layers or m.mention.layer in layers)
    return DocumentView(
        found,
        tuple(index.passages(document)),
        mentions,
        tuple(index.relations(document=document)),
        tuple(index.interactions(document=document)),
        tuple(index.codings(document, machine=True)) + tuple(index.codings(document, machine=False)),
        codebook,
    )


def passage_tokens(view: DocumentView) -> Iterator[tuple[Passage, list[Token]]]:
    """Passages in order, each cut into tokens that nest: mentions that cross are closed and opened anew."""
    pages = [(page.start, page.number) for page in view.document.pages if page.start < page.end]
    by_passage: dict[int, list[int]] = {}
    for place, stored in enumerate(view.mentions):
        by_passage.setdefault(stored.passage, []).append(place)
    for passage in view.passages:
        begun = [(max(start, passage.start), number) for start, number in pages if start < passage.end]
        pages = pages[len(begun) :]
        spans = [
            (view.mentions[place].mention.start, view.mentions[place].mention.end, place)
            for place in by_passage.get(passage.ordinal, ())
        ]
        text = view.document.text
        yield passage, list(_tokens(text, (passage.start, passage.end), spans, begun))


def _tokens(
    text: str,
    bounds: tuple[int, int],
    spans: Iterable[tuple[int, int, int]],
    pages: Sequence[tuple[int, int]],
) -> Iterator[Token]:
    ordered = sorted((s for s in spans if s[0] < s[1]), key=lambda span: (span[0], -span[1], span[2]))
    cuts = {*bounds, *(offset for offset, _ in pages)}
    cuts.update(offset for start, end, _ in ordered for offset in (start, end))
    points = sorted(cut for cut in cuts if bounds[0] <= cut <= bounds[1])
    opened: list[int] = []
    begun: set[int] = set()
    for start, end in pairwise(points):
        covering = [place for first, last, place in ordered if first <= start < last]
        shared = 0
        while shared < min(len(opened), len(covering)) and opened[shared] == covering[shared]:
            shared += 1
        yield from (Token("close", place=place) for place in reversed(opened[shared:]))
        yield from (Token("page", place=number) for offset, number in pages if offset == start)
        for place in covering[shared:]:
            yield Token("open", place=place, first=place not in begun)
            begun.add(place)
        opened = covering
        yield Token("text", text[start:end])
    yield from (Token("close", place=place) for place in reversed(opened))
