"""Places that are taken: where one thing is, or in it, or around it, nothing else can be."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.errors import DefinitionError
from datamaestro.store.manifest import read_manifest, read_sidecar
from datamaestro_hookspecs.places import NOWHERE, WHOLE, folders_above

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro.store.layout import Named, Store
    from datamaestro.store.manifest import Entry


@frozen
class Taken:
    """Paths that are taken: nothing else can be there, nor in them or around them."""

    paths: set[str]
    _around: set[str] = field(init=False)

    @_around.default
    def _find_around(self) -> set[str]:
        return {folder for path in self.paths for folder in (path, *folders_above(path))}

    def has(self, path: str) -> bool:
        """Return whether nothing else can be at a path."""
        if path == WHOLE or WHOLE in self.paths:
            return bool(self.paths)
        return path in self._around or not self.paths.isdisjoint((path, *folders_above(path)))


def covers(entry: Entry, path: str) -> bool:
    """Return whether a path is a resource's own, or is inside of it."""
    if entry.path == WHOLE:
        return True
    return path == entry.path or (entry.folder and path.startswith(f"{entry.path}/"))


@frozen
class Occupied:
    """Where the resources of a data set are: what is at some place is found without a search.

    Args:
        entries: on record, by name.
    """

    entries: Mapping[str, Entry] = MappingProxyType({})
    _at: dict[str, list[str]] = field(init=False, factory=dict)
    _in: dict[str, list[str]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        for name, entry in self.entries.items():
            self._at.setdefault(entry.path, []).append(name)
            for folder in folders_above(entry.path):
                self._in.setdefault(folder, []).append(name)

    def by(self, placed: Entry) -> set[str]:
        """Return the names of those that are where something is, or in it, or around it."""
        if placed.path == NOWHERE:
            return set()
        if placed.path == WHOLE:
            return {name for name, entry in self.entries.items() if entry.path != NOWHERE}
        inside = self._in.get(placed.path, ()) if placed.folder else ()
        places = (placed.path, *folders_above(placed.path), WHOLE)
        around = (name for place in places for name in self._at.get(place, ()))
        return {*inside, *(name for name in around if covers(self.entries[name], placed.path))}


@define
class Neighbours:
    """The data sets in whose folders that of another one is; each is looked up once.

    Args:
        store: the data directory.
        card: of that other one.
    """

    store: Store
    card: Named
    _known: dict[str, Taken] = field(factory=dict)

    def refuse(self, tops: Iterable[str]) -> None:
        """Refuse places that another id's folder and path lead to, too, or into, or around.

        Args:
            tops: paths below the data set's folder.

        Raises:
            DefinitionError: one is such a place.
        """
        for top in tops:
            parts = [*self.card.id.split("."), *top.split("/")]
            for length in range(1, len(parts)):
                other, path = ".".join(parts[:length]), "/".join(parts[length:])
                if other != self.card.id and self._taken(other).has(path):
                    place = self.store.path(self.card, top)
                    raise DefinitionError(f"{place} belongs to {other}@{self.card.repository}")

    def _taken(self, other: str) -> Taken:
        """Return what another id's resources have; of a whole folder, what is at its top."""
        if other not in self._known:
            repository = self.card.repository
            entries = read_manifest(self.store.manifest_of(repository, other)).entries
            paths = {entry.path for entry in entries.values()}
            if WHOLE in paths:
                files = read_sidecar(self.store.sidecar_of(repository, other))
                paths |= {path.split("/")[0] for path in files}
            self._known[other] = Taken(paths - {WHOLE})
        return self._known[other]
