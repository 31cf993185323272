"""The changes that can be made to what a data set has on disk, or to its records alone.

Publication is the one place where a file gets to its final name: by a rename, after which the
manifest's own rename commits it. Several processes may publish at once, locked or not.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.store.faults import storage_errors
from datamaestro.store.mending import mend
from datamaestro.store.placing import Placing
from datamaestro.store.recorded import N, Recorded
from datamaestro.store.replacing import kept
from datamaestro.store.taken import Neighbours, Occupied, covers
from datamaestro.store.trees import remove_files
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from datamaestro.store.made import Made
    from datamaestro.store.manifest import Entry, FileFacts

MOMENT, LOOKS = 0.5, 10
"""Seconds for which a file that nobody has recorded is left to whoever put it there, and how
often the record is looked at meanwhile."""


@define
class DatasetRecords(Recorded[N]):
    """The records of one data set, and the changes that can be made to them.

    What other processes record meanwhile is seen after :meth:`refresh`, and is kept.
    """

    _published: dict[str, Entry] = field(factory=dict)
    _published_files: dict[str, FileFacts] = field(factory=dict)
    _ended: set[str] = field(factory=set)
    _pending: bool = False
    _occupied: Occupied = field(factory=Occupied)

    def publish(self, batch: Iterable[Made], *, anew: bool = False) -> None:
        """Move what is complete to its places and record it, all at once.

        What another process has published meanwhile from the same recipe stays, and ours goes;
        unless ``anew`` says that what is there is known, and is to be replaced.

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
                if not anew and self._is_published(made):
                    made.discard()
                elif (facts := self._place(made, batch, anew=anew)) is not None:
                    self._published[made.name] = made.entry
                    self._published_files |= {fact.path: fact for fact in facts}
                    self._pending = True
                    self._end_others(made.entry)
        finally:
            self.confirm()

    def adopt(self, name: str, entry: Entry, files: Iterable[FileFacts]) -> None:
        """Have what is at its place already, though on no record, recorded by :meth:`confirm`."""
        self._published[name] = entry
        self._published_files |= {fact.path: fact for fact in files}
        self._pending = True

    def confirm(self) -> None:
        """Record what this has published, should another process have overwritten the record.

        Raises:
            StorageError: it cannot be recorded.
        """
        known = self.refresh().entries
        ended = (self._ended & known.keys()) - self._published.keys()
        entries = {name: entry for name, entry in known.items() if name not in ended}
        # what is made again may have the entry that it had, though its files have other times
        published = self._published.items()
        if ended or self._pending or any(entries.get(name) != entry for name, entry in published):
            self._commit({**entries, **self._published}, self.files() | self._published_files)
            self._pending = False

    def rewrite(self, entries: Mapping[str, Entry], files: Iterable[FileFacts]) -> None:
        """Write the records anew, where they are damaged, or what they speak of is.

        Raises:
            StorageError: they cannot be written.
        """
        self._commit(dict(entries), {fact.path: fact for fact in files})

    def _end_others(self, placed: Entry) -> None:
        """Let go the records of what was where something has been placed, under another name.

        What of it is still there goes with its record.
        """
        entries = self.manifest().entries
        if self._occupied.entries is not entries:
            self._occupied = Occupied(entries)
        for name in self._occupied.by(placed):
            if name in self._published:
                continue
            self._ended.add(name)
            files = self._files_of(name, entries[name], besides=placed)
            gone = files - self._published_files.keys()
            self._forget_files(gone)
            with storage_errors(self.store.data(self.card)):
                remove_files(self.store.data(self.card), gone)

    def _place(self, made: Made, batch: Iterable[Made], *, anew: bool) -> list[FileFacts] | None:
        """Move one thing to its place; None where another process has put its own there."""
        if made.entry.path == NOWHERE:
            return []
        old, gone = self.manifest().entries.get(made.name), None
        replaced: set[str] = set()
        place = self.store.path(self.card, made.entry.path)
        with storage_errors(place):
            Placing(self.store, self.card, made).refuse_other_datasets()
            mended = mend(self.store, self.card, made, old, self.files)
            if mended is not None:
                return mended
        if old is not None and (old.folder or made.entry.folder or old.path != made.entry.path):
            same = old.folder and made.entry.folder and old.path == made.entry.path
            if same or self._is_of_another(old.path, made.name, batch):
                gone = replaced = self._files_of(made.name, old)
            else:
                self.remove(made.name)
        elif old is not None:
            gone = {old.path}
        with storage_errors(place):
            published = bool if anew else partial(self._recorded_meanwhile, made)
            placed = Placing(self.store, self.card, made, gone, published).place()
        self._forget_files(replaced)  # not before, since that may have failed
        if made.entry.path == WHOLE and placed is not None:
            with storage_errors(place):
                remove_files(place, replaced - {fact.path for fact in placed})
        return placed

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

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have the records as they were where the block fails; that then needs no room.

        Raises:
            StorageError: there is no room for a copy of them.
        """
        with kept(self.store.manifest(self.card)), kept(self.store.sidecar(self.card)):
            yield

    def remove(self, name: str) -> None:
        """Remove a resource, its record first."""
        entry = self.refresh().entries.get(name)
        if entry is None:
            self._published.pop(name, None)
            return
        gone = {fact.path for fact in self.facts_of(name)}
        self.let_go(name)
        if entry.path != NOWHERE:
            folder = self.store.data(self.card)
            with storage_errors(folder):
                remove_files(folder, gone if entry.folder else {entry.path})

    def let_go(self, name: str) -> None:
        """End the record of a resource; its files stay where they are."""
        entries, files = dict(self.refresh().entries), dict(self.files())
        gone = {fact.path for fact in self.facts_of(name)}
        self._published.pop(name, None)
        if entries.pop(name, None) is not None:
            self._forget_files(gone)
            self._commit(entries, {path: fact for path, fact in files.items() if path not in gone})

    def facts_of(self, name: str) -> list[FileFacts]:
        """Return what is on record of the files of a resource; nothing where there is none."""
        entry = self.refresh().entries.get(name)
        gone = self._files_of(name, entry) if entry is not None else ()
        return [self.files()[path] for path in sorted(gone)]

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
