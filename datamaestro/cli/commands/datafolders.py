"""``datamaestro datafolders``."""

from __future__ import annotations

from pathlib import Path

import click

from datamaestro.cli.options import Options, json_option


@click.group(no_args_is_help=False)
def command() -> None:
    """Say where folders are that cannot be downloaded.

    Some definitions look for files in a folder that every user has elsewhere, such as the discs
    of a licensed corpus; it is set once, under the name that the definition gives it.
    """


@command.command("list")
@json_option
@click.pass_obj
def list_folders(options: Options, as_json: bool) -> None:
    """List the data folders that are set."""
    import json

    from datamaestro.settings.folders import datafolders

    found = datafolders(options.context.store.root)
    if as_json:
        options.tell(json.dumps({name: str(path) for name, path in found.items()}, indent=2))
        return
    for name, path in found.items():
        options.tell(f"{name}\t{path}")


@command.command("set")
@click.argument("name", metavar="ID")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.pass_obj
def set_folder(options: Options, name: str, path: Path) -> None:
    """Set a data folder.

    With ID/PATH/BELOW/IT in place of ID, only what is wanted from there is set: a folder or a file
    that has another name, or is in another place, than the definition says.
    """
    from datamaestro.settings.folders import set_datafolder

    place = path.expanduser().absolute()
    folder, _, below = name.partition("/")
    if not folder or name != name.strip():
        raise click.BadParameter(f"{name!r} is no name", param_hint="ID")
    if not (place.is_dir() or (below and place.is_file())):
        what = "is no folder" if place.exists() else "is not there"
        raise click.BadParameter(f"{place} {what}", param_hint="PATH")
    set_datafolder(options.context.store.root, name, place)


@command.command("remove")
@click.argument("name", metavar="ID")
@click.pass_obj
def remove_folder(options: Options, name: str) -> None:
    """Forget a data folder; what is in it is not touched."""
    from datamaestro.settings.folders import remove_datafolder

    remove_datafolder(options.context.store.root, name)
