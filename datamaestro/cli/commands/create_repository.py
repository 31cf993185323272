"""``datamaestro create-repository``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from datamaestro.cli.options import Options, json_option


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder that is made.  [default: ./datamaestro-NAME]",
)
@click.option("--description", default="", metavar="TEXT", help="What data sets it has, in a line.")
@click.option("--author", default="", metavar="TEXT", help="Such as 'Jane Doe <jane@example.org>'.")
@json_option
@click.pass_obj
def command(
    options: Options,
    name: str,
    output: Path | None,
    description: str,
    author: str,
    as_json: bool,
) -> None:
    """Write a package with a repository of data sets to start from.

    It can be installed, and has one data set to show the form, tests, and a README that says how
    to go on. stdout has its folder. Nothing that is there is overwritten.
    """
    import json

    from datamaestro.authoring.repository import new_repository, write_repository

    new = new_repository(name, description, author, options.context.plugins.repositories())
    folder = output or Path(new.distribution)
    write_repository(new, folder)
    facts = {"name": new.name, "distribution": new.distribution, "package": new.package}
    options.tell(json.dumps(facts | {"folder": str(folder.absolute())}) if as_json else str(folder))
    options.note(_next_steps(new.name, folder))


def _next_steps(name: str, folder: Path) -> str:
    place = shlex.quote(str(folder))
    return (
        f"Next: install it, run its tests, and add a data set:\n"
        f"  pip install --editable {place} pytest && pytest {place}\n"
        f"  datamaestro create-dataset {name} https://example.org/data/iris.csv\n"
        f"Its licence is yours to choose: {folder / 'README.md'} says where it goes."
    )
