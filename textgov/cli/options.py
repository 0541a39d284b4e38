"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])
DEFAULT_INDEX = "textgov.db"
DEFAULT_CODEBOOK = "gereffi-lee"
_CODEBOOK = "A built-in codebook or a folder with one"


def index_option(function: Function) -> Function:
    """`--index FILE`, from the environment, or `textgov.db` in the working folder."""
    return click.option(
        "--index",
        "index_path",
        type=click.Path(path_type=Path),
        envvar="TEXTGOV_INDEX",
        default=DEFAULT_INDEX,
        show_default=True,
        show_envvar=True,
        metavar="FILE",
        help="The index file.",
    )(function)


def jobs_option(function: Function) -> Function:
    """`--jobs N`."""
    return click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1, 256),
        default=min(os.cpu_count() or 1, 8),
        show_default="number of cores, at most 8",
        metavar="N",
        help="Number of processes.",
    )(function)


def known_codebook(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse a codebook that is not there, as any other mistake on the command line."""
    if value is not None:
        from textgov.codebook.loader import find_codebook
        from textgov.errors import CodebookError

        try:
            find_codebook(value)
        except CodebookError as error:
            raise click.BadParameter(str(error)) from error
    return value


def codebook_option(function: Function) -> Function:
    """`--codebook NAME|FOLDER` for commands that code."""
    return click.option(
        "--codebook",
        default=DEFAULT_CODEBOOK,
        envvar="TEXTGOV_CODEBOOK",
        callback=known_codebook,
        show_default=True,
        show_envvar=True,
        metavar="NAME|FOLDER",
        help=f"{_CODEBOOK}.",
    )(function)


def index_codebook_option(function: Function) -> Function:
    """`--codebook NAME|FOLDER` for commands that read what was coded; None for that by which it was coded."""
    return click.option(
        "--codebook",
        callback=known_codebook,
        show_default="the one that the index was annotated by",
        metavar="NAME|FOLDER",
        help=f"{_CODEBOOK}.",
    )(function)


def within_option(function: Function) -> Function:
    """`--within sentence|passage|document`."""
    return click.option(
        "--within",
        type=click.Choice(["sentence", "passage", "document"]),
        default="passage",
        show_default=True,
        help="The unit in which all of the query must hold.",
    )(function)
