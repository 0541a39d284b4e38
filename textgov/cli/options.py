"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])
DEFAULT_INDEX = "textgov.db"


def index_option(function: Function) -> Function:
    """`--index FILE`, from the environment, or `textgov.db` in the working folder."""
    return click.option(
        "--index",
        "index_path",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="TEXTGOV_INDEX",
        default=DEFAULT_INDEX,
        show_default=True,
        show_envvar=True,
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
        help="Number of processes.",
    )(function)


def codebook_option(function: Function) -> Function:
    """`--codebook NAME_OR_FOLDER`."""
    return click.option(
        "--codebook",
        default="gereffi-lee",
        show_default=True,
        metavar="NAME|FOLDER",
        help="A built-in codebook or a folder with one.",
    )(function)
