"""What one data set has on disk, and the two changes that can be made to it.

Publication is the one place where a file gets to its final name: by a rename, after which the
manifest's own rename commits it. Several processes may publish at once, locked or not.
"""

from __future__ import annotations

import errno
import os
import time
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import (
    Entry,
    FileFacts,
    Manifest,
    is_there,
    read_manifest,
    read_sidecar,
    write_manifest,
    write_sidecar,
)
from datamaestro.store.placing import Placing
from datamaestro.store.taken import Neighbours, covers
from datamaestro.store.trees import remove_files
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datamaestro.store.layout import Store
    from datamaestro.store.placing import Made
    from datamaestro_hookspecs.cards import Card

MOMENT, LOOKS = 0.5, 10
"""Seconds for which a file that nobody has recorded is left to whoever put it there, and how
often the record is looked at meanwhile."""


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
    _ended: set[str] = field(factory=set)

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
        return entry is not None and entry.recipe == recipe and self.is_there(entry)

    def is_there(self, entry: Entry) -> bool:
        """Return whether what is recorded is at its place."""
        return is_there(self.store.data(self.card), entry)

    def publish(self, batch: Iterable[Made]) -> None:
        """Move what is complete to its places and record it, all at once.

        What another process has published meanwhile from the same recipe stays, and ours goes.

        Raises:
            BusyError: another process has taken over, since this one slept for long.
            DefinitionError: a place is another data set's.
            StorageError: something cannot be moved or recorded; what came before it is recorded.
        """
        self.refresh()
        neighbours = Neighbours(self.store, self.card)
        batch = list(batch)
        try:
            for made in batch:
                neighbours.refuse(made.tops)
                if self._is_published(made):
                    made.discard()
                elif (facts := self._place(made, batch)) is not None:
                    self._published[made.name] = made.entry
                    self._published_files |= {fact.path: fact for fact in facts}
                    self._end_others(made.entry)
        finally:
            self.confirm()

    def adopt(self, name: str, entry: Entry, files: Iterable[FileFacts]) -> None:
        """Record what is at its place already, though on no record.

        Raises:
            StorageError: it cannot be recorded.
        """
        self._published[name] = entry
        self._published_files |= {fact.path: fact for fact in files}
        self.confirm()

    def confirm(self) -> None:
        """Record what this has published, should another process have overwritten the record.

        Raises:
            StorageError: it cannot be recorded.
        """
        known = self.refresh().entries
        ended = (self._ended & known.keys()) - self._published.keys()
        entries = {name: entry for name, entry in known.items() if name not in ended}
        if ended or any(entries.get(name) != entry for name, entry in self._published.items()):
            self._commit({**entries, **self._published}, self.files() | self._published_files)

    def _end_others(self, placed: Entry) -> None:
        """Let go the records of what was where something has been placed, under another name.

        What of it is still there goes with its record.
        """
        for name, entry in self.manifest().entries.items():
            around = covers(entry, placed.path) or covers(placed, entry.path)
            if NOWHERE not in (entry.path, placed.path) and around and name not in self._published:
                self._ended.add(name)
                gone = self._files_of(name, entry, besides=placed) - self._published_files.keys()
                self._forget_files(gone)
                with storage_errors(self.store.data(self.card)):
                    remove_files(self.store.data(self.card), gone)

    def _place(self, made: Made, batch: Iterable[Made]) -> list[FileFacts] | None:
        """Move one thing to its place; None where another process has put its own there."""
        if made.entry.path == NOWHERE:
            return []
        with storage_errors(self.store.path(self.card, made.entry.path)):
            Placing(self.store, self.card, made).refuse_other_datasets()
        old, gone = self.manifest().entries.get(made.name), None
        if old is not None and (old.folder or made.entry.folder or old.path != made.entry.path):
            replaced = old.folder and made.entry.folder and WHOLE != old.path == made.entry.path
            if replaced or self._is_of_another(old.path, made.name, batch):
                gone = self._files_of(made.name, old)
                self._forget_files(gone)
            else:
                self.remove(made.name)
        elif old is not None:
            gone = {old.path}
        with storage_errors(self.store.path(self.card, made.entry.path)):
            published = partial(self._recorded_meanwhile, made)
            return Placing(self.store, self.card, made, gone, published).place()

    def _is_of_another(self, path: str, name: str, batch: Iterable[Made]) -> bool:
        """Return whether a resource of another name is at a path, or will be."""
        entries = {**self.manifest().entries, **{made.name: made.entry for made in batch}}
        return any(entry.path == path for other, entry in entries.items() if other != name)

    def _is_published(self, made: Made) -> bool:
        """Return whether another process has made the same of the same."""
        known = self.manifest().entries.get(made.name)
        return (
            known is not None
            and self.has(made.name, made.entry.recipe)
            and known.inputs == made.entry.inputs
        )

    def _recorded_meanwhile(self, made: Made) -> bool:
        """Return whether whoever put something in the place of a new one records it in a moment.

        If not, it is what is left of a run that was killed between its two renames.
        """
        for _ in range(LOOKS):
            self.refresh()
            if self.has(made.name, made.entry.recipe):
                return True
            time.sleep(MOMENT / LOOKS)
        return False

    def remove(self, name: str) -> None:
        """Remove a resource, its record first."""
        entries = dict(self.refresh().entries)
        files = dict(self.files())
        self._published.pop(name, None)
        entry = entries.pop(name, None)
        if entry is None:
            return
        if entry.path == NOWHERE:
            self._commit(entries, files)
            return
        gone = self._files_of(name, entry)
        self._forget_files(gone)
        self._commit(entries, {path: fact for path, fact in files.items() if path not in gone})
        folder = self.store.data(self.card)
        with storage_errors(folder):
            remove_files(folder, gone if entry.folder else {entry.path})

    def _files_of(self, name: str, entry: Entry, besides: Entry | None = None) -> set[str]:
        """Return the paths of all files on record that belong to a resource.

        Args:
            name: of it.
            entry: its record.
            besides: what has taken its place, so that what is there may be its own still.
        """
        files = self.files() if entry.folder else {entry.path} & self.files().keys()
        entries = self.manifest().entries.values()
        others = [other for other in entries if other.path not in (WHOLE, entry.path)]
        others += [
            other for key, other in self._published.items() if key != name and other != besides
        ]
        return {
            path
            for path in files
            if covers(entry, path) and not any(covers(other, path) for other in others)
        }

    def _forget_files(self, paths: Iterable[str]) -> None:
        """Let files go from the record when it is next written."""
        files = self.files()
        for path in paths:
            files.pop(path, None)
            self._published_files.pop(path, None)

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
