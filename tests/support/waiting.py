"""Waiting for what no event tells: looked at again and again, until a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 120.0
"""Long enough for a computer that has ten times as much to do; only what hangs takes so long."""


def eventually(condition: Callable[[], T], seconds: float = SECONDS) -> T:
    """Return the first true value of a condition.

    Raises:
        TimeoutError: there was none in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.005)
    raise TimeoutError(f"{condition} was not met within {seconds:g} s")
