"""How a data set is given up that cannot be mended: what users are told to do."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from datamaestro.house.possessions import inner_folders
from datamaestro.store.soundness import is_damaged

if TYPE_CHECKING:
    from datamaestro.store.holdings import Holding


def to_give_up(holding: Holding) -> str:
    """Return what to do: where its records are damaged, ``remove`` does not know what is its own.

    Then that is done by hand. Its folder is not deleted where other data sets are in it.

    Raises:
        StorageError: its records cannot be read.
    """
    store = holding.store
    if not is_damaged(store, holding):
        return f"give it up: datamaestro remove {holding.identity}"
    places = [store.manifest(holding), store.sidecar(holding), store.description(holding)]
    places += [store.used(holding), store.verifying(holding)]
    what = f"delete its records, but not its files in {holding.folder}, where others are, too"
    if not inner_folders(holding):
        places.append(holding.folder)
        what = "delete for good all that is in its folder, and its records"
    there = [str(place) for place in places if os.path.lexists(place)]
    return f"{what}: {shlex.join(['rm', '-r', *there])}"
