"""Placing: how what is made gets to its final place, where nothing of anybody else's is lost.

What stands in the way is one of: what another process has published a moment ago, which stays; what
this data set had there before, which goes; another data set's, which is an error; or nobody's,
which is kept elsewhere.
"""

from __future__ import annotations

import itertools
import logging
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from datamaestro.errors import BusyError, DefinitionError
from datamaestro.sharing import make_folder, share
from datamaestro.store.descent import FOLDER, names_in, pinned
from datamaestro.store.manifest import FileFacts
from datamaestro.store.renaming import (
    bring_near,
    link_once,
    move,
    move_away,
    rename_once,
    rename_over,
)
from datamaestro.store.trees import remove_all, remove_files, same_content, sha256_of
from datamaestro_hookspecs.cards import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from datamaestro.store.layout import Named, Store
    from datamaestro.store.made import Made

log = logging.getLogger("datamaestro")


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
    card: Named
    made: Made
    old: Collection[str] | None = None
    published: Callable[[], bool] = bool

    def refuse_other_datasets(self) -> None:
        """Refuse to take away a folder in which another data set's data are.

        Raises:
            DefinitionError: the place is such a folder.
        """
        for top in self.made.tops:
            place = f"{self.store.data(self.card)}/{top}"
            if not os.path.isdir(place):  # noqa: PTH112 - which is quicker, for each of many
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
        folder = place.parent
        make_folder(folder)
        try:
            status = scratch.lstat()
            if stat.S_IFMT(status.st_mode) != self._kind():
                raise FileNotFoundError(scratch)  # what is there was put there by somebody else
        except FileNotFoundError as error:
            raise BusyError(
                f"another process has taken over {self.made.name}, as if this one had ended",
                hint="run again, and what the other one makes is used",
            ) from error
        share(scratch, folder)
        around = place if entry.path == WHOLE and place.is_dir() else folder
        if around.stat().st_dev != status.st_dev:  # a link leads to another disk
            return self._place_copy(bring_near(scratch, around))
        put = (
            self._place_link
            if entry.link
            else self._place_folder
            if entry.folder
            else self._place_file
        )
        if not put(place):
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

    def _kind(self) -> int:
        """Return what it is, as a mode says that."""
        entry = self.made.entry
        return stat.S_IFLNK if entry.link else stat.S_IFDIR if entry.folder else stat.S_IFREG

    def _place_copy(self, copy: Path) -> list[FileFacts] | None:
        """Move a copy to its place, that is on the same file system."""
        try:
            placed = evolve(self, made=evolve(self.made, scratch=copy)).place()
        finally:
            remove_all(copy)
        self.made.discard()
        return placed

    def _place_file(self, place: Path) -> bool:
        scratch = self.made.scratch
        if self.old is None and link_once(scratch, place):
            return True
        if self.old is None and self.published():
            return False
        with suppress(FileNotFoundError):  # somebody has used it up, or taken it away
            if self.old is None and not self._is_made(place):
                self._keep(place, self.made.entry.path)
        rename_over(scratch, place)
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
        make_folder(place)
        folder = os.open(scratch, FOLDER | os.O_NOFOLLOW)
        try:
            with pinned(folder, scratch) as inside:
                for name in names_in(folder):
                    self._exchange(inside / name, place / name, name)
        finally:
            os.close(folder)
        scratch.rmdir()
        return True

    def _exchange(self, scratch: Path, place: Path, relative: str) -> None:
        """Move something to a place where something may be."""
        if self.old is not None and relative in self.old and not _is_folder(scratch):
            with suppress(IsADirectoryError):
                rename_over(scratch, place)
                return
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
        if self.old is None or not _is_folder(place):
            if relative in (self.old or ()) or same_content(place, scratch):
                remove_all(place)
            else:
                self._keep(place, relative)
            return
        aside = move_away(place, self.made.scratch)
        if aside is not None:
            inside, start = f"{relative}/", len(relative) + 1
            remove_files(aside, [path[start:] for path in self.old if path.startswith(inside)])
            for where, _, _ in os.walk(aside, topdown=False):
                with suppress(OSError):
                    os.rmdir(where)  # noqa: PTH106 - where nothing is in it
            if aside.exists():  # somebody has put something there
                self._keep(aside, relative)

    def _keep(self, place: Path, relative: str) -> None:
        """Keep what nobody has recorded."""
        first = kept = self.store.found(self.card, relative)
        make_folder(kept.parent)
        for number in itertools.count(2):
            if not os.path.lexists(kept):
                break
            kept = first.with_name(f"{first.name}.{number}")
        move(place, kept)
        there = self.store.path(self.card, relative)
        log.warning("%s was there and on no record; it is kept at %s", there, kept)


def _is_folder(path: Path) -> bool:
    """Return whether something is a folder itself, and no link to one."""
    return path.is_dir() and not path.is_symlink()
