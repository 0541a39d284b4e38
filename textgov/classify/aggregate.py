"""From the paths of passages to those of their document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textgov.classify.paths import GIVEN, PathTags

SAID, BOTH = "stated", "mixed"


def document_tags(passages: Sequence[PathTags], labels: Sequence[str]) -> PathTags:
    """The paths of a document: of each the highest score of its passages.

    A document speaks of a path as soon as one passage does, which is also what a search within documents finds. The
    highest score is the least that the probability of "at least one" can be, however passages hang together; to
    multiply the doubts of hundreds of passages, as if each were drawn by itself, would give every long document every
    path. Its stance is that of the passages that have the path: `mixed` where they differ on whether it works,
    `stated` where none says so.
    """
    scores = {path: max((tags.scores[path] for tags in passages), default=0.0) for path in labels}
    stance = {
        path: _stance([tags.stance[path] for tags in passages if path in tags.stance])
        for path, score in scores.items()
        if score >= GIVEN
    }
    unsure = tuple(path for path in labels if _unsure(path, passages))
    return PathTags(scores, stance, unsure)


def best_passages(passages: Mapping[int, PathTags], path: str) -> tuple[int, ...]:
    """Ordinals of the passages that a document has a path by, in order."""
    return tuple(sorted(ordinal for ordinal, tags in passages.items() if tags.scores[path] >= GIVEN))


def _stance(stances: Sequence[str]) -> str:
    judged = {stance for stance in stances if stance != SAID}
    if not judged:
        return SAID
    return judged.pop() if len(judged) == 1 else BOTH


def _unsure(path: str, passages: Sequence[PathTags]) -> bool:
    """Whether no passage surely has the path, and at least one may."""
    sure = any(tags.scores[path] >= GIVEN and path not in tags.unsure for tags in passages)
    return not sure and any(path in tags.unsure for tags in passages)
