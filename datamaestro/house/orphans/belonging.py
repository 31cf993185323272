"""Belonging: whether an id is a data set that somebody knows, and why it is not.

What cannot be told is never taken for something that belongs to nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.house.orphans.traces import (
    RepositoryTraces,
    Traces,
    at_work,
    ids_above,
)
from datamaestro.store.descriptions import read_description
from datamaestro.store.layout import CUSTOM, DESCRIPTION, MANIFEST
from datamaestro.store.manifest import understood
from datamaestro.store.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.index.listing import Stock
    from datamaestro.store.layout import Store


SCRIPTS = "it is of a definition that is in no repository, such as one of a script"


@define
class Belonging:
    """Which ids of a repository belong to data sets that are known.

    Args:
        repository: its name.
        known: ids of data sets that it has, that came from elsewhere with what is said of them, or
            that are being prepared.
        abandoned: ids of which there are traces, and that it has no longer.
        doubtful: likewise, where that cannot be told, and why.
        doubt: why all else may belong to it, too; empty where it does not.
    """

    repository: str
    known: set[str]
    abandoned: dict[str, Traces] = field(factory=dict)
    doubtful: dict[str, str] = field(factory=dict)
    doubt: str = ""

    def above(self) -> set[str]:
        """Return what ids begin with, up to one of their dots."""
        ids = (*self.known, *self.abandoned, *self.doubtful)
        return {above for one in ids for above in ids_above(one)}


def belonging(store: Store, name: str, stock: Stock | None, traces: RepositoryTraces) -> Belonging:
    """Return what is known of the ids of a repository.

    Args:
        store: the data directory.
        name: of the repository.
        stock: what it has; None where it is not installed.
        traces: what there is of its ids.
    """
    absent = SCRIPTS if name == CUSTOM else f"no repository {name} is installed"
    doubt = traces.hidden or (absent if stock is None else stock.doubt)
    found = Belonging(name, set(stock.names) if stock else set(), doubt=doubt)
    for one in traces.ids.values():
        if one.id in found.known:
            continue
        if at_work(store, one) or _stands_for_itself(store, one, doubt):
            found.known.add(one.id)
        elif reason := doubt or _damage(store, one):
            found.doubtful[one.id] = reason
        else:
            found.abandoned[one.id] = one
    return found


def _stands_for_itself(store: Store, traces: Traces, doubt: str) -> bool:
    """Return whether what is said of an id does in place of a repository that has it.

    What was made here was of a repository; where that works, and has it no longer, nobody has.
    """
    if DESCRIPTION not in traces.records:
        return False
    description = read_description(store, traces)
    return description is not None and bool(doubt or description.origin)


def _damage(store: Store, traces: Traces) -> str:
    """Return why the records of an id tell nothing; empty where they are as they should be."""
    if DESCRIPTION in traces.records and read_description(store, traces) is None:
        return "what is said of it cannot be understood"
    manifest = traces.records.get(MANIFEST)
    if manifest is None:
        return ""
    try:
        path = store.root / manifest
        understood(read_regular(path), path)
    except (OSError, ValueError) as error:
        return f"its manifest cannot be understood: {error}"
    return ""


def belongings(
    store: Store,
    stocks: Mapping[str, Stock],
    traces: Mapping[str, RepositoryTraces],
    data: set[str],
) -> list[Belonging]:
    """Return what is known of the ids of all repositories of which anything is there.

    Args:
        store: the data directory.
        stocks: what the installed repositories have, by name.
        traces: what there is of ids, by repository.
        data: names of the folders of prepared data.
    """
    return [
        belonging(store, name, stocks.get(name), traces.get(name) or RepositoryTraces(name))
        for name in sorted({*traces, *data})
    ]
