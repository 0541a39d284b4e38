"""A bundle: one file with all that makes an index again elsewhere, and what it then has to hold."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from textgov.codebook.loader import find_codebook
from textgov.documents import Coding, Record
from textgov.errors import TextgovError
from textgov.export.archive import digest_of, write_zip
from textgov.export.records import TABLES, Row
from textgov.export.tables import write_csv
from textgov.index.records import FileRecord, Run
from textgov.index.screening import Decision, Plan, Source, decisions, kept_instead, read_plan, sources
from textgov.index.store import Index
from textgov.workflows.export import replaced
from textgov.workflows.ingest import RECORDS
from textgov.workflows.query import codebook_of
from textgov.workflows.runs import versions

FORMAT: Final = 1
MANIFEST, README, SCREENING, CODINGS = "manifest.json", "README.txt", "screening.json", "codings.json"
FILES, BOOK, MODEL, RESULTS = "files", "codebook", "model", "tables"
COMPARED: Final = (
    *("documents", "passages", "mentions", "relations", "interactions"),
    *("codings", "duplicates", "decisions"),
)
"""Tables that have to come out the same."""
MACHINE: Final = "machine"
_IDENTICAL: Final = "identical file: "
Options = dict[str, str | int | float | bool | None]


class Text(Record, frozen=True):
    """A file that was read: its name, as all tables of the bundle have it, and its content."""

    name: str
    sha256: str
    size: int


class TableDigest(Record, frozen=True):
    """A table that came out."""

    rows: int
    sha256: str


class Manifest(Record, frozen=True):
    """What a bundle is.

    Attributes:
        format: version of this record.
        versions: of Python, textgov, and the packages that results may depend on.
        batches: files in the order in which they are read; each batch by one call.
        texts: of these files.
        has_texts: whether they are in the bundle.
        left_out: files that gave nothing, and why.
        codebook: id, version and hash; None where nothing was coded.
        coder: hash of the pipeline.
        options: of `annotate`, where it was run.
        tables: what came out.
        members: SHA-256 of all other members of the archive.
    """

    format: int
    versions: dict[str, str]
    batches: tuple[tuple[str, ...], ...]
    texts: tuple[Text, ...]
    has_texts: bool
    left_out: tuple[tuple[str, str], ...]
    codebook: tuple[str, str, str] | None
    coder: str | None
    options: Options | None
    tables: dict[str, TableDigest]
    members: dict[str, str]


class Screening(Record, frozen=True):
    """All that people decided."""

    plan: Plan
    sources: tuple[Source, ...]
    decisions: tuple[Decision, ...]


class GivenCoding(Record, frozen=True):
    """A coding that `annotate` did not make: it is taken over, not made again."""

    layer: str
    machine: bool
    coding: Coding


@dataclass(frozen=True)
class BundleReport:
    """What was written: the digest of the whole file, its texts, files left out with the reason, and what to know."""

    sha256: str
    texts: int
    tables: dict[str, int]
    left_out: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


def encoded(record: object) -> bytes:
    """A record as JSON that is the same for the same record."""
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1) + b"\n"


def write_bundle(index: Index, path: Path, *, with_texts: bool = True) -> BundleReport:
    """Write a bundle; the same index and files give the same bytes.

    Args:
        index: the index.
        path: the file, which appears when it is complete.
        with_texts: whether the texts go along; without, only their digests do.

    Raises:
        TextgovError: a file has changed or is gone since it was read, or not all documents are coded by one coder.
        UsageError: the file cannot be written.
    """
    known = [record for record in index.files() if record.status in ("kept", "duplicate")]
    if not known:
        raise TextgovError(f"{index.path}: the index has no documents; read some by `textgov ingest FILES`")
    names = bundle_names([record.path for record in known])
    _check_files(index, known)
    run = _last_coding(index)
    members: dict[str, Path | bytes] = {README: _readme()}
    if with_texts:
        members |= {f"{FILES}/{names[record.path]}": Path(record.path) for record in known}
    tables = {}
    for table in COMPARED:
        content, count = table_bytes(index, table, names, run.pipeline if run else None)
        members[f"{RESULTS}/{table}.csv"] = content
        tables[table] = TableDigest(count, hashlib.sha256(content).hexdigest())
    members |= _given(index, names, run)
    options = None
    if run is not None:
        options, own = _options(run)
        members |= own
    book, notes = _book(index, run)
    left_out = tuple(
        (names.get(record.path, PurePosixPath(record.path).name), record.reason)
        for record in index.files()
        if record.status in ("failed", "skipped")
    )
    manifest = Manifest(
        format=FORMAT,
        versions=versions() if run is None else run.versions,
        batches=tuple(tuple(names[one] for one in batch) for batch in batches(index, known)),
        texts=tuple(Text(names[record.path], record.sha256 or "", record.size or 0) for record in known),
        has_texts=with_texts,
        left_out=left_out,
        codebook=book,
        coder=None if run is None else run.pipeline,
        options=options,
        tables=tables,
        members={name: _digest(content) for name, content in sorted(members.items())},
    )
    with replaced(path) as draft:
        write_zip(draft, [(MANIFEST, encoded(manifest)), *sorted(members.items())])
        whole = digest_of(draft)
    return BundleReport(whole, len(known), {name: one.rows for name, one in tables.items()}, left_out, notes)


def _digest(content: Path | bytes) -> str:
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else digest_of(content)


def _readme() -> bytes:
    return files("textgov.export").joinpath("templates", "bundle.txt").read_bytes()


def bundle_names(paths: Sequence[str]) -> dict[str, str]:
    """The name of each file within a bundle: as it is, or, where one leads elsewhere, beneath the folder of all."""
    if all(_is_inside(path) for path in paths):
        return {path: PurePosixPath(path).as_posix() for path in paths}
    whole = {path: os.path.normpath(Path(path).absolute()) for path in paths}
    common = os.path.commonpath([os.path.dirname(one) for one in whole.values()])  # noqa: PTH120
    return {path: Path(one).relative_to(common).as_posix() for path, one in whole.items()}


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return not (
        Path(path).is_absolute() or pure.is_absolute() or ".." in pure.parts or re.search(r"[\\:]", path)
    )


def _check_files(index: Index, known: Iterable[FileRecord]) -> None:
    wrong = []
    for record in known:
        try:
            if digest_of(Path(record.path)) != record.sha256:
                wrong.append(f"{record.path} has changed since it was read")
        except OSError as error:
            wrong.append(f"{record.path} cannot be read ({error.strerror})")
    if wrong:
        more = f", and {len(wrong) - 5:,} more" if len(wrong) > 5 else ""
        raise TextgovError(
            f"{index.path}: {'; '.join(wrong[:5])}{more}; call from the folder in which textgov ingest was "
            "called, or run textgov ingest and textgov annotate again"
        )


def _last_coding(index: Index) -> Run | None:
    """The run by whose versions all documents are coded; None where none is."""
    runs = [run for run in index.runs() if run.command == "annotate"]
    if not runs or not index.status().annotated:
        return None
    last = runs[-1]
    waiting = sum(1 for _ in index.pending(last.codebook or "", last.pipeline or ""))
    if waiting:
        raise TextgovError(
            f"{index.path}: {waiting:,} documents are not coded by the last codebook and coder; run textgov annotate"
        )
    return last


def _book(index: Index, run: Run | None) -> tuple[tuple[str, str, str] | None, tuple[str, ...]]:
    """Id, version and hash of the codebook that coded; and what to know if it is not here any more."""
    if run is None:
        return None, ()
    here = codebook_of(index)
    known = here.header.id, here.header.version, run.codebook or ""
    if here.hash == run.codebook:
        return known, ()
    if Path(str(run.options.get("codebook"))).is_dir():
        raise TextgovError(
            f"{index.path}: the codebook has changed since the documents were coded; run textgov annotate"
        )
    # A built-in one changes with the program, and that version can be installed again.
    version = run.versions.get("textgov", "another version")
    return known, (
        f"coded by textgov {version} with another built-in codebook than is here; it takes that to verify",
    )


def _options(run: Run) -> tuple[Options, dict[str, Path | bytes]]:
    """Options of `annotate` to be given again, and the members that go with them."""
    options: Options = {name: value for name, value in run.options.items() if name != "jobs"}
    members: dict[str, Path | bytes] = {}
    for option, folder in (("codebook", BOOK), ("model", MODEL)):
        given = Path(str(options.get(option) or ""))
        if options.get(option) and given.is_dir():
            options[option] = folder
            for file in sorted(file for file in given.rglob("*") if file.is_file()):
                members[f"{folder}/{file.relative_to(given).as_posix()}"] = file
        elif option == "codebook":
            find_codebook(str(options.get(option)))
    return options, members


def batches(index: Index, known: Iterable[FileRecord]) -> list[list[str]]:
    """Files in the order in which their documents came, in batches that `ingest` does not put in another order."""
    first: dict[str, int] = {}
    for place, document in enumerate(index.documents()):
        first.setdefault(document.source, place)
    names = [record.path for record in known]
    giving = sorted((name for name in names if name in first), key=first.__getitem__)
    found: list[list[str]] = []
    for name in giving:
        if found and _rank(name) >= _rank(found[-1][-1]):
            found[-1].append(name)
        else:
            found.append([name])
    copies = sorted((name for name in names if name not in first), key=lambda name: (_rank(name), name))
    return [*found, copies] if copies else found


def _rank(name: str) -> int:
    suffix = Path(name).suffix.lower()
    return 0 if suffix == ".pdf" else 2 if suffix in RECORDS else 1


def table_bytes(index: Index, table: str, names: Mapping[str, str], coder: str | None) -> tuple[bytes, int]:
    """A table as CSV, with files by their names in the bundle and without the hash of the coder; and its rows."""
    stream = io.StringIO(newline="")
    count = write_csv(
        (_neutral(row, names, coder) for row in TABLES[table].rows(index, None)),
        stream,
        list(TABLES[table].columns),
    )
    return stream.getvalue().encode("utf-8", "backslashreplace"), count


def _neutral(row: Row, names: Mapping[str, str], coder: str | None) -> Row:
    changed = dict(row)
    if "file" in row:
        changed["file"] = names.get(row["file"], row["file"])
    reason = str(row.get("reason") or "")
    if reason.startswith(_IDENTICAL):
        original = reason.removeprefix(_IDENTICAL)
        changed["reason"] = _IDENTICAL + names.get(original, original)
    if coder is not None and row.get("coder") == f"{MACHINE} {coder}":
        changed["coder"] = MACHINE
    return changed


def _given(index: Index, names: Mapping[str, str], run: Run | None) -> dict[str, bytes]:
    """What people decided, and what was coded by others than `annotate`."""
    instead = kept_instead(index)
    kept = set(index.document_ids())
    said = tuple(
        msgspec.structs.replace(one, document=document, id=None)
        for one in decisions(index)
        if (document := instead.get(one.document, one.document)) in kept
    )
    told = tuple(
        msgspec.structs.replace(one, path=name)
        for one in sources(index)
        for name in [_source_name(one.path, names)]
        if name is not None
    )
    given = tuple(_given_codings(index, kept, run))
    return {
        SCREENING: encoded(Screening(read_plan(index), told, said)),
        CODINGS: encoded(given),
    }


def _source_name(path: str, names: Mapping[str, str]) -> str | None:
    """Name in the bundle of a file or folder that records were said to be from."""
    if path in names:
        return names[path]
    inside = path.rstrip("/") + "/"
    for known, name in names.items():
        if known.startswith(inside):
            rest = known[len(inside) :]
            return name.removesuffix(rest).rstrip("/") or None
    return None


def _given_codings(index: Index, kept: Iterable[str], run: Run | None) -> Iterator[GivenCoding]:
    own = f"{MACHINE} {run.pipeline}" if run else ""
    for document in sorted(kept):
        for machine in (True, False):
            for layer, coding in index.codings(document, machine=machine):
                if not (machine and coding.coder == own):
                    yield GivenCoding(layer, machine, coding)
