"""The crew: how many connections work at one file, who joins and who may leave."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from datamaestro.engine.ramp import Ramp


@define(eq=False)
class Crew:
    """The connections of one file; the last of them never leaves before all is there.

    Args:
        ramp: says how many there should be.
    """

    ramp: Ramp
    _active: int = 1
    _opening: int = 0
    _lock: threading.Lock = field(factory=threading.Lock)

    def grow(self, arrived: int, now: float, join: Callable[[], bool]) -> None:
        """Let each connection join that is wanted now and not there, if it can."""
        with self._lock:
            for _ in range(self.ramp.saw(arrived, now) - self._active):
                self._active += join()

    @property
    def alone(self) -> bool:
        """Whether there is one connection."""
        return self._active == 1

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Count a connection as one that is still being opened."""
        with self._lock:
            self._opening += 1
        try:
            yield
        finally:
            with self._lock:
                self._opening -= 1

    def too_many(self) -> bool:
        """Return whether fewer connections are wanted than there are open."""
        return self._active - self._opening > self.ramp.wanted

    def leave(self, *, unwelcome: bool = False) -> bool:
        """Leave, unless nobody else is there; return whether that was so.

        Args:
            unwelcome: the server refused this connection while it goes on with others, so no more
                than those are wanted any more.
        """
        with self._lock:
            if self._active == 1:
                return False
            self._active -= 1
            if unwelcome:
                self.ramp.limit(self._active)
            return True

    def leave_if_too_many(self) -> bool:
        """Leave if fewer connections are wanted; return whether that was so."""
        return self.too_many() and self.leave()
