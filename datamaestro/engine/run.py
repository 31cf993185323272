"""A run: what the steps of one data set share while they are carried out."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.engine.hosts import Hosts
from datamaestro.engine.inputs import used_references, with_entries
from datamaestro.engine.throttle import Throttle
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.sharing import make_folder
from datamaestro.store.current import using
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import Input
from datamaestro.store.records import DatasetRecords
from datamaestro.store.trees import remove_all

if TYPE_CHECKING:
    from datamaestro.engine.connection import Connection
    from datamaestro.engine.plan import Step
    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Manifest
    from datamaestro.store.writers import Writer
    from datamaestro_hookspecs.cards import Card, Definition, ResourceCard
    from datamaestro_hookspecs.events import Event

Check = Callable[[Path], None]

BLOCK = 1 << 20
"""Bytes moved at a time."""


class Cancelled(DatamaestroError):
    """The run is being stopped; told to nobody."""


@define(eq=False)
class Run:
    """One data set being prepared.

    Args:
        definition: of the data set.
        store: the data directory.
        writer: its folder for what is arriving.
        paths: final place of each resource, by name.
        checks: of a file's content before it is published, by the resource's name.
        by_hand: files that the user has, by the resource's name.
        settings: in force.
        plugins: that do the work.
    """

    definition: Definition
    store: Store
    writer: Writer
    paths: Mapping[str, Path]
    checks: Mapping[str, Check]
    by_hand: Mapping[str, Path]
    settings: Settings
    plugins: Plugins
    hosts: Hosts = field(factory=Hosts)
    throttle: Throttle = field(init=False)
    partial: Path = field(init=False)
    connections: set[Connection] = field(factory=set)
    _stopped: threading.Event = field(factory=threading.Event)
    _local: threading.local = field(factory=threading.local)
    _records: DatasetRecords[Card] = field(init=False)
    _others: list[ResourceCard] = field(init=False)
    _looking: threading.Lock = field(factory=threading.Lock)

    def __attrs_post_init__(self) -> None:
        self.throttle = Throttle(self.settings.rate)
        self.partial = self.writer.folder.parent
        self._records = DatasetRecords(self.store, self.card)
        self._others = used_references(self.card)

    @property
    def card(self) -> Card:
        """What is declared about the data set."""
        return self.definition.card

    def has(self, step: Step) -> bool:
        """Return whether what a step makes has been published meanwhile, by whomever."""
        with self._looking:
            return step.is_made(self._known(), self._records.is_there)

    def inputs(self, step: Step) -> dict[str, Input]:
        """Return what a step is made from, which is on disk."""
        with self._looking:
            entries = self._known().entries
        return {
            name: Input(lineage, entries[name].result)
            for name, lineage in step.lineages.items()
            if name in entries
        }

    def _known(self) -> Manifest:
        return with_entries(self._others, self.store, self._records.refresh())

    def at_work(self) -> AbstractContextManager[None]:
        """Let this run's store be the current one meanwhile, for what definitions call back."""
        return using(self.store)

    def send(self, event: Event) -> None:
        """Tell an event to every plugin that listens."""
        self.plugins.send(event)

    def check(self) -> None:
        """Raise if the run is being stopped.

        Raises:
            Cancelled: it is.
        """
        if self._stopped.is_set():
            raise Cancelled("stopped")

    def pause(self, seconds: float) -> None:
        """Wait, unless the run is stopped meanwhile.

        Raises:
            Cancelled: it is.
        """
        if seconds > 0 and self._stopped.wait(seconds):
            raise Cancelled("stopped")

    def buffer(self) -> memoryview:
        """Return this thread's own block of memory, used by one function at a time."""
        if not hasattr(self._local, "buffer"):
            self._local.buffer = memoryview(bytearray(BLOCK))
        buffer: memoryview = self._local.buffer
        return buffer

    def keep_aside(self, path: Path, relative: str, error: ContentError) -> None:
        """Keep what is wrong where it can be looked at, and say in the error where that is.

        Args:
            path: where it is now.
            relative: what the resource is called (:attr:`ResourceCard.label`).
            error: that says what is wrong.

        Raises:
            StorageError: it cannot be moved.
        """
        place = self.store.wrong(self.card, relative)
        with storage_errors(place):
            make_folder(place.parent)
            try:
                remove_all(place)
            except PermissionError:  # another user's
                place = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
            path.replace(place)
        error.hint += f"{'; ' if error.hint else ''}it is kept at {place}"

    def discard(self, name: str) -> None:
        """Remove the folder in which a resource was made: there is nothing to go on with."""
        work = self.writer.work(name)
        with suppress(OSError):
            work.rmdir()
            return
        shutil.rmtree(work, ignore_errors=True)

    def watch(self) -> None:
        """Break off connections that have stalled."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.watch(now)

    def stop(self) -> None:
        """Stop every step as soon as it notices; wake those that wait for bytes."""
        self._stopped.set()
        for connection in list(self.connections):
            connection.break_off("stopped")
