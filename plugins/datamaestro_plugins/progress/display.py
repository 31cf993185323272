"""The display: keeps the tally of each run, and chooses how runs are shown."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from datamaestro_hookspecs.events import CheckEnded, RunEnded
from datamaestro_plugins.progress.bars import Bars
from datamaestro_plugins.progress.lines import Lines
from datamaestro_plugins.progress.tally import begin
from datamaestro_plugins.progress.words import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from datamaestro_hookspecs.events import Event
    from datamaestro_plugins.progress.tally import Tally

log = logging.getLogger("datamaestro")


class View(Protocol):
    """A way to show runs."""

    def show(self, event: Event, tally: Tally, tallies: Collection[Tally], now: float) -> list[str]:
        """Show what has changed.

        Args:
            event: what was told.
            tally: of the run that it is about.
            tallies: of all runs that go on, in the order in which they began.
            now: seconds, of a clock that never goes back.

        Returns:
            Lines for the log.
        """


def choose_view(now: float) -> View:
    """Return how runs are shown where stderr leads now."""
    stderr = sys.stderr
    if stderr is not None and stderr.isatty() and os.environ.get("TERM") != "dumb":
        return Bars(stderr, now)
    return Lines()


@define
class Display:
    """Shows runs, several at once too; called from any thread.

    What is told of a run before its beginning or after its end, by a thread that has not yet
    heard of it, is not shown.
    """

    clock: Callable[[], float] = time.monotonic
    _tallies: dict[str, Tally] = field(init=False, factory=dict)
    _view: View = field(init=False, factory=Lines)
    _lock: threading.Lock = field(init=False, factory=threading.Lock)

    def show(self, event: Event) -> None:
        """Show an event."""
        with self._lock:
            lines = self._show(event)
        for line in lines:  # not while the lock is held: whoever writes the log may be slow
            log.info("%s", printable(line))

    def _show(self, event: Event) -> list[str]:
        now = self.clock()
        begun = begin(event, now)
        if begun is not None:
            if not self._tallies:
                self._view = choose_view(now)
            self._tallies[event.dataset] = begun
        if event.dataset not in self._tallies:
            return []
        tally = self._tallies[event.dataset]
        tally.note(event, now)
        if isinstance(event, RunEnded | CheckEnded):
            del self._tallies[event.dataset]
        return self._view.show(event, tally, self._tallies.values(), now)


DISPLAY = Display()
"""What shows the events of this process."""
