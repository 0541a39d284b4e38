"""The root group: commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from textgov import __version__
from textgov.cli.lazy import Entry, LazyGroup
from textgov.errors import TextgovError

STOPPED = 130
"""Exit status after Ctrl-C, as shells give it."""


COMMANDS: dict[str, Entry] = {
    "demo": Entry("demo", "Run the whole job on the corpus that ships with textgov."),
    "ingest": Entry("ingest", "Read files and folders into the index."),
    "annotate": Entry("annotate", "Code what is in the index, or a stream of JSON lines."),
    "tag": Entry(
        "tag", "Give documents and their passages the paths of social upgrading that they speak of."
    ),
    "search": Entry("search", "Find passages by words and codes, with page and evidence."),
    "show": Entry("show", "Show one annotated document, in the terminal or as a page of HTML."),
    "claims": Entry("claims", "List who governs by what means, with what outcome, and who says so."),
    "topics": Entry(
        "topics", "Find topics in the index: fit models, see how good and how stable they are, and use them."
    ),
    "train": Entry("train", "Train a classifier on labels of one's own, and measure it beside a baseline."),
    "evaluate": Entry(
        "evaluate", "Measure a model or predictions against gold labels, or two against each other."
    ),
    "review": Entry("review", "Propose what to label next, learn from it, and say when to stop."),
    "map": Entry("map", "Map the literature in the index: gap maps, tables, time lines, networks, places."),
    "screen": Entry(
        "screen", "Screen what was found: include or leave out, with reasons, by one or two people."
    ),
    "status": Entry("status", "Say what is in the index: counts, or lists of documents, files and runs."),
    "export": Entry("export", "Write a table of the index as CSV, JSON lines or Parquet, or a report of it."),
    "bundle": Entry("bundle", "Check a bundle, and make its index again."),
    "explain": Entry(
        "explain", "Say which rules fired on a passage, and with --all which were beaten and why."
    ),
    "codebook": Entry("codebook", "Show, validate, compare and begin codebooks."),
    "completion": Entry("completion", "Print the completion script of a shell."),
    "doctor": Entry("doctor", "Check the installation and the index."),
}


class _ReaderGoneError(Exception):
    """Who read our output has closed it."""


class _Root(LazyGroup):
    """The root group; it ends quietly where the reader of its output has gone."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; click would make a failure of a closed pipe."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ReaderGoneError from error
        return status


@click.group(cls=_Root, entries=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="textgov")
def cli() -> None:
    """Code texts on global value chains by an explicit governance codebook.

    Every code comes with its sentence, page, status and rule. Data goes to standard output, all talk to
    standard error. Exit status: 0 done; 1 done, but some inputs failed (they are listed); 2 wrong usage; 3
    nothing could be done.

    \b
    Begin with:
      textgov demo
      textgov ingest papers/ && textgov annotate
      textgov search 'actor:union AND mechanism:strike'
    """


def main() -> None:
    """Entry point: expected errors become one line on standard error and an exit status."""
    try:
        status: Any = cli.main(prog_name="textgov", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("stopped; the same command goes on where it was", err=True)
        sys.exit(STOPPED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"textgov: {_one_line(error)}", err=True)
        sys.exit(error.exit_code)
    except TextgovError as error:
        click.echo(f"textgov: {error}", err=True)
        sys.exit(error.exit_status)
    except _ReaderGoneError:
        # The reader of our output has gone, as `head` does: not an error of ours, and not to be told at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    if context is None:
        return message
    return f"{message} (see {context.command_path} --help)"
