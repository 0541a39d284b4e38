"""ZIP files of which equal contents give equal bytes, and that are read without trust."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from textgov.errors import ReadError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX, _REGULAR = 3, 0o100644
CHUNK: Final = 1 << 20


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_zip(path: Path, members: Iterable[tuple[str, Path | bytes]]) -> None:
    """Write an archive with its members in their order, from files or from bytes.

    Nothing is compressed: the bytes would depend on the version of the library that does it.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, strict_timestamps=True) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = _REGULAR << 16
            info.file_size = len(content) if isinstance(content, bytes) else content.stat().st_size
            source = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
            with source, archive.open(info, "w") as target:
                shutil.copyfileobj(source, target, CHUNK)


def without_times(path: Path) -> None:
    """Write an archive again so that it does not say when it was made."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    write_zip(path, members)


def extract(path: Path, folder: Path) -> Iterator[tuple[str, str | None]]:
    """Write the members of an archive into a folder, in their order; each with its SHA-256 or what is wrong.

    Yields:
        The name, and the digest; None where the member is damaged.

    Raises:
        ReadError: it is no archive, or a member's name leads out of the folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                target = folder / _safe(path, info.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                yield info.filename, _member(archive, info, target)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError) as error:
        raise ReadError(f"{path}: the archive is damaged ({error}); get a new copy") from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> str | None:
    try:
        with archive.open(info) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, CHUNK)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError):
        return None
    return digest_of(target)


def _safe(path: Path, name: str) -> PurePosixPath:
    member = PurePosixPath(name)
    if member.is_absolute() or ".." in member.parts or "\\" in name or ":" in name or not member.parts:
        raise ReadError(f"{path}: a member of the archive has an unsafe name, {name!r}; get a new copy")
    return member
