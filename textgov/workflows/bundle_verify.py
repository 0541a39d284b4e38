"""Checks a bundle byte by byte, makes its index again, and compares all tables."""

from __future__ import annotations

import csv
import filecmp
import io
import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from textgov.codebook.loader import load
from textgov.errors import CodebookError, ReadError, UsageError
from textgov.export.archive import digest_of, extract, write_zip
from textgov.export.records import TABLES
from textgov.index.annotations import Coder
from textgov.index.screening import add_decisions, write_plan, write_source
from textgov.index.store import Index
from textgov.pipeline.build import PipelineOptions
from textgov.readers import ReadOptions
from textgov.workflows.annotate import AnnotateOptions, annotate_index
from textgov.workflows.bundle import (
    BOOK,
    CODINGS,
    FILES,
    FORMAT,
    MANIFEST,
    MODEL,
    RESULTS,
    SCREENING,
    GivenCoding,
    Manifest,
    Screening,
    encoded,
    table_bytes,
)
from textgov.workflows.ingest import IngestOptions, ingest
from textgov.workflows.runs import versions

Progress = Callable[[int, int, str], None]
Show = Callable[[str], AbstractContextManager[Progress]]
T = TypeVar("T")
INDEX: Final = "review.db"
NEAR: Final = 0.002
"""Scores may differ by so much: processors round in different ways."""


@dataclass
class Verification:
    """What was found.

    Attributes:
        sha256: of the whole file.
        manifest: what the bundle says of itself; None where that cannot be read.
        damaged: members that are not what was written, and other changes of the file.
        differences: where the index that was made again is another.
        tables: rows of each table that came out the same.
        other_versions: packages that are installed in other versions than the bundle was made by.
        run: whether the index was made again.
    """

    sha256: str
    manifest: Manifest | None = None
    damaged: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    other_versions: list[str] = field(default_factory=list)
    run: bool = False


@dataclass(frozen=True)
class VerifyOptions:
    """How a bundle is verified.

    Attributes:
        run: whether its index is made again; otherwise only the bytes are checked.
        output: a new folder in which everything that was made is kept.
        files: a folder with the texts, for bundles without.
        sha256: what the whole file's digest has to be.
        jobs: number of processes.
        isolate: read in processes of their own, so that no file can end the run.
    """

    run: bool = True
    output: Path | None = None
    files: Path | None = None
    sha256: str | None = None
    jobs: int = 1
    isolate: bool = True


def verify_bundle(path: Path, options: VerifyOptions, show: Show) -> Verification:
    """Check every byte of a bundle; if all are right, make its index again and compare the tables.

    Raises:
        ReadError: there is no such file, it is no bundle, or one of a newer version.
        UsageError: the folder for what is made is there already, or the texts are not given.
    """
    if options.output is not None and options.output.exists() and any(options.output.iterdir()):
        raise UsageError(f"{options.output}: is there already; name a new folder")
    try:
        found = Verification(digest_of(path))
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if options.sha256 is not None and options.sha256.lower() != found.sha256:
        found.damaged.append(f"the file's SHA-256 is {found.sha256}, not {options.sha256}")
        return found
    with _folder(options.output) as folder:
        with show("checking"):
            _check(path, folder, found)
        if found.damaged or found.manifest is None or not options.run:
            return found
        _bring_texts(folder, found.manifest, options.files)
        found.other_versions = _other_versions(found.manifest)
        _make(folder, found.manifest, options, show)
        _compare(folder, found)
        found.run = True
    return found


@contextmanager
def _folder(output: Path | None) -> Iterator[Path]:
    if output is not None:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{output}: cannot be made ({error.strerror}); name another folder") from error
        yield output
        return
    with tempfile.TemporaryDirectory(prefix="textgov-bundle-") as name:
        yield Path(name)


def _check(path: Path, folder: Path, found: Verification) -> None:
    """Compare every member with the manifest, and the file with what its members make when they are written again."""
    members = dict(extract(path, folder))
    if MANIFEST not in members:
        raise ReadError(f"{path}: this is no bundle, it has no {MANIFEST}")
    if members[MANIFEST] is None:
        found.damaged.append(f"{MANIFEST} is damaged")
        return
    content = (folder / MANIFEST).read_bytes()
    manifest = _decoded(content, Manifest, MANIFEST, found)
    if manifest is None:
        return
    found.manifest = manifest
    for name, wanted in manifest.members.items():
        if name not in members:
            found.damaged.append(f"{name} is missing")
        elif members[name] != wanted:
            found.damaged.append(f"{name} is not what was written")
    found.damaged += [
        f"{name} does not belong to it" for name in members if name not in {MANIFEST, *manifest.members}
    ]
    if content != encoded(manifest):
        found.damaged.append(f"{MANIFEST} is not as it was written")
    if not found.damaged and not _is_canonical(path, folder, members):
        found.damaged.append("the archive around its members was changed")


def _decoded(content: bytes, kind: type[T], name: str, found: Verification) -> T | None:
    try:
        told = msgspec.json.decode(content)
        if isinstance(told, dict) and isinstance(told.get("format"), int) and told["format"] > FORMAT:
            raise ReadError(
                f"this bundle is of a newer format ({told['format']}); update textgov: pip install -U textgov"
            )
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        found.damaged.append(f"{name} cannot be read ({error})")
        return None


def _is_canonical(path: Path, folder: Path, members: Iterable[str]) -> bool:
    with tempfile.TemporaryDirectory(prefix="textgov-bundle-") as name:
        again = Path(name) / "again.zip"
        write_zip(again, ((member, folder / member) for member in members))
        return filecmp.cmp(path, again, shallow=False)


def _bring_texts(folder: Path, manifest: Manifest, given: Path | None) -> None:
    """Copy the texts of a bundle without from a folder, by their digests."""
    if manifest.has_texts:
        return
    if given is None:
        raise UsageError(
            "the texts are not in this bundle; name their folder by --files, or check bytes only by --no-run"
        )
    sizes = {text.size for text in manifest.texts}
    candidates = [
        file for file in sorted(given.rglob("*")) if file.is_file() and file.stat().st_size in sizes
    ]
    by_digest = {digest_of(file): file for file in candidates}
    missing = [text.name for text in manifest.texts if text.sha256 not in by_digest]
    if missing:
        more = f", and {len(missing) - 5:,} more" if len(missing) > 5 else ""
        raise UsageError(f"{given}: holds no file with the content of {', '.join(missing[:5])}{more}")
    for text in manifest.texts:
        target = folder / FILES / text.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(by_digest[text.sha256], target)


def _other_versions(manifest: Manifest) -> list[str]:
    here = versions()
    return [
        f"{name} {here.get(name, 'missing')} instead of {version}"
        for name, version in manifest.versions.items()
        if here.get(name) != version
    ]


def _make(folder: Path, manifest: Manifest, options: VerifyOptions, show: Show) -> None:
    largest = max((text.size for text in manifest.texts), default=0)
    limits = ReadOptions(max_bytes=max(ReadOptions().max_bytes, largest + 1))
    reading = IngestOptions(limits, options.jobs, isolate=options.isolate)
    with Index.open(folder / INDEX, create=True) as index:
        with show("reading") as progress:
            for batch in manifest.batches:
                paths = [folder / FILES / name for name in batch]
                ingest(index, paths, reading, progress)
        if manifest.options is not None:
            with show("annotating") as progress:
                annotate_index(index, _annotate_options(folder, manifest.options, options.jobs), progress)
        _take_over(index, folder)


def _annotate_options(
    folder: Path, given: dict[str, str | int | float | bool | None], jobs: int
) -> AnnotateOptions:
    options = dict(given)
    also = frozenset(str(options.pop("also", "")).split())
    for option, name in (("codebook", BOOK), ("model", MODEL)):
        if options.get(option) == name and (folder / name).is_dir():
            options[option] = str(folder / name)
    try:
        pipeline = msgspec.convert(options, PipelineOptions, strict=True)
    except msgspec.ValidationError as error:
        raise ReadError(
            f"the bundle's options of annotate are of another version of textgov ({error})"
        ) from error
    return AnnotateOptions(pipeline, jobs, also)


def _take_over(index: Index, folder: Path) -> None:
    """Store what people decided and coded, and what machines coded that `annotate` does not call."""
    screening = msgspec.json.decode((folder / SCREENING).read_bytes(), type=Screening)
    given = msgspec.json.decode((folder / CODINGS).read_bytes(), type=tuple[GivenCoding, ...])
    with index.transaction():
        write_plan(index, screening.plan)
        for source in screening.sources:
            path = (folder / FILES / source.path).as_posix()
            write_source(index, msgspec.structs.replace(source, path=path))
        add_decisions(index, (one for one in screening.decisions if index.has_document(one.document)))

        def owner(one: GivenCoding) -> tuple[str, str, str, bool]:
            return one.coding.document, one.coding.coder, one.layer, one.machine

        for (document, coder, layer, machine), group in groupby(sorted(given, key=owner), owner):
            if index.has_document(document) and not (machine and _is_made(index, document, coder, layer)):
                index.write_codings(document, Coder(coder, layer, machine), [one.coding for one in group])


def _is_made(index: Index, document: str, coder: str, layer: str) -> bool:
    """Whether a machine has made its codings of a document again, so that they are compared and not taken over."""
    found = index.codings(document, machine=True)
    return any((coding.coder, of) == (coder, layer) for of, coding in found)


def _compare(folder: Path, found: Verification) -> None:
    manifest = found.manifest
    assert manifest is not None, "a bundle without a manifest is not made again"
    names = {str(folder / FILES / text.name): text.name for text in manifest.texts}
    with Index.open(folder / INDEX, read_only=True) as index:
        found.differences += _codebook_differs(folder, manifest)
        coders = [run.pipeline for run in index.runs() if run.command == "annotate"]
        for table, wanted in manifest.tables.items():
            content, rows = table_bytes(index, table, names, coders[-1] if coders else None)
            before = (folder / RESULTS / f"{table}.csv").read_bytes()
            difference = None if content == before else _first_difference(table, before, content)
            if difference is None:
                found.tables[table] = wanted.rows
            else:
                found.differences.append(f"{table}: {rows:,} rows instead of {wanted.rows:,}; {difference}")


def _codebook_differs(folder: Path, manifest: Manifest) -> list[str]:
    if manifest.codebook is None or manifest.options is None:
        return []
    name, version, wanted = manifest.codebook
    given = manifest.options.get("codebook")
    try:
        here = load(folder / BOOK if given == BOOK and (folder / BOOK).is_dir() else str(given))
    except CodebookError as error:
        return [f"the codebook {name} cannot be loaded: {error}"]
    if here.hash == wanted:
        return []
    return [f"the codebook {name} {version} has the hash {wanted} there and {here.hash} here"]


def _first_difference(table: str, before: bytes, after: bytes) -> str | None:
    """Where two tables differ first; None if only scores do, by what processors round."""
    columns = TABLES[table].columns
    pairs = zip_longest(
        *(csv.DictReader(io.StringIO(one.decode("utf-8"), newline="")) for one in (before, after))
    )
    for number, (old, new) in enumerate(pairs, 1):
        if old is None or new is None:
            return f"row {number:,} is {'added' if old is None else 'missing'}"
        for name, value in old.items():
            if value != new.get(name) and not (columns.get(name) == "double" and _near(value, new[name])):
                return f"row {number:,}, {name}: {_short(new.get(name))} instead of {_short(value)}"
    return None


def _near(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=0.0, abs_tol=NEAR)
    except ValueError:
        return False


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:40] + "...")
