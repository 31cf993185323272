"""The forecast of a plan: what would be fetched, the room it needs, and what is in the way.

Servers are asked whether they have the files, where their downloaders can ask without fetching.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

from datamaestro.engine.addresses import usable_addresses
from datamaestro.engine.adoption import Adoption
from datamaestro.engine.choosing import chosen_transforms
from datamaestro.engine.ensure import plan_from
from datamaestro.engine.expected import Expected
from datamaestro.engine.needs import bytes_there, refuse_problem
from datamaestro.engine.opening import probe_url
from datamaestro.engine.retries import gravest, try_each
from datamaestro.errors import DatamaestroError, OfflineError, TermsNeeded
from datamaestro.settings.agreements import is_accepted
from datamaestro.store.records import DatasetRecords
from datamaestro.store.space import free_space, require_space
from datamaestro.store.writers import writers
from datamaestro_hookspecs.downloaders import Request
from datamaestro_hookspecs.errors import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.engine.plan import Plan, Step
    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card, Definition


@frozen
class Item:
    """What would be done for one resource.

    Args:
        resource: its name.
        path: of the result, below the data set's folder.
        action: ``fetch`` it, ``resume`` what an earlier run began, ``derive`` it from others,
            ``adopt`` what is there, though on no record, once it has been checked.
        url: where from; empty where it is derived, or cannot be had.
        size: bytes to be fetched in all, None where that is unknown.
        there: of these, bytes that an earlier run has left.
        expanded: whether the result is larger than what is fetched.
        transient: whether it is removed when it is used up.
        problem: why it cannot be had, None where nothing is known to be in the way.
    """

    resource: str
    path: str
    action: Literal["fetch", "resume", "derive", "adopt"]
    url: str = ""
    size: int | None = None
    there: int = 0
    expanded: bool = False
    transient: bool = False
    problem: DatamaestroError | None = None


@frozen
class Forecast:
    """What preparing a data set would do.

    Args:
        dataset: full identity.
        items: one for each resource to be made.
        folder: where its files are, or will be.
        free: bytes that are free in the data directory.
        problem: the gravest of what is in the way, None where nothing is.
    """

    dataset: str
    items: tuple[Item, ...]
    folder: Path
    free: int
    problem: DatamaestroError | None

    @property
    def fetched(self) -> int:
        """Bytes to be fetched, as far as sizes are known."""
        return sum((item.size or 0) - item.there for item in self.items)

    @property
    def peak(self) -> int:
        """Bytes of disk that are taken while it is made, at least."""
        expanding = [item.size or 0 for item in self.items if item.expanded]
        return sum(item.size or 0 for item in self.items) + max(expanding, default=0)

    @property
    def after(self) -> int:
        """Bytes of disk that are taken once it is made, at least."""
        return sum(item.size or 0 for item in self.items if not item.transient)

    @property
    def exact(self) -> bool:
        """Whether all sizes are known, of results too."""
        return not any(
            item.size is None or item.expanded or item.action == "derive" for item in self.items
        )


def forecast(
    definition: Definition,
    plan: Plan,
    store: Store,
    by_hand: Mapping[str, Path],
    settings: Settings,
    plugins: Plugins,
) -> Forecast:
    """Return the forecast of a plan.

    Args:
        definition: of the data set.
        plan: for it.
        store: the data directory.
        by_hand: files that the user has, by the resource's name.
        settings: in force.
        plugins: that would do the work.
    """
    card, records = definition.card, DatasetRecords(store, definition.card)
    likely = Adoption(records, {}, plugins).likely(plan)
    left = plan_from(records, likely)
    to_be_made = items_of(definition, left, store, by_hand, settings, plugins)
    there = [Item(name, entry.path, "adopt", size=0) for name, entry in likely.items()]
    items = (*there, *to_be_made)
    problems = [item.problem for item in items if item.problem is not None]
    missing = [item.resource for item in items if isinstance(item.problem, OfflineError)]
    if missing:
        problems.append(OfflineError(card.identity, tuple(missing)))
    problems += [
        TermsNeeded(card.identity, terms.message)
        for terms in card.terms
        if not is_accepted(terms.id)
    ]
    found = Forecast(card.identity, items, store.data(card), free_space(store.root), None)
    try:
        require_space(store.partial(card), found.fetched)
    except DatamaestroError as error:
        problems.append(error)
    problem = gravest(problems).within(card.identity) if problems else None
    return evolve(found, problem=problem)


def items_of(
    definition: Definition,
    plan: Plan,
    store: Store,
    by_hand: Mapping[str, Path],
    settings: Settings,
    plugins: Plugins,
) -> tuple[Item, ...]:
    """Return what would be done for each step of a plan; its arguments are as for a forecast."""
    obstacles = _obstacles(definition, plan)

    def item(step: Step) -> Item:
        found = _item(definition.card, step, store, by_hand, settings, plugins)
        return evolve(found, problem=found.problem or obstacles.get(step.resource.name))

    with ThreadPoolExecutor(settings.jobs) as pool:
        return tuple(pool.map(item, plan.steps.values()))


def _obstacles(definition: Definition, plan: Plan) -> dict[str, DatamaestroError]:
    """Return what resources themselves know to be in the way, by name.

    They are asked one after the other: what is set in a data directory is looked up by the thread.
    """
    declared = getattr(definition, "resources", {})
    asked = {name: declared[name].obstacle() for name in plan.steps if name in declared}
    return {name: problem for name, problem in asked.items() if problem is not None}


def _item(
    card: Card,
    step: Step,
    store: Store,
    by_hand: Mapping[str, Path],
    settings: Settings,
    plugins: Plugins,
) -> Item:
    resource, source = step.resource, step.resource.source
    begun = Item(resource.name, resource.path, "derive", transient=resource.transient)
    if source is None:
        return begun
    there = bytes_there(resource.name, writers(store.partial(card)))

    def size_of(url: str) -> tuple[str, int | None]:
        facts = probe_url(Request(url, timeout=settings.timeout), plugins)
        return url, Expected(resource, source, url).accept(facts).size

    begun = evolve(begun, action="resume" if there else "fetch", size=source.size, there=there)
    try:
        urls = usable_addresses(resource, by_hand, settings, plugins)
        if not urls:
            raise OfflineError(card.identity, (resource.name,))
        refuse_problem(resource)
        _, transforms = chosen_transforms(resource, by_hand, plugins)
        url, size = try_each(urls, size_of)
    except DatamaestroError as error:
        return evolve(begun, problem=error)
    return evolve(begun, url=without_secrets(url), size=size, expanded=bool(transforms))
