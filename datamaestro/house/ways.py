"""Keeping house, for programs: what is there, whether it is right, making it right, removing it.

::

    from datamaestro import Context
    from datamaestro.house.ways import verify

    wrong = [found.holding.identity for found in verify(Context()) if not found.right]
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from datamaestro.house.absent import refuse_absent
from datamaestro.house.accounts import accounts
from datamaestro.house.declared import declared
from datamaestro.house.held import held_anywhere, held_here, refuse_parts
from datamaestro.house.removing import remove as remove_one
from datamaestro.house.repairing.bases import bases_first
from datamaestro.house.repairing.repairing import repair as repair_one
from datamaestro.house.repairing.repairs import to_repair
from datamaestro.house.trash.discarding import failure_of
from datamaestro.house.verifying.noting import note
from datamaestro.house.verifying.readers import Readers, processors
from datamaestro.house.verifying.verification import Verification
from datamaestro.store.layout import Store
from datamaestro.store.search_path import store_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.house.accounts import Account
    from datamaestro.house.repairing.repairs import Repaired
    from datamaestro.house.trash.discarding import Discarded
    from datamaestro.house.verifying.states import Verified


def on_disk(context: Context, references: Sequence[str] = ()) -> list[Account]:
    """Return what is on disk of data sets: size in bytes, files, last use, origin, state.

    Args:
        context: of the data directory; what is in shared ones is told, too.
        references: ``id`` or ``id@repository``; none: all.

    Raises:
        DatasetNotFound: nothing of a name is on record.
        StorageError: the data directory cannot be looked at.
    """
    chosen = held_anywhere(store_of(context.settings), references)
    cards = context.catalogue.ask(lambda listing: declared(listing, chosen))
    return list(accounts(chosen, cards))


def verify(
    context: Context,
    references: Sequence[str] = (),
    *,
    quick: bool = False,
    jobs: int | None = None,
) -> list[Verified]:
    """Return of each file of data sets whether it is what is on record of it.

    Args:
        context: of the data directory; what is in shared ones is verified, too.
        references: ``id`` or ``id@repository``; none: all.
        quick: only look at sizes and times, and read no file.
        jobs: files that are read at the same time; None: as many as there are processors.

    Raises:
        DatasetNotFound: nothing of a name is on record.
        StorageError: there is no data directory, or it cannot be looked at. Of a data set that
            cannot be looked at, it is the ``failure`` of what is found.
    """
    chosen = held_anywhere(store_of(context.settings), references)
    refuse_absent(context.store, chosen)
    with Readers(jobs or processors()) as readers:
        work = Verification(readers, quick=quick, send=context.plugins.send)
        found = list(work.verify(chosen))
    for one in found:
        if one.holding.store.root == context.settings.directory:
            note(one)
    return found


def verify_here(
    context: Context, references: Sequence[str] = (), *, quick: bool = False
) -> list[Verified]:
    """Return what is found of data sets of the user's own data directory, to repair them.

    Args:
        context: of the data directory.
        references: ``id`` or ``id@repository``; none: all.
        quick: only read files of which the time alone is another one.

    Raises:
        DatasetNotFound: nothing of a name is on record.
        StorageError: there is no data directory, or it cannot be looked at.
    """
    chosen = held_here(context.settings, references, "repair")
    refuse_absent(Store(context.settings.directory), chosen)
    with Readers(processors()) as readers:
        # what was only touched is read, as that is quicker than to fetch it
        work = Verification(readers, quick=quick, reads_touched=True, send=context.plugins.send)
        return list(work.verify(chosen))


def repair(
    context: Context,
    references: Sequence[str] = (),
    *,
    quick: bool = False,
    dry_run: bool = False,
    by_hand: Mapping[str, Path] = MappingProxyType({}),
) -> list[Repaired]:
    """Fetch or make again what is wrong with data sets, and nothing else.

    Args:
        context: of the data directory; shared ones are left alone.
        references: ``id`` or ``id@repository``; none: all.
        quick: only read files of which the time alone is another one.
        dry_run: only find out what would be done.
        by_hand: files that the user has, by the resource's name.

    Returns:
        what has been done of each data set, of those first that others are made of.

    Raises:
        DatamaestroError: a data set could not be repaired; those before it are. Nothing is lost,
            and another try goes on.
    """
    done: list[Repaired] = []
    right: set[str] = set()
    for todo in bases_first(context, map(to_repair, verify_here(context, references, quick=quick))):
        if todo.found.failure is not None:
            raise todo.found.failure
        done.append(repair_one(context, todo, by_hand=by_hand, right=right, dry_run=dry_run))
        right.add(todo.holding.identity)
    return done


def remove(context: Context, references: Sequence[str]) -> list[Discarded]:
    """Move data sets to the trash.

    Args:
        context: of the data directory; shared ones are left alone.
        references: ``id`` or ``id@repository``; none: none.

    Returns:
        what has become of each; its token says to ``datamaestro trash`` which one it is.

    Raises:
        DatasetNotFound: nothing of a name is on record, and none is removed.
        UsageError: a name is that of a part.
        ContentError: its records are damaged; those before it are removed.
        BusyError: another process prepares it, and the wait timed out.
        StorageError: something of it cannot be moved.
    """
    chosen = held_here(context.settings, references, "remove", begun=True) if references else []
    refuse_parts(references, chosen)
    done = []
    for one in chosen:
        moved = remove_one(one, context.settings.lock_timeout)
        if moved is not None:
            done.append(moved)
            if problem := failure_of(one.store, [moved]):
                raise problem
    return done
