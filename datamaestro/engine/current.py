"""What is on disk now, told from cards and records; nothing that writes is imported for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from datamaestro.engine.inputs import with_references
from datamaestro.engine.plan import Plan, make_plan
from datamaestro.store.faults import storage_errors
from datamaestro.store.manifest import is_there, read_manifest

if TYPE_CHECKING:
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card


def plan_for(card: Card, store: Store) -> Plan:
    """Return what must still be done for a data set.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    folder = store.data(card)
    with storage_errors(folder):
        manifest = with_references(card, store, read_manifest(store.manifest(card)))
        return make_plan(card, manifest, partial(is_there, folder))
