"""Extras: what takes room besides data sets: caches, what is arriving, orphans, and the trash."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.house.orphans.finding import find_orphans
from datamaestro.house.orphans.leftovers import ASIDE
from datamaestro.house.orphans.traces import at_work, find_traces, writers_of
from datamaestro.house.orphans.unrecorded import find_unrecorded
from datamaestro.house.trash.items import DamagedItem, items
from datamaestro.house.weighing import Scales
from datamaestro.index.database import index_path
from datamaestro.store.faults import storage_errors
from datamaestro.store.holdings import Holding, holdings
from datamaestro.store.layout import KEPT, URLS
from datamaestro.store.removed import is_marked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from datamaestro.house.orphans.orphan import Orphans
    from datamaestro.house.orphans.traces import Traces
    from datamaestro.index.facts import Facts
    from datamaestro.index.listing import Stock
    from datamaestro.store.layout import Store

CACHE, PARTIAL, UNRECORDED, ORPHAN, UNKNOWN, TRASH = KINDS = (
    *("cache", "partial", "unrecorded", "orphan", "unknown", "trash"),
)


class Extra(NamedTuple):
    """Something that takes room and is no data set.

    Args:
        kind: one of :data:`KINDS`.
        path: of it.
        about: what it is, in a few words.
        size: bytes that are allocated for it; files that were counted already, for others.
        files: how many there are in it.
    """

    kind: str
    path: str
    about: str
    size: int = 0
    files: int = 0


def extras(store: Store, stocks: Sequence[Stock], cards: Mapping[str, Facts]) -> Iterator[Extra]:
    """Iterate over what takes room besides data sets, by kind and path.

    Args:
        store: the data directory.
        stocks: what the installed repositories have.
        cards: what definitions say of data sets on disk, by identity.

    Raises:
        StorageError: the data directory cannot be looked at.
    """
    scales = Scales()
    orphans = find_orphans(store, stocks, cards)
    gone = {one.path for one in orphans.orphans}
    traces = [one for one in _traces(store) if one.partial not in gone]
    first = [*_caches(store, traces), *_partials(store, traces), *_unrecorded(store, stocks)]
    strays = _strays(store, orphans, {one.path for one in first})
    for one in (*first, *strays, *_removed(store)):
        size, files = scales.weigh(one.path)
        yield one._replace(size=size, files=files)


def _caches(store: Store, arriving: Iterable[Traces]) -> Iterator[Extra]:
    index = index_path()
    if index.exists():
        yield Extra(CACHE, str(index), "the index of the catalogue; it is made again")
    for place in ("data", "partial"):
        path = store.root / place / URLS
        if path.is_dir():
            yield Extra(CACHE, str(path), "fetched for programs, by URLs alone")
    for traces in arriving:
        path = store.root / traces.partial / KEPT
        if path.is_dir():
            yield Extra(CACHE, str(path), f"{traces.identity} as it was published")


def _partials(store: Store, arriving: Iterable[Traces]) -> Iterator[Extra]:
    for traces in arriving:
        busy = at_work(store, traces)
        for writer in writers_of(store, traces):
            state = "it is arriving" if busy else "left; the next run goes on with it"
            yield Extra(PARTIAL, str(writer.folder), f"{traces.identity}: {state}")
        for name, about in ASIDE.items():
            path = store.root / traces.partial / name
            if os.path.lexists(path):
                yield Extra(PARTIAL, str(path), f"{traces.identity}: {about}")


def _traces(store: Store) -> Iterator[Traces]:
    """Iterate over the ids of which something is arriving, or has."""
    if not store.root.is_dir():
        return
    for name, repository in sorted(find_traces(store).items()):
        if name != URLS:
            yield from (one for _, one in sorted(repository.ids.items()) if one.partial)


def _unrecorded(store: Store, stocks: Sequence[Stock]) -> Iterator[Extra]:
    with storage_errors(store.root):
        for one in find_unrecorded(store, stocks):
            name = one.dataset
            about = f"{name}, on no record; to record it: datamaestro prepare {name}"
            if is_marked(store, Holding.of(store, name)):
                about = f"{name}, of which it was left when that was removed"
            yield Extra(UNRECORDED, f"{store.root}/{one.path}", about)


def _strays(store: Store, found: Orphans, listed: Collection[str]) -> Iterator[Extra]:
    """Iterate over orphans and what is unknown, but for what is listed otherwise."""
    folders = [one.folder for one in holdings(store)]
    for orphan in found.orphans:
        if (path := f"{store.root}/{orphan.path}") not in listed:
            yield Extra(ORPHAN, path, orphan.reason)
    for unknown in found.unknown:
        place, _, name = unknown.path.partition("/")
        if place == "data" and name != URLS:
            folder = store.root / unknown.path
            if not any(one.is_relative_to(folder) for one in folders):
                yield Extra(UNKNOWN, str(folder), unknown.reason)


def _removed(store: Store) -> Iterator[Extra]:
    for item in items(store):
        about = item.reason if isinstance(item, DamagedItem) else f"{item.what}: {item.reason}"
        yield Extra(TRASH, str(store.trash / item.token), about)
