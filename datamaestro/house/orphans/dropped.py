"""Dropped resources: what is on record of a known data set, and its definition no longer has."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.errors import StorageError
from datamaestro.house.orphans.orphan import Orphan
from datamaestro.house.orphans.traces import arriving, at_work
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.manifest import understood
from datamaestro.store.regular import read_regular
from datamaestro.store.soundness import read_records
from datamaestro_hookspecs.places import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Entry


def find_dropped(store: Store, names: Mapping[str, Collection[str]]) -> Iterator[Orphan]:
    """Iterate over resources on record that no definition has.

    Args:
        store: the data directory.
        names: of the resources that there are, by the full names of the data sets that are known.

    Raises:
        StorageError: the data directory cannot be looked at.
    """
    for one in holdings(store):
        gone = _entries_besides(one, names[one.identity]) if one.identity in names else {}
        if not gone or not _is_understood(one) or at_work(store, arriving(store, one)):
            continue
        folder = one.folder.relative_to(store.root).as_posix()
        for name, entry in gone.items():
            path = folder if entry.path == WHOLE else f"{folder}/{entry.path}"
            reason = f"{one.id} no longer has the resource {name}"
            yield Orphan(path, reason, one.identity, name)


def _entries_besides(holding: Holding, names: Collection[str]) -> dict[str, Entry]:
    """Return what a manifest has besides some resources.

    Nothing is known of records that are damaged or cannot be read.
    """
    try:
        path = holding.store.manifest(holding)
        entries = understood(read_regular(path), path).entries
    except (OSError, ValueError):
        return {}
    return {
        name: entry
        for name, entry in entries.items()
        if name not in names and entry.path != NOWHERE
    }


def _is_understood(holding: Holding) -> bool:
    with suppress(StorageError):
        return not read_records(holding.store, holding).damage
    return False
