"""Streams: several threads share what is wanted of a data set, and stop together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from datamaestro.attention import join
from datamaestro.errors import DatamaestroError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from datamaestro.engine.throttle import Throttle
    from datamaestro.moving.progress import Progress
    from datamaestro_hookspecs.offers import Content, Offer, Wanted
    from datamaestro_hookspecs.sides import Delivery, Source

LARGE = 1 << 24
"""Bytes from which a file is begun before all others, so that it is not the last one to end."""

PATIENCE = 2.0
"""Seconds for which threads are waited for that are to stop; one may hang in a connection."""


class Stopped(DatamaestroError):
    """Another thread has failed, or the user has had enough; told to nobody."""


@define
class Streams:
    """The threads that move one data set.

    Args:
        source: where it comes from.
        offer: of the data set.
        delivery: of it.
        jobs: threads, at most.
        throttle: of all that is moved.
        progress: is told how far it has come.
        travelled: bytes that have.
    """

    source: Source
    offer: Offer
    delivery: Delivery
    jobs: int
    throttle: Throttle
    progress: Progress
    travelled: int = 0
    _stopped: threading.Event = field(factory=threading.Event)
    _lock: threading.Lock = field(factory=threading.Lock)
    _wrong: list[str] = field(factory=list)
    _errors: list[BaseException] = field(factory=list)

    def move(self, wanted: Sequence[Wanted]) -> list[str]:
        """Move files; return the paths of those that arrived and were wrong.

        Raises:
            DatamaestroError: it could not be done; what has arrived is kept.
        """
        self._wrong.clear()
        jobs = min(self.jobs, len(wanted))
        if jobs <= 1:
            self._wrong += self.delivery.receive(self._contents(iter(wanted)))
            return list(self._wrong)
        ordered = sorted(wanted, key=lambda one: -one.count if one.count >= LARGE else 0)
        shared = self._shared(iter(ordered))
        threads = [
            threading.Thread(
                target=self._work, args=(shared,), name="datamaestro-move", daemon=True
            )
            for _ in range(jobs)
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                join(thread)
        finally:
            self._stopped.set()
            for thread in threads:
                if thread.ident is not None:
                    thread.join(PATIENCE)
        if self._errors:
            raise next(
                (one for one in self._errors if not isinstance(one, Stopped)), self._errors[0]
            )
        self._stopped.clear()
        return list(self._wrong)

    def _work(self, shared: Iterator[Wanted]) -> None:
        try:
            wrong = self.delivery.receive(self._contents(shared))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the threads raises it
            self._errors.append(error)
            self._stopped.set()
        else:
            self._wrong += wrong

    def _shared(self, wanted: Iterator[Wanted]) -> Iterator[Wanted]:
        """Return an iterator from which several threads may take."""
        return iter(lambda: self._next(wanted), None)

    def _next(self, wanted: Iterator[Wanted]) -> Wanted | None:
        with self._lock:
            return next(wanted, None)

    def _contents(self, wanted: Iterable[Wanted]) -> Iterator[Content]:
        """Iterate over contents that are told of, limited, and stopped."""
        for content in self.source.read(self.offer, wanted):
            yield self._watched(content)
            self.progress.arrived(content.path)

    def _watched(self, content: Content) -> Content:
        self._count(-content.saved)

        def passed(count: int) -> None:
            self._count(count)
            self.progress.advance(content.path, count)
            self._pause(self.throttle.wait_for(count))

        def readinto(buffer: memoryview) -> int:
            count = content.readinto(buffer[: self.throttle.most(len(buffer))])
            passed(count)
            return count

        return evolve(content, readinto=readinto, passed=passed)

    def _count(self, count: int) -> None:
        with self._lock:
            self.travelled += count

    def _pause(self, seconds: float) -> None:
        """Wait, unless all is stopped.

        Raises:
            Stopped: it is.
        """
        if self._stopped.is_set() or (seconds > 0 and self._stopped.wait(seconds)):
            raise Stopped("stopped")
