"""Which files there are to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from textgov.documents import Problem
from textgov.readers.problems import source_name
from textgov.readers.sniff import EXTENSIONS, sniff_start

_SPECIAL = (
    (stat.S_ISFIFO, "is a named pipe (FIFO), not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)
NOT_SUPPORTED = "not a supported format"


def find_files(paths: Iterable[Path]) -> Iterator[Path | Problem]:
    """Walk files and folders in sorted order; every entry is answered by its path or by what
    is wrong with it.

    A file that is named itself is always tried; within folders, hidden files and unknown extensions are
    reported. A folder reached a second time (a symbolic link in a loop) is reported, never entered.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _visit(path, seen, named=True)


def _visit(path: Path, seen: set[tuple[int, int]], *, named: bool) -> Iterator[Path | Problem]:
    try:
        status = path.stat()
    except OSError as error:
        yield Problem(source_name(path), *_explain(error, path))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path, (status.st_dev, status.st_ino), seen, named=named)
        return
    special = next((what for test, what in _SPECIAL if test(status.st_mode)), None)
    if special is not None:
        yield Problem(source_name(path), special, "nothing was read from it")
    elif named or _is_supported(path):
        yield path
    else:
        yield Problem(source_name(path), NOT_SUPPORTED, _advice(path))


def _walk(
    path: Path, key: tuple[int, int], seen: set[tuple[int, int]], *, named: bool
) -> Iterator[Path | Problem]:
    if path.name.startswith(".") and not named:
        yield Problem(
            source_name(path), f"hidden folder, {NOT_SUPPORTED}", "name it on the command line to read it"
        )
        return
    if key in seen and named:
        return
    if key in seen:
        yield Problem(
            source_name(path), "leads back to a folder that was read already", "it was not entered again"
        )
        return
    seen.add(key)
    try:
        names = sorted(os.listdir(path))  # noqa: PTH208 - Path.iterdir would sort by parts, more slowly
    except OSError as error:
        yield Problem(source_name(path), *_explain(error, path))
        return
    for name in names:
        yield from _visit(path / name, seen, named=False)


def _explain(error: OSError, path: Path) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return "is a symbolic link to nothing", "restore its target or remove the link"
        return "does not exist", "check the path"
    if isinstance(error, PermissionError):
        return "may not be read", "check its permissions"
    return f"cannot be opened ({error.strerror or error})", "remove it or repair the link"


def _is_supported(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    if not path.suffix:
        return sniff_start(path) is not None
    return path.suffix.lower() in EXTENSIONS


def _advice(path: Path) -> str:
    if path.name.startswith("."):
        return "hidden files are passed over; name it on the command line to read it"
    return "supported are " + ", ".join(sorted(EXTENSIONS))
