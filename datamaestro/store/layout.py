"""Where things lie below the data directory.

::

    data/<repository>/<id as path>/...     prepared data
    state/<repository>/<id>.json           manifest
    state/<repository>/<id>.files.jsonl    its sidecar: each file's size, time and SHA-256
    state/<repository>/<id>.described      what is said of it; see datamaestro.store.descriptions
    state/<repository>/<id>.used           empty; its time is that of the last use
    state/<repository>/<id>.verifying      what a verification has read that was interrupted
    state/<repository>/<id>.removed        a mark: what is there is what a removal has left
    partial/<repository>/<id>/run-*/...    what is arriving; see datamaestro.store.writers
    partial/<repository>/<id>/wrong/...    what arrived and was wrong, to be looked at
    partial/<repository>/<id>/kept/...     what was expanded, as it was published, where asked for
    partial/<repository>/<id>/found/...    what stood in the way of a resource, on no record
    partial/<repository>/<id>/lock
    trash/<token>/...                      what was removed, and can be brought back
"""

from __future__ import annotations

import os
from functools import lru_cache
from glob import escape
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from datamaestro.messages import warn_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUSTOM = "__custom__"
"""The repository of definitions that stand in none, such as those of a script."""

URLS = "__urls__"
"""The repository of files that are fetched by their URL alone, and go when they have been used."""

MANIFEST, SIDECAR, DESCRIPTION = ".json", ".files.jsonl", ".described"
USE, VERIFYING, REMOVED = ".used", ".verifying", ".removed"
"""How the names of records end, after the id."""

WRONG, KEPT, FOUND, LOCK = "wrong", "kept", "found", "lock"
"""What is beside the writers of a data set."""


KNOWN = 64
"""Folders and records whose paths are kept: whoever makes a data set asks for them per file."""


class Named(Protocol):
    """What has the full name of a data set: a card, or a record of what is on disk."""

    @property
    def id(self) -> str:
        """Its qualified name."""

    @property
    def repository(self) -> str:
        """The name of the repository that defines it."""

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``."""


class Store(NamedTuple):
    """A data directory."""

    root: Path

    @property
    def stores(self) -> tuple[Store, ...]:
        """All data directories in which is looked for data sets: this one."""
        return (self,)

    def data(self, card: Named) -> Path:
        """Return the folder of a data set's prepared data."""
        return self.folder(card.repository, card.id)

    def of(self, _repository: str, _dataset_id: str) -> Store:
        """Return the data directory from which an id is used: here, this one."""
        return self

    def keeps(self, card: Named) -> bool:
        """Return whether a data set is used from this directory, which is written to."""
        return self.of(card.repository, card.id).root == self.root

    def folder(self, repository: str, dataset_id: str) -> Path:
        """Return the folder of an id's prepared data."""
        return _folder(self.root, repository, dataset_id)

    def path(self, card: Named, relative: str) -> Path:
        """Return the final place of a resource."""
        return self.data(card) / relative

    def _record(self, repository: str, dataset_id: str, suffix: str) -> Path:
        return _record(self.root, repository, f"{dataset_id}{suffix}")

    def manifest(self, card: Named) -> Path:
        """Return the place of a data set's manifest."""
        return self.manifest_of(card.repository, card.id)

    def manifest_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of the manifest of an id."""
        return self._record(repository, dataset_id, MANIFEST)

    def manifests_below(self, repository: str, dataset_id: str) -> Iterator[Path]:
        """Iterate over the manifests of an id, and of all ids that go on after it with a dot."""
        folder = self.root / "state" / repository
        pattern = escape(dataset_id)
        return chain(folder.glob(pattern + MANIFEST), folder.glob(f"{pattern}.*{MANIFEST}"))

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Iterate over repositories and ids of which there is a manifest or its sidecar, sorted.

        A repository that cannot be looked at is left out, with a word about it.

        Raises:
            OSError: none can be looked at.
        """
        found: set[tuple[str, str]] = set()
        for repository, names in self._records():
            if isinstance(names, OSError):
                place = self.root / "state" / repository
                warn_once(f"{place} is left out: {names.strerror or names}")
                continue
            found |= {
                (repository, name.removesuffix(suffix))
                for name in names
                for suffix in (MANIFEST, SIDECAR)
                if name.endswith(suffix) and not name.startswith(".")
            }
        yield from sorted(found)

    def unseen(self) -> dict[Path, str]:
        """Return the folders of records that cannot be looked at, and why.

        Raises:
            OSError: none can be looked at.
        """
        return {
            self.root / "state" / repository: names.strerror or str(names)
            for repository, names in self._records()
            if isinstance(names, OSError)
        }

    def _records(self) -> Iterator[tuple[str, list[str] | OSError]]:
        """Iterate over repositories, and the names of records of each, or why there are none."""
        state = self.root / "state"
        for repository in _names(state):
            try:
                yield repository, _names(state / repository)
            except NotADirectoryError:
                continue
            except OSError as error:
                yield repository, error

    def sidecar(self, card: Named) -> Path:
        """Return the place of a manifest's sidecar."""
        return self.sidecar_of(card.repository, card.id)

    def sidecar_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of the sidecar of an id's manifest."""
        return self._record(repository, dataset_id, SIDECAR)

    def description(self, card: Named) -> Path:
        """Return the place of what is said of a data set."""
        return self.description_of(card.repository, card.id)

    def description_of(self, repository: str, dataset_id: str) -> Path:
        """Return the place of what is said of an id."""
        return self._record(repository, dataset_id, DESCRIPTION)

    def description_seen(self, repository: str, dataset_id: str) -> Path:
        """Return the place from which what is said of an id is read: here, where it is written."""
        return self.description_of(repository, dataset_id)

    def described(self, dataset_id: str) -> Iterator[Path]:
        """Iterate over the places of what is said of an id, of each repository."""
        return (self.root / "state").glob(f"*/{escape(dataset_id)}{DESCRIPTION}")

    def descriptions(self) -> Iterator[tuple[str, str]]:
        """Iterate over repositories and ids of which something is said.

        Raises:
            OSError: none can be looked at.
        """
        for repository, names in self._records():
            if not isinstance(names, OSError):
                for name in names:
                    if name.endswith(DESCRIPTION) and not name.startswith("."):
                        yield repository, name.removesuffix(DESCRIPTION)

    def used(self, card: Named) -> Path:
        """Return the place of the file whose time is that of the last use."""
        return self._record(card.repository, card.id, USE)

    def verifying(self, card: Named) -> Path:
        """Return the place of the journal of a verification."""
        return self._record(card.repository, card.id, VERIFYING)

    def removed(self, card: Named) -> Path:
        """Return the place of the mark that something of a data set was removed."""
        return self._record(card.repository, card.id, REMOVED)

    @property
    def trash(self) -> Path:
        """The folder of what was removed; on the file system of the data."""
        return self.root / "trash"

    def partial(self, card: Named) -> Path:
        """Return the folder for what is arriving; on the file system of the data."""
        return self.root / "partial" / card.repository / card.id

    def wrong(self, card: Named, relative: str) -> Path:
        """Return the place of a resource that was not what it should be."""
        return self.partial(card) / WRONG / relative

    def kept(self, card: Named, relative: str) -> Path:
        """Return the place of a resource as it was published."""
        return self.partial(card) / KEPT / f"{relative}.published"

    def found(self, card: Named, relative: str) -> Path:
        """Return the place for a file that stood in a resource's place, on no record."""
        return self.partial(card) / FOUND / relative

    def lock(self, card: Named) -> Path:
        """Return the place of a data set's lock file."""
        return self.partial(card) / LOCK


@lru_cache(KNOWN)
def _folder(root: Path, repository: str, dataset_id: str) -> Path:
    return root.joinpath("data", repository, *dataset_id.split("."))


@lru_cache(KNOWN)
def _record(root: Path, repository: str, name: str) -> Path:
    return root / "state" / repository / name


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - there may be very many
    except FileNotFoundError:
        return []
