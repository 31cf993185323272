"""``datamaestro repositories``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.index.installed import Installed
    from datamaestro.index.listing import ListedRepository

ABSENT = "\nNot installed:\n"


@click.command()
@json_option
@click.pass_obj
def command(options: Options, as_json: bool) -> None:
    """List repositories of data sets.

    A terminal and --json also show which package brings each, how many data sets it has, and which
    known repositories are not installed; --json says what of each is broken, too.
    """
    import json

    from datamaestro.cli.listing import listed
    from datamaestro.cli.table import harmless, terminal_width
    from datamaestro.index.installed import installed
    from datamaestro.index.listing import Listing

    found = listed(options, Listing.repositories)
    width = terminal_width()
    if as_json:
        options.tell(json.dumps(describe(found, installed()), indent=2))
    elif width is not None:
        for line in _tables(describe(found, installed()), width):
            options.tell(line)
    else:
        for one in found:
            if not one.failure:
                options.tell(harmless(f"{one.name}: {one.description}"))


def describe(found: list[ListedRepository], there: Installed) -> list[dict[str, Any]]:
    """Return all that is shown, as JSON can say it: those that are there, then known others."""
    from datamaestro.packages import not_installed

    present = [
        {
            "name": one.name,
            "description": one.description,
            "installed": True,
            **_package(one.provider, there),
            "data_sets": one.data_sets,
            "failure": one.failure,
            "broken": [{"module": module, "reason": reason} for module, reason in one.broken],
        }
        for one in found
    ]
    absent = [
        {
            "name": one.name,
            "description": one.description,
            "installed": False,
            "distribution": one.distribution,
            "install": one.command,
        }
        for one in not_installed(there.versions)
    ]
    return present + absent


def _package(provider: str, there: Installed) -> dict[str, str]:
    """Return the package that brings a plugin, and its version."""
    from datamaestro.plugins.builtins import BUILTINS
    from datamaestro.version import __version__

    if provider in BUILTINS:
        return {"distribution": "datamaestro", "version": __version__}
    found = there.providers().get(provider)
    return {"distribution": found.name if found else "", "version": found.version if found else ""}


def _tables(rows: list[dict[str, Any]], width: int) -> Iterator[str]:
    from datamaestro.cli.table import table

    head = ("Repository", "Data sets", "Package", "Description")
    present = [
        (
            row["name"],
            f"{row['data_sets']:,}",
            f"{row['distribution']} {row['version']}".strip(),
            row["failure"] or row["description"],
        )
        for row in rows
        if row["installed"]
    ]
    yield from table(head, present, width)
    absent = [row for row in rows if not row["installed"]]
    if absent:
        yield ABSENT
        cells = [(row["name"], row["install"], row["description"]) for row in absent]
        yield from table(("Repository", "To install it", "Description"), cells, width)
