"""The keys on disk find what the finder in memory finds."""

from __future__ import annotations

import random

import pytest
from datasketch import MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.documents import Bibliography, Document, document_id
from textgov.index.store import Index
from textgov.preprocessing.dedupe import NEAR_IDENTICAL, DuplicateFinder, signature
from textgov.workflows.duplicates import BANDS, ROWS, IndexedFinder, keys

WORDS = [f"word{n}" for n in range(200)]


def text_of(seed: int, changes: int) -> str:
    """A text of 120 words; texts of one seed differ by their changes."""
    words = random.Random(seed).choices(WORDS, k=120)  # noqa: S311
    for number in range(changes):
        words[(number * 37) % len(words)] = f"changed{number}"
    return " ".join(words)


works = st.lists(
    st.builds(
        lambda seed, changes, short, title, year, doi, kind: (
            text_of(seed, changes)[: 30 if short else None],
            Bibliography(title=title, year=year, doi=doi, kind=kind, authors=("Okafor, A.",)),
        ),
        st.integers(0, 3),
        st.integers(0, 8),
        st.booleans(),
        st.sampled_from(
            [None, "The title of one and the same work", "Another title of quite another work", "Short"]
        ),
        st.sampled_from([None, 2014, 2015]),
        st.sampled_from([None, None, None, "10.5555/a", "https://doi.org/10.5555/A", "10.5555/b"]),
        st.sampled_from(["paper", "abstract"]),
    ),
    max_size=12,
)


def test_the_bands_are_those_of_the_finder_in_memory():
    lsh = MinHashLSH(threshold=NEAR_IDENTICAL - 0.15, num_perm=128)
    assert (lsh.b, lsh.r) == (BANDS, ROWS)


@given(works)
@settings(deadline=None, max_examples=60)
def test_the_same_is_found(tmp_path_factory, drawn):
    in_memory = DuplicateFinder()
    with Index.open(tmp_path_factory.mktemp("index") / "x.db", create=True) as index:
        on_disk = IndexedFinder(index)
        for number, (text, known) in enumerate(drawn):
            sketch = signature(text)
            expected = in_memory.find(sketch, known)
            found = on_disk.find(sketch, known)
            assert found == expected
            if found is None:
                identifier = document_id(f"{number} {text}")
                in_memory.keep(identifier, sketch, known)
                document = Document(identifier, f"{number}.txt", text, known)
                index.add_document(document, signature=sketch.to_bytes(), fingerprints=keys(sketch, known))


def test_what_was_rolled_back_is_not_found(tmp_path):
    text, known = text_of(1, 0), Bibliography()
    sketch = signature(text)
    document = Document("a" * 16, "a.txt", text, known)
    with Index.open(tmp_path / "x.db", create=True) as index:
        finder = IndexedFinder(index)
        with pytest.raises(KeyError), index.transaction():
            index.add_document(document, signature=sketch.to_bytes(), fingerprints=keys(sketch, known))
            assert finder.find(sketch, known) is not None
            raise KeyError
        assert finder.find(sketch, known) is None
