"""The heart of a run: shows other processes that it is alive, and notices what has stalled."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, Self

from datamaestro.errors import StorageError
from datamaestro.store.owner import this_process
from datamaestro.store.writers import BEAT

if TYPE_CHECKING:
    from datamaestro.store.owner import Owner

LOOK = 0.5
"""Seconds between two looks at the connections."""


class Signs(Protocol):
    """A writer, or several."""

    def sign(self, owner: Owner, beat: int) -> None:
        """Say who works there, and that it still does."""


class Living(Protocol):
    """A run, or anything else that writes."""

    @property
    def writer(self) -> Signs:
        """Where it shows that it is alive."""

    def watch(self) -> None:
        """Notice what has stalled."""


class Heart:
    """A thread that beats while the block lasts.

    Args:
        run: whose heart it is.
    """

    def __init__(self, run: Living) -> None:
        self.run = run
        self.owner = this_process()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="datamaestro-heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        beat, told = 0, time.monotonic()
        while not self._ended.wait(LOOK):
            self.run.watch()
            if time.monotonic() - told >= BEAT:
                beat, told = beat + 1, time.monotonic()
                with suppress(StorageError):  # a full disk is found out by who writes data
                    self.run.writer.sign(self.owner, beat)
