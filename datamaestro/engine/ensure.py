"""Making sure that a data set is on disk: plan, and carry out the plan where there is one."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from datamaestro.engine.current import plan_for
from datamaestro.engine.inputs import with_references
from datamaestro.engine.plan import Plan, make_plan
from datamaestro.errors import StorageError
from datamaestro.store.faults import storage_errors
from datamaestro.store.records import DatasetRecords
from datamaestro_hookspecs.cards import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.engine.run import Check, Run
    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.cards import Card, Definition


log = logging.getLogger("datamaestro")


def ensure(
    definition: Definition,
    plan: Plan,
    store: Store,
    paths: Mapping[str, Path],
    checks: Mapping[str, Check],
    by_hand: Mapping[str, Path],
    settings: Settings,
    plugins: Plugins,
) -> None:
    """Bring to disk what is not there; touch nothing, and ask nobody, where all is.

    Args:
        definition: of the data set.
        plan: for it, as it was a moment ago.
        store: the data directory.
        paths: final place of each resource, by name.
        checks: of a file's content before it is published, by the resource's name.
        by_hand: files that the user has, by the resource's name.
        settings: in force.
        plugins: that do the work.

    Raises:
        DatamaestroError: it could not be done; what was complete before is still there.
    """
    card = definition.card
    if not plan.done:
        plan = _after_adoption(card, plan, store, checks, settings, plugins)
    if plan.done:
        return
    from datamaestro.engine.needs import bytes_to_come, check_addresses, check_transforms
    from datamaestro.engine.run import Run
    from datamaestro.engine.unrecorded import tell_unrecorded
    from datamaestro.engine.untouched import require_untouched
    from datamaestro.store.lock import locked
    from datamaestro.store.removed import unmark_made
    from datamaestro.store.space import require_space
    from datamaestro.store.writers import start_writing

    tell_unrecorded(card, store, plugins)
    check_addresses(card, plan, by_hand, settings, plugins)
    check_transforms(card, plan, by_hand, plugins)
    log.debug("%s: to be made: %s", card.identity, ", ".join(plan.steps) or "nothing")
    try:
        with locked(store.lock(card), card.identity, settings.lock_timeout):
            records = DatasetRecords(store, card)
            records.check_writable()
            plan = plan_from(records)
            for name in plan.used_up:
                records.remove(name)
            if not plan.steps:
                return
            require_untouched(definition, plan, store, plugins)
            require_space(store.partial(card), bytes_to_come(card, plan, store))
            writer = start_writing(store.partial(card))
            run = Run(definition, store, writer, paths, checks, by_hand, settings, plugins)
            _carry_out(run, plan, records)
            unmark_made(store, card, records.refresh().entries.values())
    except StorageError as error:
        if plan.steps:
            if store.root.exists() and not os.access(store.root, os.W_OK):
                error.hint += f"; DATAMAESTRO_SHARED={store.root} uses what is here beside that one"
            raise
        log.debug("%s: what is used up stays: %s", card.identity, error)


def _after_adoption(
    card: Card,
    plan: Plan,
    store: Store,
    checks: Mapping[str, Check],
    settings: Settings,
    plugins: Plugins,
) -> Plan:
    """Adopt what is there already; return what is to be done then.

    Where all is there, and nothing can be recorded, such as in a data directory that others keep,
    it is used all the same, after checking it each time.
    """
    from datamaestro.engine.adoption import Adoption
    from datamaestro.engine.claims import sweep
    from datamaestro.store.lock import locked

    records = DatasetRecords(store, card)
    if not Adoption(records, checks, plugins).candidates(plan):
        return plan
    try:
        with locked(store.lock(card), card.identity, settings.lock_timeout):
            records = DatasetRecords(store, card)
            records.check_writable()
            Adoption(records, checks, plugins).adopt(plan_from(records))
        left = plan_for(card, store)
        if left.done:
            sweep(store.partial(card))
    except StorageError as error:
        records = DatasetRecords(store, card)
        left = plan_from(records, Adoption(records, checks, plugins).unrecorded(plan))
        if left.steps:
            raise
        log.warning("%s is checked each time it is used: %s", card.identity, error.message)
    return left


def _carry_out(run: Run, plan: Plan, records: DatasetRecords[Card]) -> None:
    """Carry out a plan, and leave behind nothing but what a later run can go on with."""
    from datamaestro.engine.claims import sweep
    from datamaestro.engine.heart import Heart
    from datamaestro.engine.needs import declared_size
    from datamaestro.engine.schedule import Schedule
    from datamaestro_hookspecs.events import RunEnded, RunStarted

    schedule = Schedule(run, plan, records)
    failure = ""
    run.send(RunStarted(run.card.identity, len(plan.steps), declared_size(plan)))
    try:
        with Heart(run):
            schedule.execute()
            records.confirm()
        sweep(run.partial, run.writer)
    except BaseException as error:
        failure = str(error) or type(error).__name__
        raise
    finally:
        schedule.when_stopped(run.writer.leave)  # before, some thread may still write there
        run.send(RunEnded(run.card.identity, failure))


def plan_from(records: DatasetRecords[Card], unrecorded: Mapping[str, Entry] | None = None) -> Plan:
    """Return what must still be done for a data set.

    Args:
        records: of it.
        unrecorded: what is there beside what is on record, by name.

    Raises:
        StorageError: what is on disk cannot be looked at.
    """
    store, card = records.store, records.card
    with storage_errors(store.data(card)):
        known = with_references(card, store, records.manifest())
        known = known._replace(entries={**known.entries, **(unrecorded or {})})
        return make_plan(card, known, records.is_there)


def resource_paths(card: Card, store: Store) -> dict[str, Path]:
    """Return the final place of each resource that has one, by name."""
    return {
        resource.name: store.path(card, resource.path)
        for resource in card.resources
        if resource.path != NOWHERE
    }
