"""What only a person knows is asked for on a terminal, before anything is fetched.

Where nobody can be asked, the error that follows says what is to be done.
"""

from __future__ import annotations

import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datamaestro.context import Context
    from datamaestro_hookspecs.cards import Definition, Terms


def is_terminal() -> bool:
    """Return whether somebody is there who can be asked."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def confirm(question: str, *, yes: bool, command: str) -> None:
    """Make sure that something is to be done.

    Args:
        question: that is asked on a terminal.
        yes: it has been said already.
        command: that says so, where nobody can be asked.

    Raises:
        ActionNeeded: it is not to be done, or nobody can be asked.
    """
    from datamaestro.errors import ActionNeeded

    if yes:
        return
    if not is_terminal():
        hint = f"to do it without being asked: {command} --yes"
        raise ActionNeeded(f"there is no terminal to ask on: {question}", hint=hint)
    if not click.confirm(question, err=True):
        raise ActionNeeded("it was not confirmed", hint="nothing was changed")


def settle(context: Context, definitions: Sequence[Definition]) -> None:
    """Ask on a terminal for the terms of data sets, and for the data folders that they need.

    Raises:
        ActionNeeded: terms are not accepted.
    """
    if not is_terminal():
        return
    for definition in definitions:
        accept_terms(definition.card.identity, context.open_terms(definition))
    for definition in definitions:
        for name in context.unset_folders(definition):
            wanted = tuple(dict.fromkeys(_wanted(context, definition, name)))
            if wanted:
                _ask_for_folder(context, definition, name, wanted)


def accept_terms(identity: str, terms: Mapping[str, Terms]) -> None:
    """Show terms, ask whether they are accepted, and record it.

    Args:
        identity: of the data set that has them, or is made of those that have.
        terms: by their id.

    Raises:
        ActionNeeded: they are not accepted.
    """
    from datamaestro.errors import ActionNeeded
    from datamaestro.settings.agreements import accept

    for name, each in terms.items():
        click.echo(f"{identity} has terms that have to be accepted first ({name}):", err=True)
        click.echo(f"\n{each.message.strip()}\n", err=True)
        if not click.confirm("Do you accept them?", err=True):
            what = f"{identity}: the terms {name} were not accepted"
            raise ActionNeeded(what, hint="nothing was fetched")
        accept(name)


def _ask_for_folder(
    context: Context, definition: Definition, name: str, wanted: Sequence[str]
) -> None:
    """Ask where a data folder is, and set it; the path of what is wanted from it says it, too."""
    from datamaestro.settings.folders import set_datafolder

    shown = ", ".join(wanted[:3]) + (", …" if wanted[3:] else "")
    click.echo(
        f"{definition.card.identity} cannot be downloaded: it is in a folder of yours, the data "
        f"folder {name}, which is not set. In it is {shown}.",
        err=True,
    )
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    question = f"Path of the data folder {name} (Ctrl-C to give up)"
    answer = click.prompt(question, type=kind, err=True)
    set_datafolder(context.store.root, name, _above(answer.absolute(), wanted))


def _above(place: Path, wanted: Sequence[str]) -> Path:
    """Return a data folder, given it or what is wanted from it."""
    for below in wanted:
        parts = PurePath(below).parts
        if parts and place.parts[-len(parts) :] == parts and not (place / below).exists():
            return place.parents[len(parts) - 1]
    return place


def _wanted(context: Context, definition: Definition, name: str) -> Iterator[str]:
    """Iterate over the paths below a data folder that a data set and its parts look for.

    What is found elsewhere is not looked for there.
    """
    from datamaestro.download.datafolders import DatafolderPath
    from datamaestro.download.links import linkpath
    from datamaestro.engine.references import references
    from datamaestro.store.current import using

    seen: set[str] = set()
    left: list[Any] = [definition]
    while left:
        current = left.pop()
        if current.card.identity in seen:
            continue
        seen.add(current.card.identity)
        plan = context.plan(current)
        for resource in getattr(current, "resources", {}).values():
            if not isinstance(resource, linkpath) or resource.name not in plan.steps:
                continue
            with using(context.store):
                places, _ = resource.places()
            if not any(map(resource.is_at, places)):
                found = (one for one in resource.proposals if isinstance(one, DatafolderPath))
                yield from (one.path for one in found if one.folderid == name)
        left += references(current, plan, context.plugins)
