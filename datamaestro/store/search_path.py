"""The search path: the user's own data directory, and shared ones, which are only read.

A data set is used from the first directory that has it complete; where none has, it is made in the
user's own. Which one that is, is chosen once for all that goes on at a time: see
:mod:`datamaestro.engine.directories`.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from datamaestro.messages import warn
from datamaestro.store.layout import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from datamaestro.settings import Settings
    from datamaestro.store.layout import Named


class SearchPath(Store):
    """A data directory that is looked at together with others; it goes wherever one does.

    The data and the records of a data set are those in the directory from which it is used. All
    else, such as the place for what is arriving, is in the user's own.

    Args:
        own: the user's own data directory.
        shared: the others, in order.
    """

    own: Store
    shared: tuple[Store, ...]
    _chosen: dict[tuple[str, str], Store]

    def __new__(cls, own: Store, shared: Sequence[Store]) -> SearchPath:
        """Return a search path of which nothing is chosen yet."""
        path = super().__new__(cls, own.root)
        path.own, path.shared, path._chosen = own, tuple(shared), {}
        return path

    @property
    def stores(self) -> tuple[Store, ...]:
        """All data directories, the user's own first."""
        return self.own, *self.shared

    def choose(self, card: Named, store: Store) -> None:
        """Let a data set be used from one of the directories."""
        self._chosen[card.repository, card.id] = store

    def is_chosen(self, card: Named) -> bool:
        """Return whether it is known from where a data set is used."""
        return (card.repository, card.id) in self._chosen

    def of(self, repository: str, dataset_id: str) -> Store:
        """Return the directory that is chosen, else the first that has something on record."""
        chosen = self._chosen.get((repository, dataset_id))
        if chosen is not None:
            return chosen
        return next(self._recording(repository, dataset_id), self.own)

    def _recording(self, repository: str, dataset_id: str) -> Iterator[Store]:
        """Iterate over the directories that have a manifest of an id."""
        for one in self.stores:
            if _exists(one.manifest_of(repository, dataset_id)):
                yield one

    def folder(self, repository: str, dataset_id: str) -> Path:
        """Return the folder of an id's prepared data."""
        return self.of(repository, dataset_id).folder(repository, dataset_id)

    def manifest_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of the manifest of an id."""
        return self.of(repository, dataset_id).manifest_of(repository, dataset_id)

    def sidecar_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of the sidecar of an id's manifest."""
        return self.of(repository, dataset_id).sidecar_of(repository, dataset_id)

    def description_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of what is said of an id."""
        return self.of(repository, dataset_id).description_of(repository, dataset_id)

    def description_seen(self, repository: str, dataset_id: str) -> Path:
        """Return the place from which what is said of an id is read.

        It is beside the records; of what is on record nowhere, such as what is made of others
        alone, it is the first that there is, and never written to where it is shared.
        """
        place = self.description_of(repository, dataset_id)
        if _exists(place) or any(self._recording(repository, dataset_id)):
            return place
        places = (one.description_of(repository, dataset_id) for one in self.stores)
        return next(filter(_exists, places), place)

    def removed(self, card: Named) -> Path:
        """Return the place of the mark that something of a data set was removed."""
        return self.of(card.repository, card.id).removed(card)

    def described(self, dataset_id: str) -> Iterator[Path]:
        """Iterate over the places of what is said of an id, of each repository."""
        found: dict[str, Path] = {}
        for store in self.stores:
            for path in store.described(dataset_id):
                found.setdefault(path.parent.name, path)
        yield from found.values()

    def descriptions(self) -> Iterator[tuple[str, str]]:
        """Iterate over repositories and ids of which something is said anywhere, sorted."""
        yield from sorted(self._of_all(Store.descriptions))

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Iterate over repositories and ids of which there is a manifest anywhere, sorted."""
        yield from sorted(self._of_all(Store.recorded))

    def _of_all(
        self, named_in: Callable[[Store], Iterator[tuple[str, str]]]
    ) -> set[tuple[str, str]]:
        found = set(named_in(self.own))
        for store in self.shared:
            try:
                found.update(named_in(store))
            except OSError as error:
                leave_out(store.root, error.strerror or str(error))
        return found

    def unseen(self) -> dict[Path, str]:
        """Return the folders of records that cannot be looked at anywhere, and why."""
        found = self.own.unseen()
        for store in self.shared:
            try:
                found |= store.unseen()
            except OSError as error:
                found[store.root] = error.strerror or str(error)
        return found


def store_of(settings: Settings) -> Store:
    """Return the data directory that settings name, and the shared ones beside it, if any.

    One that cannot be looked at is left out, with a word about it.
    """
    own = Store(settings.directory)
    if not settings.shared:
        return own
    paths = {_identity(own.root): own.root}
    for path in settings.shared:
        paths.setdefault(_identity(path), path)
    shared = [Store(path) for path in [*paths.values()][1:] if _can_be_read(path)]
    return SearchPath(own, shared) if shared else own


def _identity(path: Path) -> object:
    """Return what is the same of the same folder, whatever leads there; its path, if none does."""
    try:
        facts = os.stat(path)  # noqa: PTH116 - for each data set that is prepared
    except OSError:
        return os.path.realpath(path)
    return facts.st_dev, facts.st_ino


def _can_be_read(path: Path) -> bool:
    if os.access(path, os.R_OK | os.X_OK):
        return True
    leave_out(path, "it cannot be read" if _exists(path) else "it is not there")
    return False


@cache
def leave_out(path: Path, why: str) -> None:
    """Say, once, that a shared directory is left out."""
    warn(f"the shared data directory {path} is left out: {why}")


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - which raises where we may not look
