"""Warnings of code that runs before there is a log, and in commands that mostly need none.

To import ``logging`` takes as long as a tenth of such a command. So the log is started when
something is first told.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_starting: list[Callable[[], None]] = []


def start_log_with(start: Callable[[], None]) -> None:
    """Let the log be started by a function, once, before the first warning."""
    _starting[:] = [start]


def start_log() -> None:
    """Start the log, where that has been left to the first warning."""
    while _starting:
        _starting.pop()()


@cache
def warn_once(line: str) -> None:
    """Write a warning to the log, unless that has been done."""
    warn(line)


def escaped(text: str, kept: str = "") -> str:
    r"""Return a text as it is, with escapes for what is not printable.

    Args:
        text: that may have come from anywhere, such as the name of a file.
        kept: characters that stay all the same.

    >>> escaped("red \x1b[31m\nalert")
    'red \\x1b[31m\\nalert'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in kept else ascii(char)[1:-1] for char in text
    )


def warn(line: str) -> None:
    """Write a warning to the log."""
    import logging

    start_log()

    logging.getLogger("datamaestro").warning("%s", line)
