"""``datamaestro completion``."""

import click

from datamaestro.cli.options import Options


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def command(options: Options, shell: str) -> None:
    """Print a script that lets a shell complete what is typed.

    That is commands, options, ids, selectors, parts, repositories, and terms of searches. What
    there is was found when data sets were last searched for.

    \b
    bash:  eval "$(datamaestro completion bash)"      in ~/.bashrc
    zsh:   eval "$(datamaestro completion zsh)"       in ~/.zshrc, after compinit
    fish:  datamaestro completion fish | source       in ~/.config/fish/config.fish
    """  # noqa: D301 - click wants the character, not its name
    from datamaestro.cli.completion.shells import script
    from datamaestro.cli.group import cli
    from datamaestro.cli.outcome import COMPLETE

    options.tell(script(cli, COMPLETE, shell).rstrip("\n"))
