"""Marks of what was removed: what stays at its place, or is only half back, is not all of it.

A mark is written before anything goes to the trash, and ends when all is back, or is made anew.
While it lasts no folder of the data set is adopted, whatever the mark says.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from datamaestro.store.faults import storage_errors
from datamaestro.store.regular import read_regular
from datamaestro.store.replacing import replace
from datamaestro_hookspecs.places import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from datamaestro.store.layout import Named, Store
    from datamaestro.store.manifest import Entry


def is_marked(store: Store, named: Named) -> bool:
    """Return whether something of a data set was removed and is not all back, nor made anew."""
    return os.path.lexists(store.removed(named))


def mark(store: Store, named: Named, paths: Collection[str]) -> None:
    """Mark that resources of a data set are removed.

    Args:
        store: the data directory.
        named: the data set.
        paths: of the resources, below its folder.

    Raises:
        StorageError: it cannot be written.
    """
    known = marked(store, named)
    if not known.issuperset(paths) or not is_marked(store, named):
        replace(store.removed(named), json.dumps(sorted(known.union(paths))))


def unmark(store: Store, named: Named, paths: Collection[str]) -> None:
    """End the mark of resources.

    Raises:
        StorageError: it cannot be written.
    """
    if not is_marked(store, named):
        return
    left = marked(store, named).difference(paths)
    if left:
        replace(store.removed(named), json.dumps(sorted(left)))
        return
    with storage_errors(store.removed(named)):
        store.removed(named).unlink(missing_ok=True)


def unmark_made(store: Store, named: Named, entries: Iterable[Entry]) -> None:
    """End the mark of a data set that is complete now, but for resources that it no longer has.

    Raises:
        StorageError: it cannot be written.
    """
    unmark(store, named, {WHOLE, *(one.path for one in entries)})


def marked(store: Store, named: Named) -> set[str]:
    """Return the paths that are marked; of a mark that is damaged, that of the whole.

    Raises:
        StorageError: it cannot be read.
    """
    path = store.removed(named)
    if not is_marked(store, named):
        return set()
    try:
        with storage_errors(path):
            found = json.loads(read_regular(path))
    except (ValueError, RecursionError):
        return {WHOLE}
    is_list = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return set(found) if is_list else {WHOLE}
