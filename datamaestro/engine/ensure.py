"""Making sure that a data set is on disk: plan, and carry out the plan where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.engine.plan import Plan, make_plan
from datamaestro.errors import OfflineError
from datamaestro.store.records import DatasetRecords

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.engine.run import Check, Run
    from datamaestro.plugins.registry import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition


def plan_for(card: Card, store: Store) -> Plan:
    """Return what must still be done for a data set."""
    manifest = DatasetRecords(store, card).manifest()
    return make_plan(card, manifest, lambda resource: store.path(card, resource.path).exists())


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
    if plan_for(card, store).done:
        return
    from datamaestro.engine import run as running
    from datamaestro.engine.schedule import execute

    run = running.Run(
        definition=definition,
        records=DatasetRecords(store, card),
        paths=resource_paths(card, store),
        checks=checks,
        settings=settings,
        plugins=plugins,
    )
    with store.writing(card, settings.lock_timeout):
        plan = plan_for(card, store)
        if settings.offline:
            _refuse_offline(run, plan)
        execute(run, plan)


def resource_paths(card: Card, store: Store) -> dict[str, Path]:
    """Return the final place of each resource, by name."""
    return {resource.name: store.path(card, resource.path) for resource in card.resources}


def _refuse_offline(run: Run, plan: Plan) -> None:
    from datamaestro.engine.transfer import usable_addresses

    missing = tuple(
        name
        for name, step in plan.steps.items()
        if step.resource.source and not usable_addresses(run, step.resource.source)
    )
    if missing:
        raise OfflineError(run.card.identity, missing)
