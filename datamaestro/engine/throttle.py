"""The limit on the bytes per second of all transfers of a run together."""

from __future__ import annotations

import threading
import time

from attrs import define, field

SLICE = 0.1
"""Seconds' worth of bytes that are read at a time."""

LEAST = 1 << 12
"""Bytes that are read at a time however low the limit is."""


@define
class Throttle:
    """Makes those who receive wait for their turn.

    Args:
        rate: bytes per second, None: no limit.
    """

    rate: float | None
    _free: float = 0.0
    _lock: threading.Lock = field(factory=threading.Lock)

    def most(self, wanted: int) -> int:
        """Return how many bytes are to be read at a time."""
        return wanted if self.rate is None else min(wanted, max(LEAST, int(self.rate * SLICE)))

    def wait_for(self, count: int) -> float:
        """Return the seconds to wait now that so many bytes have been read."""
        if self.rate is None:
            return 0.0
        with self._lock:
            now = time.monotonic()
            self._free = max(self._free, now) + count / self.rate
            return max(0.0, self._free - now)
