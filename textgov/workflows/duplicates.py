"""What a document repeats of those in the index, found through keys that the index keeps on disk."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from functools import lru_cache

from textgov.documents import Bibliography
from textgov.index.store import Index
from textgov.preprocessing.dedupe import MIN_NEAR_WORDS, Duplicate, DuplicateFinder, Signature
from textgov.preprocessing.identifiers import find_doi, normal_title

BANDS, ROWS = 14, 9
"""Bands of minima and their size, as `DuplicateFinder` takes them: two texts share a band if they may be alike."""
REMEMBERED = 1_000


def keys(signature: Signature, bibliography: Bibliography) -> list[str]:
    """Keys of which a document shares at least one with whatever it may repeat."""
    return list(_keys(signature, bibliography))


def _keys(signature: Signature, bibliography: Bibliography) -> Iterator[str]:
    if signature.words:
        yield f"text:{signature.digest.hex()}"
    doi = find_doi(bibliography.doi or "")
    if doi:
        yield f"doi:{doi}"
    title = normal_title(bibliography.title or "")
    if title and bibliography.year is not None:
        yield f"title:{bibliography.year} {title}"
    if signature.minima and signature.words >= MIN_NEAR_WORDS:
        for band in range(BANDS):
            minima = signature.minima[band * ROWS : (band + 1) * ROWS]
            packed = struct.pack(f"<{ROWS}I", *minima)
            yield f"near:{band}:{hashlib.blake2b(packed, digest_size=8).hexdigest()}"


class IndexedFinder:
    """Compares a document with those of an index; memory does not grow with their number."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known = lru_cache(REMEMBERED)(self._read)

    def find(self, signature: Signature, bibliography: Bibliography) -> Duplicate | None:
        """What a document repeats; see `DuplicateFinder.find`."""
        near = dict.fromkeys(
            candidate
            for key in _keys(signature, bibliography)
            for candidate in self._index.documents_with_fingerprint(key)
        )
        if not near:
            return None
        finder = DuplicateFinder()
        for candidate in near:
            finder.keep(candidate, *self._known(candidate))
        return finder.find(signature, bibliography)

    def _read(self, identifier: str) -> tuple[Signature, Bibliography]:
        stored = self._index.signature(identifier)
        assert stored is not None, "every document is stored with its signature"
        return Signature.from_bytes(stored), self._index.document(identifier).bibliography
