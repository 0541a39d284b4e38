"""Readers: a file of any supported format becomes `Document` records, or says in one line why not."""

from textgov.readers.files import find_files
from textgov.readers.options import ReadOptions
from textgov.readers.read import read_file

__all__ = ["ReadOptions", "find_files", "read_file"]
