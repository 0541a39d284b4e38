"""Integer keys inside the index: a sentence's key contains its passage's, which contains its document's.

Shifting a key right gives the coarser unit, so that scopes are compared without joins. The keys never
leave the index: callers see document ids and ordinals.
"""

from __future__ import annotations

from typing import Final, Literal

from textgov.errors import RecordError

Scope = Literal["sentence", "passage", "document"]

SENTENCE_BITS: Final = 12
PASSAGE_BITS: Final = 20
MAX_SENTENCES: Final = 1 << SENTENCE_BITS
MAX_PASSAGES: Final = 1 << PASSAGE_BITS

_DEPTH: Final[dict[str, int]] = {
    "sentence": 0,
    "passage": SENTENCE_BITS,
    "document": SENTENCE_BITS + PASSAGE_BITS,
}


def shift_between(finer: Scope, coarser: Scope) -> int:
    """Bits by which a key of the finer unit is shifted right to give the coarser unit's key."""
    return _DEPTH[coarser] - _DEPTH[finer]


def passage_key(seq: int, ordinal: int) -> int:
    """Key of a passage from its document's sequence number and its ordinal.

    Raises:
        RecordError: a document has more passages than the key can count.
    """
    if not 0 <= ordinal < MAX_PASSAGES:
        raise RecordError(
            f"passage {ordinal}: a document can have at most {MAX_PASSAGES:,} passages; split it"
        )
    return seq << PASSAGE_BITS | ordinal


def sentence_key(passage: int, ordinal: int) -> int:
    """Key of a sentence from its passage's key and its ordinal within the passage.

    Raises:
        RecordError: a passage has more sentences than the key can count.
    """
    if not 0 <= ordinal < MAX_SENTENCES:
        raise RecordError(
            f"sentence {ordinal}: a passage can have at most {MAX_SENTENCES:,} sentences; split it"
        )
    return passage << SENTENCE_BITS | ordinal


def passage_range(seq: int) -> tuple[int, int]:
    """First and last possible passage key of a document."""
    return seq << PASSAGE_BITS, (seq + 1 << PASSAGE_BITS) - 1


def sentence_range(seq: int) -> tuple[int, int]:
    """First and last possible sentence key of a document."""
    first, last = passage_range(seq)
    return first << SENTENCE_BITS, (last + 1 << SENTENCE_BITS) - 1


def bounds(finer: Scope, coarser: Scope, column: str) -> str:
    """SQL of a BETWEEN for all keys of the finer unit within the coarser unit whose key `column` holds."""
    shift = shift_between(finer, coarser)
    return f"BETWEEN {column} << {shift} AND ({column} << {shift}) + {(1 << shift) - 1}"


def passage_ordinal(key: int) -> int:
    """Ordinal of a passage within its document."""
    return key & (MAX_PASSAGES - 1)


def sentence_ordinal(key: int) -> int:
    """Ordinal of a sentence within its passage."""
    return key & (MAX_SENTENCES - 1)
