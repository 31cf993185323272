"""Events of work that is mostly short: plugins are told only once it has gone on for a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from datamaestro_hookspecs.events import Event

DELAY = 0.5
"""Seconds for which nothing is told: what is short needs no plugins, and they take long to load."""


@define
class DelayedEvents:
    """Tells events once the work has gone on for a while; what came before is told then.

    Args:
        began: when, in seconds of a clock that never goes back.
    """

    began: float = field(factory=time.monotonic)
    _waiting: Event | None = None

    def send(self, event: Event) -> None:
        """Tell an event, after what has been kept; or keep what a data set has begun with."""
        from datamaestro_hookspecs.events import CheckEnded, CheckStarted

        kept, self._waiting = self._waiting, None
        if time.monotonic() - self.began < DELAY:
            begins, ends = isinstance(event, CheckStarted), isinstance(event, CheckEnded)
            self._waiting = event if begins else None if ends else kept
            return
        if kept is not None and isinstance(event, CheckEnded):
            return
        from datamaestro.plugins.registry import plugins

        for one in (kept, event):
            if one is not None:
                plugins().send(one)
