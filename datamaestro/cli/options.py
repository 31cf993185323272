"""The options that all commands share, and the context made from them."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datamaestro.cli.result import Result
    from datamaestro.context import Context


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

    @cached_property
    def context(self) -> Context:
        """The context, with plugins loaded and messages going to stderr."""
        return self.context_for()

    def context_for(self, *, jobs: int | None = None, rate: str | None = None) -> Context:
        """Return a context for transfers; None: as the settings say."""
        from datamaestro.cli.messages import start_messages
        from datamaestro.context import Context

        _ = self.result
        if self.quiet:
            os.environ["DATAMAESTRO_PROGRESS"] = "no"
        start_messages(quiet=self.quiet, debug=self.debug)
        return Context(
            self.data,
            offline=self.offline,
            keep_downloads=self.keep_downloads,
            jobs=jobs,
            rate=rate,
        )


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; errors too.")
