"""Texts longer than a passage should be: annotated piece by piece, so that memory and time stay in bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec

from textgov.documents import Annotation, Document, Interaction, Mention, Relation
from textgov.preprocessing.segment import segment

LONG = 20_000
"""Texts with more characters than this are cut; a passage has 1,800 at most."""

Annotate = Callable[[Iterable[str]], Iterator[Annotation]]


def annotate_texts(texts: Iterable[str], annotate: Annotate, batch: int = 64) -> Iterator[Annotation]:
    """Annotations of texts of any length, in order; offsets are those of each text as it was given.

    A long text is cut where passages are cut, between sentences. A path's score is then the highest of its
    pieces, its stance that of the same piece.

    Args:
        texts: read lazily, `batch` at a time.
        annotate: what annotates short texts.
        batch: most texts held at once.
    """
    waiting = iter(texts)
    while group := list(islice(waiting, batch)):
        short = annotate(text for text in group if len(text) <= LONG)
        for text in group:
            yield next(short) if len(text) <= LONG else _in_pieces(text, annotate)


def _in_pieces(text: str, annotate: Annotate) -> Annotation:
    spans = [(p.start, p.end) for p in segment(Document("", "", text))]
    joined = _Joined()
    for (start, _), part in zip(spans, annotate(text[a:b] for a, b in spans), strict=True):
        joined.add(start, part)
    return joined.annotation()


class _Joined:
    """Annotations of pieces on their way to become one."""

    def __init__(self) -> None:
        self._mentions: list[Mention] = []
        self._relations: list[Relation] = []
        self._interactions: list[Interaction] = []
        self._paths: dict[str, float] = {}
        self._stance: dict[str, str] = {}
        self._cells: set[str] = set()

    def add(self, offset: int, part: Annotation) -> None:
        """Append the annotation of the piece that begins at an offset."""
        first = len(self._mentions)
        self._mentions.extend(_moved_mention(mention, offset) for mention in part.mentions)
        self._relations.extend(_moved_relation(relation, offset, first) for relation in part.relations)
        self._interactions.extend(
            msgspec.structs.replace(one, start=one.start + offset, end=one.end + offset)
            for one in part.interactions
        )
        self._cells.update(part.cells)
        for path, score in part.paths.items():
            if score > self._paths.get(path, -1.0):
                self._paths[path] = score
                self._stance.pop(path, None)
                if path in part.stance:
                    self._stance[path] = part.stance[path]

    def annotation(self) -> Annotation:
        """The annotation of the whole."""
        return Annotation(
            tuple(self._mentions),
            tuple(self._relations),
            tuple(self._interactions),
            self._paths,
            self._stance,
            tuple(sorted(self._cells)),
        )


def _moved(span: tuple[int, int] | None, offset: int) -> tuple[int, int] | None:
    return None if span is None else (span[0] + offset, span[1] + offset)


def _moved_mention(mention: Mention, offset: int) -> Mention:
    return msgspec.structs.replace(
        mention,
        start=mention.start + offset,
        end=mention.end + offset,
        condition=_moved(mention.condition, offset),
        group=_moved(mention.group, offset),
    )


def _moved_relation(relation: Relation, offset: int, first: int) -> Relation:
    source, means, target = (
        None if place is None else place + first
        for place in (relation.source, relation.means, relation.target)
    )
    return msgspec.structs.replace(
        relation,
        source=source,
        means=means,
        target=target,
        start=relation.start + offset,
        end=relation.end + offset,
    )
