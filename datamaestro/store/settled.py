"""Settled: records as they are where nobody is just writing them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError
from datamaestro.store.manifest import version_of
from datamaestro.store.soundness import disagreements, read_records

if TYPE_CHECKING:
    from datamaestro.store.layout import Named, Store
    from datamaestro.store.soundness import Records

MOMENT, LOOKS = 0.3, 5
"""Seconds after which whoever has replaced one of two records has replaced the other, too; and how
often they may be replaced before that is too often."""


def read_settled(store: Store, named: Named) -> Records:
    """Return what is on record of a data set; where it is being written, what is then.

    Raises:
        BusyError: it is written again and again.
        StorageError: it cannot be read.
    """
    for _ in range(LOOKS):
        before = record_versions(store, named)
        records = read_records(store, named)
        if not (records.damage or disagreements(records)):
            return records
        after = record_versions(store, named)
        (_, sidecar), (_, manifest) = after
        if before == after and sidecar <= manifest:
            return records
        time.sleep(MOMENT)
        if before == after == record_versions(store, named):
            return records
    raise BusyError(
        f"another process writes again and again what is on record of {named.id}",
        hint="wait until it has ended, and run again",
    )


def record_versions(store: Store, named: Named) -> list[tuple[int, int]]:
    """Return what changes whenever sidecar or manifest is replaced: inode and time of each."""
    return [version_of(record) for record in (store.sidecar(named), store.manifest(named))]
