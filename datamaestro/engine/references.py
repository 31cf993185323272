"""The data sets that a data set is made of, and the terms of all of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from datamaestro.definitions.part import whole_of
from datamaestro.engine.current import plan_for
from datamaestro.engine.directories import choose_directory
from datamaestro.errors import DatamaestroError, DefinitionError, TermsNeeded
from datamaestro.reference import resolve
from datamaestro.settings.agreements import is_accepted
from datamaestro.settings.folders import datafolders
from datamaestro.store.search_path import SearchPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.engine.plan import Plan
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition, ResourceCard, Terms


def references(definition: Definition, plan: Plan, plugins: Plugins) -> Iterator[Definition]:
    """Iterate over the data sets that have to be on disk for another one.

    Those that are only needed for something to be made from them are left out where nothing is.
    """
    used = {name for step in plan.steps.values() for name in step.resource.inputs}
    for resource in definition.card.resources:
        if resource.reference and (not resource.transient or resource.name in used):
            yield _target(definition, resource, plugins)


def choose_directories(definition: Definition, path: Store, plugins: Plugins) -> Plan | None:
    """Choose from which directory a data set is used, and each that it is made of.

    Returns:
        the plan by which it is complete, where that has just been found out.
    """
    if not isinstance(path, SearchPath):
        return None
    known = {definition.card.identity: definition}

    def others(card: Card) -> Iterator[Card]:
        for resource in card.resources:
            if resource.reference:
                with suppress(DatamaestroError):  # it is told where that is needed
                    target = _target(known[card.identity], resource, plugins)
                    other = target.card
                    known[other.identity] = target
                    yield other

    return choose_directory(definition.card, path, others)


def _target(definition: Definition, resource: ResourceCard, plugins: Plugins) -> Definition:
    """Return the data set that a resource stands for; it may be in no repository."""
    declared: Any = getattr(definition, "resources", {}).get(resource.name)
    if declared is None:
        return whole_of(resolve(resource.reference, plugins))
    target: Definition = declared.target
    return whole_of(target)


def refuse_circle(identity: str, trail: tuple[str, ...]) -> None:
    """Refuse a data set that is made of itself.

    Args:
        identity: of it.
        trail: the data sets that need it, from the outside in.

    Raises:
        DefinitionError: it is among them.
    """
    if identity in trail:
        circle = " <- ".join([*trail[trail.index(identity) :], identity])
        raise DefinitionError(f"{identity}: data sets need each other: {circle}")


def require_terms(card: Card) -> None:
    """Make sure that the user has accepted the terms of a data set.

    Raises:
        TermsNeeded: there are some that have not been accepted.
    """
    for terms in card.terms:
        if not is_accepted(terms.id):
            raise TermsNeeded(card.identity, terms.message)


def open_terms(definition: Definition, store: Store, plugins: Plugins) -> dict[str, Terms]:
    """Return the terms that the user has not accepted yet, of a data set and what it is made of."""
    return {
        terms.id: terms
        for one, _ in all_needed(definition, store, plugins)
        for terms in one.card.terms
        if not is_accepted(terms.id)
    }


def unset_folders(definition: Definition, store: Store, plugins: Plugins) -> list[str]:
    """Return the data folders that are needed, of a data set and what it is made of, and not set.

    None is needed where another place has been found, or one of several is set.
    """
    known = datafolders(store.root)
    missing = [
        name
        for _, plan in all_needed(definition, store, plugins)
        for step in plan.steps.values()
        if known.keys().isdisjoint(step.resource.datafolders)
        for name in step.resource.datafolders[:1]
    ]
    return list(dict.fromkeys(missing))


def all_needed(
    definition: Definition, store: Store, plugins: Plugins
) -> Iterator[tuple[Definition, Plan]]:
    """Iterate over a data set and all those that it is made of, and over their plans."""
    seen: set[str] = set()
    left = [definition]
    while left:
        current = left.pop()
        if current.card.identity not in seen:
            seen.add(current.card.identity)
            choose_directories(current, store, plugins)
            plan = plan_for(current.card, store)
            yield current, plan
            left += references(current, plan, plugins)
