"""A run: what the steps of one data set share while they are carried out."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.engine.arrival import Cancelled
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from datamaestro.plugins.registry import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.records import DatasetRecords
    from datamaestro_hookspecs.cards import Card, Definition
    from datamaestro_hookspecs.downloaders import Response
    from datamaestro_hookspecs.events import Event

Check = Callable[[Path], None]


@define(eq=False)
class Run:
    """One data set being prepared.

    Args:
        definition: of the data set.
        records: of what it has on disk.
        paths: final place of each resource, by name.
        checks: of a file's content before it is published, by the resource's name.
        settings: in force.
        plugins: that do the work.
    """

    definition: Definition
    records: DatasetRecords
    paths: Mapping[str, Path]
    checks: Mapping[str, Check]
    settings: Settings
    plugins: Plugins
    card: Card = field(init=False)
    scratch: Path = field(init=False)
    _stopped: threading.Event = field(factory=threading.Event)
    _responses: set[Response] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.card = self.definition.card
        own = f"run-{os.getpid()}-{secrets.token_hex(4)}"
        self.scratch = self.records.store.partial(self.card) / own

    def send(self, event: Event) -> None:
        """Tell an event to every plugin that listens."""
        self.plugins.send(event)

    def cancelled(self) -> bool:
        """Return whether the run is being stopped."""
        return self._stopped.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, unless the run is stopped meanwhile."""
        if self._stopped.wait(seconds):
            raise Cancelled("stopped")

    def fresh_folder(self) -> Path:
        """Make and return an empty folder for one attempt at a resource."""
        folder = self.scratch / secrets.token_hex(4)
        with storage_errors(folder):
            folder.mkdir(parents=True)
        return folder

    @contextmanager
    def opened(self, response: Response) -> Iterator[Response]:
        """Hold a response that is closed when the block ends or the run is stopped."""
        self._responses.add(response)
        try:
            yield response
        finally:
            self._responses.discard(response)
            response.close()

    def stop(self) -> None:
        """Stop every step as soon as it notices; wake those that wait for bytes."""
        self._stopped.set()
        for response in list(self._responses):
            response.close()
