"""Which data sets on disk are made from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.store.descriptions import read_description
from datamaestro.store.holdings import name_on_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from datamaestro.index.listing import Listing
    from datamaestro.store.holdings import Holding


def cards_of(listing: Listing, holdings: Iterable[Holding]) -> dict[str, Mapping[str, Any]]:
    """Return what is declared of data sets, by full name, as the index or a description has it."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in holdings:
        named = listing.named(one.identity)
        if named:
            found[one.identity] = named[0].facts
        elif (described := read_description(one.store, one)) is not None:
            found[one.identity] = described.card
    return found


def dependents(
    cards: Mapping[str, Mapping[str, Any]], removed: Collection[str]
) -> dict[str, list[str]]:
    """Return the data sets that are made from each that is removed, and stay themselves.

    Args:
        cards: of the data sets on disk, by full name.
        removed: full names.
    """
    found: dict[str, list[str]] = {}
    for identity, card in cards.items():
        if identity in removed:
            continue
        resources = card.get("resources") or ()
        references = {name_on_record(one.get("reference", "")) for one in resources}
        for needed in sorted(references & set(removed)):
            found.setdefault(needed, []).append(identity)
    return found
