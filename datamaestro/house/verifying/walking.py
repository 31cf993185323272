"""Walking: what is in the folder of a data set, whether it is on record or not."""

from __future__ import annotations

import os
from bisect import bisect_left
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from datamaestro.store.earlier import OWN_FILES, STATE

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from datamaestro.store.layout import Named, Store


Kind = Literal["file", "link", "other"]


class Walked(NamedTuple):
    """What is in a folder and in those below it; no link is followed.

    Args:
        paths: of all that is no folder, in the order in which a disk is likely to have it, and
            what it is.
        lost: folders that cannot be read, by path, and why.
    """

    paths: dict[str, Kind]
    lost: dict[str, OSError]


def walk(folder: Path, nested: Container[str]) -> Walked:
    """Return what is in the folder of a data set.

    Left out are other data sets' folders, also those of earlier versions that nobody has prepared
    since, and what earlier versions have left beside the data.

    Args:
        folder: of the data set.
        nested: paths of other data sets' folders, below it.
    """
    paths: dict[str, Kind] = {}
    lost: dict[str, OSError] = {}
    left = [("", os.fspath(folder))]
    while left:
        above, place = left.pop()
        try:
            with os.scandir(place) as entries:
                found = sorted(entries, key=os.DirEntry.inode)
        except FileNotFoundError:
            continue
        except OSError as error:
            lost[above.rstrip("/")] = error
            continue
        if above and any(entry.name == STATE for entry in found):
            continue
        for entry in found:
            if not above and entry.name in OWN_FILES:
                continue
            path = f"{above}{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                is_file = entry.is_file(follow_symlinks=False)
                paths[path] = "file" if is_file else "link" if entry.is_symlink() else "other"
            elif path not in nested:
                left.append((f"{path}/", entry.path))
    return Walked(paths, lost)


class Nesting:
    """Whose folders are in whose: an id that goes on after another with a dot is inside of it.

    Args:
        store: the data directory.
    """

    def __init__(self, store: Store) -> None:
        found: dict[str, list[str]] = {}
        for repository, dataset_id in store.recorded():
            found.setdefault(repository, []).append(dataset_id)
        self._ids = found

    def inside(self, named: Named) -> set[str]:
        """Return the paths of other data sets' folders below that of a data set."""
        start = f"{named.id}."
        ids = self._ids.get(named.repository, [])
        after = islice(ids, bisect_left(ids, start), None)
        inner = takewhile(lambda one: one.startswith(start), after)
        return {one[len(start) :].replace(".", "/") for one in inner}
