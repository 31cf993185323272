"""What is to be done before this process ends, also where it waits for nothing else any more."""

from __future__ import annotations

import atexit
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_wishes: list[Callable[[], object]] = []


def at_end(wish: Callable[[], object]) -> None:
    """Let something be done before the process ends; it is quick, and harmless if done twice."""
    if not _wishes:
        atexit.register(end)
    _wishes.append(wish)


def end() -> None:
    """Do it now, the last thing first; whoever ends the process without Python's doing calls it."""
    while _wishes:
        with suppress(Exception):
            _wishes.pop()()
