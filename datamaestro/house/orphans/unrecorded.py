"""Unrecorded: what is in the folders of known data sets of which nothing is on record.

Such are those of earlier versions, until they are prepared once; or records have been lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from datamaestro.house.orphans.content import has_files
from datamaestro.house.orphans.traces import arriving, at_work, ids_above
from datamaestro.store.holdings import Holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro.index.listing import Stock
    from datamaestro.store.layout import Store


class Unrecorded(NamedTuple):
    """The folder of a known data set of which nothing is on record.

    Args:
        path: of it, below the data directory.
        dataset: full name of the data set.
    """

    path: str
    dataset: str


def find_unrecorded(store: Store, stocks: Iterable[Stock]) -> Iterator[Unrecorded]:
    """Iterate over the folders of known data sets of which nothing is on record, by name.

    Of ids that go on after each other, the longest has what is there. What is being prepared, and
    folders in which nothing is, are left out.

    Args:
        store: the data directory.
        stocks: what the installed repositories have.

    Raises:
        OSError: no records can be looked at.
    """
    recorded = {f"{repository}/{name}" for repository, name in store.recorded()}
    taken = recorded | {above for name in recorded for above in ids_above(name)}
    for stock in stocks:
        for name in sorted(stock.names, key=lambda each: (-each.count("."), each)):
            one = Holding(store, name, stock.repository)
            key = f"{stock.repository}/{name}"
            if key in taken or not has_files(one.folder):
                continue
            taken.update(ids_above(key))
            if not at_work(store, arriving(store, one)):
                yield Unrecorded(one.folder.relative_to(store.root).as_posix(), one.identity)
