"""From which data directory each data set is used, where there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.current import plan_for
from datamaestro.errors import DatamaestroError, StorageError
from datamaestro.store.faults import storage_errors
from datamaestro.store.search_path import SearchPath, leave_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from datamaestro.engine.plan import Plan
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card


def choose_directory(
    card: Card, path: Store, others: Callable[[Card], Iterable[Card]]
) -> Plan | None:
    """Choose from where a data set is used, and before it those that it is made of.

    It is the first directory that has the data set complete, by its records; else the user's own,
    where it is to be made. What is chosen already stays.

    Args:
        card: of the data set.
        path: the search path; of a single directory, nothing is to be chosen.
        others: returns the cards of the data sets that one is made of, as far as they are known.

    Returns:
        the plan by which it is complete, where that has just been found out.
    """
    if not isinstance(path, SearchPath) or path.is_chosen(card):
        return None
    path.choose(card, path.own)  # which ends a circle, too
    for other in others(card):
        choose_directory(other, path, others)
    for one in path.stores:
        plan = _complete(card, one, path)
        if plan is not None:
            return plan
    path.choose(card, path.own)
    return None


def choose_own(card: Card, path: Store) -> None:
    """Let a data set be used from the user's own directory, whatever has been chosen."""
    if isinstance(path, SearchPath):
        path.choose(card, path.own)


def _complete(card: Card, store: Store, path: SearchPath) -> Plan | None:
    """Return the plan by which a directory has all of a data set, which is then chosen.

    The data set is made of the others as they are chosen.
    """
    path.choose(card, store)
    try:
        plan = plan_for(card, path) if _may_be_complete(card, store) else None
    except StorageError as error:
        if store is not path.own:
            leave_out(store.root, error.message)
        return None
    except DatamaestroError:  # of the definition, which is told when the data set is made
        return None
    return plan if plan is not None and plan.done else None


def _may_be_complete(card: Card, store: Store) -> bool:
    """Return whether a plan is worth making: without a manifest, no file of its own is there.

    Raises:
        StorageError: that cannot be looked at.
    """
    place = store.manifest(card)
    with storage_errors(place):
        try:
            place.stat()
        except FileNotFoundError:
            return all(one.reference for one in card.resources)
    return True
