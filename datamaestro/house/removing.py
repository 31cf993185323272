"""Removing data sets, or resources of them: what is on record goes to the trash, the rest stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError, ContentError
from datamaestro.house.giving_up import to_give_up
from datamaestro.house.possessions import inner_folders, pieces_of, pieces_of_resource
from datamaestro.house.trash.discarding import Removal, discard
from datamaestro.house.trash.full import saying_what_frees_room
from datamaestro.house.trash.released import Released
from datamaestro.house.trash.restoring import bring_back_all
from datamaestro.store.descriptions import read_description
from datamaestro.store.lock import locked
from datamaestro.store.soundness import is_damaged
from datamaestro.store.waiting import Waiting
from datamaestro.store.writers import Watch, writers

if TYPE_CHECKING:
    from datamaestro.house.trash.discarding import Discarded
    from datamaestro.store.holdings import Holding
    from datamaestro.store.records import DatasetRecords

REASON = "it was removed"

LOOK = 0.2
"""Seconds between two looks at those who are at work."""


def remove(holding: Holding, timeout: float) -> Discarded | None:
    """Move a data set to the trash; None where nothing of it is on record any more.

    Args:
        holding: what there is of it.
        timeout: seconds to wait for a process that prepares it; -1: as long as it takes.

    Raises:
        ContentError: its records are damaged.
        BusyError: another process prepares it, or one whose folder is in its own.
        StorageError: its files cannot be moved.
    """
    store, identity = holding.store, holding.identity

    def going() -> list[str]:
        """Return what is no record, without which nobody knew what else is its own."""
        pieces = pieces_of(holding, inner_folders(holding))
        return [path for path, _ in pieces if not path.startswith("state/")]

    with (
        saying_what_frees_room(store, going),
        locked(store.lock(holding), identity, timeout),
    ):
        _wait(holding, timeout)
        if is_damaged(store, holding):
            raise ContentError(
                f"{identity} has damaged records, so it cannot be told which files are its own",
                hint=f"repair it first: datamaestro repair {identity}; where that cannot be done, "
                f"{to_give_up(holding)}",
            )
        inner = inner_folders(holding)
        pieces = list(pieces_of(holding, inner))
        if not pieces:
            return None
        (done,) = discard(store, [Removal(identity, REASON, pieces)])
        begun = inner_folders(holding) - inner
        if begun:
            left = bring_back_all(store, {done.token})
            back = "".join(f"; then datamaestro trash restore {token}" for token in left)
            raise BusyError(
                f"another process prepares {min(begun)} in the folder of {identity}",
                hint=f"wait until it has ended, and run again{back}",
            )
        return done


def _wait(holding: Holding, timeout: float) -> None:
    """Wait for those who work on it without a lock, as where a file system has none."""
    store, watch = holding.store, Watch()
    waiting = Waiting(holding.identity, timeout)
    while True:
        found = map(watch.owner, writers(store.partial(holding)))
        if not (owners := [str(owner) for owner in found if owner]):
            return
        waiting.look(owners)
        time.sleep(LOOK)


def removal_of(
    holding: Holding, records: DatasetRecords[Holding], name: str, reason: str
) -> Removal:
    """Return the removal of one resource, whose data set stays.

    Args:
        holding: what there is of the data set.
        records: of it.
        name: of the resource, which is on record.
        reason: why it goes.

    Raises:
        StorageError: its files cannot be looked at, or are reached through a link.
    """
    entry, facts = records.manifest().entries[name], records.facts_of(name)
    pieces = pieces_of_resource(holding, entry, [fact.path for fact in facts])
    said = read_description(holding.store, holding)
    told = said.as_text() if said else ""
    released = Released(holding.id, holding.repository, name, entry, tuple(facts), told)
    return Removal(holding.identity, reason, pieces, released=released)
