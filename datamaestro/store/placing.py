"""Placing: how what is made gets to its final place, where nothing of anybody else's is lost.

What stands in the way is one of: what another process has published a moment ago, which stays; what
this data set had there before, which goes; another data set's, which is an error; or nobody's,
which is kept elsewhere.
"""

from __future__ import annotations

import errno
import itertools
import logging
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.errors import BusyError, DefinitionError
from datamaestro.store.manifest import Entry, FileFacts
from datamaestro.store.trees import (
    move_away,
    read_tree,
    remove_all,
    remove_files,
    rename_once,
    sha256_of,
)
from datamaestro_hookspecs.cards import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card

log = logging.getLogger("datamaestro")

NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
"""What file systems say that have no hard links, or not for this user."""


@frozen
class Made:
    """A complete file or folder in a scratch place, to be published.

    Args:
        name: of the resource.
        entry: what is to be recorded of it.
        scratch: where it is, on the file system of the data.
        below: of a folder, what is in it; paths are relative to it.
    """

    name: str
    entry: Entry
    scratch: Path
    below: tuple[FileFacts, ...] = ()

    @property
    def tops(self) -> set[str]:
        """Its path; of what is the data set's folder itself, the paths at its top."""
        if self.entry.path != WHOLE:
            return {self.entry.path} - {NOWHERE}
        with suppress(FileNotFoundError):  # another process has taken it over
            return set(os.listdir(self.scratch))  # noqa: PTH208 - names, not paths
        return set()

    def discard(self) -> None:
        """Remove it from its scratch place."""
        remove_all(self.scratch)


@frozen
class Placing:
    """One thing on its way to its place.

    Args:
        store: the data directory.
        card: of the data set.
        made: to be placed.
        old: paths of the files on record that the data set had there before, below its folder; None
            where it had nothing.
        published: says whether another process has published the same meanwhile.
    """

    store: Store
    card: Card
    made: Made
    old: Collection[str] | None = None
    published: Callable[[], bool] = bool

    def refuse_other_datasets(self) -> None:
        """Refuse to take away a folder in which another data set's data are.

        Raises:
            DefinitionError: the place is such a folder.
        """
        for top in self.made.tops:
            place = self.store.path(self.card, top)
            if not place.is_dir():
                continue
            inner = ".".join([self.card.id, *top.split("/")])
            found = next(self.store.manifests_below(self.card.repository, inner), None)
            if found is not None:
                raise DefinitionError(f"{place} belongs to {found.stem}@{self.card.repository}")

    def place(self) -> list[FileFacts] | None:
        """Move it to its place; return what is there then, None if another process was quicker.

        Raises:
            BusyError: another process has taken over, since this one slept for long.
            DefinitionError: the place is another data set's.
            OSError: it cannot be moved.
        """
        entry, scratch = self.made.entry, self.made.scratch
        place = self.store.path(self.card, entry.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            status = scratch.lstat()
        except FileNotFoundError as error:
            raise BusyError(
                f"another process has taken over {self.made.name}, as if this one had ended",
                hint="run again, and what the other one makes is used",
            ) from error
        move = (
            self._place_link
            if entry.link
            else self._place_folder
            if entry.folder
            else self._place_file
        )
        if not move(place):
            self.made.discard()
            return None
        if entry.link:
            return [FileFacts(entry.path, 0, status.st_mtime_ns, "", entry.link)]
        if not entry.folder:
            size, changed = status.st_size, status.st_mtime_ns
            return [FileFacts(entry.path, size, changed, entry.result)]
        if entry.path == WHOLE:
            return list(self.made.below)
        return [
            FileFacts(f"{entry.path}/{fact.path}", fact.size, fact.mtime_ns, fact.sha256, fact.link)
            for fact in self.made.below
        ]

    def _place_file(self, place: Path) -> bool:
        scratch = self.made.scratch
        if self.old is None and link_once(scratch, place):
            return True
        if self.old is None and self.published():
            return False
        with suppress(FileNotFoundError):  # somebody has used it up, or taken it away
            if self.old is None and not self._is_made(place):
                self._keep(place, self.made.entry.path)
        scratch.replace(place)
        return True

    def _is_made(self, place: Path) -> bool:
        """Return whether what is at a place is the file that was made.

        Raises:
            OSError: nothing is there, or a folder.
        """
        if stat.S_ISFIFO(place.lstat().st_mode) or not place.exists():
            return False
        return sha256_of(place) == self.made.entry.result

    def _place_link(self, place: Path) -> bool:
        scratch, target = self.made.scratch, self.made.entry.link
        with suppress(FileExistsError):
            place.symlink_to(target)
            scratch.unlink()
            return True
        if self.old is None and self.published():
            return False
        if self.old is None and not (place.is_symlink() and str(place.readlink()) == target):
            self._keep(place, self.made.entry.path)
        scratch.replace(place)
        return True

    def _place_folder(self, place: Path) -> bool:
        scratch = self.made.scratch
        if self.old is None and rename_once(scratch, place):
            return True
        if self.old is None and self.published():
            return False
        if self.made.entry.path != WHOLE:
            self._exchange(scratch, place, self.made.entry.path)
            return True
        place.mkdir(exist_ok=True)
        for name in sorted(os.listdir(scratch)):  # noqa: PTH208 - names, not paths
            self._exchange(scratch / name, place / name, name)
        scratch.rmdir()
        return True

    def _exchange(self, scratch: Path, place: Path, relative: str) -> None:
        """Move something to a place where something may be."""
        while os.path.lexists(place):
            self._clear(place, relative, scratch)
        scratch.rename(place)

    def _clear(self, place: Path, relative: str, scratch: Path) -> None:
        """Take away what is in a place, so that something else can go there.

        Args:
            place: to be cleared.
            relative: path of it, below the data set's folder.
            scratch: what is to go there.
        """
        with suppress(OSError):
            place.rmdir()  # where nothing is in it, there is nothing to lose
            return
        if self.old is None or place.is_symlink() or not place.is_dir():
            if _same(place, scratch):
                remove_all(place)
            else:
                self._keep(place, relative)
            return
        aside = move_away(place, self.made.scratch)
        if aside is not None:
            remove_files(aside, [path.removeprefix(f"{relative}/") for path in self.old])
            if aside.exists():  # somebody has put something there
                self._keep(aside, relative)

    def _keep(self, place: Path, relative: str) -> None:
        """Keep what nobody has recorded."""
        first = kept = self.store.found(self.card, relative)
        kept.parent.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(2):
            if not os.path.lexists(kept):
                break
            kept = first.with_name(f"{first.name}.{number}")
        place.rename(kept)
        there = self.store.path(self.card, relative)
        log.warning("%s was there and on no record; it is kept at %s", there, kept)


def _same(place: Path, scratch: Path) -> bool:
    """Return whether two files, links or folders have the same content."""
    if place.is_symlink() != scratch.is_symlink():
        return False
    if place.is_symlink():
        return place.readlink() == scratch.readlink()
    if place.is_file() and scratch.is_file():
        return sha256_of(place) == sha256_of(scratch)
    if not (place.is_dir() and scratch.is_dir()):
        return False
    found, wanted = (
        {fact.path: (fact.sha256, fact.link) for fact in read_tree(each)}
        for each in (place, scratch)
    )
    return found == wanted


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
