"""Duplicates: the same work under another name, linked to the one that is kept.

Near-identical texts are found by MinHash and locality-sensitive hashing over shingles of words (Broder 1997,
"On the
resemblance and containment of documents"; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter
3).
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Literal

from textgov.documents import Bibliography
from textgov.errors import RecordError
from textgov.preprocessing.identifiers import find_doi, normal_title

PERMUTATIONS = 128
SEED = 1
SCHEME = "affine32"
SHINGLE_WORDS = 3
NEAR_IDENTICAL = 0.85
"""Estimated Jaccard similarity from which two texts are one work; the estimate's standard
error is 0.03 there."""
MIN_NEAR_WORDS = 40
"""Shorter texts are duplicates only if identical: a word changed in a sentence may be all that matters."""
MIN_TITLE_WORDS = 4
FULLER = 1.5
"""A text of more than so many times the words of a kept record (title, abstract) holds more of the work."""
UNRELATED = 0.3
"""Full texts less similar than this are two works, even under one title and year (statements, annual
reports)."""

_WORD = re.compile(r"\w+")
_HEAD = struct.Struct("<2sBI16s")
_MAGIC = b"TG"
_VERSION = 1

Basis = Literal["identical text", "same DOI", "same title and year", "near-identical text"]


@dataclass(frozen=True)
class Signature:
    """What is kept of a text to compare it by: its length in words, a digest, and 128 minima of hashes."""

    words: int
    digest: bytes
    minima: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Compact form: 535 bytes, 23 for a text too short for shingles."""
        packed = struct.pack(f"<{len(self.minima)}I", *self.minima)
        return _HEAD.pack(_MAGIC, _VERSION, self.words, self.digest) + packed

    @classmethod
    def from_bytes(cls, data: bytes) -> Signature:
        """Read back.

        Raises:
            RecordError: the bytes are no signature of this version.
        """
        body = data[_HEAD.size :]
        if len(data) < _HEAD.size or len(body) not in {0, 4 * PERMUTATIONS}:
            raise RecordError(f"not a signature of a text: {len(data)} bytes")
        magic, version, words, digest = _HEAD.unpack_from(data)
        if magic != _MAGIC or version != _VERSION:
            raise RecordError("not a signature of a text of this version: index the documents again")
        return cls(words, digest, struct.unpack(f"<{len(body) // 4}I", body))

    def similarity(self, other: Signature) -> float:
        """Estimate of the Jaccard similarity of the sets of shingles, 0 to 1."""
        if not self.minima or not other.minima:
            return float(self.digest == other.digest)
        return sum(a == b for a, b in zip(self.minima, other.minima, strict=True)) / PERMUTATIONS


@dataclass(frozen=True)
class Duplicate:
    """The kept document that another one repeats, and why they are held to be one work.

    `fuller` says that the kept one is only a record (a title, an abstract) and that the new one holds more of
    the work: its full text, or the abstract that the other lacks. See `DuplicateFinder.replace`.
    """

    kept: str
    basis: Basis
    reason: str
    fuller: bool = False


@dataclass(frozen=True)
class _Kept:
    signature: Signature
    bibliography: Bibliography


def signature(text: str) -> Signature:
    """Signature of a text; case, punctuation and line breaks do not count."""
    words = _WORD.findall(text.casefold())
    digest = hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()[:16]
    if len(words) < SHINGLE_WORDS:
        return Signature(len(words), digest, ())
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}
    sketch = _blank().copy()
    sketch.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in shingles])
    return Signature(len(words), digest, tuple(int(value) for value in sketch.hashvalues))


@cache
def _datasketch() -> Any:
    """The library, loaded at first use: it brings SciPy along."""
    return import_module("datasketch")


@cache
def _blank() -> Any:
    return _datasketch().MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME)


def _sketch(found: Signature) -> Any:
    permutations = _blank().permutations
    return _datasketch().MinHash(
        seed=SEED, hashvalues=list(found.minima), permutations=permutations, scheme=SCHEME
    )


class DuplicateFinder:
    """Compares each document with those kept so far; the result depends on nothing but their order."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._by_digest: dict[bytes, str] = {}
        self._by_doi: dict[str, str] = {}
        self._by_title: dict[tuple[str, int], list[str]] = {}
        self._near: Any = None

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, identifier: str, text: str, bibliography: Bibliography) -> Duplicate | None:
        """What a document repeats; None if nothing, and then later ones are compared with it."""
        return self.add_signature(identifier, signature(text), bibliography)

    def add_signature(
        self, identifier: str, found: Signature, bibliography: Bibliography
    ) -> Duplicate | None:
        """The same for a text whose signature is known."""
        duplicate = self.find(found, bibliography)
        if duplicate is None:
            self.keep(identifier, found, bibliography)
        return duplicate

    def keep(self, identifier: str, found: Signature, bibliography: Bibliography) -> None:
        """Compare later documents with this one, without asking what it repeats (as when an
        index is opened)."""
        if identifier in self._kept:
            return
        self._kept[identifier] = _Kept(found, bibliography)
        if found.words:
            self._by_digest.setdefault(found.digest, identifier)
        doi = find_doi(bibliography.doi or "")
        if doi:
            self._by_doi.setdefault(doi, identifier)
        title = _title_key(bibliography)
        if title and identifier not in self._by_title.setdefault(title, []):
            self._by_title[title].append(identifier)
        if _is_hashed(found):
            self._lsh().insert(identifier, _sketch(found))

    def replace(self, kept: str, identifier: str, found: Signature, bibliography: Bibliography) -> None:
        """Keep a fuller document in the place of a record; what repeats the record now repeats it.

        Raises:
            KeyError: `kept` is not kept.
        """
        old = self._kept.pop(kept)
        self._by_digest.update({key: identifier for key, name in self._by_digest.items() if name == kept})
        self._by_doi.update({key: identifier for key, name in self._by_doi.items() if name == kept})
        for names in self._by_title.values():
            names[:] = [identifier if name == kept else name for name in names]
        if self._near is not None and _is_hashed(old.signature):
            self._near.remove(kept)
        self.keep(identifier, found, bibliography)

    def find(self, found: Signature, bibliography: Bibliography) -> Duplicate | None:
        """What a document repeats, without keeping it; the surest reason is given."""
        same_text = self._by_digest.get(found.digest)
        if same_text is not None:
            return self._duplicate(same_text, found, bibliography, "identical text")
        same_doi = self._by_doi.get(find_doi(bibliography.doi or "") or "")
        if same_doi is not None:
            return self._duplicate(same_doi, found, bibliography, "same DOI")
        title = _title_key(bibliography)
        for identifier in self._by_title.get(title, ()) if title else ():
            if _may_be_one_work(self._kept[identifier], _Kept(found, bibliography)):
                return self._duplicate(identifier, found, bibliography, "same title and year")
        return self._near_identical(found, bibliography)

    def _near_identical(self, found: Signature, bibliography: Bibliography) -> Duplicate | None:
        if self._near is None or not _is_hashed(found):
            return None
        candidates = [str(key) for key in self._near.query(_sketch(found))]
        scored = [(self._kept[key].signature.similarity(found), key) for key in candidates]
        close = [pair for pair in scored if pair[0] >= NEAR_IDENTICAL]
        if not close:
            return None
        order = {key: place for place, key in enumerate(self._kept)} if len(close) > 1 else {}
        similarity, identifier = max(close, key=lambda pair: (pair[0], -order.get(pair[1], 0)))
        reason = f"near-identical text (Jaccard {min(similarity, 0.99):.2f})"
        return self._duplicate(identifier, found, bibliography, "near-identical text", reason)

    def _duplicate(
        self, identifier: str, found: Signature, bibliography: Bibliography, basis: Basis, reason: str = ""
    ) -> Duplicate:
        kept = self._kept[identifier]
        fuller = kept.bibliography.kind == "abstract" and found.words > FULLER * kept.signature.words
        return Duplicate(identifier, basis, reason or basis, fuller)

    def _lsh(self) -> Any:
        if self._near is None:
            # Bands for a lower similarity than is asked for: candidates are checked, none near the bound is
            # missed.
            self._near = _datasketch().MinHashLSH(threshold=NEAR_IDENTICAL - 0.15, num_perm=PERMUTATIONS)
        return self._near


def _is_hashed(found: Signature) -> bool:
    return bool(found.minima) and found.words >= MIN_NEAR_WORDS


def _title_key(bibliography: Bibliography) -> tuple[str, int] | None:
    title = normal_title(bibliography.title or "")
    if bibliography.year is None or len(title.split()) < MIN_TITLE_WORDS:
        return None
    return title, bibliography.year


def _may_be_one_work(first: _Kept, second: _Kept) -> bool:
    """Whether nothing speaks against two documents of one title and year being one work."""
    names, others = (_surnames(kept.bibliography) for kept in (first, second))
    if names and others and not names & others:
        return False
    full = "abstract" not in {first.bibliography.kind, second.bibliography.kind}
    return not full or first.signature.similarity(second.signature) >= UNRELATED


def _surnames(bibliography: Bibliography) -> set[str]:
    """All words of the authors' names of three letters and more: orders of names differ between sources."""
    return {word for name in bibliography.authors for word in normal_title(name).split() if len(word) > 2}
