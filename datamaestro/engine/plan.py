"""The plan: what must still be done, from card and manifest, without touching the network."""

from __future__ import annotations

import hashlib
import json
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from attrs import asdict, frozen

from datamaestro.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datamaestro.store.manifest import Manifest
    from datamaestro_hookspecs.cards import Card, ResourceCard


@frozen
class Step:
    """One resource to be made.

    Args:
        resource: what is declared about it.
        recipe: digest of how it is made.
        after: names of the resources to be made in this plan before it.
    """

    resource: ResourceCard
    recipe: str
    after: frozenset[str]


@frozen
class Plan:
    """What is to be done, and then to be removed.

    Args:
        steps: by name of the resource, each after those that it needs.
        transient: by name of each transient resource, the names of those made from it.
        used_up: transient resources that are on disk although nothing needs them.
    """

    steps: Mapping[str, Step]
    transient: Mapping[str, frozenset[str]]
    used_up: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps and not self.used_up


def make_plan(card: Card, manifest: Manifest, on_disk: Callable[[ResourceCard], bool]) -> Plan:
    """Return what must be done so that every lasting resource is there.

    Raises:
        DefinitionError: resources are declared twice, or need each other in a circle.
    """
    resources = _ordered(card)
    recipes = _recipes(resources)
    dependents = {
        name: frozenset(other.name for other in resources.values() if name in other.inputs)
        for name in resources
    }
    transient = {
        name: dependents[name]
        for name, resource in resources.items()
        if resource.transient and dependents[name]
    }
    present = {
        name
        for name, resource in resources.items()
        if name in manifest.entries
        and manifest.entries[name].recipe == recipes[name]
        and on_disk(resource)
    }
    needed: set[str] = set()
    for name in reversed(resources):
        wanted = name not in transient or bool(dependents[name] & needed)
        if wanted and name not in present:
            needed.add(name)
    steps = {
        name: Step(resource, recipes[name], frozenset(resource.inputs) & needed)
        for name, resource in resources.items()
        if name in needed
    }
    used_up = tuple(
        name for name in transient if name in manifest.entries and not dependents[name] & needed
    )
    return Plan(steps, transient, used_up)


def _ordered(card: Card) -> dict[str, ResourceCard]:
    """Return the resources by name, each after its inputs."""
    by_name = {resource.name: resource for resource in card.resources}
    places = {resource.path for resource in card.resources}
    if min(len(by_name), len(places)) < len(card.resources):
        raise DefinitionError(f"{card.identity}: two resources have the same name or path")
    for resource in card.resources:
        for missing in set(resource.inputs) - set(by_name):
            raise DefinitionError(
                f"{card.identity}: {resource.name} is made from {missing}, which is not declared"
            )
    graph = {name: resource.inputs for name, resource in by_name.items()}
    try:
        return {name: by_name[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        circle = " <- ".join(error.args[1])
        raise DefinitionError(f"{card.identity}: resources need each other: {circle}") from error


def _recipes(resources: Mapping[str, ResourceCard]) -> dict[str, str]:
    """Return the digest of how each resource is made: steps and declared digests, not URLs."""
    recipes: dict[str, str] = {}
    for name, resource in resources.items():
        declared = asdict(resource)
        source = declared.pop("source")
        facts = {
            **{key: declared[key] for key in ("path", "transforms", "derivation")},
            **{key: declared[key] for key in ("digests", "either")},
            "published": source and source["digests"],
            "inputs": [recipes[other] for other in resource.inputs],
        }
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        recipes[name] = hashlib.sha256(text.encode()).hexdigest()
    return recipes
