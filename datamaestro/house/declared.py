"""What definitions say of the data sets that are on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datamaestro.index.facts import Facts
    from datamaestro.index.listing import Listing
    from datamaestro.store.holdings import Holding


def declared(listing: Listing, found: Iterable[Holding]) -> dict[str, Facts]:
    """Return what the definitions of data sets say, by identity, as far as the index has them."""
    known = {}
    for holding in found:
        for one in listing.named(holding.identity):
            if one.facts["id"] == holding.id:
                known[holding.identity] = one.facts
    return known


def resources_of(cards: Mapping[str, Facts]) -> dict[str, frozenset[str]]:
    """Return the names of the resources of data sets, by identity.

    Families are left out, since each of their variants has resources of its own.
    """
    return {
        identity: frozenset(resource["name"] for resource in card["resources"])
        for identity, card in cards.items()
        if not card["axes"]
    }
