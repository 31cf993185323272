"""What a data set is made of: that is mended, or known to be right, before anything is made of it.

What is made is on record as right, whatever it was made of, so nobody would find out afterwards.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.definitions.part import whole_of
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.house.verifying.readers import Readers, processors
from datamaestro.house.verifying.verification import Verification
from datamaestro.store.holdings import Holding, name_on_record
from datamaestro.store.search_path import SearchPath

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from datamaestro.context import Context
    from datamaestro.engine.plan import Plan
    from datamaestro.house.repairing.repairs import Repair
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card


def bases_first(context: Context, todos: Iterable[Repair]) -> list[Repair]:
    """Return repairs in an order in which each comes after those of what it is made of."""
    left = {todo.holding.identity: todo for todo in todos}
    ordered: list[Repair] = []

    def add(todo: Repair) -> None:
        if todo.wrong or todo.lost:
            with suppress(DatamaestroError):  # it is told when it is to be repaired
                card = whole_of(context.dataset(todo.holding.identity)).card
                for name in bases_of(context, card):
                    if name in left:
                        add(left.pop(name))
        ordered.append(todo)

    while left:
        add(left.pop(next(iter(left))))
    return ordered


def bases_of(context: Context, card: Card) -> list[str]:
    """Return the full names, as on record, of all that a data set is made of, and so on."""
    found: dict[str, None] = {}
    cards = [card]
    while cards:
        for resource in cards.pop().resources:
            name = name_on_record(resource.reference) if resource.reference else ""
            if name and name not in found:
                found[name] = None
                with suppress(DatamaestroError):  # it is told where that is needed
                    cards.append(whole_of(context.dataset(resource.reference)).card)
    return list(found)


def refuse_wrong_bases(
    context: Context,
    store: Store,
    card: Card,
    plan: Plan,
    right: Collection[str],
    *,
    quick: bool,
) -> None:
    """Refuse to make anything of what is wrong itself.

    Args:
        context: in which.
        store: the data directory, or the search path as it is chosen from.
        card: of the data set.
        plan: what is to be made.
        right: full names of those that are known to be right.
        quick: whether files of which size and time are right are not read.

    Raises:
        ContentError: something of what it is made of is wrong, or cannot be read.
    """
    steps = [step.resource for step in plan.steps.values()]
    if all(each.source is not None or each.links for each in steps):
        return
    for name in bases_of(context, card):
        holding = _used(store, name)
        if not holding.manifest().entries:  # it is brought to disk
            continue
        is_known = name in right and holding.store.root == context.settings.directory
        if not is_known and not _is_right(context, holding, quick=quick):
            raise _refusal(context, card, holding)


def _used(store: Store, name: str) -> Holding:
    """Return what there is of a data set where it is used from."""
    if isinstance(store, SearchPath):
        dataset_id, _, repository = name.rpartition("@")
        return Holding(store.of(repository, dataset_id), dataset_id, repository)
    return Holding.of(store, name)


def _is_right(context: Context, holding: Holding, *, quick: bool) -> bool:
    with Readers(processors()) as readers:
        work = Verification(readers, quick=quick, reads_touched=True, send=context.plugins.send)
        return all(one.right for one in work.verify([holding]))


def _refusal(context: Context, card: Card, holding: Holding) -> ContentError:
    import shlex

    root, words = holding.store.root, ["repair", holding.identity]
    if root != context.settings.directory:
        words = ["--data", str(root), *words]
    return ContentError(
        f"{card.identity} is made of {holding.identity}, which is not right",
        hint=f"first mend that: datamaestro {shlex.join(words)}",
    )
