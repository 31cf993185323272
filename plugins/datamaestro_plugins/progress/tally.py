"""The tally of a run: what is there, how fast it grows, and how long it will take.

Pure arithmetic of events; the time is given with each, in seconds of one clock that never goes
back.
"""

from __future__ import annotations

import os
from collections import deque

from attrs import define, field

from datamaestro_hookspecs.events import (
    CheckAdvanced,
    CheckStarted,
    Event,
    ResourceReady,
    RunStarted,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)

WINDOW = 10.0
"""Seconds over which a rate is measured."""

STEP = 0.5
"""Seconds between two marks within the window."""

LEAST = 0.2
"""Seconds below which a rate would be chance."""

FEW = 20
"""Files of a run each of which may be told of by itself."""


@define
class Pace:
    """How fast bytes arrive, over the last seconds.

    Args:
        began: when the first byte could have come.
        arrived: bytes that came since.
    """

    began: float
    arrived: int = 0
    marks: deque[tuple[float, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.marks = deque([(self.began, self.arrived)])

    def add(self, count: int, now: float) -> None:
        """Note that so many bytes have come."""
        self.arrived += count
        if now - self.marks[-1][0] >= STEP:
            self.marks.append((now, self.arrived))
            self._forget(now)

    def rate(self, now: float) -> float:
        """Return bytes per second; 0 where nothing came, or it is too early to say."""
        self._forget(now)
        when, before = self.marks[0]
        return (self.arrived - before) / (now - when) if now - when >= LEAST else 0.0

    def _forget(self, now: float) -> None:
        """Forget all marks before the window but the last, where the window begins."""
        while len(self.marks) > 1 and self.marks[1][0] <= now - WINDOW:
            self.marks.popleft()


@define
class Arriving:
    """A file that is arriving.

    Args:
        resource: its name.
        received: bytes that are there.
        size: in bytes, where known.
        began: when this try began.
    """

    resource: str
    received: int
    size: int | None
    began: float
    pace: Pace = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.pace = Pace(self.began)


@define
class Tally:
    """What is there of one run.

    Args:
        name: id of the data set, without the repository.
        resources: how many are to be made.
        declared: bytes that are to arrive in all, where the definition says so.
        began: when.
        received: bytes that are there: of each resource what was told last.
        arriving: the files that are arriving, by name; the one that began first comes first.
        ready: names of those that are at their place.
        folders: those of them that are folders here.
    """

    name: str
    resources: int
    declared: int | None
    began: float
    received: int = field(init=False, default=0)
    arriving: dict[str, Arriving] = field(init=False, factory=dict)
    ready: set[str] = field(init=False, factory=set)
    folders: set[str] = field(init=False, factory=set)
    pace: Pace = field(init=False)
    _latest: dict[str, int] = field(init=False, factory=dict)
    _sizes: dict[str, int] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.pace = Pace(self.began)

    @classmethod
    def of(cls, event: RunStarted, now: float) -> Tally:
        """Return the tally of a run that begins."""
        return cls(event.dataset.partition("@")[0], event.resources, event.size, now)

    @property
    def done(self) -> int:
        """How many are there."""
        return len(self.ready)

    @property
    def few(self) -> bool:
        """Whether there are so few files that each may be told of."""
        return self.resources <= FEW

    @property
    def size(self) -> int | None:
        """Bytes in all: as declared, or else as the sources say once each has been heard."""
        size = self.declared
        if size is None and len(self._sizes.keys() | self.ready) >= self.resources:
            size = sum(self._sizes.values())
        return None if size is None else max(size, self.received)

    def remaining(self, now: float) -> float | None:
        """Return the seconds that are left at the present rate, where that can be said."""
        size, rate = self.size, self.pace.rate(now)
        return (size - self.received) / rate if size is not None and rate > 0 else None

    def note(self, event: Event, now: float) -> None:
        """Take an event of this run into account."""
        if isinstance(event, TransferStarted):
            self._start(event, now)
        elif isinstance(event, TransferAdvanced):
            self._advance(event, now)
        elif isinstance(event, TransferEnded):
            self._advance(event, now)
            self.arriving.pop(event.resource, None)
        elif isinstance(event, ResourceReady):
            self.ready.add(event.resource)
            if os.path.isdir(event.path):  # noqa: PTH112 - which is quicker, for each of many
                self.folders.add(event.resource)

    def _start(self, event: TransferStarted, now: float) -> None:
        """Begin, or begin anew, with what is there already; that did not arrive just now."""
        name = event.resource
        if not self.pace.arrived:
            self.pace = Pace(now)
        if event.size is not None:
            self._sizes[name] = event.size
        self._set(name, event.received)
        self.arriving.pop(name, None)
        self.arriving[name] = Arriving(name, event.received, self._sizes.get(name), now)

    def _advance(self, event: TransferAdvanced | TransferEnded, now: float) -> None:
        grown = max(0, self._set(event.resource, event.received))
        self.pace.add(grown, now)
        if event.resource in self.arriving:
            arriving = self.arriving[event.resource]
            arriving.received = event.received
            arriving.pace.add(grown, now)

    def _set(self, resource: str, received: int) -> int:
        """Replace what is there of a resource; return by how much it has grown."""
        grown = received - self._latest.get(resource, 0)
        self._latest[resource] = received
        self.received += grown
        return grown


@define
class Check(Tally):
    """What has been read of the files of a data set, to verify them."""

    checked: int = field(init=False, default=0)

    @classmethod
    def of_check(cls, event: CheckStarted, now: float) -> Check:
        """Return the tally of a check that begins."""
        return cls(event.dataset.partition("@")[0], event.files, event.size, now)

    @property
    def done(self) -> int:
        """How many have been read."""
        return self.checked

    def note(self, event: Event, now: float) -> None:
        """Take an event of this check into account."""
        if isinstance(event, CheckAdvanced):
            self.pace.add(event.read - self.received, now)
            self.received, self.checked = event.read, event.files


def begin(event: Event, now: float) -> Tally | None:
    """Return the tally of what an event begins; None where it begins nothing."""
    if isinstance(event, RunStarted):
        return Tally.of(event, now)
    return Check.of_check(event, now) if isinstance(event, CheckStarted) else None
