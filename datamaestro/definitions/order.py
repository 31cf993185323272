"""The order in which the resources of a data set are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from datamaestro.download.resource import Resource
    from datamaestro_hookspecs.cards import ResourceCard


def in_order(resources: Collection[Resource]) -> tuple[ResourceCard, ...]:
    """Return the cards of resources in the order of their declaration.

    What an author's code makes is made after all that is declared before it, since that code may
    read it without saying so.
    """
    alone = is_alone(resources)
    cards = [resource.card(alone=alone) for resource in resources]
    by_name = {card.name: card for card in cards}
    ordered = []
    for place, (resource, card) in enumerate(zip(resources, cards, strict=True)):
        if resource.reads_unsaid and card.derivation is not None:
            earlier = [other.name for other in cards[:place] if not other.reference]
            after = [name for name in earlier if not _needs(by_name, name, card.name)]
            card = evolve(card, after=tuple(name for name in after if name not in card.inputs))
        ordered.append(card)
    return tuple(ordered)


def is_alone(resources: Collection[Resource]) -> bool:
    """Return whether there is one resource, besides what only comes with it."""
    parts = {part for resource in resources for part in resource.parts()}
    return len(set(resources) - parts) == 1


def _needs(cards: Mapping[str, ResourceCard], name: str, other: str) -> bool:
    """Return whether one resource is made from another, or from what is made from that."""
    seen: set[str] = set()
    left = [name]
    while left:
        current = left.pop()
        if current == other:
            return True
        if current not in seen and current in cards:
            seen.add(current)
            left += cards[current].inputs
    return False
