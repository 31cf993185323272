"""Strays: what lies below ``data/`` where no data set has its place.

What belongs to a data set is not walked through, and nothing is asked of a file but its name; so a
million files of known data sets cost next to nothing.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from attrs import define, field

from datamaestro.store.descent import MOUNTED, open_below, open_top
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import read_manifest, read_sidecar
from datamaestro.store.taken import covers
from datamaestro_hookspecs.places import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from datamaestro.house.orphans.belonging import Belonging
    from datamaestro.store.layout import Store

DATA = "data"


class Stray(NamedTuple):
    """Something that is at no known data set's place.

    Args:
        path: of it.
        id: of the data set that had that place; empty where none is on record.
        doubt: why it may belong to somebody all the same; empty where it does not.
    """

    path: str
    id: str = ""
    doubt: str = ""


class Strays(NamedTuple):
    """What is at no known data set's place, of one kind, as :class:`Stray` has it.

    Args:
        paths: of all; there may be very many.
        id: of the data set that had that place.
        doubt: why they may belong to somebody.
    """

    paths: list[str]
    id: str = ""
    doubt: str = ""

    @classmethod
    def of(cls, stray: Stray) -> Strays:
        """Return one alone."""
        return cls([stray.path], stray.id, stray.doubt)


def data_folders(store: Store) -> set[str]:
    """Return the names at the top of the prepared data, which are those of repositories.

    Raises:
        StorageError: the data directory cannot be looked at.
    """
    with storage_errors(store.root):
        try:
            with open_top(store.root) as top, open_below(top, DATA) as folder:
                return set(os.listdir(folder))  # noqa: PTH208 - it has no path
        except FileNotFoundError:
            return set()


@define
class Walk:
    """A walk through the prepared data of one repository.

    Args:
        store: the data directory.
        belonging: which ids are known.
        mounts: paths of what is mounted below the data directory.
        own: the folders of known data sets that were met, by their ids.
    """

    store: Store
    belonging: Belonging
    mounts: Collection[str] = ()
    own: dict[str, str] = field(factory=dict)
    _above: set[str] = field(init=False)
    _special: set[str] = field(init=False)

    @_above.default
    def _find_above(self) -> set[str]:
        return self.belonging.above()

    @_special.default
    def _find_special(self) -> set[str]:
        return {*self.belonging.abandoned, *self.belonging.doubtful}

    def strays(self) -> Iterator[Strays]:
        """Iterate over what is at no known data set's place.

        Raises:
            StorageError: the data directory cannot be looked at.
        """
        path = f"{DATA}/{self.belonging.repository}"
        if self.belonging.doubt and not self.belonging.known:
            yield Strays([path], doubt=self.belonging.doubt)
            return
        with storage_errors(self.store.root), open_top(self.store.root) as top:
            yield from self._below(top, Stray(path, doubt=self.belonging.doubt), "")
            for dataset_id in self.belonging.abandoned:
                if self._is_inside_another(top, dataset_id):
                    yield Strays([self._place(dataset_id)], dataset_id)

    def _place(self, dataset_id: str) -> str:
        return f"{DATA}/{self.belonging.repository}/{dataset_id.replace('.', '/')}"

    def _below(self, top: int, around: Stray, begun: str) -> Iterator[Strays]:
        """Iterate over what of it is in a folder.

        Args:
            top: the data directory, open.
            around: the folder, below it.
            begun: with what the ids of data sets in it begin.
        """
        known, above, special = self.belonging.known, self._above, self._special
        usual: list[str] = []
        folders: list[tuple[str, str]] = []
        try:
            with open_below(top, around.path) as folder:
                names = sorted(os.listdir(folder))  # noqa: PTH208 - it has no path
                if not self.mounts:
                    # what has a dot in its name is in no id; there may be very many
                    usual = [f"{around.path}/{name}" for name in names if "." in name]
                    names = [name for name in names if "." not in name]
                for name in names:
                    path = f"{around.path}/{name}"
                    wanted = "" if "." in name else f"{begun}.{name}" if begun else name
                    if wanted in known:
                        if stat.S_ISDIR(_mode(folder, name)):
                            self.own[wanted] = path
                    elif wanted in above and not stat.S_ISREG(mode := _mode(folder, name)):
                        if stat.S_ISDIR(mode):
                            folders.append((path, wanted))
                    elif self.mounts or wanted in special:
                        yield Strays.of(self._stray(path, wanted, around))
                    else:
                        usual.append(path)
        except OSError as error:
            reason = error.strerror or str(error)
            yield Strays([around.path], doubt=f"it cannot be looked at: {reason}")
        yield Strays(usual, around.id, around.doubt)
        for path, wanted in sorted(folders):
            yield from self._below(top, self._stray(path, wanted, around), wanted)

    def _stray(self, path: str, wanted: str, around: Stray) -> Stray:
        """Return what is at a path, which is that of an id if there is one."""
        belonging = self.belonging
        dataset_id = wanted if wanted in belonging.abandoned else around.id
        doubt = belonging.doubtful.get(wanted) or around.doubt
        if self.mounts and any(f"{one}/".startswith(f"{path}/") for one in self.mounts):
            doubt = MOUNTED
        return Stray(path, dataset_id, doubt)

    def _is_inside_another(self, top: int, dataset_id: str) -> bool:
        """Return whether an id's folder is there, in that of a known one that has none of it."""
        outer, below = dataset_id, ""
        while outer and outer not in self.belonging.known:
            outer, _, word = outer.rpartition(".")
            below = f"{word}/{below}".rstrip("/")
        if not outer or dataset_id in self._above or self._has(outer, below):
            return False
        try:
            with open_below(top, self._place(dataset_id)):
                return True
        except OSError:
            return False

    def _has(self, dataset_id: str, below: str) -> bool:
        """Return whether a data set has something at a path, or below it, or may have."""
        repository = self.belonging.repository
        try:
            entries = read_manifest(self.store.manifest_of(repository, dataset_id)).entries.values()
            files = read_sidecar(self.store.sidecar_of(repository, dataset_id))
        except OSError:
            return True
        if any(one.path != WHOLE and covers(one, below) for one in entries):
            return True
        return any(path == below or path.startswith(f"{below}/") for path in files)


def _mode(folder: int, name: str) -> int:
    """Return what something in an open folder is, as the file system has it; 0: it is gone."""
    try:
        return os.lstat(name, dir_fd=folder).st_mode
    except FileNotFoundError:
        return 0
