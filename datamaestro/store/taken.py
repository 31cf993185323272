"""Places that are taken: where one thing is, or in it, or around it, nothing else can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from datamaestro_hookspecs.cards import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.store.manifest import Entry


@frozen
class Taken:
    """Paths that are taken: nothing else can be there, nor in them or around them."""

    paths: set[str]
    _around: set[str] = field(init=False)

    @_around.default
    def _find_around(self) -> set[str]:
        return {folder for path in self.paths for folder in _upwards(path)}

    def has(self, path: str) -> bool:
        """Return whether nothing else can be at a path."""
        return path in self._around or not self.paths.isdisjoint(_upwards(path))


def _upwards(path: str) -> Iterator[str]:
    """Iterate over a path and the folders that it is in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def covers(entry: Entry, path: str) -> bool:
    """Return whether a path is a resource's own, or is inside of it."""
    if entry.path == WHOLE:
        return True
    return path == entry.path or (entry.folder and path.startswith(f"{entry.path}/"))
