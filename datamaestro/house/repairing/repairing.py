"""Repairing: only what is wrong is fetched or made again, and nothing is deleted for it.

What is wrong is set aside; what is right stays, also in a folder, and is not fetched again. Where
records alone are damaged, they are written anew from the files.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from datamaestro.definitions.part import whole_of
from datamaestro.engine.bringing import users_files
from datamaestro.engine.directories import choose_own
from datamaestro.engine.inputs import with_references
from datamaestro.engine.needs import check_addresses, check_transforms
from datamaestro.engine.plan import make_plan
from datamaestro.engine.references import choose_directories, require_terms
from datamaestro.errors import BusyError, DatamaestroError, DatasetNotFound, DefinitionError
from datamaestro.house.giving_up import to_give_up
from datamaestro.house.repairing.bases import refuse_wrong_bases
from datamaestro.house.repairing.recovering import recovering
from datamaestro.house.repairing.repairs import Repaired, mending
from datamaestro.house.verifying.noting import note, to_note
from datamaestro.store.faults import storage_errors
from datamaestro.store.lock import locked
from datamaestro.store.manifest import Manifest, is_there
from datamaestro.store.mending import keep_copy, set_aside
from datamaestro.store.records import DatasetRecords
from datamaestro.store.soundness import read_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.engine.plan import Plan
    from datamaestro.house.repairing.repairs import Change, Repair
    from datamaestro.store.holdings import Holding
    from datamaestro.store.layout import Store
    from datamaestro.store.manifest import Entry
    from datamaestro_hookspecs.cards import Card, Definition


def repair(
    context: Context,
    todo: Repair,
    *,
    by_hand: Mapping[str, Path] = MappingProxyType({}),
    right: Collection[str] = (),
    dry_run: bool = False,
) -> Repaired:
    """Make right what is wrong with one data set.

    Args:
        context: in which.
        todo: what is to be done.
        by_hand: files that the user has, by the resource's name; those of others are left alone.
        right: full names of data sets that are known to be right, or have just been repaired; what
            it is made of is verified otherwise, before something is made of that.
        dry_run: only find out what cannot be done.

    Raises:
        DatamaestroError: it could not be done; nothing is lost, and another try goes on.
    """
    if todo.nothing:
        wanted = to_note(todo.found)
        noted = wanted if dry_run else note(todo.found)
        return Repaired(todo, noted=len(noted), unnoted=len(wanted) - len(noted))
    if not (todo.wrong or todo.lost):
        return Repaired(todo, () if dry_run else _carry_out(context, todo, mending(todo)))
    with context.work() as store:
        return _make_again(context, store, todo, by_hand, right, dry_run=dry_run)


def _make_again(
    context: Context,
    store: Store,
    todo: Repair,
    by_hand: Mapping[str, Path],
    right: Collection[str],
    *,
    dry_run: bool,
) -> Repaired:
    """Make right what cannot be without its definition, wherever it is looked for else.

    Raises:
        DatamaestroError: it could not be done.
    """
    definition = _definition(context, todo.holding)
    card = definition.card
    choose_directories(definition, store, context.plugins)
    choose_own(card, store)  # what is in the others may be right
    change = recovering(card, todo) if todo.lost else mending(todo)
    _refuse_unknown(card, todo.wrong)
    names = {resource.name for resource in card.resources}
    files = users_files(card, {name: by_hand[name] for name in by_hand.keys() & names})
    plan = _refuse_what_cannot_be_made(context, store, card, todo, change, files)
    refuse_wrong_bases(context, store, card, plan, right, quick=todo.found.quick)
    if dry_run:
        from datamaestro.engine.forecast import items_of

        own, settings, plugins = todo.holding.store, context.settings, context.plugins
        return Repaired(todo, items=items_of(definition, plan, own, files, settings, plugins))
    kept = _carry_out(context, todo, change)
    try:
        context.prepare(definition, variant=_any_variant(definition), by_hand=files)
    except DatamaestroError as error:
        if kept:
            error.hint += f"{'; ' if error.hint else ''}what was wrong is kept at {kept[0]}"
        raise
    after = DatasetRecords(todo.holding.store, todo.holding).manifest().entries
    both = sorted(todo.wrong.keys() & after.keys())
    other = [name for name in both if after[name].result != todo.entries[name].result]
    return Repaired(todo, kept, tuple(other))


def _definition(context: Context, holding: Holding) -> Definition:
    """Return the definition of a data set.

    Raises:
        DatamaestroError: it cannot be had; the error says what will do.
    """
    try:
        return whole_of(context.dataset(holding.identity))
    except DatasetNotFound as error:
        raise DatasetNotFound(
            holding.identity,
            hint=f"install the package of the repository {holding.repository}, or copy the data "
            f"set anew from a computer that has it: datamaestro pull; else {to_give_up(holding)}",
        ) from error


def _any_variant(definition: Any) -> Mapping[str, Any] | None:
    """Return a variant of a family, all of which have the same files; None where it is none."""
    space = getattr(definition, "variants", None)
    return None if space is None else next(iter(space.enumerate()), None)


def _refuse_unknown(card: Card, names: Iterable[str]) -> None:
    """Refuse to make again what a definition does not have any more.

    Raises:
        DefinitionError: there is such a resource.
    """
    for name in sorted(set(names) - {resource.name for resource in card.resources}):
        raise DefinitionError(
            f"{card.identity}: {name} is wrong, and its definition does not have it any more",
            hint="remove the data set, and prepare it anew",
        )


def _refuse_what_cannot_be_made(
    context: Context,
    store: Store,
    card: Card,
    todo: Repair,
    change: Change,
    files: Mapping[str, Path],
) -> Plan:
    """Find out what cannot be made again before anything is set aside; return what is to be made.

    Raises:
        DatamaestroError: there is such a resource.
    """
    require_terms(card)
    known = with_references(card, store, Manifest(change.entries))
    folder, aside = todo.holding.folder, set(change.aside)

    def will_be_there(entry: Entry) -> bool:
        return entry.path not in aside and is_there(folder, entry)

    with storage_errors(folder):
        plan = make_plan(card, known, will_be_there)
        ours = {name: one for name, one in plan.steps.items() if name not in change.adopted}
    plan = plan._replace(steps=ours)
    check_addresses(card, plan, files, context.settings, context.plugins)
    check_transforms(card, plan, files, context.plugins)
    return plan


def _carry_out(context: Context, todo: Repair, change: Change) -> tuple[Path, ...]:
    """Set aside what is wrong, then write the records; return where what was wrong is.

    Raises:
        BusyError: another process has changed the data set meanwhile, or holds it.
        StorageError: something cannot be moved or written.
    """
    holding, store = todo.holding, todo.holding.store
    with locked(store.lock(holding), holding.identity, context.settings.lock_timeout):
        if read_records(store, holding) != todo.found.records:
            raise BusyError(
                f"{holding.identity} was changed by another process meanwhile",
                hint="run again",
            )
        with storage_errors(holding.folder):
            kept = [set_aside(store, holding, path) for path in change.aside]
            if todo.found.damage:
                records = store.manifest(holding), store.sidecar(holding)
                kept += [keep_copy(store, holding, record) for record in records]
        DatasetRecords(store, holding).rewrite(change.entries, change.facts)
    return tuple(place for place in kept if place is not None)
