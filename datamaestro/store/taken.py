"""Places that are taken: where one thing is, or in it, or around it, nothing else can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

from datamaestro.errors import DefinitionError
from datamaestro.store.manifest import read_manifest, read_sidecar
from datamaestro_hookspecs.cards import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.cards import Card


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


@define
class Neighbours:
    """The data sets in whose folders that of another one is; each is looked up once.

    Args:
        store: the data directory.
        card: of that other one.
    """

    store: Store
    card: Card
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
