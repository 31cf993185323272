"""How many connections a file has: one at first, then more while that makes it faster."""

from __future__ import annotations

from attrs import define

SPAN = 0.25
"""Seconds at least for which a number of connections is watched."""

OPENINGS = 4
"""A number of connections is watched for so many times the time that opening one took."""

GAIN = 1.25
"""Twice as many connections are worth it if together they are so many times as fast."""

REST = 4
"""After more did not pay, so many spans pass until it is tried again; then twice as many."""


@define
class Ramp:
    """Decides from what has arrived; each call has the time, in seconds of any clock.

    Args:
        most: connections.
        opening: seconds that opening one takes.

    Attributes:
        wanted: connections that there should be.
        rate: bytes per second of all together, when it was last measured.
    """

    most: int
    opening: float
    wanted: int = 1
    rate: float = 0.0
    _began: float | None = None
    _arrived: int = 0
    _before: float = 0.0
    _fewer: int = 1
    _spans: int = 1
    _rest: int = REST

    def saw(self, arrived: int, now: float) -> int:
        """Return how many connections there should be now that so many bytes have arrived."""
        if self._began is None:
            self._began, self._arrived = now, arrived
        elapsed = now - self._began
        if elapsed >= self._spans * max(SPAN, OPENINGS * self.opening):
            self._decide((arrived - self._arrived) / elapsed)
            self._began, self._arrived = now, arrived
        return self.wanted

    def broke(self) -> None:
        """Begin to watch anew with the next bytes: nothing has come for a while."""
        self._began = None

    def opened(self, seconds: float) -> None:
        """Take into account how long opening one more connection took."""
        self.opening = min(self.opening, seconds)

    def limit(self, connections: int) -> None:
        """Have no more connections than these any more: the server does not want them."""
        self.most = max(1, connections)
        self.wanted = min(self.wanted, self.most)

    def _decide(self, rate: float) -> None:
        self.rate = rate
        rested = self._spans > 1
        if rested or rate >= self._before * GAIN:
            self._before, self._fewer = rate, self.wanted
            self._spans = 1 if self.wanted < self.most else REST
            self.wanted = min(2 * self.wanted, self.most)
        else:
            self._spans, self._rest = self._rest, 2 * self._rest
            self.wanted = min(self._fewer, self.most)
