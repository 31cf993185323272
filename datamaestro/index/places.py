"""Where a data set is defined, as far as the index knows; nothing is compiled for it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from attrs import field, frozen

from datamaestro.definitions.naming import CONFIG
from datamaestro.index.database import open_index
from datamaestro.index.listing import UNCLEAR
from datamaestro.index.offers import keys_now, offers_of
from datamaestro.index.quick import current_numbers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datamaestro.plugins.services import Plugins

PLACES = """
SELECT module FROM names JOIN data_sets ON data_sets.number = data_set
WHERE names.name = ? AND owner = ?
"""


@frozen
class Place:
    """What the index says of an id.

    Args:
        modules: by repository, the module that defines it; empty where that is not said.
        asked: the repositories that it does not list it for, and that may have it all the same.
        unlikely: those that may have it, but whose ids begin with other words; they are asked only
            where they are named.
        without: those that do not have it, and need not be asked.
    """

    modules: Mapping[str, str] = field(factory=dict)
    asked: frozenset[str] = frozenset()
    unlikely: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    @property
    def unlisted(self) -> frozenset[str]:
        """The repositories that are known and do not list it."""
        return self.asked | self.unlikely | self.without


class Places:
    """Where data sets are defined.

    What holds when this is made goes on to hold, as modules are imported only once.

    Args:
        plugins: that provide the repositories.
    """

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._keys = keys_now()
        self._found: dict[str, Place] = {}

    def of(self, name: str) -> Place:
        """Return where an id or an alias is defined; of unknown repositories nothing is said."""
        if name not in self._found:
            try:
                self._found[name] = self._look_up(name)
            except UNCLEAR:
                self._found[name] = Place()
        return self._found[name]

    def _look_up(self, name: str) -> Place:
        with closing(open_index()) as connection:
            known = current_numbers(connection, self._keys, offers_of(self._plugins))
            modules: dict[str, str] = {}
            asked, unlikely, without = set(), set(), set()
            for offer, number in known.items():
                row = connection.execute(PLACES, (name, number)).fetchone()
                if row:
                    modules[offer.name] = row[0]
                elif _lacks(connection, number, name):
                    without.add(offer.name)
                elif _has_others(connection, number, name):
                    unlikely.add(offer.name)
                else:
                    asked.add(offer.name)
            return Place(modules, frozenset(asked), frozenset(unlikely), frozenset(without))


def _lacks(connection: sqlite3.Connection, number: int, name: str) -> bool:
    """Return whether an id that a repository does not list is none of its own.

    That is so where all its ids are listed, and no module on the id's path is broken.
    """
    query = "SELECT closed FROM repositories WHERE number = ?"
    (closed,) = connection.execute(query, (number,)).fetchone()
    broken = connection.execute("SELECT module FROM broken WHERE owner = ?", (number,))
    return bool(closed) and not any(_is_on_path(module, name) for (module,) in broken)


def _has_others(connection: sqlite3.Connection, number: int, name: str) -> bool:
    """Return whether a repository lists ids, and none of them begins with an id's first word.

    One that looks up ids itself, such as all those of another catalogue, need not be imported for
    what is not like any of them. Where a module is broken, its ids are not known.
    """
    word = name.partition(".")[0]
    query = "SELECT count(*), total(id = ? OR id BETWEEN ? AND ?) FROM data_sets WHERE owner = ?"
    listed, like = connection.execute(query, (word, f"{word}.", f"{word}/", number)).fetchone()
    broken = connection.execute("SELECT 1 FROM broken WHERE owner = ?", (number,)).fetchone()
    return bool(listed) and not like and not broken


def _is_on_path(module: str, name: str) -> bool:
    """Return whether a module, by its full name, is one that an id begins with."""
    _, _, below = f"{module}.".partition(f".{CONFIG}.")
    return f"{name}.".lower().startswith(below.lower())


_latest: list[tuple[Plugins, Places]] = []


def places_of(plugins: Plugins) -> Places:
    """Return the places that are known to plugins, those of the last ones that asked."""
    for known, places in _latest:
        if known is plugins:
            return places
    _latest[:] = [(plugins, Places(plugins))]
    return _latest[0][1]
