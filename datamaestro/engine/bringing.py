"""Bringing a data set to disk, after the data sets that it is made of."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.data.parts import walk
from datamaestro.engine.current import plan_for
from datamaestro.engine.directories import choose_own
from datamaestro.engine.ensure import ensure, resource_paths
from datamaestro.engine.inputs import composed_of
from datamaestro.engine.references import references, refuse_circle, require_terms
from datamaestro.errors import UsageError
from datamaestro.store.layout import URLS
from datamaestro.store.use import note_use
from datamaestro_hookspecs.cards import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.engine.plan import Plan
    from datamaestro.engine.run import Check
    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition


def bring(
    definition: Definition,
    data: object,
    by_hand: Mapping[str, Path | str],
    store: Store,
    settings: Settings,
    plugins: Plugins,
    trail: tuple[str, ...] = (),
    plan: Plan | None = None,
) -> bool:
    """Bring a data set to disk, after the data sets that it is made of.

    Args:
        definition: of it.
        data: its data object.
        by_hand: files that are there already, by the resource's name.
        store: the data directory.
        settings: in force.
        plugins: that do the work.
        trail: the data sets that need it, from the outside in.
        plan: what is to be done; None: that is to be found out.

    Returns:
        Whether there was anything to do.

    Raises:
        DatamaestroError: it could not be done.
    """
    card = definition.card
    refuse_circle(card.identity, trail)
    require_terms(card)
    files = users_files(card, by_hand)
    plan = plan_for(card, store) if plan is None else plan
    parts = list(references(definition, plan, plugins))
    changed = False
    for part in parts:
        whole = part.build(resource_paths(part.card, store))
        trail_there = (*trail, card.identity)
        changed |= bring(part, whole, {}, store, settings, plugins, trail_there)
    if parts:  # what is made from them may have to be made again
        plan = plan_for(card, store)
    if not (plan.done or store.keeps(card)):  # what it is made of has changed, or it has gone there
        choose_own(card, store)
        plan, data = plan_for(card, store), definition.build(resource_paths(card, store))
    if not plan.done:
        if hasattr(definition, "call_hooks"):
            definition.call_hooks("pre-download")
        paths = resource_paths(card, store)
        checks = _checks(card, data, paths, plugins)
        ensure(definition, plan, store, paths, checks, files, settings, plugins)
        changed = True
    if card.repository != URLS and store.keeps(card):
        if changed or _is_new(card, store):
            from datamaestro.descriptions.describing import remember

            remember(definition, data, store)
        note_use(store, card)
    return changed


def _is_new(card: Card, store: Store) -> bool:
    """Return whether it is made of others alone, and something else is said of it, or nothing."""
    others = sorted(one.reference for one in card.resources)
    if not all(others):
        return False
    return bool(others) and composed_of(store, card.id, card.repository) != others


def users_files(card: Card, given: Mapping[str, Path | str]) -> dict[str, Path]:
    """Return the user's own files, each of which is there and of a resource of that name.

    Raises:
        UsageError: one is not.
    """
    names = [resource.name for resource in card.resources if resource.source]
    for name, path in given.items():
        if name not in names:
            hint = f"it has {', '.join(names) or 'none that is fetched'}"
            raise UsageError(f"{card.identity} has no file {name!r}", hint=hint)
        if not Path(path).is_file():
            what = "is no regular file" if Path(path).exists() else "is not there"
            raise UsageError(f"{path} {what}", hint=f"it was given for {name}")
    return {name: Path(path) for name, path in given.items()}


def _checks(
    card: Card, data: object, paths: Mapping[str, Path], plugins: Plugins
) -> Mapping[str, Check]:
    """Return how the content of each resource is checked: as the types of its data say."""
    kinds = {datum.path: type(datum) for _, datum in walk(data) if hasattr(datum, "path")}
    inside = {name: {WHOLE: kinds[path]} for name, path in paths.items() if path in kinds}
    tops = {paths[one.name]: one.name for one in card.resources if one.folder and one.name in paths}
    inside |= {name: {} for name in tops.values()}
    for path, kind in kinds.items():
        for top in (path, *path.parents) if tops and isinstance(path, Path) else ():
            if top in tops:
                inside[tops[top]][path.relative_to(top).as_posix()] = kind
    return {name: partial(_check, plugins, found) for name, found in inside.items()}


def _check(plugins: Plugins, kinds: Mapping[str, type], made: Path) -> None:
    """Check what has been made, before it is published.

    Args:
        plugins: that know the types.
        kinds: types of the data in it, by path below it; what is not there is not looked at.
        made: file or folder.
    """
    for relative, kind in kinds.items():
        reader, place = plugins.datatype(kind), made / relative
        if reader is not None and place.exists():
            reader.check(place)
