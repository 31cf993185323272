"""``python -m datamaestro.cli.there``: a command that another computer has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.cli.group import cli
from datamaestro.cli.outcome import run
from datamaestro.remote.supervising import supervise

if TYPE_CHECKING:
    from collections.abc import Sequence


def command(arguments: Sequence[str]) -> None:
    """Run a command as if it had been typed here."""
    run(cli, arguments)


if __name__ == "__main__":
    supervise(command)
