"""Clearing away: orphans go to the trash, those of one data set together."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError
from datamaestro.house.orphans.returning import NOW, left_alone
from datamaestro.house.removing import removal_of
from datamaestro.house.trash.discarding import Discarded, Removal, discard
from datamaestro.house.trash.full import saying_what_frees_room
from datamaestro.house.trash.items import Piece
from datamaestro.store.holdings import Holding
from datamaestro.store.lock import locked
from datamaestro.store.records import DatasetRecords

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from datamaestro.house.orphans.orphan import Orphan
    from datamaestro.index.listing import Stock
    from datamaestro.store.layout import Store

OTHERS = "orphans"
"""What an item is called that is of no data set."""

REASON = "it belonged to no data set that was known"

ORDER = ("state", "partial", "data")
"""Records go first: data without them are believed by nobody."""


def identified(store: Store, orphans: Iterable[Orphan]) -> dict[Orphan, Piece]:
    """Return what each orphan is now, so that nothing else is taken for it later."""
    found = {}
    for one in orphans:
        try:
            found[one] = Piece(one.path, os.lstat(f"{store.root}/{one.path}").st_ino)
        except OSError:
            if one.resource:  # which is on record all the same
                found[one] = Piece(one.path, 0)
    return found


def clear(
    store: Store,
    seen: dict[Orphan, Piece],
    orphans: Collection[Orphan],
    stocks: Iterable[Stock],
) -> list[Discarded]:
    """Move to the trash what was an orphan a while ago and is one still.

    Args:
        store: the data directory.
        seen: what was an orphan, as :func:`identified` has it.
        orphans: what is one now.
        stocks: what the installed repositories have.

    Raises:
        StorageError: the trash cannot be used.
    """
    groups: dict[str, list[Orphan]] = {}
    still = set(orphans)
    dropped: dict[str, list[Orphan]] = {}
    for one in seen:
        if one in still:
            chosen, key = (dropped if one.resource else groups), one.dataset or OTHERS
            chosen.setdefault(key, []).append(one)
    with saying_what_frees_room(store, lambda: [one.path for one in still.intersection(seen)]):
        done = [
            one for name, group in dropped.items() for one in _clear_dropped(store, name, group)
        ]
        needed = {path for stock in stocks for path in _folders_above(stock)} if groups else set()
        removals = [_removal(store, what, group, seen, needed) for what, group in groups.items()]
        return done + (discard(store, removals) if removals else [])


def _clear_dropped(store: Store, dataset: str, dropped: Sequence[Orphan]) -> list[Discarded]:
    """Move resources of a data set that no definition has to the trash, their records first.

    Args:
        store: the data directory.
        dataset: full name of the data set.
        dropped: of it.

    Raises:
        StorageError: the trash or the records cannot be used.
    """
    holding = Holding.of(store, dataset)
    try:
        with locked(store.lock(holding), dataset, NOW):
            records = DatasetRecords(store, holding)
            known = records.refresh().entries
            return discard(
                store,
                [
                    removal_of(holding, records, one.resource, one.reason)
                    for one in dropped
                    if one.resource in known
                ],
            )
    except BusyError as error:
        return [Discarded("", dataset, [], [(one.path, error.message) for one in dropped])]


def _removal(
    store: Store,
    what: str,
    group: list[Orphan],
    seen: dict[Orphan, Piece],
    needed: set[str],
) -> Removal:
    group.sort(key=lambda one: (ORDER.index(one.path.split("/")[0]), one.path))
    emptied = {path for one in group for path in _inside_repository(one.path)} - needed
    reason = REASON if what == OTHERS else group[0].reason
    dataset = "" if what == OTHERS else what
    alone = partial(left_alone, store, dataset, seen.values())
    return Removal(what, reason, [seen[one] for one in group], emptied, alone=alone)


def _inside_repository(path: str) -> Iterator[str]:
    """Iterate over the folders that a path is in, below that of its repository's data."""
    while path.startswith("data/") and path.count("/") > 2:
        path = path.rpartition("/")[0]
        yield path


def _folders_above(stock: Stock) -> Iterator[str]:
    """Iterate over the folders in which a repository's data sets are, or may be."""
    for name in stock.names:
        path = f"data/{stock.repository}/{name.replace('.', '/')}"
        yield path
        yield from _inside_repository(path)
