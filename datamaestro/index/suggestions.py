"""What the index has that begins as a user has begun to type."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from datamaestro.index.database import open_index
from datamaestro.index.described import PREFIX, name_of
from datamaestro.index.installed import installed
from datamaestro.index.keys import Keys
from datamaestro.index.listing import UNCLEAR, Damaged, Listing

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 200
"""Ids that are shown one by one; of more than these, only what leads on to them is."""

FIRST, LAST = chr(1), chr(0x10FFFF)
"""What sorts before and behind all characters of ids."""

OURS = """
SELECT repositories.name, repositories.number FROM repositories
JOIN environments ON environments.number = environment WHERE environments.name = ?
"""

MOST = 2000
"""Next words that are looked for."""

NAMES = """
SELECT names.name FROM names JOIN data_sets ON number = data_set
WHERE names.name BETWEEN ? AND ? AND owner IN ({}) ORDER BY names.name LIMIT ?
"""

PARTS = """
SELECT path FROM names JOIN parts ON parts.data_set = names.data_set
JOIN data_sets ON number = names.data_set WHERE names.name = ? AND owner = ?
"""

TEXTS = """
SELECT text FROM texts
WHERE EXISTS (SELECT 1 FROM said WHERE owner = ? AND said.text = number) AND field = ?
"""


class Suggestions:
    """What this environment's repositories have, as far as they have been compiled.

    That need not be current: what is a moment too old is better than to wait for.

    Args:
        connection: to the index.
        numbers: of the repositories, by name.
        described: the number that stands for what is described in the data directory; 0: nothing.
    """

    def __init__(
        self, connection: sqlite3.Connection, numbers: dict[str, int], described: int = 0
    ) -> None:
        self._connection = connection
        self._repositories = list(numbers)
        self._owners = [*numbers.values(), described]
        self._listing = Listing(connection, self._owners)

    def repositories(self) -> list[str]:
        """Return the names of all repositories."""
        return list(self._repositories)

    def ids(self, beginning: str) -> list[str]:
        """Return the ids that begin so; where these are many, their next words, with a dot."""
        found = self._names(beginning, beginning + LAST, MANY + 1)
        return found if len(found) <= MANY else self._next_words(beginning)

    def _next_words(self, beginning: str) -> list[str]:
        """Return how ids go on up to their next dot; after each, the rest of its ids is skipped."""
        found: list[str] = []
        start = beginning
        while len(found) < MOST and (first := self._names(start, beginning + LAST, 1)):
            word, dot, _ = first[0][len(beginning) :].partition(".")
            found.append(f"{beginning}{word}{dot}")
            start = f"{found[-1]}{LAST if dot else FIRST}"
        return found

    def _names(self, first: str, last: str, limit: int) -> list[str]:
        query = NAMES.format(", ".join(map(str, self._owners)))
        rows = self._connection.execute(query, (first, last, limit)).fetchall()
        return list(dict.fromkeys(name for (name,) in rows))

    def with_word(self, beginning: str) -> list[str]:
        """Return the ids that have a word, not the first, that begins so; some of them."""
        query = "SELECT id FROM data_sets WHERE owner = ? AND instr(id, '.' || ?) LIMIT ?"
        return sorted(self._each(query, beginning, MANY))

    def repositories_of(self, name: str) -> list[str]:
        """Return the repositories that have an id."""
        return [one.facts["repository"] for one in self._listing.named(name)]

    def axes(self, name: str) -> list[dict[str, Any]]:
        """Return the axes of a family, as its card has them; none where it is no family."""
        return [axis for one in self._listing.named(name)[:1] for axis in one.facts["axes"]]

    def parts(self, name: str) -> list[str]:
        """Return the paths to what is in a data set, as far as its type tells."""
        rows = (
            self._connection.execute(PARTS, (name, number)).fetchall() for number in self._owners
        )
        return sorted({path for some in rows for (path,) in some})

    def texts(self, field: str) -> list[str]:
        """Return all that data sets say in a field, one of those in ``index/texts.py``."""
        return sorted(self._each(TEXTS, field))

    def _each(self, query: str, *given: object) -> set[str]:
        return {
            found
            for number in self._owners
            for (found,) in self._connection.execute(query, (number, *given)).fetchall()
        }


def suggested(
    question: Callable[[Suggestions], list[str]], directory: str | None = None
) -> list[str]:
    """Return what the index answers; nothing where there is none, or it is damaged.

    Args:
        question: asked of the index.
        directory: the data directory; None: as the settings say.
    """
    try:
        connection = open_index()
    except sqlite3.Error:
        return []
    with closing(connection):
        try:
            environment = Keys(installed(), frozenset()).environment
            rows = connection.execute(OURS, (environment,)).fetchall()
            numbers = {name: number for name, number in rows if not name.startswith(PREFIX)}
            described = _described(dict(rows), directory) if len(numbers) < len(rows) else 0
            answer = question(Suggestions(connection, numbers, described))
        except (*UNCLEAR, Damaged):
            return []
    return answer


def _described(numbers: dict[str, int], directory: str | None) -> int:
    """Return the number that stands for what is described in the data directory; 0: nothing is."""
    from datamaestro.errors import DatamaestroError
    from datamaestro.settings import load_settings
    from datamaestro.store.search_path import store_of

    try:
        return numbers.get(name_of(store_of(load_settings(directory=directory))), 0)
    except DatamaestroError:  # in the settings
        return 0
