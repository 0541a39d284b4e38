"""The command line."""

from textgov.cli.root import main

__all__ = ["main"]
