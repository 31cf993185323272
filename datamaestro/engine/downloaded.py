"""Which data sets are on disk, of all that the index knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Downloaded:
    """What of a data directory is complete.

    Args:
        directory: the data directory.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Iterate over the repositories and ids of which something is on record."""
        from datamaestro.store.layout import Store

        return Store(self._directory).recorded()

    def has(self, document: str) -> bool:
        """Return whether all files of a data set are on disk, given its card as JSON."""
        import json

        from datamaestro.engine.current import plan_for
        from datamaestro.errors import DatamaestroError
        from datamaestro.index.facts import as_card, completed
        from datamaestro.store.layout import Store

        card = as_card(completed(json.loads(document)))
        try:
            return plan_for(card, Store(self._directory)).done
        except DatamaestroError:
            return False  # broken, or closed to us
