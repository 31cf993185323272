"""Where things lie below the data directory.

::

    data/<repository>/<id as path>/...     prepared data
    state/<repository>/<id>.json           manifest
    state/<repository>/<id>.files.jsonl    its sidecar: each file's size, time and SHA-256
    partial/<repository>/<id>/run-*/...    what is arriving; see datamaestro.store.writers
    partial/<repository>/<id>/wrong/...    what arrived and was wrong, to be looked at
    partial/<repository>/<id>/kept/...     what was expanded, as it was published, where asked for
    partial/<repository>/<id>/found/...    what stood in the way of a resource, on no record
    partial/<repository>/<id>/lock
"""

from __future__ import annotations

from glob import escape
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro_hookspecs.cards import Card


class Store(NamedTuple):
    """A data directory."""

    root: Path

    def data(self, card: Card) -> Path:
        """Return the folder of a data set's prepared data."""
        return self.folder(card.repository, card.id)

    def folder(self, repository: str, dataset_id: str) -> Path:
        """Return the folder of an id's prepared data."""
        return self.root.joinpath("data", repository, *dataset_id.split("."))

    def path(self, card: Card, relative: str) -> Path:
        """Return the final place of a resource."""
        return self.data(card) / relative

    def manifest(self, card: Card) -> Path:
        """Return the place of a data set's manifest."""
        return self.manifest_of(card.repository, card.id)

    def manifest_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of the manifest of an id."""
        return self.root / "state" / repository / f"{dataset_id}.json"

    def manifests_below(self, repository: str, dataset_id: str) -> Iterator[Path]:
        """Iterate over the manifests of an id, and of all ids that go on after it with a dot."""
        folder = self.root / "state" / repository
        pattern = escape(dataset_id)
        return chain(folder.glob(f"{pattern}.json"), folder.glob(f"{pattern}.*.json"))

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Iterate over repositories and ids of which there is a manifest, sorted."""
        for path in sorted((self.root / "state").glob("*/*.json")):
            yield path.parent.name, path.stem

    def sidecar(self, card: Card) -> Path:
        """Return the place of a manifest's sidecar."""
        return self.sidecar_of(card.repository, card.id)

    def sidecar_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of the sidecar of an id's manifest."""
        return self.root / "state" / repository / f"{dataset_id}.files.jsonl"

    def partial(self, card: Card) -> Path:
        """Return the folder for what is arriving; on the file system of the data."""
        return self.root / "partial" / card.repository / card.id

    def wrong(self, card: Card, relative: str) -> Path:
        """Return the place of a resource that was not what it should be."""
        return self.partial(card) / "wrong" / relative

    def kept(self, card: Card, relative: str) -> Path:
        """Return the place of a resource as it was published."""
        return self.partial(card) / "kept" / f"{relative}.published"

    def found(self, card: Card, relative: str) -> Path:
        """Return the place for a file that stood in a resource's place, on no record."""
        return self.partial(card) / "found" / relative

    def lock(self, card: Card) -> Path:
        """Return the place of a data set's lock file."""
        return self.partial(card) / "lock"
