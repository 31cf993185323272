"""What one data set has on disk, and the two changes that can be made to it.

Publication is the one place where a file gets to its final name: by a rename, after which the
manifest's own rename commits it. Several processes may publish at once, locked or not.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.errors import BusyError, DefinitionError
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
    from collections.abc import Iterable
    from pathlib import Path

    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card

log = logging.getLogger("datamaestro")

NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
"""What file systems say that have no hard links, or not for this user."""

MOMENT, LOOKS = 0.5, 10
"""Seconds for which a file that nobody has recorded is left to whoever put it there, and how
often the record is looked at meanwhile."""


@frozen
class Made:
    """A complete file in a scratch place, to be published.

    Args:
        name: of the resource.
        entry: what is to be recorded of it.
        scratch: where it is, on the file system of the data.
        sha256: of it, hexadecimal.
    """

    name: str
    entry: Entry
    scratch: Path
    sha256: str


@define
class DatasetRecords:
    """The records of one data set; used by one thread at a time.

    What other processes record meanwhile is seen after :meth:`refresh`, and is kept.
    """

    store: Store
    card: Card
    _manifest: Manifest | None = None
    _files: dict[str, FileFacts] | None = None
    _read: tuple[int, int] = (0, 0)
    _published: dict[str, Entry] = field(factory=dict)
    _published_files: dict[str, FileFacts] = field(factory=dict)

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
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def has(self, name: str, recipe: str) -> bool:
        """Return whether a resource of that recipe is recorded and on disk."""
        entry = self.manifest().entries.get(name)
        return (
            entry is not None
            and entry.recipe == recipe
            and self.store.path(self.card, entry.path).is_file()
        )

    def publish(self, batch: Iterable[Made]) -> None:
        """Move complete files to their places and record them, all at once.

        What another process has published meanwhile from the same recipe stays, and ours goes.

        Raises:
            BusyError: another process has taken over, since this one slept for long.
            DefinitionError: a place is another data set's.
            StorageError: a file cannot be moved or recorded; those before it are recorded.
        """
        self.refresh()
        entries: dict[str, Entry] = {}
        files: dict[str, FileFacts] = {}
        neighbours: dict[str, Manifest] = {}
        try:
            for made in batch:
                self._refuse_foreign_place(made.entry.path, neighbours)
                if self.has(made.name, made.entry.recipe):
                    made.scratch.unlink(missing_ok=True)
                elif (facts := self._place(made)) is not None:
                    entries[made.name], files[made.entry.path] = made.entry, facts
        finally:
            self._published |= entries
            self._published_files |= files
            self.confirm()

    def confirm(self) -> None:
        """Record what this has published, should another process have overwritten the record.

        Raises:
            StorageError: it cannot be recorded.
        """
        entries = self.refresh().entries
        if any(entries.get(name) != entry for name, entry in self._published.items()):
            self._commit({**entries, **self._published}, self.files() | self._published_files)

    def _place(self, made: Made) -> FileFacts | None:
        """Move one file to its place; None where another process has put its own there."""
        place = self.store.path(self.card, made.entry.path)
        with storage_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                status = made.scratch.stat()
            except FileNotFoundError as error:
                raise BusyError(
                    f"another process has taken over {made.name}, as this one seemed to have ended",
                    hint="run again, and what the other one makes is used",
                ) from error
            if made.name in self.manifest().entries or not link_once(made.scratch, place):
                if self._recorded_meanwhile(made):
                    made.scratch.unlink(missing_ok=True)
                    return None
                with suppress(FileNotFoundError):  # somebody has used it up, or taken it away
                    self._keep_foreign(made)
                made.scratch.replace(place)
        return FileFacts(made.entry.path, status.st_size, status.st_mtime_ns, made.sha256)

    def _keep_foreign(self, made: Made) -> None:
        """Keep a file that nobody has recorded, unless it is the one that takes its place."""
        place = self.store.path(self.card, made.entry.path)
        if made.name in self.manifest().entries or _sha256(place) == made.sha256:
            return
        kept = self.store.found(self.card, made.entry.path)
        kept.parent.mkdir(parents=True, exist_ok=True)
        place.replace(kept)
        log.warning("%s was there and on no record; it is kept at %s", place, kept)

    def _recorded_meanwhile(self, made: Made) -> bool:
        """Return whether whoever put a file in the place of a new one records it within a moment.

        If not, it is what is left of a run that was killed between its two renames.
        """
        if made.name in self.manifest().entries:
            return False
        for _ in range(LOOKS):
            self.refresh()
            if self.has(made.name, made.entry.recipe):
                return True
            time.sleep(MOMENT / LOOKS)
        return False

    def remove(self, name: str) -> None:
        """Remove a resource, its record first."""
        entries, files = dict(self.refresh().entries), dict(self.files())
        self._published.pop(name, None)
        entry = entries.pop(name, None)
        if entry is None:
            return
        files.pop(entry.path, None)
        self._published_files.pop(entry.path, None)
        self._commit(entries, files)
        place = self.store.path(self.card, entry.path)
        with storage_errors(place):
            place.unlink(missing_ok=True)

    def _refuse_foreign_place(self, path: str, known: dict[str, Manifest]) -> None:
        """Refuse a place that another id's folder and path lead to as well.

        Args:
            path: below the data set's folder.
            known: manifests of other ids; those that are read are added.
        """
        parts = [*self.card.id.split("."), *path.split("/")]
        for length in range(1, len(parts)):
            other, its_path = ".".join(parts[:length]), "/".join(parts[length:])
            if other == self.card.id:
                continue
            if other not in known:
                known[other] = read_manifest(self.store.manifest_of(self.card.repository, other))
            if any(entry.path == its_path for entry in known[other].entries.values()):
                place = self.store.path(self.card, path)
                raise DefinitionError(f"{place} is a file of {other}@{self.card.repository}")

    def _commit(self, entries: dict[str, Entry], files: dict[str, FileFacts]) -> None:
        manifest = Manifest(entries)
        write_sidecar(self.store.sidecar(self.card), files.values())
        write_manifest(self.store.manifest(self.card), self.card.identity, manifest)
        self._manifest, self._files, self._read = manifest, files, self._version()

    def _version(self) -> tuple[int, int]:
        """Return what changes whenever the manifest is replaced."""
        try:
            status = self.store.manifest(self.card).stat()
        except OSError:
            return 0, 0
        return status.st_ino, status.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link_once(scratch: Path, place: Path) -> bool:
    """Move a file to a place where nothing is; return False where something is.

    A rename would replace what another process put there a moment ago.
    """
    try:
        place.hardlink_to(scratch)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        scratch.replace(place)
    else:
        scratch.unlink()
    return True
