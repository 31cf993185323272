"""What is on disk now, told from cards and records; nothing that writes is imported for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from datamaestro.engine.plan import Plan
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card


def plan_for(card: Card, store: Store) -> Plan:
    """Return what must still be done for a data set.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    from datamaestro.engine.inputs import with_references
    from datamaestro.engine.plan import make_plan
    from datamaestro.store.manifest import is_there, read_manifest

    folder = store.data(card)
    with storage_errors(folder):
        manifest = with_references(card, store, read_manifest(store.manifest(card)))
        return make_plan(card, manifest, partial(is_there, folder))


def missing(card: Card, store: Store) -> set[str]:
    """Return the names of the resources that are not on disk as they are declared.

    Where nothing is on record, that is told without making a plan.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    path = store.manifest(card)
    with storage_errors(path):
        if not path.exists():
            return {resource.name for resource in card.resources if not resource.reference}
    plan = plan_for(card, store)
    return {*plan.steps, *plan.transient}
