"""What a plan needs before it is carried out: addresses, and room on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.descriptions.definition import LACKING
from datamaestro.engine.addresses import usable_addresses
from datamaestro.engine.choosing import chosen_transforms
from datamaestro.errors import DefinitionError, FileNeeded, OfflineError
from datamaestro.store.partial import journals
from datamaestro.store.writers import writers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from datamaestro.engine.plan import Plan
    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro.store.writers import Writer
    from datamaestro_hookspecs.cards import Card, ResourceCard

INSTALL = "copy its files once more, or install the package of its repository"


def check_addresses(
    card: Card,
    plan: Plan,
    by_hand: Mapping[str, Path],
    settings: Settings,
    plugins: Plugins,
) -> None:
    """Make sure that each file to be fetched has an address that may be used.

    Raises:
        FileNeeded: a file has to be fetched by hand.
        OfflineError: a file is not on disk, and no request may be made.
    """
    try:
        addresses = {
            name: usable_addresses(step.resource, by_hand, settings, plugins)
            for name, step in plan.steps.items()
            if step.resource.source is not None
        }
    except FileNeeded as error:
        raise error.within(card.identity) from error
    missing = tuple(name for name, urls in addresses.items() if not urls)
    if missing:
        raise OfflineError(card.identity, missing)


def check_transforms(card: Card, plan: Plan, by_hand: Mapping[str, Path], plugins: Plugins) -> None:
    """Make sure that what is to be done to each file can be done.

    Raises:
        DefinitionError: it cannot.
    """
    for step in plan.steps.values():
        try:
            refuse_problem(step.resource)
            if step.resource.source is not None:
                chosen_transforms(step.resource, by_hand, plugins)
        except DefinitionError as error:
            raise error.within(card.identity) from error


def refuse_problem(resource: ResourceCard) -> None:
    """Refuse to make what is declared wrongly.

    Raises:
        DefinitionError: it is.
    """
    if resource.problem:
        hint = INSTALL if resource.problem == LACKING else "tell its author"
        raise DefinitionError(f"resource {resource.name}: {resource.problem}", hint=hint)


def declared_size(plan: Plan) -> int | None:
    """Return the bytes that are to be there when all has arrived; None where one is unknown."""
    sizes = [step.resource.source.size for step in plan.steps.values() if step.resource.source]
    return None if None in sizes else sum(filter(None, sizes))


def bytes_there(name: str, known: Iterable[Writer]) -> int:
    """Return the bytes of a resource that earlier runs have left."""
    there = [journal.there for writer in known for journal in journals(writer.work(name))]
    return max(there, default=0)


def bytes_to_come(card: Card, plan: Plan, store: Store) -> int:
    """Return the bytes that are still to arrive, as far as their definition says."""
    left, known = 0, writers(store.partial(card))
    for name, step in plan.steps.items():
        if step.resource.source is not None and step.resource.source.size:
            left += max(0, step.resource.source.size - bytes_there(name, known))
    return left
