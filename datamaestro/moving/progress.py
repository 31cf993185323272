"""The progress of a data set that is moved: events per resource, for plugins that listen."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.moving.resources import Resources
from datamaestro.store.manifest import entries_of
from datamaestro_hookspecs.events import (
    ResourceReady,
    RunEnded,
    RunStarted,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)
from datamaestro_hookspecs.offers import DAMAGED
from datamaestro_hookspecs.places import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from datamaestro_hookspecs.events import Event
    from datamaestro_hookspecs.offers import Offer, Wanted

PERIOD = 0.2
"""Seconds between two events about one resource."""


@define
class Travelling:
    """A resource of which something travels.

    Args:
        size: bytes that are wanted of it, with those that arrived earlier.
        received: bytes of those that are there.
        files: that are still to come.
    """

    size: int = 0
    received: int = 0
    files: int = 0
    started: bool = False
    ended: bool = False
    told: float = 0.0


@define
class Progress:
    """Tells of one data set while it travels; used by several threads.

    Args:
        offer: of it.
        source: what the side is called that it comes from.
        receiver: what the side is called that it goes to.
        send: tells an event to every plugin that listens.
        folder: of the data set at the receiver, where that is on this computer's disk.
    """

    offer: Offer
    source: str
    receiver: str
    send: Callable[[Event], None]
    folder: str = ""
    _resources: Resources = field(init=False)
    _by_name: dict[str, Travelling] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def __attrs_post_init__(self) -> None:
        try:
            self._resources = Resources(entries_of(self.offer.record))
        except DAMAGED:  # the receiver says so
            self._resources = Resources({})

    def begin(self, wanted: Iterable[Wanted]) -> None:
        """Say what is to come."""
        for one in wanted:
            about = self._by_name.setdefault(self._name(one.path), Travelling())
            about.size += one.size
            about.received += one.offset
            about.files += 1
        size = sum(about.size for about in self._by_name.values())
        self.send(RunStarted(self.offer.dataset, len(self._by_name), size))

    def _name(self, path: str) -> str:
        return self._resources.owner(path) or path

    def advance(self, path: str, count: int) -> None:
        """Say that so many more bytes of a file have arrived."""
        name, now = self._name(path), time.monotonic()
        with self._lock:
            about = self._by_name[name]
            about.received += count
            if not about.started:
                about.started, about.told = True, now
                begun = about.received - count
                event: Event = TransferStarted(
                    self.offer.dataset, name, self.source, about.size, begun
                )
            elif now - about.told < PERIOD:
                return
            else:
                about.told = now
                event = TransferAdvanced(self.offer.dataset, name, about.received)
            self.send(event)

    def arrived(self, path: str) -> None:
        """Say that a file has arrived."""
        name = self._name(path)
        with self._lock:
            about = self._by_name[name]
            about.files -= 1
            if not about.files and about.started:
                self._end(name, about)

    def _end(self, name: str, about: Travelling) -> None:
        about.ended = True
        self.send(TransferEnded(self.offer.dataset, name, about.received))

    def _place(self, name: str) -> str:
        """Return where a resource is then, as far as that can be said."""
        entry = self._resources.entries.get(name)
        if not self.folder or entry is None:
            return self.receiver
        return self.folder if entry.path == WHOLE else f"{self.folder}/{entry.path}"

    def end(self, failure: str = "") -> None:
        """Say that all is there, or why it is not."""
        if not failure:
            for name, about in self._by_name.items():
                if about.started and not about.ended:  # it came after it was said to be there
                    self._end(name, about)
                self.send(ResourceReady(self.offer.dataset, name, self._place(name)))
        self.send(RunEnded(self.offer.dataset, failure))
