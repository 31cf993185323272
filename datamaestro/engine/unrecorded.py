"""What is in shared data directories on no record, such as what an earlier version has left."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from datamaestro.engine.adoption import Adoption
from datamaestro.engine.ensure import plan_from
from datamaestro.errors import DatamaestroError
from datamaestro.store.records import DatasetRecords
from datamaestro.store.search_path import SearchPath

if TYPE_CHECKING:
    from datamaestro.plugins.services import Plugins
    from datamaestro.store.layout import Store
    from datamaestro_hookspecs.cards import Card

log = logging.getLogger("datamaestro")


def tell_unrecorded(card: Card, path: Store, plugins: Plugins) -> None:
    """Say where files of a data set are that is about to be made all the same.

    Whoever keeps a shared directory records what is there by preparing it; whoever only reads it
    would have to read all of it each time.
    """
    for store in path.shared if isinstance(path, SearchPath) else ():
        with suppress(DatamaestroError):  # nobody has asked for it
            records = DatasetRecords(store, card)
            if Adoption(records, {}, plugins).likely(plan_from(records)):
                log.warning(
                    "%s has files of %s, but on no record, so they are not used; record them with: "
                    "datamaestro --data %s prepare %s",
                    *(store.root, card.identity, store.root, card.identity),
                )
