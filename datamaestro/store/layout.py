"""Where things lie below the data directory.

::

    data/<repository>/<id as path>/...     prepared data
    state/<repository>/<id>.json           manifest
    state/<repository>/<id>.files.jsonl    its sidecar: each file's size, time and SHA-256
    partial/<repository>/<id>/...          what is arriving, a folder per run; and the lock
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.errors import BusyError
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro_hookspecs.cards import Card


log = logging.getLogger("datamaestro")


@frozen
class Store:
    """A data directory."""

    root: Path

    def data(self, card: Card) -> Path:
        """Return the folder of a data set's prepared data."""
        return self.root.joinpath("data", card.repository, *card.id.split("."))

    def path(self, card: Card, relative: str) -> Path:
        """Return the final place of a resource."""
        return self.data(card) / relative

    def manifest(self, card: Card) -> Path:
        """Return the place of a data set's manifest."""
        return self.root / "state" / card.repository / f"{card.id}.json"

    def sidecar(self, card: Card) -> Path:
        """Return the place of a manifest's sidecar."""
        return self.root / "state" / card.repository / f"{card.id}.files.jsonl"

    def partial(self, card: Card) -> Path:
        """Return the folder for what is arriving; on the file system of the data."""
        return self.root / "partial" / card.repository / card.id

    @contextmanager
    def writing(self, card: Card, timeout: float = -1) -> Iterator[None]:
        """Hold the lock of a data set. It saves work; correctness does not rest on it.

        Raises:
            BusyError: another process still holds it after ``timeout`` seconds.
        """
        from filelock import FileLock, Timeout

        path = self.partial(card) / "lock"
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path, mode=0o666)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                log.warning("another process is preparing %s; waiting for it", card.identity)
                try:
                    lock.acquire(timeout=timeout)
                except Timeout as error:
                    raise BusyError(
                        f"waited {timeout:g} s for another process that prepares {card.identity}",
                        hint=f"wait until it has ended; it holds {path}",
                    ) from error
        try:
            yield
        finally:
            lock.release()
