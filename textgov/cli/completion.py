"""`textgov completion`."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the completion script of a shell.

    \b
    Examples:
      textgov completion bash >> ~/.bashrc
      textgov completion zsh > ~/.zfunc/_textgov
      textgov completion fish > ~/.config/fish/completions/textgov.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    completion = kind(ctx.find_root().command, {}, "textgov", "_TEXTGOV_COMPLETE")
    # `source()` of Bash asks the version of the Bash that is installed, which need not be that of the reader.
    click.echo(completion.source_template % completion.source_vars())
    return 0
