"""One door for all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from textgov.documents import Document, Problem
from textgov.readers.options import ReadOptions
from textgov.readers.problems import UnreadableError, source_name
from textgov.readers.sniff import detect

Reader = Callable[[Path, str, ReadOptions, tuple[str, ...]], Iterator[Document | Problem]]

_READERS = {
    "pdf": ("pdf", "read_pdf"),
    "docx": ("docx", "read_docx"),
    "html": ("html", "read_html"),
    "txt": ("text", "read_text_file"),
    "md": ("markdown", "read_markdown"),
    "jats": ("jats", "read_jats"),
    "tei": ("tei", "read_tei"),
    "csv": ("records_csv", "read_csv"),
    "jsonl": ("records_jsonl", "read_jsonl_file"),
    "ris": ("records_ris", "read_ris"),
    "bibtex": ("records_bibtex", "read_bibtex"),
}


def read_file(path: Path, options: ReadOptions | None = None) -> Iterator[Document | Problem]:
    """All documents of a file, in its order, and a problem for whatever of it cannot be read.

    A file that cannot be read at all gives exactly one problem. A file of records (RIS, BibTeX, CSV, JSON
    Lines)
    gives a document for each record, of kind `abstract` where it has no full text, and a problem with its
    line
    for each broken one. The format is judged by content; where that differs from the name, a note says so.
    """
    options = options or ReadOptions()
    source = source_name(path)
    produced = 0
    try:
        for item in _open(path, source, options):
            produced += 1
            yield item
    except UnreadableError as error:
        yield error.problem(source)
        return
    except FileNotFoundError:
        yield Problem(source, "does not exist", "check the path")
        return
    except PermissionError:
        yield Problem(source, "may not be read", "check its permissions")
        return
    except OSError as error:
        yield Problem(
            source, f"cannot be read ({error.strerror or error})", "check the disk or copy the file again"
        )
        return
    if not produced:
        yield Problem(source, "has no records in it", "check that it is the right file")


def _open(path: Path, source: str, options: ReadOptions) -> Iterator[Document | Problem]:
    if not path.is_file():
        if path.exists():
            raise UnreadableError("is not a regular file", "give the files or folders to read")
        raise FileNotFoundError(path)
    size = path.stat().st_size
    if size == 0:
        raise UnreadableError("is empty (0 bytes)", "get the file again")
    if size >= options.max_bytes:
        raise UnreadableError(
            f"has {size:,} bytes, the limit is {options.max_bytes:,}", "raise the limit or split the file"
        )
    found = detect(path)
    module, function = _READERS[found.name]
    read: Reader = getattr(import_module(f"textgov.readers.{module}"), function)
    yield from read(path, source, options, (found.note,) if found.note else ())
