"""Marking: data sets of which an item of the trash has what says that their data are there."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.store.descent import open_below
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import MANIFEST, SIDECAR
from datamaestro.store.removed import mark, marked, unmark
from datamaestro_hookspecs.places import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.house.trash.items import Item
    from datamaestro.store.layout import Store


def mark_removed(store: Store, top: int, item: Item) -> None:
    """Mark what an item has, or will have, as removed.

    Args:
        store: the data directory.
        top: that directory, open.
        item: whose pieces are about to be moved.

    Raises:
        StorageError: a mark cannot be written.
        OSError: the place for marks is reached through a link.
    """
    for one, path in marks(store, item):
        with suppress(FileNotFoundError), open_below(top, f"state/{one.repository}", item.folders):
            mark(store, one, [path])


def unmarked(store: Store, item: Item) -> list[tuple[Holding, str]]:
    """Return what of data sets :func:`mark_removed` would mark that is not marked yet.

    Raises:
        StorageError: a mark cannot be read.
    """
    return [(one, path) for one, path in marks(store, item) if path not in marked(store, one)]


def unmark_removed(store: Store, item: Item, *, back: bool) -> None:
    """End the marks of an item where no file can be taken for all of a data set any more.

    Args:
        store: the data directory.
        item: that was moved.
        back: whether all of it is back; else marks end where nothing is left at the place.

    Raises:
        StorageError: a mark cannot be written.
    """
    for one, path in marks(store, item):
        if back or not os.path.lexists(store.path(one, path)):
            unmark(store, one, [path])


def marks(store: Store, item: Item) -> Iterator[tuple[Holding, str]]:
    """Iterate over data sets, and the paths of what of each is removed."""
    if item.released is not None:
        one = Holding(store, item.released.id, item.released.repository)
        yield one, item.released.entry.path
    for piece in item.pieces:
        if named := manifest_of(store, piece.path):
            yield named, WHOLE


def manifest_of(store: Store, path: str) -> Holding | None:
    """Return the data set whose manifest or sidecar has a path; None: it is none."""
    place, _, rest = path.partition("/")
    repository, _, name = rest.partition("/")
    for suffix in (SIDECAR, MANIFEST):
        dataset_id = name.removesuffix(suffix)
        if place == "state" and dataset_id not in ("", name) and "/" not in name:
            return None if name.startswith(".") else Holding(store, dataset_id, repository)
    return None
