"""Which data sets are on disk, of all that the index knows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.settings import Settings
    from datamaestro.store.layout import Store


class Downloaded:
    """What is complete in the data directories.

    Args:
        settings: that name them.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _store(self) -> Store:
        from datamaestro.store.search_path import store_of

        return store_of(self._settings)

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Iterate over the repositories and ids of which something is on record.

        Raises:
            StorageError: the data directory cannot be looked at.
        """
        from datamaestro.store.faults import storage_errors

        with storage_errors(self._store.root):
            yield from self._store.recorded()

    def has(self, document: str) -> bool:
        """Return whether all files of a data set are on disk, given its card as JSON."""
        import json

        from datamaestro.engine.current import plan_for
        from datamaestro.engine.directories import choose_directory
        from datamaestro.errors import DatamaestroError
        from datamaestro.index.facts import as_card, completed

        card = as_card(completed(json.loads(document)))
        try:
            choose_directory(card, self._store, lambda _: ())
            return plan_for(card, self._store).done
        except (DatamaestroError, LookupError, TypeError, AttributeError, ValueError):
            return False  # broken, closed to us, or described by somebody who says anything
