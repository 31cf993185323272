"""``datamaestro --host HOST COMMAND…``: the near side of a command that runs there."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.outcome import Terminated
from datamaestro.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datamaestro.remote.running import There

FLAGS = ("offline", "keep_downloads", "quiet", "debug", "traceback")
"""What stands before a command and goes along with it; ``--data`` does, too."""


class Elsewhere(click.Command):
    """A command of another computer, of which nothing is known here."""

    def __init__(self, name: str, given: Mapping[str, Any]) -> None:
        super().__init__(name, add_help_option=False)
        self.given = given

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave all that follows the command to the other computer."""
        ctx.args = args
        return args

    def invoke(self, ctx: click.Context) -> None:
        """Run it there, and end as it does."""
        host = self.given["host"]
        if self.name == "import" and "-" in ctx.args:
            raise UsageError(
                "stdin does not go along with --host",
                hint=f"datamaestro push ID {host}:, or: ssh {host} datamaestro import - < FILE",
            )
        words = [*_before(self.given), str(self.name), *ctx.args]
        ctx.exit(run_there(host, self.given["pythonpath"], words))


def _before(given: Mapping[str, Any]) -> list[str]:
    """Return what stood before the command, and is meant for it."""
    flags = [f"--{name.replace('_', '-')}" for name in FLAGS if given[name]]
    return [*flags, *(["--data", given["data"]] if given["data"] is not None else [])]


def run_there(host: str, python: str | None, arguments: Sequence[str]) -> int:
    """Run a command on another computer; return its exit code.

    Raises:
        ActionNeeded: there is no datamaestro there, or nobody is let in.
        TransferError: it cannot be reached, or not any more.
    """
    from datamaestro.remote.hosts import options_of, start
    from datamaestro.remote.running import There
    from datamaestro.settings import load_settings

    running, timeout = start(host, "datamaestro.cli.there", python), load_settings().timeout
    with There(running, host, timeout=timeout) as there:
        there.ask(arguments, options_of(host, python))
        with _told_of_its_size(there):
            try:
                return there.follow()
            except Terminated:
                there.order(signal="terminate")
            except KeyboardInterrupt:
                there.order(signal="interrupt")
            return there.follow()


@contextmanager
def _told_of_its_size(there: There) -> Iterator[None]:
    """Let a command there know when the terminal here gets another size."""
    before = signal.signal(signal.SIGWINCH, lambda *_: there.resized())
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
