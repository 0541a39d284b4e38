"""The root group: commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import importlib
import sys
from typing import Any, NamedTuple

import click

from textgov import __version__
from textgov.errors import TextgovError


class Entry(NamedTuple):
    """A command: where it is defined, and its line in the list of commands."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry("demo", "Run the whole job on the corpus that ships with textgov."),
    "ingest": Entry("ingest", "Read files and folders into the index."),
    "annotate": Entry("annotate", "Code what is in the index, or a stream of JSON lines."),
    "search": Entry("search", "Find passages, with their mentions and pages."),
    "show": Entry("show", "Show one annotated document."),
    "status": Entry("status", "Say what is in the index."),
    "export": Entry("export", "Write documents, passages and mentions as tables."),
    "explain": Entry("explain", "Say which rules fired on a text, and which were beaten."),
    "codebook": Entry("codebook", "Show, validate, compare and begin codebooks."),
    "completion": Entry("completion", "Print the shell completion script."),
    "doctor": Entry("doctor", "Check the installation and the index."),
}


class LazyGroup(click.Group):
    """A group whose commands live in `textgov.cli.<module>` under the name `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"textgov.cli.{entry.module}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest commands where one is unknown."""
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            import difflib

            close = difflib.get_close_matches(name, COMMANDS, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(close)}?" if close else "commands are " + ", ".join(COMMANDS)
            raise click.UsageError(f"no command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="textgov")
def cli() -> None:
    """Code texts on global value chains by an explicit governance codebook.

    Every code comes with its sentence, page, status and rule. Data goes to standard output, all talk to standard error.

    \b
    Begin with:
      textgov demo
      textgov ingest papers/ && textgov annotate
      textgov search 'actor:union AND mechanism:strike'
    """


def main() -> None:
    """Entry point: expected errors become one line on standard error and an exit status."""
    try:
        status: Any = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TextgovError as error:
        click.echo(f"textgov: {error}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: not an error of ours.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)
