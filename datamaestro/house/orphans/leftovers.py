"""Leftovers: what known data sets have that is of no more use to them."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.house.orphans.traces import SCRATCH, at_work, writers_of
from datamaestro.store.layout import FOUND, KEPT, MANIFEST, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.house.orphans.traces import Traces
    from datamaestro.store.layout import Store

UNFINISHED = 3600.0
"""Seconds after which a record that is still being written is taken for one that never will be."""

ASIDE = {
    WRONG: "it was not what it should be, and was set aside",
    FOUND: "it stood in a resource's place, on no record",
}
"""Folders beside writers, and what is in them."""

KEPT_ALONE = "it was kept as published, of a data set that is not on disk"
RUN = "a run that has ended left it; the next one would go on with it"
RECORD = "a record that was never finished"

DOWNLOADS, EARLIER_LOCK = ".downloads", ".state.lock"
"""What earlier versions kept in the folder of a data set while they made it."""

EARLIER = "an earlier version downloaded it for data that are on record now"


class Leftover(NamedTuple):
    """Something that is of no more use.

    Args:
        path: of it.
        reason: what it is.
    """

    path: str
    reason: str


def leftovers(store: Store, traces: Traces, own: str) -> Iterator[Leftover]:
    """Iterate over what a known data set has that is of no more use; none while it is prepared.

    Args:
        store: the data directory.
        traces: what there is of its id.
        own: path of its folder; empty where that is not there.
    """
    if at_work(store, traces):
        return
    for key, path in traces.records.items():
        if SCRATCH.fullmatch(key) and _age(store, path) > UNFINISHED:
            yield Leftover(path, RECORD)
    for writer in writers_of(store, traces):
        yield Leftover(f"{traces.partial}/{writer.folder.name}", RUN)
    aside = ASIDE if MANIFEST in traces.records else {**ASIDE, KEPT: KEPT_ALONE}
    for name, reason in aside.items():
        if traces.partial and os.path.lexists(store.root / traces.partial / name):
            yield Leftover(f"{traces.partial}/{name}", reason)
    if own and MANIFEST in traces.records and _has_downloads(f"{store.root}/{own}"):
        yield Leftover(f"{own}/{DOWNLOADS}", EARLIER)


def _age(store: Store, path: str) -> float:
    """Return how many seconds ago a file was changed."""
    try:
        return time.time() - (store.root / path).lstat().st_mtime
    except OSError:
        return 0


def _has_downloads(folder: str) -> bool:
    """Return whether an earlier version has left what it downloaded, and is not at work."""
    if not os.path.lexists(f"{folder}/{DOWNLOADS}"):
        return False
    try:
        descriptor = os.open(f"{folder}/{EARLIER_LOCK}", os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
