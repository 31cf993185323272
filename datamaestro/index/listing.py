"""What the index says of the data sets of some repositories."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from datamaestro.index.searching import MOST_VALUES, Search, marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from datamaestro.index.disk import Disk
    from datamaestro.index.entries import Entry
    from datamaestro.index.facts import Facts
    from datamaestro.query.tree import Query
    from datamaestro_hookspecs.cards import Card

IDS = "SELECT DISTINCT id FROM data_sets WHERE owner = ?"
FOUND = "SELECT owner, number, id, repository, type_name, name, size FROM data_sets WHERE number IN"
CARD = "SELECT card FROM cards WHERE data_set = ?"
CARDS = "SELECT card FROM data_sets JOIN cards ON data_set = number WHERE owner = ? ORDER BY number"
NAMED = """
SELECT card, module
FROM names JOIN data_sets ON data_sets.number = names.data_set
JOIN cards ON cards.data_set = data_sets.number
WHERE names.name = ? AND owner = ?
ORDER BY data_sets.id != names.name LIMIT 1
"""

UNCLEAR = (sqlite3.Error, ValueError, TypeError, LookupError)
"""What is raised where what stands in the index makes no sense."""


class Damaged(Exception):
    """What stands in the index cannot be understood."""


class Listed(NamedTuple):
    """What is shown of a data set in a list.

    Args:
        number: in the index.
        id: of it.
        repository: that defines it.
        type_name: the short name of its type.
        name: one line, or empty.
        size: bytes of its files; None where that is unknown.
        score: how well it fits what was looked for.
    """

    number: int
    id: str
    repository: str
    type_name: str
    name: str = ""
    size: int | None = None
    score: int = 0


SORTS: dict[str, Callable[[Listed], tuple[Any, ...]]] = {
    "relevance": lambda one: (-one.score, one.repository, one.id),
    "id": lambda one: (one.id, one.repository),
    "name": lambda one: (one.name.casefold() or "\U0010ffff", one.id, one.repository),
    "size": lambda one: (-1 if one.size is None else -one.size, one.id, one.repository),
}
"""How a list may be sorted; the largest first, and what has no name or size last."""


class Named(NamedTuple):
    """A data set that has been asked for by its name.

    Args:
        facts: all fields of its card.
        module: that defines it; empty where that is not known.
    """

    facts: Facts
    module: str


class ListedRepository(NamedTuple):
    """What is shown of a repository.

    Args:
        name: of the repository.
        description: one line.
        provider: the plugin that brings it, by its dotted name; empty where several clash.
        data_sets: how many there are.
        failure: why the whole of it cannot be used; else empty.
        broken: modules of it that cannot be used, and why; no module, where that is not known.
    """

    name: str
    description: str
    provider: str
    data_sets: int
    failure: str
    broken: list[tuple[str, str]]


class Listing:
    """The data sets of some repositories.

    All its methods raise :class:`Damaged`. It is used in a ``with`` block.

    Args:
        connection: to the index.
        numbers: of the repositories, in their order.
    """

    def __init__(self, connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
        self._connection = connection
        self._numbers = numbers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def search(
        self, query: Query, disk: Disk | None = None, sort: str = "relevance"
    ) -> list[Listed]:
        """Return what a query finds.

        Args:
            query: what is looked for.
            disk: says what is downloaded, where the query asks that; None: nothing is.
            sort: one of :data:`SORTS`.
        """
        with _understood():
            hits = Search(self._connection, self._numbers, disk).hits(query)
            found = list(self._listed(hits))
        return sorted(found, key=SORTS[sort])

    def _listed(self, hits: dict[int, int]) -> Iterator[Listed]:
        """Iterate over what was found in our repositories."""
        ours, numbers = frozenset(self._numbers), list(hits)
        for start in range(0, len(numbers), MOST_VALUES):
            some = numbers[start : start + MOST_VALUES]
            rows = self._connection.execute(f"{FOUND} ({marks(len(some))})", some)
            for owner, *facts in rows:
                if owner in ours:
                    yield Listed._make([*facts, hits[facts[0]]])

    def entries(self, found: Sequence[Listed]) -> list[Entry]:
        """Return all that is said of what was found, in the same order."""
        from datamaestro.index.entries import entry_of
        from datamaestro.index.facts import completed

        with _understood():
            rows = (self._connection.execute(CARD, (one.number,)).fetchone() for one in found)
            return [
                entry_of(completed(json.loads(card)), one.size)
                for one, (card,) in zip(found, rows, strict=True)
            ]

    def named(self, name: str) -> list[Named]:
        """Return the data sets of an id or alias, or ``id@repository``; one of each repository."""
        from datamaestro.index.facts import completed

        wanted, at, chosen = name.partition("@")
        with _understood():
            rows = [
                row
                for owner in self._numbers
                for row in self._connection.execute(NAMED, (wanted, owner)).fetchall()
            ]
            found = [Named(completed(dict(json.loads(card))), module) for card, module in rows]
            return [one for one in found if not at or chosen == one.facts["repository"]]

    def cards(self) -> list[Card]:
        """Return all cards."""
        from datamaestro.errors import DefinitionError
        from datamaestro.index.documents import card_from_json

        try:
            with _understood():
                return [card_from_json(text) for (text,) in self._rows(CARDS)]
        except DefinitionError as error:
            raise Damaged(str(error)) from error

    def ids(self) -> set[str]:
        """Return all ids."""
        with _understood():
            return {name for (name,) in self._rows(IDS)}

    def repositories(self) -> list[ListedRepository]:
        """Return the repositories, those that cannot be used too, in their order."""
        with _understood():
            return [self._repository(number) for number in self._numbers]

    def _repository(self, number: int) -> ListedRepository:
        asked = (
            "SELECT name, description, provider, "
            "(SELECT count(*) FROM data_sets WHERE owner = repositories.number), failure "
            "FROM repositories WHERE number = ?"
        )
        told = "SELECT module, reason FROM broken WHERE owner = ? ORDER BY rowid"
        facts = self._connection.execute(asked, (number,)).fetchone()
        broken = self._connection.execute(told, (number,)).fetchall()
        return ListedRepository._make([*facts, broken])

    def failures(self) -> list[str]:
        """Return a line for each repository that cannot be used."""
        query = "SELECT failure FROM repositories WHERE number = ? AND failure != ''"
        with _understood():
            return [failure for (failure,) in self._rows(query)]

    def problems(self) -> list[str]:
        """Return a line for each repository, module and data set that cannot be used."""
        with _understood():
            broken = self._rows("SELECT reason FROM broken WHERE owner = ? ORDER BY rowid")
            return [*self.failures(), *(reason for (reason,) in broken)]

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        for number in self._numbers:
            yield from self._connection.execute(query, (number,)).fetchall()


def one_of_several(wanted: str, repositories: Sequence[str]) -> str:
    """Return the line that says that an id is taken from the first of several repositories."""
    name, *others = repositories
    others_named = ", ".join(f"{wanted}@{other}" for other in others)
    return f"{wanted} is taken from {name}; there is also {others_named}"


@contextmanager
def _understood() -> Iterator[None]:
    """Say that the index is damaged where what stands in it makes the block fail."""
    try:
        yield
    except UNCLEAR as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error
