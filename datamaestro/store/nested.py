"""Nested folders: an id that goes on after another one with a dot has its own in that one's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.store.earlier import OWN_FILES, STATE
from datamaestro.store.trees import raised

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.store.layout import Named, Store


@frozen
class Nested:
    """Which folders in that of a data set are other data sets'.

    Args:
        folder: of the data set.
        inner: paths of the folders of those that are on record, below it.
    """

    folder: Path
    inner: frozenset[str]

    @classmethod
    def of(cls, store: Store, named: Named) -> Nested:
        """Return those of a data set."""
        start = len(named.id) + 1
        chosen = store.of(named.repository, named.id)
        ids = {path.stem for path in chosen.manifests_below(named.repository, named.id)}
        inner = (one[start:].replace(".", "/") for one in ids if one != named.id)
        return cls(store.data(named), frozenset(inner))

    def has(self, path: str) -> bool:
        """Return whether a path below the data set's folder is another one's, or inside of it."""
        return any(f"{path}/".startswith(f"{one}/") for one in self.inner)

    def is_other(self, place: str) -> bool:
        """Return whether a folder inside of that of the data set is another one's.

        That may also be one that an earlier version made, and nobody has prepared since.
        """
        path = os.path.relpath(place, self.folder)
        return path in self.inner or os.path.lexists(f"{place}/{STATE}")

    def leaves_any(self, place: Path) -> bool:
        """Return whether in a folder of the data set is any file or link that is no other one's.

        Raises:
            OSError: it cannot be looked at.
        """
        for where, folders, names in os.walk(place, onerror=raised):
            at_top = where == os.fspath(place)
            if not OWN_FILES.issuperset(names) if at_top else names:
                return True
            inside = {name: os.path.join(where, name) for name in folders}  # noqa: PTH118
            if any(map(os.path.islink, inside.values())):
                return True
            hidden = OWN_FILES if at_top else ()
            folders[:] = [
                name
                for name, path in inside.items()
                if name not in hidden and not self.is_other(path)
            ]
        return False
