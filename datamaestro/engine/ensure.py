"""Making sure that a data set is on disk: plan, and carry out the plan where there is one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from datamaestro.engine.plan import Plan, make_plan
from datamaestro.errors import OfflineError, StorageError
from datamaestro.store.faults import storage_errors
from datamaestro.store.records import DatasetRecords

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.engine.run import Check
    from datamaestro.plugins.registry import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition


log = logging.getLogger("datamaestro")


def plan_for(card: Card, store: Store) -> Plan:
    """Return what must still be done for a data set.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    return _plan(DatasetRecords(store, card))


def ensure(
    definition: Definition,
    store: Store,
    checks: Mapping[str, Check],
    settings: Settings,
    plugins: Plugins,
) -> None:
    """Bring to disk what is not there; touch nothing, and ask nobody, where all is.

    Raises:
        DatamaestroError: it could not be done; what was complete before is still there.
    """
    card = definition.card
    plan = plan_for(card, store)
    if plan.done:
        return
    if settings.offline:
        _refuse_offline(card, plan, settings, plugins)
    from datamaestro.engine.run import Run
    from datamaestro.engine.schedule import execute
    from datamaestro.store.lock import locked

    log.debug("%s: to be made: %s", card.identity, ", ".join(plan.steps) or "nothing")
    try:
        with locked(store.lock(card), card.identity, settings.lock_timeout):
            records = DatasetRecords(store, card)
            records.check_writable()
            paths = resource_paths(card, store)
            run = Run(definition, records, paths, checks, settings, plugins)
            execute(run, _plan(records))
    except StorageError as error:
        if plan.steps:
            raise
        log.debug("%s: what is used up stays: %s", card.identity, error)


def _plan(records: DatasetRecords) -> Plan:
    store, card = records.store, records.card
    with storage_errors(store.data(card)):
        return make_plan(
            card,
            records.manifest(),
            lambda resource: store.path(card, resource.path).is_file(),
        )


def resource_paths(card: Card, store: Store) -> dict[str, Path]:
    """Return the final place of each resource, by name."""
    return {resource.name: store.path(card, resource.path) for resource in card.resources}


def _refuse_offline(card: Card, plan: Plan, settings: Settings, plugins: Plugins) -> None:
    from datamaestro.engine.transfer import usable_addresses

    missing = tuple(
        name
        for name, step in plan.steps.items()
        if step.resource.source and not usable_addresses(step.resource.source, settings, plugins)
    )
    if missing:
        raise OfflineError(card.identity, missing)
