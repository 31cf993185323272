"""The one time that the file of a new data set is fetched: what came stays for ``prepare``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.fetching import Published
from datamaestro.store.faults import storage_errors
from datamaestro.store.partial import Mark, partial_of
from datamaestro.store.records import DatasetRecords
from datamaestro.store.writers import start_writing

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro_hookspecs.cards import Card


@frozen
class Digested:
    """A file whose digest is known.

    Args:
        path: of it.
        size: in bytes.
        sha256: hexadecimal.
    """

    path: Path
    size: int
    sha256: str


def digested(path: Path) -> Digested:
    """Return a file with its digest.

    Raises:
        StorageError: it cannot be read.
    """
    with storage_errors(path), path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Digested(path, file.tell(), sha256)


class Fetched:
    """A file that is fetched as any other: interrupted, the next try goes on with it.

    Args:
        context: in which it is fetched.
        dataset: id of what it is to become.
        url: where it is published.

    Raises:
        DatamaestroError: it could not be fetched.
    """

    def __init__(self, context: Context, dataset: str, url: str) -> None:
        self._store = context.store
        self._published = Published(url, None)
        self._published.id = f"{dataset}-{self._published.id[:12]}"
        path: Path = context.prepare(self._published).path
        self._records = DatasetRecords(context.store, self._published.card)
        self._entry = self._records.manifest().entries[self._published.file.name]
        self.file = Digested(path, path.stat().st_size, self._entry.sha256)

    def hand_over(self, card: Card) -> None:
        """Leave the file where whoever prepares its data set finds it, as if it had just come.

        Args:
            card: of the data set, with one resource, which is made from the file.

        Raises:
            StorageError: it cannot be moved.
        """
        (resource,) = card.resources
        writer = start_writing(self._store.partial(card))
        try:
            work = writer.work(resource.name)
            partial = partial_of(work, self._entry.url, resource.label.rpartition("/")[2])
            with storage_errors(work):
                work.mkdir()
                self.file.path.rename(partial.path)
            partial.identify(self._entry.validator, self.file.size)
            if self.file.size:
                partial.add(Mark(self.file.size, self.file.sha256))
            self._forget()
        finally:
            writer.leave()

    def _forget(self) -> None:
        """Forget that it has been fetched: its file is elsewhere now."""
        self._records.remove(self._published.file.name)
        card = self._published.card
        for record in (self._store.manifest(card), self._store.sidecar(card)):
            with storage_errors(record):
                record.unlink(missing_ok=True)
