"""Orphans: what lies in the data directory and belongs to no data set that is known.

Only ``data/``, ``state/`` and ``partial/`` are looked at; what else is in the data directory is
somebody else's. Where it cannot be told to whom something belongs, it is *unknown*, and no orphan.
"""

from __future__ import annotations

import os
from functools import partial
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING

from datamaestro.house.declared import resources_of
from datamaestro.house.orphans.belonging import belongings
from datamaestro.house.orphans.dropped import find_dropped
from datamaestro.house.orphans.leftovers import leftovers
from datamaestro.house.orphans.orphan import Orphan, Orphans, Unknown
from datamaestro.house.orphans.strays import Walk, data_folders
from datamaestro.house.orphans.traces import RepositoryTraces, find_traces, undecided
from datamaestro.store.layout import URLS
from datamaestro.store.mounts import mounts_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from datamaestro.house.orphans.belonging import Belonging
    from datamaestro.index.facts import Facts
    from datamaestro.index.listing import Stock
    from datamaestro.store.layout import Store


def find_orphans(
    store: Store, stocks: Iterable[Stock], cards: Mapping[str, Facts] = MappingProxyType({})
) -> Orphans:
    """Return what belongs to no data set that is known, and what cannot be told.

    Args:
        store: the data directory.
        stocks: what the installed repositories have.
        cards: what definitions say of data sets on disk, by identity; resources that they have no
            longer are orphans, too.

    Raises:
        StorageError: the data directory cannot be looked at.
    """
    if not store.root.is_dir():
        return Orphans([], [])
    traces, data = find_traces(store), data_folders(store)
    traces.pop(URLS, None)  # they are nobody's data sets, and are fetched again when asked for
    root, known = os.path.realpath(store.root), {one.repository: one for one in stocks}
    mounts = [os.path.relpath(one, root) for one in mounts_below(store.root)]
    found = Orphans([], [])
    for one in belongings(store, known, traces, data - {URLS}):
        ids = traces.get(one.repository) or RepositoryTraces(one.repository)
        walk = Walk(store, one, mounts)
        if one.repository in data:
            for paths, dataset_id, doubt in walk.strays():
                if doubt:
                    found.unknown.extend(Unknown(path, doubt) for path in paths)
                else:
                    found.orphans.extend(_orphans(one, paths, dataset_id))
        found.orphans.extend(_traced(store, one, ids, walk.own))
        found.unknown.extend(_doubtful(store, one, ids, has_data=one.repository in data))
    found.orphans.extend(find_dropped(store, resources_of(cards)))
    return Orphans(sorted(found.orphans), sorted(found.unknown))


def _orphans(belonging: Belonging, paths: Iterable[str], dataset_id: str) -> list[Orphan]:
    name = belonging.repository
    if not dataset_id:
        return _alike(paths, f"no data set of {name} has its place there", "")
    return _alike(paths, f"{name} no longer has {dataset_id}", f"{dataset_id}@{name}")


def _alike(paths: Iterable[str], reason: str, dataset: str) -> list[Orphan]:
    """Return orphans for one reason; of a million, their class would take most of the time."""
    make = partial(tuple.__new__, Orphan)
    return [*map(make, zip(paths, repeat(reason), repeat(dataset), repeat(""), strict=False))]


def _traced(
    store: Store, belonging: Belonging, traces: RepositoryTraces, own: dict[str, str]
) -> Iterator[Orphan]:
    """Iterate over the records and partials of ids that are no more, and what known ones left."""
    for one in belonging.abandoned.values():
        paths = filter(None, [*one.records.values(), one.partial])
        yield from _orphans(belonging, paths, one.id)
    for one in traces.ids.values():
        if one.id in belonging.known:
            for path, reason in leftovers(store, one, own.get(one.id, "")):
                yield Orphan(path, reason)


def _doubtful(
    store: Store, belonging: Belonging, traces: RepositoryTraces, *, has_data: bool
) -> Iterator[Unknown]:
    """Iterate over records and partials of which nobody can tell to whom they belong."""
    for one in traces.ids.values():
        for path, reason in undecided(store, one):
            yield Unknown(path, reason)
    if belonging.doubt and not belonging.known:
        if not has_data:
            places = [f"{one}/{belonging.repository}" for one in ("state", "partial")]
            there = next((one for one in places if os.path.lexists(store.root / one)), places[0])
            yield Unknown(there, belonging.doubt)
        return
    for dataset_id, reason in belonging.doubtful.items():
        one = traces.ids[dataset_id]
        yield Unknown([*one.records.values(), one.partial][0], reason)
