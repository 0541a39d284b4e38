"""The words of a document as plain strings, read once, and how far it has been analysed."""

from __future__ import annotations

from spacy.attrs import LOWER
from spacy.tokens import Doc

WORDS = "textgov_words"


def lower_words(doc: Doc) -> list[str]:
    """The words in lower case; kept in `doc.user_data`, for walks over tokens are slow."""
    words: list[str] | None = doc.user_data.get(WORDS)
    if words is None:
        keys = doc.to_array(LOWER).tolist()
        strings = doc.vocab.strings
        names = {key: strings[key] for key in set(keys)}
        words = doc.user_data[WORDS] = [names[key] for key in keys]
    return words


def is_tagged(doc: Doc) -> bool:
    """Whether a tagger has been over the document."""
    return len(doc) > 0 and bool(doc[0].tag)


def is_parsed(doc: Doc) -> bool:
    """Whether a parser has been over the document."""
    return len(doc) > 0 and bool(doc[0].dep)
