"""What is on record of one data set, as it was last read."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import define

from datamaestro.sharing import make_folder
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import (
    Entry,
    FileFacts,
    Manifest,
    is_there,
    manifest_text,
    read_manifest,
    read_sidecar,
    version_of,
    write_sidecar,
)
from datamaestro.store.replacing import replaced_later

if TYPE_CHECKING:
    from datamaestro.store.layout import Named, Store

N = TypeVar("N", bound="Named")


@define
class Recorded(Generic[N]):
    """What is on record of one data set; used by one thread at a time.

    Args:
        store: the data directory.
        card: of the data set.
    """

    store: Store
    card: N
    _manifest: Manifest | None = None
    _files: dict[str, FileFacts] | None = None
    _read: tuple[int, int] = (0, 0)

    def manifest(self) -> Manifest:
        """Return what is on disk, per resource, as it was last read."""
        if self._manifest is None:
            self._read = self._version()
            path = self.store.manifest(self.card)
            with storage_errors(path):
                self._manifest = read_manifest(path)
        return self._manifest

    def files(self) -> dict[str, FileFacts]:
        """Return what is on disk, per file, by path below the data set's folder."""
        if self._files is None:
            path = self.store.sidecar(self.card)
            with storage_errors(path):
                self._files = read_sidecar(path)
        return self._files

    def refresh(self) -> Manifest:
        """Return what is on disk now, per resource."""
        if self._version() != self._read:
            self._manifest = self._files = None
        return self.manifest()

    def check_writable(self) -> None:
        """Make sure that what arrives can be recorded, before it is fetched.

        Raises:
            StorageError: it cannot.
        """
        folder = self.store.manifest(self.card).parent
        with storage_errors(folder):
            make_folder(folder)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def has(self, name: str, recipe: str) -> bool:
        """Return whether a resource of that recipe is recorded and on disk."""
        entry = self.manifest().entries.get(name)
        return entry is not None and entry.recipe == recipe and self.is_there(entry)

    def is_there(self, entry: Entry) -> bool:
        """Return whether what is recorded is at its place."""
        return is_there(self.store.data(self.card), entry)

    def _commit(self, entries: dict[str, Entry], files: dict[str, FileFacts]) -> None:
        manifest = Manifest(entries)
        text = manifest_text(self.card.identity, manifest)
        with replaced_later(self.store.manifest(self.card), text):  # neither without room for both
            write_sidecar(self.store.sidecar(self.card), files.values())
        self._manifest, self._files, self._read = manifest, files, self._version()

    def _version(self) -> tuple[int, int]:
        return version_of(self.store.manifest(self.card))
