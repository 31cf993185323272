"""The group of commands: what each is for stands here, its module is imported when it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.advice import DATA, advise_with
from datamaestro.cli.options import Options
from datamaestro.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "accept": "Show the terms of data sets, and record that you accept them.",
    "check": "Ask servers whether they still have the files.",
    "check-definitions": "Look for mistakes in the definitions of repositories.",
    "cite": "Print how data sets are cited, as BibTeX.",
    "completion": "Print a script that lets a shell complete what is typed.",
    "create-dataset": "Write the definition of a data set, and a test of it.",
    "create-repository": "Write a package with a repository of data sets to start from.",
    "datafolders": "Say where folders are that cannot be downloaded.",
    "download": "Bring data sets to disk.",
    "export": "Write data sets into one bundle, for a computer without a network.",
    "import": "Take the data sets of a bundle that datamaestro export has written.",
    "info": "Show what is known about data sets.",
    "licenses": "Show the licences and terms of data sets.",
    "list": "List the data sets that are on disk, and what else takes room there.",
    "orphans": "List what is in the data directory and belongs to no data set.",
    "plan": "Show what preparing data sets would fetch, the room it needs, and what is in the way.",
    "plugins": "List plugins, what each provides, and what failed to load.",
    "prepare": "Bring a data set to disk and print where it is, as JSON.",
    "pull": "Copy data sets from another data directory, here or on another computer.",
    "push": "Copy data sets to another data directory, here or on another computer.",
    "remove": "Move data sets to the trash.",
    "repair": "Fetch or make again what is wrong with what is on disk, and nothing else.",
    "repositories": "List repositories of data sets.",
    "search": "List data sets.",
    "trash": "List what was removed, bring it back, or delete it for good.",
    "verify": "Check whether what is on disk is what it was when it was prepared.",
    "version": "Print the version.",
}
"""Each command and its first line; the module of that name in ``commands`` has the rest.

In the module's name, ``_`` stands for ``-``, and follows a word that Python keeps for itself.
"""


class Commands(click.Group):
    """A group that imports a command when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module
        from keyword import iskeyword

        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        module = import_module(f"datamaestro.cli.commands.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; any that is to run on another computer."""
        if ctx.params.get("host") is None:
            return super().resolve_command(ctx, args)
        from datamaestro.cli.elsewhere import Elsewhere

        return args[0], Elsewhere(args[0], ctx.params), args[1:]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands and options that begin so, importing none of them."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=line)
            for name, line in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands into the help page, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--data",
    metavar="PATH",
    help="The data directory.  [default: $DATAMAESTRO_DIR, else ~/datamaestro]",
)
@click.option("--offline", is_flag=True, default=None, help="Make no request.")
@click.option(
    "--keep-downloads",
    is_flag=True,
    help="Keep each file also as it was downloaded, below partial/.",
)
@click.option(
    "--host",
    metavar="HOST",
    help="Run the command on another computer, by ssh; paths are meant there.",
)
@click.option(
    "--pythonpath",
    metavar="PYTHON",
    help="The Python there that has datamaestro.  [default: that of the command datamaestro]",
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--debug", is_flag=True, help="Say everything; implies --traceback.")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
@click.version_option(__version__, message="%(version)s", help="Print the version and exit.")
@click.pass_context
def cli(
    ctx: click.Context, /, host: str | None = None, pythonpath: str | None = None, **given: Any
) -> None:
    """Find, get and use data sets by their qualified name.

    The result goes to stdout, everything else to stderr. Exit codes: 0 done, 1 anything else,
    2 usage, 3 no such data set, 4 offline and not on disk, 5 could not be downloaded, 6 content
    is not what it should be, 7 a person must act, 8 disk full or no permission, 9 held by another
    process, 10 a definition or a plugin is broken, 130 interrupted, 143 terminated.
    """
    if pythonpath is not None and host is None:
        raise click.UsageError("--pythonpath is of another computer: name it with --host")
    data = given.get("data")
    advise_with(DATA, ["--data", data] if data and host is None else [])
    ctx.obj = Options(**given)
