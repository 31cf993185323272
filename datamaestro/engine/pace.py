"""Pace: how often to do what takes the longer the more there is, such as replacing a record."""

from __future__ import annotations

import time
from typing import Self

from attrs import define, field

LEAST = 0.5
"""Seconds from the end of one time to the next, at least."""

SHARE = 0.05
"""Part of the time that it may take, once that is more than would be left otherwise."""


@define
class Pace:
    """Says when something is to be done again; a context manager around it."""

    _began: float = 0.0
    _next: float = field(factory=lambda: time.monotonic() + LEAST)

    def left(self) -> float:
        """Return the seconds until it is time; 0 when it is."""
        return max(0.0, self._next - time.monotonic())

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        return self

    def __exit__(self, *exception: object) -> None:
        now = time.monotonic()
        self._next = now + max(LEAST, (now - self._began) / SHARE)
