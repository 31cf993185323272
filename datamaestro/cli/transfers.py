"""The options of commands that fetch files, and the files that a person has to fetch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.questions import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from datamaestro.context import Context
    from datamaestro_hookspecs.cards import Definition


def _checked_rate(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    from datamaestro.settings import parse_rate

    try:
        parse_rate(value or "")
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return value


def _named_paths(
    ctx: click.Context, option: click.Parameter, values: Sequence[str]
) -> list[tuple[str, Path]]:
    found = []
    for value in values:
        name, equals, path = value.partition("=")
        if not (name and equals and path):
            raise click.BadParameter(f"{value!r} is not of the form NAME=PATH")
        found.append((name, Path(path).expanduser()))
    return found


path_option = click.option(
    "--path",
    "paths",
    callback=_named_paths,
    metavar="NAME=PATH",
    multiple=True,
    help="Take the file NAME of the data set from PATH; for files that have to be fetched by hand.",
)


rate_option = click.option(
    "--limit-rate",
    "rate",
    callback=_checked_rate,
    metavar="RATE",
    help="Bytes per second of all transfers together, such as 500k or 2M.",
)


def transfer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--jobs``, ``--limit-rate`` and ``--path``."""
    for option in (
        path_option,
        rate_option,
        click.option(
            "--jobs", "-j", type=click.IntRange(1), help="Files that arrive at the same time."
        ),
    ):
        command = option(command)
    return command


def files_by_hand(
    context: Context, definitions: Sequence[Definition], given: Sequence[tuple[str, Path]]
) -> list[dict[str, Path]]:
    """Return the user's own files for each data set; on a terminal, ask for those that are missing.

    Raises:
        UsageError: none of the data sets has a file of a name that was given.
    """
    files = files_of_each(definitions, given)
    for definition, known in zip(definitions, files, strict=True):
        _tell_unused(context, definition, known)
    if is_terminal() and not context.settings.offline:
        for definition, known in zip(definitions, files, strict=True):
            known |= _asked_for(context, definition, known)
    return files


def _tell_unused(context: Context, definition: Definition, known: Mapping[str, Path]) -> None:
    """Tell which files are not used, since what they are for is on record already."""
    import shlex

    from datamaestro.messages import warn

    if not known:
        return
    identity, wanted = definition.card.identity, context.plan(definition).steps
    for name, path in known.items():
        if name not in wanted:
            line = ["datamaestro", "repair", identity, "--path", f"{name}={path}"]
            warn(
                f"{identity}: {name} is on record already, so {path} is not used; "
                f"if what is there is wrong: {shlex.join(line)}"
            )


def files_of_each(
    definitions: Sequence[Definition], given: Sequence[tuple[str, Path]]
) -> list[dict[str, Path]]:
    """Return the user's own files for each data set, by the resource's name.

    Raises:
        UsageError: none of the data sets has a file of a name that was given.
    """
    from datamaestro.errors import UsageError

    names = [{resource.name for resource in one.card.resources} for one in definitions]
    for name, path in given:
        if not any(name in known for known in names):
            identities = ", ".join(one.card.identity for one in definitions)
            hint = f"files have the names {', '.join(sorted(set().union(*names)))}"
            raise UsageError(f"{identities}: no file {name!r} for {path}", hint=hint)
    return [{name: path for name, path in given if name in known} for known in names]


def _asked_for(
    context: Context, definition: Definition, known: Mapping[str, Path]
) -> dict[str, Path]:
    """Ask for the files that only a person can fetch."""
    answers = {}
    for name, step in context.plan(definition).steps.items():
        source = step.resource.source
        if source is None or source.by_hand is None or source.urls or name in known:
            continue
        click.echo(
            f"{definition.card.identity}: {name} cannot be downloaded: {source.by_hand.why}",
            err=True,
        )
        if source.by_hand.page:
            click.echo(f"It is to be had from {source.by_hand.page}", err=True)
        kind = click.Path(exists=True, dir_okay=False, path_type=Path)
        answers[name] = click.prompt(f"Path of {name} (Ctrl-C to give up)", type=kind, err=True)
    return answers
