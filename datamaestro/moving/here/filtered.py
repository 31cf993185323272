"""Which data sets are meant by a filter: the same that ``datamaestro list --filter`` finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.house.accounts import COMPLETE, PARTIAL, Account, account_of
from datamaestro.house.declared import declared
from datamaestro.house.filtering import STATE, asks_for, matches, parse_filter
from datamaestro.moving.here.composed import composed
from datamaestro.store.descriptions import read_description
from datamaestro.store.use import last_use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro.context import Context
    from datamaestro.store.holdings import Holding


def filtered(
    context: Context,
    found: Sequence[Holding],
    filters: Sequence[str],
    lost: Callable[[Holding], Sequence[str]],
) -> list[str]:
    """Return the full identities of those data sets that all filters find.

    One that is made of others alone, which ``list`` does not know, has no files: its size is 0.

    Args:
        context: of their data directory, whose repositories say whether they are complete.
        found: the data sets.
        filters: expressions.
        lost: returns which of those that one is made of are not there.

    Raises:
        UsageError: one cannot be understood.
    """
    query = parse_filter(filters)
    cards = {}
    if asks_for(query, STATE):  # nothing else needs their definitions
        cards = context.catalogue.ask(lambda listing: declared(listing, found))
    known = []
    for one in found:
        account = account_of(one, cards.get(one.identity))
        if account is None and composed(context, one.identity) is not None:
            account = _without_files(one, lost(one))
        if account is not None and matches(query, account):
            known.append(account.identity)
    return known


def _without_files(holding: Holding, lost: Sequence[str]) -> Account:
    """Return what can be told of a data set that is made of others alone."""
    said = read_description(holding.store, holding)
    return Account(
        holding.id,
        holding.repository,
        used=last_use(holding.store, holding),
        sources=(said.origin,) if said is not None and said.origin else (),
        state=PARTIAL if lost else COMPLETE,
        missing=tuple(lost),
    )
