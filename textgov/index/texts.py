"""A document's text in the index: passages, sentences and full-text rows, added and removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from textgov.documents import Document, Passage
from textgov.errors import RecordError
from textgov.index import annotations as coded
from textgov.index import keys, rows
from textgov.index.records import Sentence
from textgov.index.tokens import indexed

_DocumentWords = tuple[str, str, str, str]


def _document_words(
    title: str | None, authors: Iterable[str], venue: str | None, keywords: Iterable[str]
) -> _DocumentWords:
    return indexed(title), indexed(" ".join(authors)), indexed(venue), indexed(" ".join(keywords))


def add(
    connection: sqlite3.Connection,
    seq: int,
    document: Document,
    passages: Sequence[Passage],
    sentences: Sequence[Sentence],
) -> None:
    """Store passages and sentences of a document and make them searchable.

    Raises:
        RecordError: they don't fit the document or each other.
    """
    known = document.bibliography
    placed = _placed(seq, document, passages)
    split = list(_sentence_keys(placed, sentences))
    document_words = _document_words(known.title, known.authors, known.venue, known.keywords)
    passage_words = [
        (indexed(document.text[p.start : p.end]), indexed(p.section)) for _, p in placed.values()
    ]
    connection.executemany(
        "INSERT OR IGNORE INTO words VALUES (?)",
        ((word,) for word in sorted(_distinct([document_words, *passage_words]))),
    )
    connection.execute(
        "INSERT INTO document_text (rowid, title, author, venue, keyword) VALUES (?, ?, ?, ?, ?)",
        (seq, *document_words),
    )
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (key, p.start, p.end, p.kind, p.section, p.page, document.text[p.start : p.end])
            for key, p in placed.values()
        ),
    )
    connection.executemany(
        "INSERT INTO passage_text (rowid, text, section) VALUES (?, ?, ?)",
        ((key, *words) for (key, _), words in zip(placed.values(), passage_words, strict=True)),
    )
    connection.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?)",
        ((key, s.start, s.end, rows.page_at(document.pages, s.start)) for key, s in split),
    )
    connection.executemany(
        "INSERT INTO sentence_text (rowid, text) VALUES (?, ?)",
        ((key, indexed(document.text[s.start : s.end])) for key, s in split),
    )


def _distinct(texts: Iterable[Iterable[str]]) -> set[str]:
    return {word for parts in texts for part in parts for word in part.split()}


def _placed(seq: int, document: Document, passages: Sequence[Passage]) -> dict[int, tuple[int, Passage]]:
    placed: dict[int, tuple[int, Passage]] = {}
    for passage in passages:
        if not 0 <= passage.start <= passage.end <= len(document.text):
            raise RecordError(f"document {document.id}: passage {passage.ordinal} lies outside the text")
        if passage.ordinal in placed:
            raise RecordError(f"document {document.id}: two passages have the ordinal {passage.ordinal}")
        placed[passage.ordinal] = keys.passage_key(seq, passage.ordinal), passage
    return placed


def _sentence_keys(
    placed: dict[int, tuple[int, Passage]], sentences: Iterable[Sentence]
) -> Iterator[tuple[int, Sentence]]:
    counts = dict.fromkeys(placed, 0)
    ends = {ordinal: passage.start for ordinal, (_, passage) in placed.items()}
    for sentence in sentences:
        number = sentence.passage
        if (
            number not in placed
            or not ends[number] <= sentence.start <= sentence.end <= placed[number][1].end
        ):
            where = f"sentence at {sentence.start}-{sentence.end}"
            raise RecordError(
                f"{where} lies outside its passage {number}, or before the one that precedes it"
            )
        yield keys.sentence_key(placed[number][0], counts[number]), sentence
        counts[number] += 1
        ends[number] = sentence.end


def forget(connection: sqlite3.Connection, path: str) -> list[str]:
    """Remove a file's record, links and documents; returns the paths of copies that lose what they copied."""
    value = rows.path_value(path)
    copies: set[str] = set()
    for seq, document in connection.execute(
        "SELECT seq, id FROM documents WHERE source = ?", (value,)
    ).fetchall():
        copies |= _copies(connection, document)
        _remove(connection, seq, document)
    connection.execute("DELETE FROM files WHERE path = ?", (value,))
    connection.execute("DELETE FROM duplicates WHERE source = ?", (value,))
    copies.discard(path)
    for copy in sorted(copies):
        copies.update(forget(connection, copy))
    return sorted(copies)


def supersede(connection: sqlite3.Connection, old: str, new: str, reason: str) -> bool:
    """Remove a document for a fuller one of the same work, to which it and all its copies are linked then.

    Returns:
        Whether the old one's file gave no other document, and so became a duplicate itself.
    """
    seq, source, part = connection.execute(
        "SELECT seq, source, part FROM documents WHERE id = ?", (old,)
    ).fetchone()
    connection.execute("UPDATE duplicates SET kept = ? WHERE kept = ?", (new, old))
    connection.execute("UPDATE documents SET duplicate_of = ? WHERE duplicate_of = ?", (new, old))
    connection.execute(
        "REPLACE INTO duplicates (source, part, document, kept, reason) VALUES (?, ?, ?, ?, ?)",
        (source, part or "", old, new, reason),
    )
    _remove(connection, seq, old)
    connection.execute(
        "UPDATE files SET document = ? WHERE document = ? AND status = 'duplicate'", (new, old)
    )
    left = connection.execute("SELECT id FROM documents WHERE source = ? ORDER BY seq", (source,)).fetchone()
    if left is not None:
        connection.execute(
            "UPDATE files SET document = ? WHERE document = ? AND path = ?", (left[0], old, source)
        )
        return False
    changed = connection.execute(
        "UPDATE files SET status = 'duplicate', document = ?, reason = iif(reason = '', ?, reason) "
        "WHERE document = ? AND path = ? AND status = 'kept'",
        (new, reason, old, source),
    )
    return changed.rowcount > 0


def _copies(connection: sqlite3.Connection, document: str) -> set[str]:
    sources = connection.execute(
        "SELECT path FROM files WHERE document = :id AND status = 'duplicate' "
        "UNION SELECT source FROM duplicates WHERE kept = :id "
        "UNION SELECT source FROM documents WHERE duplicate_of = :id",
        {"id": document},
    )
    return {rows.path_of(source) for (source,) in sources}


def _remove(connection: sqlite3.Connection, seq: int, document: str) -> None:
    # Removed as well by `forget`, which reads those files again; unlinked here for the foreign keys.
    connection.execute("DELETE FROM duplicates WHERE kept = ?", (document,))
    for copy, identity in connection.execute(
        "SELECT seq, id FROM documents WHERE duplicate_of = ?", (document,)
    ).fetchall():
        _remove(connection, copy, identity)
    coded.delete(connection, seq)
    _remove_text(connection, seq)
    connection.execute("DELETE FROM documents WHERE seq = ?", (seq,))


def _remove_text(connection: sqlite3.Connection, seq: int) -> None:
    # A full-text table without content has to be told what it forgets.
    text, title, authors, venue, keywords, copy = connection.execute(
        "SELECT text, title, authors, venue, keywords, duplicate_of "
        "FROM documents JOIN contents USING (seq) WHERE seq = ?",
        (seq,),
    ).fetchone()
    if copy is not None:
        return
    names = tuple[str, ...]
    words = _document_words(
        title, msgspec.json.decode(authors, type=names), venue, msgspec.json.decode(keywords, type=names)
    )
    connection.execute(
        "INSERT INTO document_text (document_text, rowid, title, author, venue, keyword) "
        "VALUES ('delete', ?, ?, ?, ?, ?)",
        (seq, *words),
    )
    bounds = keys.sentence_range(seq)
    spans = connection.execute(
        "SELECT id, start, end FROM sentences WHERE id BETWEEN ? AND ?", bounds
    ).fetchall()
    connection.executemany(
        "INSERT INTO sentence_text (sentence_text, rowid, text) VALUES ('delete', ?, ?)",
        ((key, indexed(text[start:end])) for key, start, end in spans),
    )
    connection.execute("DELETE FROM sentences WHERE id BETWEEN ? AND ?", bounds)
    bounds = keys.passage_range(seq)
    found = connection.execute(
        "SELECT id, text, section FROM passages WHERE id BETWEEN ? AND ?", bounds
    ).fetchall()
    connection.executemany(
        "INSERT INTO passage_text (passage_text, rowid, text, section) VALUES ('delete', ?, ?, ?)",
        ((key, indexed(passage), indexed(section)) for key, passage, section in found),
    )
    connection.execute("DELETE FROM passages WHERE id BETWEEN ? AND ?", bounds)
