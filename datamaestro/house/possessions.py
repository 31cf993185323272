"""Possessions: all that is a data set's own, and what lies in its folder and is not."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import ENAMETOOLONG
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.house.trash.items import Piece
from datamaestro.house.verifying.walking import walk
from datamaestro.store.descent import names_in, open_below, open_top
from datamaestro.store.faults import storage_errors
from datamaestro.store.layout import KEPT, WRONG
from datamaestro.store.soundness import read_records
from datamaestro.store.taken import covers
from datamaestro.store.writers import PREFIX
from datamaestro_hookspecs.places import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from datamaestro.store.holdings import Holding
    from datamaestro.store.manifest import Entry

ASIDE = (WRONG, KEPT)
"""What is its own beside writers; what stood in the way of a resource is somebody's."""


def inner_folders(holding: Holding) -> set[str]:
    """Return the folders of the data sets whose ids begin with that of another one, and a dot.

    They are on record, or just being prepared; paths are below the data directory.
    """
    store, repository = holding.store, holding.repository
    found = {path.stem for path in store.manifests_below(repository, holding.id)} - {holding.id}
    arriving = store.partial(holding)
    found |= {path.name for path in arriving.parent.glob(f"{arriving.name}.*")}
    return {f"data/{repository}/{each.replace('.', '/')}" for each in found}


def staying(holding: Holding) -> int:
    """Return how many files and links are in the folder of a data set that are on no record.

    They are somebody's, and stay where it is removed.

    Raises:
        StorageError: its records cannot be read, or its folder not be looked at.
    """
    start = holding.folder.relative_to(holding.store.root).as_posix()
    with storage_errors(holding.folder), suppress(FileNotFoundError):
        if stat.S_ISLNK(holding.folder.lstat().st_mode):
            return 0
    inner = {path.removeprefix(f"{start}/") for path in inner_folders(holding)}
    records = read_records(holding.store, holding)
    own = {*records.files, *(one.path for one in records.manifest.entries.values())}
    return len(walk(holding.folder, inner).paths.keys() - own)


def pieces_of(holding: Holding, inner: Collection[str]) -> Iterator[Piece]:
    """Iterate over all that is a data set's own: its records, then what they are of.

    Where its folder is a link, that is its own, and nothing behind it.

    Args:
        holding: what there is of it.
        inner: folders that are other data sets'.

    Raises:
        StorageError: its files cannot be looked at, or are reached through a link.
    """
    store = holding.store
    records = [store.manifest(holding), store.sidecar(holding), store.description(holding)]
    records += [store.used(holding), store.verifying(holding)]

    def below(path: Path) -> str:
        return path.relative_to(store.root).as_posix()

    with storage_errors(store.root), open_top(store.root) as top:
        for path in (
            *map(below, records),
            *_arriving(top, below(store.partial(holding))),
            *_possessions(top, holding, below(holding.folder), inner),
        ):
            yield from _piece(top, path)


def _piece(top: int, path: str) -> Iterator[Piece]:
    """Give what is at a path, if anything is."""
    above, _, name = path.rpartition("/")
    with suppress(FileNotFoundError), open_below(top, above) as folder:
        yield Piece(path, os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino)


def _arriving(top: int, partial: str) -> Iterator[str]:
    with suppress(FileNotFoundError), open_below(top, partial) as folder:
        for name in names_in(folder):
            if name in ASIDE or name.startswith((PREFIX, f".{PREFIX}")):
                yield f"{partial}/{name}"


def has_arrived(holding: Holding) -> bool:
    """Return whether something has arrived of a data set, or is arriving.

    Raises:
        StorageError: that cannot be looked at.
    """
    store = holding.store
    partial = store.partial(holding).relative_to(store.root).as_posix()
    with storage_errors(store.root), open_top(store.root) as top:
        return any(_arriving(top, partial))


def _possessions(top: int, holding: Holding, path: str, inner: Collection[str]) -> list[str]:
    """Return paths of what is its own of its folder."""
    above, _, name = path.rpartition("/")
    try:
        with open_below(top, above) as folder:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return []
    if not stat.S_ISDIR(status.st_mode):
        return [path] if stat.S_ISLNK(status.st_mode) else []
    records = read_records(holding.store, holding)
    entries = [one for one in records.manifest.entries.values() if one.path != NOWHERE]
    return Own.of(path, records.files, entries, inner).pieces(top)


def pieces_of_resource(holding: Holding, entry: Entry, files: Iterable[str]) -> list[Piece]:
    """Return all that is a resource's own.

    Args:
        holding: what there is of its data set.
        entry: its record.
        files: that are on record, by path below the data set's folder.

    Raises:
        StorageError: its files cannot be looked at, or are reached through a link.
    """
    path = holding.folder.relative_to(holding.store.root).as_posix()
    with storage_errors(holding.store.root), open_top(holding.store.root) as top:
        own = Own.of(path, files, [entry], inner_folders(holding))
        try:
            return [piece for each in own.pieces(top) for piece in _piece(top, each)]
        except FileNotFoundError:
            return []


@define
class Own:
    """What of a data set's folder is its own.

    Args:
        folder: path of it, below the data directory.
        files: paths below that folder that are on record.
        entries: its resources.
        inner: folders in it that are other data sets'.
    """

    folder: str
    files: Collection[str]
    entries: Collection[Entry]
    inner: Collection[str]
    _found: list[str] = field(factory=list)
    _above: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        for path in self.files:
            above = path.rpartition("/")[0]
            while above and above not in self._above:
                self._above.add(above)
                above = above.rpartition("/")[0]

    @classmethod
    def of(
        cls, folder: str, files: Iterable[str], entries: Collection[Entry], inner: Collection[str]
    ) -> Own:
        """Return it by what is on record; files that are resources need not be in the sidecar."""
        alone = {one.path for one in entries if not one.folder}
        return cls(folder, alone.union(files), entries, inner)

    def pieces(self, top: int) -> list[str]:
        """Return paths: of folders that are its own as a whole, else of single files.

        Args:
            top: the data directory, open.

        Raises:
            OSError: something cannot be looked at.
        """
        try:
            return [self.folder] if self._is_own(top, self.folder, "") else self._found
        except RecursionError:
            what = "there are too many folders in each other"
            raise OSError(ENAMETOOLONG, what, self.folder) from None

    def _is_foreign(self, below: str) -> bool:
        """Return whether a folder has nothing that is its own, so that it is not looked into."""
        if not below or below in self._above:
            return False
        return not any(covers(one, below) for one in self.entries)

    def _is_own(self, top: int, path: str, below: str) -> bool:
        """Return whether a folder is its own with all that is in it; else note what of that is.

        Args:
            top: the data directory, open.
            path: of the folder, below it.
            below: path of the folder below that of the data set.
        """
        if path in self.inner or self._is_foreign(below):
            return False
        folders: list[tuple[str, str]] = []
        own: list[str] = []
        others = False
        with open_below(top, path) as folder, os.scandir(folder) as all_:
            for entry in all_:
                inside = f"{below}/{entry.name}".lstrip("/")
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{path}/{entry.name}", inside))
                elif inside in self.files:
                    own.append(f"{path}/{entry.name}")
                else:
                    others = True
        for inner, inside in sorted(folders):
            if self._is_own(top, inner, inside):
                own.append(inner)
            else:
                others = True
        if not (own or others):
            others = self._is_foreign(below)
        if others:
            self._found += own
        return not others
