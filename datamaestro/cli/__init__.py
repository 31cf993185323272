"""The command line.

This module and :mod:`datamaestro.cli.group` are all that ``--help`` and ``version`` import.
"""

from __future__ import annotations

import gc

SELDOM = 50_000
"""How many more objects there are when Python looks for garbage again: all that a command makes
that only tells something, which would else be looked through several times while it starts."""


def main() -> None:
    """Run the command line; the entry point of ``datamaestro``."""
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    from datamaestro.cli.group import cli
    from datamaestro.cli.outcome import run

    run(cli)
