"""What the patterns of a query stand for in an index: its words, and the documents of its files."""

from __future__ import annotations

import re
from typing import Any, Final

from textgov.errors import QueryError
from textgov.index import rows
from textgov.index.patterns import regex
from textgov.index.store import Index
from textgov.index.tree import Word

MAX_WORDS: Final = 1_000
"""Most words that a pattern may stand for, and most combinations in one phrase."""

_LAST = "\U0010ffff"


class Vocabulary:
    """Answers for one index in its present state; each is looked up once."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._words: dict[str, list[str]] = {}
        self._documents: dict[str, list[str]] = {}

    def words(self, word: Word) -> list[str]:
        """Words of the index that a pattern stands for.

        Raises:
            QueryError: they are too many.
        """
        if word.text not in self._words:
            start = word.text[: min(at for at in map(word.text.find, "*?") if at >= 0)]
            query = "SELECT word FROM words WHERE word >= ? AND word <= ? AND word GLOB ? LIMIT ?"
            parameters = (start, start + _LAST, word.text, MAX_WORDS + 1)
            self._words[word.text] = list(self.index.select(_first, query, parameters))
        found = self._words[word.text]
        if len(found) > MAX_WORDS:
            raise too_many(word.text)
        return found

    def documents(self, pattern: str) -> list[str]:
        """Ids of the documents read from files whose path or name matches, or which have a copy there."""
        if pattern not in self._documents:
            wanted = regex(pattern)
            sources = self.index.select(
                tuple,
                "SELECT source, id FROM documents WHERE duplicate_of IS NULL "
                "UNION SELECT source, kept FROM duplicates "
                "UNION SELECT path, document FROM files WHERE document NOT NULL",
            )
            self._documents[pattern] = sorted(
                {document for path, document in sources if _matches(wanted, rows.path_of(path))}
            )
        return self._documents[pattern]


def too_many(pattern: str) -> QueryError:
    """The error for a pattern that stands for too many words."""
    what = f"{pattern!r} stands for more than {MAX_WORDS:,} words, or combinations of words, of the index"
    return QueryError(f"{what}; write more of its letters")


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def _matches(wanted: re.Pattern[str], path: str) -> bool:
    lowered = path.lower()
    return bool(wanted.fullmatch(lowered) or wanted.fullmatch(re.split(r"[/\\]", lowered)[-1]))
