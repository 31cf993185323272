"""The command line.

This module and :mod:`datamaestro.cli.group` are all that ``--help`` and ``version`` import.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; the entry point of ``datamaestro``."""
    from datamaestro.cli.group import cli
    from datamaestro.cli.outcome import run

    run(cli)
