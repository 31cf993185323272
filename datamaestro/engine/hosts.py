"""How many connections each host has, over all files of a run."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 16
"""Connections to one host at a time."""

LOOK = 0.2
"""Seconds between two looks whether the run is being stopped."""


def host_of(url: str) -> str:
    """Return the host of a URL, with its port; empty where it has none."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


@define(eq=False)
class Hosts:
    """Counts connections."""

    _counts: Counter[str] = field(factory=Counter)
    _changed: threading.Condition = field(factory=threading.Condition)

    def wait_for_one(self, host: str, check: Callable[[], object]) -> None:
        """Count one more connection, as soon as its host may have one more.

        Args:
            host: to be connected to.
            check: called now and then; raises when the run is being stopped.
        """
        with self._changed:
            while self._counts[host] >= MOST:
                check()
                self._changed.wait(LOOK)
            self._counts[host] += 1

    def is_full(self, host: str) -> bool:
        """Return whether a host has as many connections as it may have."""
        return self._counts[host] >= MOST

    def release(self, host: str) -> None:
        """Count one connection less."""
        with self._changed:
            self._counts[host] -= 1
            self._changed.notify_all()
