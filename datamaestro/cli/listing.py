"""What a command lists: from the index as it is, without plugins, where nothing has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro.cli.options import Options
    from datamaestro.index.listing import Listing

T = TypeVar("T")

UNSAID = {"DATAMAESTRO_DIR"}
"""Variables that change nothing of what is listed."""


def listed(options: Options, question: Callable[[Listing], T]) -> T:
    """Return what the index answers; what has changed is compiled first."""
    from datamaestro.index.listing import Listing

    answer = quickly(options, question, Listing.problems)
    return options.context.catalogue.ask(question) if answer is None else answer


def quickly(
    options: Options, question: Callable[[Listing], T], complaints: Callable[[Listing], list[str]]
) -> T | None:
    """Return what the index answers; None where some of it has to be compiled.

    Args:
        options: of the command.
        question: asked of the index.
        complaints: returns what is to be told on stderr.
    """
    from datamaestro.index.listing import Damaged
    from datamaestro.index.quick import current_listing

    _ = options.result
    said = _anything_is_said()
    listing = current_listing(_switched_off() if said else frozenset())
    if listing is None:
        return None
    with listing:
        try:
            answer, told = question(listing), complaints(listing)
        except Damaged:
            return None
    if said:
        _tell_by_settings(options, told)
    elif not options.quiet:
        for line in told:
            click.echo(line, err=True)
    return answer


def _anything_is_said() -> bool:
    """Return whether there are settings, which it takes a while to read."""
    from platformdirs import user_config_path

    from datamaestro.index.files import time_of

    names = {name for name in os.environ if name.startswith("DATAMAESTRO_")}
    config = user_config_path("datamaestro") / "config.toml"
    return bool(names - UNSAID) or time_of(str(config)) > 0


def _switched_off() -> frozenset[str]:
    from datamaestro.settings import plugins_switched_off

    return plugins_switched_off()


def _tell_by_settings(options: Options, lines: list[str]) -> None:
    """Tell of what is wrong with settings, as any command does, and write lines as they say."""
    import logging

    from datamaestro.cli.messages import start_messages
    from datamaestro.settings import load_settings

    start_messages(quiet=options.quiet, debug=options.debug)
    load_settings(directory=options.data, offline=options.offline)
    for line in lines:
        logging.getLogger("datamaestro").warning("%s", line)
