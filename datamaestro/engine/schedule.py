"""The schedule: the steps of a plan in order of need, as many at a time as allowed.

Steps are made in threads; what they made is published here, several files at a time.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.attention import LOOK_UP
from datamaestro.engine.pace import Pace
from datamaestro.engine.run import Cancelled
from datamaestro.engine.steps import carry_out
from datamaestro.errors import ContentError
from datamaestro_hookspecs.events import ResourceReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from datamaestro.engine.plan import Plan
    from datamaestro.engine.run import Run
    from datamaestro.store.made import Made
    from datamaestro.store.records import DatasetRecords
    from datamaestro_hookspecs.cards import Card, ResourceCard

log = logging.getLogger("datamaestro")

GRACE = 0.7
"""Seconds that steps have to stop when the user interrupts."""


@define(eq=False)
class Schedule:
    """The steps of a plan while they are carried out.

    Args:
        run: that they belong to.
        plan: to be carried out.
        records: where what is made is published.
    """

    run: Run
    plan: Plan
    records: DatasetRecords[Card]
    _order: TopologicalSorter[str] = field(init=False)
    _running: dict[Future[Made | None], str] = field(factory=dict)
    _ended: queue.SimpleQueue[Future[Made | None]] = field(factory=queue.SimpleQueue)
    _made: dict[str, Made | None] = field(factory=dict)
    _published: set[str] = field(init=False)
    _needed: set[str] = field(init=False)
    _urgent: bool = False
    _pace: Pace = field(factory=Pace)

    def __attrs_post_init__(self) -> None:
        steps = self.plan.steps
        self._order = TopologicalSorter({name: step.after for name, step in steps.items()})
        self._order.prepare()
        self._needed = {name for step in steps.values() for name in step.after}
        self._published = {resource.name for resource in self.run.card.resources} - set(steps)

    def execute(self) -> None:
        """Carry out the plan.

        Raises:
            DatamaestroError: a step failed; the gravest failure, after the others were stopped.
        """
        pool = ThreadPoolExecutor(self.run.settings.jobs, thread_name_prefix="datamaestro")
        try:
            self._carry_out(pool)
        except BaseException:
            self.run.stop()
            self._wait(GRACE)
            self._publish()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def when_stopped(self, action: Callable[[], object]) -> None:
        """Do something as soon as no step is being carried out any more, now or later."""
        futures = list(self._running)

        def look(_: object = None) -> None:
            if all(future.done() for future in futures) and not done.is_set():
                done.set()
                action()

        done = threading.Event()
        for future in futures:
            future.add_done_callback(look)
        look()

    def _carry_out(self, pool: ThreadPoolExecutor) -> None:
        failures: list[BaseException] = []
        while self._running or (self._order.is_active() and not failures):
            if not failures:
                self._begin(pool)
            error = self._take(self._pace.left() if self._made else LOOK_UP)
            if error is not None:
                failures.append(error)
                self.run.stop()
                for future in list(self._running):
                    future.cancel()
            if not self._running or self._is_due():
                self._publish()
        if failures:
            raise gravest(failures)

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        """Begin the steps that can be made now, the largest first."""
        steps = self.plan.steps
        for name in sorted(self._order.get_ready(), key=lambda name: -_size(steps[name].resource)):
            carried_out = copy_context().run  # code of definitions asks for what is in use here
            future = pool.submit(carried_out, carry_out, self.run, steps[name])
            self._running[future] = name
            future.add_done_callback(self._ended.put)

    def _take(self, patience: float) -> BaseException | None:
        """Take the next step that ends, if one does in time; return why it failed, if it did."""
        try:
            future = self._ended.get(timeout=patience)
        except queue.Empty:
            return None
        name = self._running.pop(future)
        if future.cancelled():
            return None
        error = future.exception()
        if error is None:
            self._made[name] = future.result()
            self._urgent |= name in self._needed
        return error

    def _wait(self, seconds: float) -> None:
        """Wait until all steps have stopped, but not for ever."""
        for future in list(self._running):
            future.cancel()
        end = time.monotonic() + seconds
        while self._running and (left := end - time.monotonic()) > 0:
            self._take(left)

    def _is_due(self) -> bool:
        """Return whether to publish now: something needs it, or the last time is long ago."""
        return bool(self._made) and (self._urgent or self._pace.left() == 0)

    def _publish(self) -> None:
        """Publish what has been made."""
        made, self._made, self._urgent = self._made, {}, False
        published = [each for each in made.values() if each is not None]
        self._tell_changed(published)
        with self._pace:
            self.records.publish(published)
        for name in made:
            place = str(self.run.paths.get(name, ""))
            self.run.send(ResourceReady(self.run.card.identity, name, place))
            self.run.discard(name)
            self._published.add(name)
            self._order.done(name)
        for name, dependents in self.plan.transient.items():
            if name in self._published and dependents <= self._published:
                self.records.remove(name)

    def _tell_changed(self, published: Iterable[Made]) -> None:
        """Say where what was lost has come again with another content than is on record."""
        entries = self.records.manifest().entries
        for made in published:
            old, new = entries.get(made.name), made.entry
            if old is None or old.recipe != new.recipe or old.sha256 in ("", new.sha256):
                continue
            log.warning(
                "%s: %s has another content than it had here before: its source has changed it",
                self.run.card.identity,
                made.name,
            )


def gravest(failures: Iterable[BaseException]) -> BaseException:
    """Return what is reported of several failures: wrong content before all else."""
    told = [error for error in failures if not isinstance(error, Cancelled)]
    return next((error for error in told if isinstance(error, ContentError)), told[0])


def _size(resource: ResourceCard) -> int:
    return (resource.source and resource.source.size) or 0
