"""What one data set has on disk, and the two changes that can be made to it.

Publication is the one place where a file gets to its final name: by a rename, after which the
manifest's own rename commits it.
"""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.errors import DefinitionError
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import (
    Entry,
    FileFacts,
    Manifest,
    read_manifest,
    read_sidecar,
    write_manifest,
    write_sidecar,
)

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card


@define
class DatasetRecords:
    """The records of one data set; safe to use from several threads.

    They are read once, and then kept: while this is used, nobody else should be writing.
    """

    store: Store
    card: Card
    _lock: threading.Lock = field(factory=threading.Lock)
    _manifest: Manifest | None = None
    _files: dict[str, FileFacts] | None = None

    def manifest(self) -> Manifest:
        """Return what is on disk now, per resource."""
        if self._manifest is None:
            path = self.store.manifest(self.card)
            with storage_errors(path):
                self._manifest = read_manifest(path)
        return self._manifest

    def files(self) -> dict[str, FileFacts]:
        """Return what is on disk now, per file, by path below the data set's folder."""
        if self._files is None:
            path = self.store.sidecar(self.card)
            with storage_errors(path):
                self._files = read_sidecar(path)
        return self._files

    def check_writable(self) -> None:
        """Make sure that what arrives can be recorded, before it is fetched.

        Raises:
            StorageError: it cannot.
        """
        folder = self.store.manifest(self.card).parent
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def publish(self, name: str, entry: Entry, scratch: Path, sha256: str) -> Path:
        """Move a complete file to its place and record it; return the place.

        Raises:
            DefinitionError: the place is another data set's.
            StorageError: it cannot be moved or recorded.
        """
        self._refuse_foreign_place(entry.path)
        place = self.store.path(self.card, entry.path)
        with self._lock, storage_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            scratch.replace(place)
            status = place.stat()
            facts = FileFacts(entry.path, status.st_size, status.st_mtime_ns, sha256)
            self._commit(
                {**self.manifest().entries, name: entry}, {**self.files(), entry.path: facts}
            )
        return place

    def remove(self, name: str) -> None:
        """Remove a resource, its record first."""
        with self._lock:
            entries, files = dict(self.manifest().entries), dict(self.files())
            entry = entries.pop(name, None)
            if entry is None:
                return
            files.pop(entry.path, None)
            self._commit(entries, files)
            place = self.store.path(self.card, entry.path)
            with storage_errors(place):
                place.unlink(missing_ok=True)

    def _refuse_foreign_place(self, path: str) -> None:
        """Refuse a place that another id's folder and path lead to as well."""
        parts = [*self.card.id.split("."), *path.split("/")]
        for length in range(1, len(parts)):
            other, its_path = ".".join(parts[:length]), "/".join(parts[length:])
            if other == self.card.id:
                continue
            manifest = read_manifest(self.store.manifest_of(self.card.repository, other))
            if any(entry.path == its_path for entry in manifest.entries.values()):
                place = self.store.path(self.card, path)
                raise DefinitionError(f"{place} is a file of {other}@{self.card.repository}")

    def _commit(self, entries: dict[str, Entry], files: dict[str, FileFacts]) -> None:
        manifest = Manifest(entries)
        write_sidecar(self.store.sidecar(self.card), files.values())
        write_manifest(self.store.manifest(self.card), self.card.identity, manifest)
        self._manifest, self._files = manifest, files
