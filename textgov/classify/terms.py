"""TF-IDF over words or characters, whose vocabulary is stored as one text instead of a node for each term."""

from __future__ import annotations

from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer

_SEPARATOR = "\n"
_TERMS = "terms"


class TermVectorizer(TfidfVectorizer):  # type: ignore[misc]
    """`TfidfVectorizer` that stores its vocabulary small, and equal vocabularies as equal bytes.

    No term may hold a line feed: characters are those of texts whose white space is folded, as `char_wb` does.
    """

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        # The address of an object, which is another in each process.
        state.pop("_stop_words_id", None)
        vocabulary = state.pop("vocabulary_", None)
        if vocabulary is not None:
            terms = sorted(vocabulary, key=vocabulary.__getitem__)
            if any(_SEPARATOR in term for term in terms):
                raise ValueError("a term holds a line feed; choose an analyzer that folds white space")
            state[_TERMS] = _SEPARATOR.join(terms)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        terms = state.pop(_TERMS, None)
        super().__setstate__(state)
        if terms is not None:
            self.vocabulary_ = {term: place for place, term in enumerate(terms.split(_SEPARATOR))}
