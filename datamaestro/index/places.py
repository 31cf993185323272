"""Where a data set is defined, as far as the index knows; nothing is compiled for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from datamaestro.index.database import open_index
from datamaestro.index.offers import keys_now, offers_of
from datamaestro.index.quick import current_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datamaestro.plugins.services import Plugins

PLACES = """
SELECT module FROM names JOIN data_sets ON data_sets.number = data_set
WHERE names.name = ? AND owner = ?
"""


class Places:
    """Where data sets are defined.

    What holds when this is made goes on to hold, as modules are imported only once.

    Args:
        plugins: that provide the repositories.
    """

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._keys = keys_now()
        self._found: dict[str, Mapping[str, str | None]] = {}

    def of(self, name: str) -> Mapping[str, str | None]:
        """Return, by the name of each repository that the index knows, where an id is defined.

        That is a module; empty where it is only known to be there, None where it is not.

        Args:
            name: an id or an alias.
        """
        if name not in self._found:
            self._found[name] = {}
            with suppress(sqlite3.Error):
                self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> Mapping[str, str | None]:
        with closing(open_index()) as connection:
            known = current_numbers(connection, self._keys, offers_of(self._plugins))
            found = {}
            for offer, number in known.items():
                row = connection.execute(PLACES, (name, number)).fetchone()
                found[offer.name] = row[0] if row else None
            return found


_latest: list[tuple[Plugins, Places]] = []


def places_of(plugins: Plugins) -> Places:
    """Return the places that are known to plugins, those of the last ones that asked."""
    for known, places in _latest:
        if known is plugins:
            return places
    _latest[:] = [(plugins, Places(plugins))]
    return _latest[0][1]
