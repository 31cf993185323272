"""The plan: what must still be done, from card and manifest, without touching the network."""

from __future__ import annotations

import hashlib
import json
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.places import NOWHERE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from datamaestro.store.manifest import Entry, Manifest
    from datamaestro_hookspecs.cards import Card, ResourceCard

ENCODED = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class Step(NamedTuple):
    """One resource to be made.

    Args:
        resource: what is declared about it.
        recipe: digest of how it is made.
        lineages: of each of its inputs, the digest of how that and all before it is made.
        after: names of the resources to be made in this plan before it.
    """

    resource: ResourceCard
    recipe: str
    lineages: Mapping[str, str] = MappingProxyType({})
    after: frozenset[str] = frozenset()

    def is_made(self, manifest: Manifest, is_there: Callable[[Entry], bool]) -> bool:
        """Return whether what is on disk is what this would make.

        An input that is on disk has to have the content that it had, and one that is not (any
        more), or whose content nobody knew, has to be made as it was.
        """
        entry = manifest.entries.get(self.resource.name)
        if entry is None or entry.recipe != self.recipe or not is_there(entry):
            return False
        for name, lineage in self.lineages.items():
            used, there = entry.inputs.get(name), manifest.entries.get(name)
            if used is None:
                return False
            if there is None or not is_there(there):
                if used.recipe != lineage:
                    return False
            elif used.sha256 != there.result and not (used.sha256 == "" and used.recipe == lineage):
                return False
        return True


class Plan(NamedTuple):
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


def make_plan(card: Card, manifest: Manifest, is_there: Callable[[Entry], bool]) -> Plan:
    """Return what must be done so that every lasting resource is there.

    Args:
        card: of the data set.
        manifest: what is on record.
        is_there: whether what is recorded is at its place.

    Raises:
        DefinitionError: resources are declared twice, or need each other in a circle.
    """
    steps = {step.resource.name: step for step in _steps(card)}
    dependents: dict[str, set[str]] = {name: set() for name in steps}
    for name, step in steps.items():
        for each in step.lineages:
            if each in dependents:  # else it is another data set
                dependents[each].add(name)
    transient = {
        name: frozenset(dependents[name])
        for name, step in steps.items()
        if step.resource.transient and dependents[name]
    }
    made = {name for name, step in steps.items() if step.is_made(manifest, is_there)}
    changing = _changing(steps, made, transient, manifest, is_there)
    needed = changing - set(transient)
    for name in reversed(transient):
        if name in changing and not dependents[name].isdisjoint(needed):
            needed.add(name)
    used_up = tuple(
        name for name in transient if name in manifest.entries and not dependents[name] & needed
    )
    planned = {
        name: step._replace(after=frozenset([*step.lineages, *step.resource.after]) & needed)
        for name, step in steps.items()
        if name in needed
    }
    return Plan(planned, transient, used_up)


def _changing(
    steps: Mapping[str, Step],
    made: set[str],
    transient: Container[str],
    manifest: Manifest,
    is_there: Callable[[Entry], bool],
) -> set[str]:
    """Return what is not there as it is to be, or may not be once something before it is made."""
    changing: set[str] = set()

    def may_change(name: str) -> bool:
        used = manifest.entries[name].inputs
        return any(
            each in changing and not (used[each].recipe == lineage and is_settled(each))
            for each, lineage in steps[name].lineages.items()
        )

    def is_settled(name: str) -> bool:
        """Return whether its recipe tells what it is, or has to do because it is used up."""
        entry = manifest.entries.get(name)
        used_up = name in transient and (entry is None or not is_there(entry))
        return used_up or _is_pinned(steps[name])

    for name in steps:
        if name not in made or may_change(name):
            changing.add(name)
    return changing


def _is_pinned(step: Step) -> bool:
    """Return whether what is made as a recipe says can have but one content."""
    resource = step.resource
    return bool(resource.digests or (resource.source and resource.source.digests))


def _ordered(card: Card) -> dict[str, ResourceCard]:
    """Return the resources by name, each after its inputs."""
    by_name = {resource.name: resource for resource in card.resources}
    if len(by_name) < len(card.resources):
        raise DefinitionError(f"{card.identity}: two resources have the same name")
    _refuse_common_places(card)
    for resource in card.resources:
        missing = [each for each in (*resource.inputs, *resource.after) if each not in by_name]
        if missing:
            raise DefinitionError(
                f"{card.identity}: {resource.name} is made from {missing[0]}, which is not declared"
            )
    graph = {name: (*one.inputs, *one.after) for name, one in by_name.items()}
    try:
        return {name: by_name[name] for name in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        circle = " <- ".join(error.args[1])
        raise DefinitionError(f"{card.identity}: resources need each other: {circle}") from error


def _refuse_common_places(card: Card) -> None:
    """Refuse two resources of which one is where the other is, or inside of it."""
    places = sorted(
        ([] if resource.path == WHOLE else resource.path.split("/"), resource.name)
        for resource in card.resources
        if resource.path != NOWHERE
    )
    for (one, first), (other, second) in pairwise(places):
        if one == other[: len(one)]:
            raise DefinitionError(
                f"{card.identity}: two resources have the same path, or one is inside of the "
                f"other: {first} and {second}"
            )


def _steps(card: Card) -> Iterator[Step]:
    """Iterate over what makes each resource, after what makes its inputs.

    A recipe says steps and declared digests, not URLs.
    """
    lineages: dict[str, str] = {}
    for name, resource in _ordered(card).items():
        if resource.reference:
            lineages[name] = reference_lineage(resource)
            continue
        recipe = _digest(_recipe(resource))
        inputs = {each: lineages[each] for each in resource.inputs}
        lineages[name] = _digest([recipe, *inputs.values()])
        yield Step(resource, recipe, inputs)


def _recipe(resource: ResourceCard) -> dict[str, Any]:
    """Return what a recipe is the digest of."""
    transforms, how, source = resource.transforms, resource.derivation, resource.source
    chain = transforms and [{"name": one.name, "options": one.options} for one in transforms]
    facts: dict[str, Any] = {
        "path": resource.path,
        "transforms": chain,
        "derivation": how and {"function": how.function, "version": how.version},
        "inputs": resource.inputs,
        "digests": resource.digests,
        "either": resource.either,
        "published": source and source.digests,
    }
    if resource.folder:
        facts |= {"folder": resource.folder, "unwrap": resource.unwrap}
    return facts


def reference_lineage(resource: ResourceCard) -> str:
    """Return the digest that stands for how another data set is made: its name."""
    name = resource.reference
    return _digest([name, resource.part] if resource.part else name)


def _digest(facts: object) -> str:
    return hashlib.sha256(ENCODED(facts).encode()).hexdigest()
