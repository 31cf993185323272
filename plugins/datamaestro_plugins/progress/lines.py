"""Lines of the log, where there is no terminal: one about each run now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.events import CheckEnded, ResourceReady, RunEnded
from datamaestro_plugins.progress.words import amount, duration, files, files_and_folders

if TYPE_CHECKING:
    from collections.abc import Collection

    from datamaestro_hookspecs.events import Event
    from datamaestro_plugins.progress.tally import Tally

EVERY = 10.0
"""Seconds between two lines about a run."""


class Lines:
    """Tells of each run every ten seconds and at its end; of each file that is there, if few."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}

    def show(self, event: Event, tally: Tally, tallies: Collection[Tally], now: float) -> list[str]:
        """Return the lines that are due."""
        lines = []
        if isinstance(event, ResourceReady) and tally.few:
            where = "at" if event.path.startswith("/") else "in"
            lines.append(f"{tally.name}: {event.resource} is {where} {event.path}")
        if isinstance(event, RunEnded):
            self.told.pop(event.dataset, None)
            lines += _end(tally, event.error, now)
        elif isinstance(event, CheckEnded):
            self.told.pop(event.dataset, None)  # what was found is told by who has asked
        elif now - self.told.setdefault(event.dataset, now) >= EVERY:
            self.told[event.dataset] = now
            lines.append(_state(tally, now))
        return lines


def _state(tally: Tally, now: float) -> str:
    rate, remaining = tally.pace.rate(now), tally.remaining(now)
    parts = [f"{tally.name}: {_there(tally)}"]
    if rate > 0:
        parts.append(f"{amount(rate)}/s")
    if remaining is not None:
        parts.append(f"{duration(remaining)} left")
    return ", ".join(parts)


def _there(tally: Tally) -> str:
    there = f"{tally.done} of {files(tally.resources)}"
    return f"{there}, {amount(tally.received, tally.size)}"


def _end(tally: Tally, error: str, now: float) -> list[str]:
    if not error:
        came = f"{amount(tally.pace.arrived)} came in {duration(now - tally.began)}"
        made = files_and_folders(tally.resources - len(tally.folders), len(tally.folders))
        return [f"{tally.name}: {made} made, {came}"]
    # the error has its own line; this one says what was not in vain
    if not tally.pace.arrived:
        return []
    there = _there(tally) if tally.done else amount(tally.received, tally.size)
    return [f"{tally.name}: stopped at {there}"]
