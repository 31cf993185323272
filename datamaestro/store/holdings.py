"""Holdings: what a data directory has of data sets, told from its records alone.

No definition is asked, so a holding is known where its repository is broken or not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import read_manifest, read_sidecar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import FileFacts, Manifest


class Holding(NamedTuple):
    """What a data directory has on record of one data set; it goes wherever a card's name does.

    Args:
        store: the data directory.
        id: of the data set, or of the family that it is of.
        repository: that defines it.
    """

    store: Store
    id: str
    repository: str

    @classmethod
    def of(cls, store: Store, identity: str) -> Holding:
        """Return the holding of a full name; of a variant's, that of its family."""
        dataset_id, _, repository = name_on_record(identity).rpartition("@")
        return cls(store, dataset_id, repository)

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``."""
        return f"{self.id}@{self.repository}"

    @property
    def folder(self) -> Path:
        """The folder of its prepared data."""
        return self.store.data(self)

    def manifest(self) -> Manifest:
        """Return what is on record, per resource.

        Raises:
            StorageError: it cannot be read.
        """
        path = self.store.manifest(self)
        with storage_errors(path):
            return read_manifest(path)

    def files(self) -> dict[str, FileFacts]:
        """Return what is on record, per file, by path below its folder.

        Raises:
            StorageError: it cannot be read.
        """
        path = self.store.sidecar(self)
        with storage_errors(path):
            return read_sidecar(path)


def name_on_record(identity: str) -> str:
    """Return the full name under which a data set's files are on record: a variant's family's.

    >>> name_on_record("org.example.digits[size=28]@image")
    'org.example.digits@image'
    """
    dataset_id, _, repository = identity.rpartition("@")
    return f"{dataset_id.partition('[')[0]}@{repository}"


def holdings(store: Store) -> Iterator[Holding]:
    """Iterate over all that a data directory has on record, by repository and id.

    Raises:
        StorageError: it cannot be looked at.
    """
    with storage_errors(store.root):
        for repository, dataset_id in store.recorded():
            yield Holding(store, dataset_id, repository)
