"""What is there without its record: what is known to be made as its definition says now.

A digest tells what some files are. Of another, and of a folder, only its record tells how it was
made, and of what. Where that is lost, the description says how the data set was made when it was
last complete; but not of which content of other data sets.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from datamaestro.engine.plan import make_plan
from datamaestro.errors import DatamaestroError
from datamaestro.index.documents import card_from_json
from datamaestro.store.descriptions import read_description
from datamaestro.store.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.engine.plan import Step
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card


def unvouched(card: Card, store: Store) -> frozenset[str]:
    """Return the names of resources of which nobody knows whether they are as is declared now.

    Args:
        card: of the data set, with what is declared.
        store: the data directory.
    """
    before = _steps_described(card, store)
    found = {one.name for one in card.resources if one.reference}
    for name, step in _steps(card).items():  # each after its inputs
        is_new = not found.isdisjoint(step.lineages) or _is_other(step, before.get(name))
        if is_new and not step.resource.links:
            found.add(name)
    return frozenset(found)


def _is_other(step: Step, before: Step | None) -> bool:
    """Return whether something may have been made in another way than it would be now."""
    if before is not None:
        return (step.recipe, step.lineages) != (before.recipe, before.lineages)
    source = step.resource.source  # without digests, there is only one way
    return source is None or bool(source.digests)


def _steps(card: Card) -> Mapping[str, Step]:
    return make_plan(card, Manifest(), lambda _: False).steps


def _steps_described(card: Card, store: Store) -> Mapping[str, Step]:
    """Return how what is declared was made, as far as it is described."""
    description = read_description(store, card)
    if description is None:
        return {}
    try:
        return _steps(card_from_json(json.dumps(description.card)))
    except (DatamaestroError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return {}
