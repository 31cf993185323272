"""The options that all commands share, and the context made from them."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import timedelta

    from datamaestro.cli.result import Result
    from datamaestro.context import Context
    from datamaestro.settings import Settings


class Options:
    """What stands before the command."""

    def __init__(
        self,
        *,
        data: str | None = None,
        offline: bool | None = None,
        keep_downloads: bool = False,
        quiet: bool = False,
        debug: bool = False,
        traceback: bool = False,
    ) -> None:
        self.data = data
        self.offline = offline
        self.keep_downloads = keep_downloads
        self.quiet = quiet
        self.debug = debug
        self.traceback = traceback or debug

    @cached_property
    def result(self) -> Result:
        """stdout, kept for the result."""
        from datamaestro.cli.result import Result

        return Result()

    def tell(self, text: str) -> None:
        """Print a part of the result."""
        self.result.tell(text)

    def note(self, text: str) -> None:
        """Say something beside the result on stderr, unless only errors are wanted there."""
        if not self.quiet:
            from datamaestro.advice import advised

            with suppress(OSError):  # nobody listens
                click.echo(advised(text), err=True)

    def start(self) -> None:
        """Keep stdout for the result, and let messages go to stderr as far as they are wanted.

        Raises:
            UsageError: the setting that says how far cannot be understood.
        """
        from datamaestro.messages import start_log_with
        from datamaestro.settings import log_level

        _ = self.result
        if self.quiet:
            os.environ["DATAMAESTRO_PROGRESS"] = "no"
        level = "DEBUG" if self.debug else "ERROR" if self.quiet else log_level()
        start_log_with(lambda: _start_messages(level))

    @cached_property
    def settings(self) -> Settings:
        """The settings in force; no context is made for them."""
        from datamaestro.settings import load_settings

        if "context" in vars(self):
            return self.context.settings
        self.start()
        return load_settings(directory=self.data, offline=self.offline)

    @cached_property
    def context(self) -> Context:
        """The context, with plugins loaded and messages going to stderr."""
        return self.context_for()

    def context_for(self, *, jobs: int | None = None, rate: str | None = None) -> Context:
        """Return a context for transfers; None: as the settings say."""
        from datamaestro.context import Context
        from datamaestro.messages import start_log

        self.start()
        start_log()
        return Context(
            self.data,
            offline=self.offline,
            keep_downloads=self.keep_downloads,
            jobs=jobs,
            rate=rate,
        )


def _start_messages(level: str) -> None:
    from datamaestro.cli.messages import start_messages

    start_messages(level)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; errors too.")

filter_option = click.option(
    "--filter",
    "filters",
    metavar="EXPR",
    multiple=True,
    help="Only what an expression finds, as list has it; may be given several times.",
)

yes_option = click.option("-y", "--yes", is_flag=True, help="Do it without being asked.")


def age_of(text: str | None) -> timedelta | None:
    """Return the length of time that ``--older`` says.

    Raises:
        BadParameter: it is none.
    """
    from datamaestro.ages import parse_age

    try:
        return None if text is None else parse_age(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older") from error
