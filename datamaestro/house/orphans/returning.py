"""Returning: what was an orphan a moment ago, and is somebody's again just before it would go."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError
from datamaestro.house.orphans.traces import arriving, at_work, find_traces, writing
from datamaestro.house.trash.items import Piece
from datamaestro.store.holdings import Holding
from datamaestro.store.layout import MANIFEST, SIDECAR
from datamaestro.store.lock import locked
from datamaestro_hookspecs.places import folders_above

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from datamaestro.house.orphans.traces import Traces
    from datamaestro.store.layout import Store

ANEW = "a data set has come to be there meanwhile"

NOW = 0.0
"""Seconds to wait for whoever prepares a data set: what is in use stays."""


@contextmanager
def left_alone(
    store: Store, dataset: str, seen: Collection[Piece], paths: Collection[str]
) -> Iterator[dict[str, str]]:
    """Keep others from what was an orphan; give what has to stay all the same, and why, by path.

    Args:
        store: the data directory.
        dataset: full name of the data set of which things were; empty where they were of none.
        seen: all that was an orphan, records too.
        paths: of these things.

    Raises:
        StorageError: the data directory cannot be looked at.
    """
    if not dataset:
        taken = _taken(store, set(seen))
        yield {path: taken[path] for path in paths if path in taken}
        return
    holding = Holding.of(store, dataset)
    with ExitStack() as held:
        try:
            if store.partial(holding).is_dir():  # else nobody is at work
                held.enter_context(locked(store.lock(holding), dataset, NOW))
            traces = _traces(holding)
            reason = writing(store, traces) or _on_record(store, traces, seen)
        except BusyError as error:
            reason = error.message
        yield dict.fromkeys(paths, reason) if reason else {}


def _taken(store: Store, seen: Collection[Piece]) -> dict[str, str]:
    """Return the folders of data sets that are in use, and those above, by path."""
    taken: dict[str, str] = {}
    for repository in find_traces(store).values():
        for one in repository.ids.values():
            if reason := at_work(store, one) or _on_record(store, one, seen):
                folder = Holding(store, one.id, one.repository).folder.relative_to(store.root)
                path = folder.as_posix()
                taken |= dict.fromkeys([path, *folders_above(path)], reason)
    return taken


def _traces(holding: Holding) -> Traces:
    """Return what there is of one id that tells whether it is in use."""
    store = holding.store
    found = arriving(store, holding)
    for ending, place in (MANIFEST, store.manifest(holding)), (SIDECAR, store.sidecar(holding)):
        if os.path.lexists(place):
            found.records[ending] = place.relative_to(store.root).as_posix()
    return found


def _on_record(store: Store, traces: Traces, seen: Collection[Piece]) -> str:
    """Return why an id is somebody's, by a record that is no orphan's; else empty."""
    for ending in (MANIFEST, SIDECAR):
        if path := traces.records.get(ending):
            try:
                record = Piece(path, os.lstat(store.root / path).st_ino)
            except FileNotFoundError:
                continue
            if record not in seen:
                return ANEW
    return ""
