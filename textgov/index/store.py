"""The annotated index: one SQLite file that holds a review's documents and all that was coded in them.

One process writes, many may read meanwhile. Every write is a transaction: after a crash or a power cut
the file holds exactly what was acknowledged.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from textgov.documents import Annotation, Coding, Document, Page, Passage
from textgov.errors import RecordError, UsageError
from textgov.index import annotations as coded
from textgov.index import keys, rows, status, texts
from textgov.index.connection import connect, expected_faults
from textgov.index.records import (
    Duplicate,
    FileRecord,
    FileStatus,
    IndexStatus,
    Run,
    Sentence,
    StoredInteraction,
    StoredMention,
    StoredRelation,
)

T = TypeVar("T")
_BATCH = 200
_DOCUMENT = f"{rows.DOCUMENT_COLUMNS}, {rows.CONTENT_COLUMNS} FROM documents JOIN contents USING (seq)"


def _unknown(document: str) -> UsageError:
    return UsageError(f"no document {document!r} in the index; `textgov status --documents` lists their ids")


def _first(row: rows.Row) -> Any:
    return row[0]


def _pair(row: rows.Row) -> Any:
    return row[0], row[1]


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Index:
    """An open index file. Not to be shared between threads: let each open its own.

    All methods raise IndexFileError when the file is locked, damaged, or the disk is full, and leave what
    was stored before untouched.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Use `Index.open`."""
        self.connection = connection
        self.path = path
        self.cache: object = None
        """Whatever a reader keeps about this state of the index, such as compiled queries."""
        self._depth = 0

    @classmethod
    def open(
        cls, path: Path | str, *, create: bool = False, read_only: bool = False, timeout: float = 10.0
    ) -> Self:
        """Open an index, bringing an older schema up to date.

        Args:
            path: the file.
            create: make it if it is not there.
            read_only: never write; any number of processes may read while one writes.
            timeout: seconds to wait for another process that writes.

        Raises:
            IndexFileError: no index there, another program's file, a newer version's, damaged, or locked.
        """
        path = Path(path)
        return cls(connect(path, create=create, read_only=read_only, timeout=timeout), path)

    def close(self) -> None:
        """Close the file; a transaction under way is rolled back."""
        with expected_faults(self.path):
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def transaction(self) -> Generator[None]:
        """Make several writes one: all are kept or none. Writes within join the outermost transaction."""
        if self._depth:
            yield
            return
        with expected_faults(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            with expected_faults(self.path):
                self.connection.execute("COMMIT")
        finally:
            self._depth = 0
            # SQLite has rolled back by itself after some errors, such as a full disk.
            if self.connection.in_transaction:
                with expected_faults(self.path):
                    self.connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _write(self) -> Generator[None]:
        with self.transaction(), expected_faults(self.path):
            yield

    def select(
        self, convert: Callable[[rows.Row], T], query: str, parameters: Sequence[Any] | dict[str, Any] = ()
    ) -> Iterator[T]:
        """Rows of a SELECT, converted as they are fetched."""
        with expected_faults(self.path):
            for row in self.connection.execute(query, parameters):
                yield convert(row)

    def value(self, query: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """First value of the first row of a SELECT; None without rows."""
        with expected_faults(self.path):
            row = self.connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]

    def version(self) -> tuple[int, int]:
        """Changes whenever the index does, by this or another process."""
        return self.value("PRAGMA data_version"), self.connection.total_changes

    # Files and documents

    def add_file(self, record: FileRecord) -> None:
        """Record what became of a file, in place of an older record of the same path."""
        with self._write():
            self.connection.execute(
                f"REPLACE INTO files ({rows.FILE_COLUMNS}) VALUES ({rows.marks(rows.FILE_COLUMNS)})",
                rows.file_row(record),
            )

    def file(self, path: str) -> FileRecord | None:
        """The record of a path, if the index has met it."""
        return next(self._files("path = ?", rows.path_value(path)), None)

    def files(self, status: FileStatus | None = None) -> Iterator[FileRecord]:
        """All files met, or those of one status, in order of their paths."""
        return self._files("? IN (status, '')", status or "")

    def files_of(self, document: str) -> Iterator[FileRecord]:
        """Files that gave a document or are copies of it, in order of their paths."""
        return self._files("document = ?", document)

    def files_with_hash(self, sha256: str) -> Iterator[FileRecord]:
        """Files of that content, in order of their paths."""
        return self._files("sha256 = ?", sha256)

    def _files(self, condition: str, value: object) -> Iterator[FileRecord]:
        query = f"SELECT {rows.FILE_COLUMNS} FROM files WHERE {condition} ORDER BY path"
        return self.select(rows.file_record, query, (value,))

    def add_document(
        self,
        document: Document,
        passages: Sequence[Passage] = (),
        sentences: Sequence[Sentence] = (),
        *,
        signature: bytes | None = None,
        fingerprints: Iterable[str] = (),
        duplicate_of: str | None = None,
    ) -> bool:
        """Store a document with its passages and sentences, searchable at once.

        Args:
            document: the document; the order of adding is the order of the index.
            passages: its passages, ordinals ascending.
            sentences: sentences of the passages, ascending.
            signature: MinHash signature, kept as it is.
            fingerprints: whatever a later copy may be recognised by, such as `doi:10.1000/1`.
            duplicate_of: id of the document kept instead; its passages are then neither stored nor found.

        Returns:
            False if a document of that id is there already; nothing is changed then.

        Raises:
            RecordError: passages or sentences don't fit the document or each other.
        """
        marks = list(fingerprints)
        with self._write():
            if self.has_document(document.id):
                return False
            if duplicate_of is not None and not self.has_document(duplicate_of):
                raise RecordError(
                    f"document {document.id}: the index has no document {duplicate_of} to link it to"
                )
            columns = rows.DOCUMENT_COLUMNS + ", duplicate_of"
            cursor = self.connection.execute(
                f"INSERT INTO documents ({columns}) VALUES ({rows.marks(columns)})",
                (*rows.document_row(document), duplicate_of),
            )
            seq = int(cursor.lastrowid or 0)
            columns = rows.CONTENT_COLUMNS + ", signature, seq"
            self.connection.execute(
                f"INSERT INTO contents ({columns}) VALUES ({rows.marks(columns)})",
                (*rows.content_row(document), signature, seq),
            )
            self.connection.executemany(
                "INSERT OR IGNORE INTO fingerprints VALUES (?, ?)",
                ((key, document.id) for key in marks),
            )
            if duplicate_of is None:
                texts.add(self.connection, seq, document, passages, sentences)
        return True

    def has_document(self, document: str) -> bool:
        """Whether a document of that id is stored, kept or as a duplicate."""
        return self.value("SELECT 1 FROM documents WHERE id = ?", (document,)) is not None

    def link_duplicate(self, duplicate: Duplicate) -> None:
        """Record that a file, or a record within one, was left out for a document that is kept.

        Raises:
            RecordError: the kept document is not in the index.
        """
        with self._write():
            if not self.has_document(duplicate.kept):
                raise RecordError(
                    f"{duplicate.source}: the index has no document {duplicate.kept} to link it to"
                )
            self.connection.execute(
                "REPLACE INTO duplicates (source, part, document, kept, reason) VALUES (?, ?, ?, ?, ?)",
                (
                    rows.path_value(duplicate.source),
                    duplicate.part or "",
                    duplicate.document,
                    duplicate.kept,
                    duplicate.reason,
                ),
            )

    def duplicates(self) -> Iterator[Duplicate]:
        """All that was left out as a copy, in order of source and part."""
        query = "SELECT source, document, kept, reason, part FROM duplicates ORDER BY source, part"
        return self.select(rows.duplicate_record, query)

    def documents_with_fingerprint(self, fingerprint: str) -> list[str]:
        """Ids of documents that were added with this fingerprint, in order of ingest."""
        query = (
            "SELECT id FROM documents JOIN fingerprints ON document = id WHERE fingerprint = ? ORDER BY seq"
        )
        return list(self.select(_first, query, (fingerprint,)))

    def signatures(self) -> Iterator[tuple[str, bytes]]:
        """Id and signature of every kept document that has one, in order of ingest."""
        condition = "signature NOT NULL AND duplicate_of IS NULL"
        query = (
            f"SELECT id, signature FROM documents JOIN contents USING (seq) WHERE {condition} ORDER BY seq"
        )
        return self.select(_pair, query)

    def signature(self, document: str) -> bytes | None:
        """Signature of one document."""
        found = self.value(
            "SELECT signature FROM documents JOIN contents USING (seq) WHERE id = ?", (document,)
        )
        return None if found is None else bytes(found)

    def forget(self, path: str) -> list[str]:
        """Remove a file and the documents read from it, because it changed or is gone.

        Returns:
            Paths of other files that were left out as copies of those documents; their records are removed
            too, so that reading them again brings the text back.
        """
        with self._write():
            return texts.forget(self.connection, path)

    def documents(self, *, duplicates: bool = False) -> Iterator[Document]:
        """Kept documents in order of ingest; with `duplicates`, those left out but stored as well."""
        condition = "1" if duplicates else "duplicate_of IS NULL"
        query = f"SELECT {_DOCUMENT} WHERE {condition} ORDER BY seq"
        return self.select(rows.document_record, query)

    def document_ids(self, *, duplicates: bool = False) -> Iterator[str]:
        """Ids of the documents that `documents` gives, without reading their texts."""
        condition = "1" if duplicates else "duplicate_of IS NULL"
        return self.select(_first, f"SELECT id FROM documents WHERE {condition} ORDER BY seq")

    def document(self, document: str) -> Document:
        """One document.

        Raises:
            UsageError: there is none of that id.
        """
        query = f"SELECT {_DOCUMENT} WHERE id = ?"
        for found in self.select(rows.document_record, query, (document,)):
            return found
        raise _unknown(document)

    def duplicate_of(self, document: str) -> str | None:
        """Id of the document kept instead of a stored one; None if it is kept itself."""
        self._seq(document)
        found: str | None = self.value("SELECT duplicate_of FROM documents WHERE id = ?", (document,))
        return found

    def _seq(self, document: str) -> int:
        seq = self.value("SELECT seq FROM documents WHERE id = ?", (document,))
        if seq is None:
            raise _unknown(document)
        return int(seq)

    def passages(self, document: str) -> list[Passage]:
        """Passages of a document, in order."""
        query = (
            "SELECT id, start, end, kind, section, page FROM passages WHERE id BETWEEN ? AND ? ORDER BY id"
        )
        bounds = keys.passage_range(self._seq(document))
        return list(self.select(lambda row: rows.passage_record(document, row), query, bounds))

    def sentences(self, document: str) -> list[Sentence]:
        """Sentences of a document, in order."""
        query = "SELECT id, start, end FROM sentences WHERE id BETWEEN ? AND ? ORDER BY id"
        bounds = keys.sentence_range(self._seq(document))
        return list(self.select(rows.sentence_record, query, bounds))

    # Annotations

    def pending(self, codebook: str, pipeline: str) -> Iterator[str]:
        """Ids of kept documents not annotated by this codebook and pipeline, in order of ingest.

        Documents may be annotated while this runs.
        """
        query = (
            "SELECT seq, id FROM documents WHERE seq > ? AND duplicate_of IS NULL "
            "AND (codebook IS NOT ? OR pipeline IS NOT ?) ORDER BY seq LIMIT ?"
        )
        last = 0
        while batch := list(self.select(_pair, query, (last, codebook, pipeline, _BATCH))):
            for seq, identity in batch:
                last = seq
                yield identity

    def write_annotations(
        self,
        document: str,
        annotations: Iterable[tuple[int, Annotation]],
        run: int,
        *,
        coder: str | None = None,
    ) -> None:
        """Replace all that machines said of a document, and mark it as annotated by the run's versions.

        Args:
            document: its id.
            annotations: passage ordinal and annotation; passages left out have none.
            run: number given by `start_run`.
            coder: name of the machine version; by default from the run's versions.

        Raises:
            RecordError: a passage or a range is not the document's.
            UsageError: no such document or run.
        """
        # Drawn before the file is locked: a pipeline may be behind it.
        said = list(annotations)
        seq = self._seq(document)
        known = self.run(run)
        name = coder or f"machine {known.pipeline or known.command}"
        with self._write():
            pages = self.value("SELECT pages FROM contents WHERE seq = ?", (seq,))
            places = msgspec.json.decode(pages, type=tuple[Page, ...])
            try:
                coded.write(self.connection, seq, places, said, name)
            except RecordError as error:
                raise RecordError(f"document {document}: {error}") from error
            self.connection.execute(
                "UPDATE documents SET codebook = ?, pipeline = ?, run = ? WHERE seq = ?",
                (known.codebook, known.pipeline, run, seq),
            )

    def annotations(self, document: str) -> list[tuple[int, Annotation]]:
        """What machines said of a document, by passage ordinal, offsets relative to the passage.

        Passages of which nothing was said are left out.
        """
        seq = self._seq(document)
        with expected_faults(self.path):
            return coded.read(self.connection, seq)

    def write_codings(self, document: str, coder: coded.Coder, codings: Iterable[Coding]) -> None:
        """Replace a coder's codings of a document by one layer.

        Raises:
            RecordError: a passage is not the document's, or the document is a copy of another.
            UsageError: no such document.
        """
        given = list(codings)
        seq = self._seq(document)
        if self.duplicate_of(document) is not None:
            raise RecordError(f"document {document} is a copy; code the document that is kept instead")
        with self._write():
            coded.write_codings(self.connection, seq, coder, given)

    def codings(self, document: str, *, machine: bool) -> list[tuple[str, Coding]]:
        """Layer and coding of all that machines, or people, coded in a document."""
        seq = self._seq(document)
        with expected_faults(self.path):
            return coded.read_codings(self.connection, seq, document, machine=machine)

    def mentions(
        self, *, document: str | None = None, layer: str | None = None, code: str | None = None
    ) -> Iterator[StoredMention]:
        """Mentions with their places, in order of document, passage, ordinal; all or those asked for."""
        query, parameters = rows.placed_query(
            "mentions", "page, " + rows.MENTION_COLUMNS, document, layer, code
        )
        return self.select(rows.stored_mention, query, parameters)

    def relations(self, *, document: str | None = None) -> Iterator[StoredRelation]:
        """Relations with their places, in order of document, passage, ordinal."""
        query, parameters = rows.placed_query("relations", rows.RELATION_COLUMNS, document, None, None)
        return self.select(rows.stored_relation, query, parameters)

    def interactions(self, *, document: str | None = None) -> Iterator[StoredInteraction]:
        """Interactions with their places, in order of document, passage, ordinal."""
        query, parameters = rows.placed_query("interactions", rows.INTERACTION_COLUMNS, document, None, None)
        return self.select(rows.stored_interaction, query, parameters)

    # Runs and counts

    def start_run(self, run: Run) -> int:
        """Record that a command begins; returns the run's number."""
        with self._write():
            columns = rows.RUN_COLUMNS
            cursor = self.connection.execute(
                f"INSERT INTO runs ({columns}) VALUES ({rows.marks(columns)})",
                rows.run_row(run, _now()),
            )
        return int(cursor.lastrowid or 0)

    def finish_run(self, run: int, counts: dict[str, int], *, outcome: str = "done") -> None:
        """Record how a run ended and what it counted."""
        with self._write():
            self.connection.execute(
                "UPDATE runs SET counts = ?, finished = ?, outcome = ? WHERE id = ?",
                (rows.as_json(counts), _now(), outcome, run),
            )

    def run(self, run: int) -> Run:
        """One run.

        Raises:
            UsageError: there is none of that number.
        """
        query = f"SELECT {rows.RUN_COLUMNS} FROM runs WHERE id = ?"
        for found in self.select(rows.run_record, query, (run,)):
            return found
        raise UsageError(f"no run {run} in the index")

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        return list(self.select(rows.run_record, f"SELECT {rows.RUN_COLUMNS} FROM runs ORDER BY id"))

    def status(self) -> IndexStatus:
        """Counts of all that is in the index."""
        return status.read(self.connection, self.path)

    def check(self) -> list[str]:
        """Faults that SQLite finds in the file, one a line; empty if it is sound. Reads the whole file."""
        return status.check(self.connection, self.path)

    def optimize(self) -> None:
        """Merge the full-text tables and renew the planner's statistics; worth it after a large ingest."""
        with self._write():
            for table in ("sentence_text", "passage_text", "document_text"):
                self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        with expected_faults(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
