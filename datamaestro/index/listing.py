"""What the index says of the data sets of some repositories, and of what is only described."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from datamaestro.index.columns import columns_of
from datamaestro.index.shown import BRIEF, RELEVANCE, Listed, Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from datamaestro.index.columns import Columns
    from datamaestro.index.disk import Disk
    from datamaestro.index.entries import Entry
    from datamaestro.index.facts import Facts
    from datamaestro.query.tree import Query
    from datamaestro_hookspecs.cards import Card

IDS = "SELECT DISTINCT id FROM data_sets WHERE owner = ?"
CARD = "SELECT card, size, owner FROM cards JOIN data_sets ON data_set = number WHERE number = ?"
CARDS = "SELECT card FROM data_sets JOIN cards ON data_set = number WHERE owner = ? ORDER BY place"
ALL_NAMES = """
SELECT DISTINCT names.name FROM names JOIN data_sets ON data_sets.number = data_set WHERE owner = ?
"""
NAMED = """
SELECT card, module
FROM names JOIN data_sets ON data_sets.number = names.data_set
JOIN cards ON cards.data_set = data_sets.number
WHERE names.name = ? AND owner = ?
ORDER BY data_sets.id != names.name LIMIT 1
"""

OPEN = "the repository looks up ids itself, so that it may have others than it lists"
"""Why one that is not closed may have data sets that the index does not have."""

UNCLEAR = (sqlite3.Error, ValueError, TypeError, LookupError)
"""What is raised where what stands in the index makes no sense."""


class Damaged(Exception):
    """What stands in the index cannot be understood."""


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


class Stock(NamedTuple):
    """Which data sets a repository has.

    Args:
        repository: its name.
        names: the ids and aliases of its data sets.
        doubt: why it may have others, too; empty where it has none.
    """

    repository: str
    names: frozenset[str]
    doubt: str


class Listing:
    """The data sets of some repositories.

    All its methods raise :class:`Damaged`. It is used in a ``with`` block.

    Args:
        connection: to the index.
        numbers: of the repositories, in their order.
        described: the number that stands for what is described in the data directory, which a
            search finds, too (:mod:`datamaestro.index.described`); 0: nothing is.
    """

    def __init__(
        self, connection: sqlite3.Connection, numbers: Sequence[int], described: int = 0
    ) -> None:
        self._connection = connection
        self._numbers = numbers
        self._described = described
        self._owners = [*numbers, described] if described else numbers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def search(
        self,
        query: Query,
        disk: Disk | None = None,
        sort: str = "relevance",
        limit: int | None = None,
    ) -> list[int]:
        """Return the numbers of what a query finds, as they are to be listed.

        Args:
            query: what is looked for.
            disk: says what is downloaded, where the query asks that; None: nothing is.
            sort: one of :data:`~datamaestro.index.shown.SORTS`.
            limit: how many at most, the first.
        """
        from datamaestro.index.searching import Search  # others that list never need it

        with _understood():
            search = Search(self._connection, self._owners, self._columns, disk)
            found = search.find(query)
            scores = search.scores(query, found) if sort == RELEVANCE else {}
            return self._shown.in_order(found, scores, sort)[:limit]

    def listed(self, numbers: Sequence[int]) -> list[Listed]:
        """Return what is shown of data sets in a list, in the same order."""
        with _understood():
            return list(map(Listed._make, self._shown.of(numbers, Listed._fields)))

    def brief(self, numbers: Sequence[int]) -> list[Sequence[str]]:
        """Return repository, id and type of data sets, in the same order."""
        with _understood():
            return list(self._shown.of(numbers, BRIEF))

    def described(self, numbers: Sequence[int]) -> set[int]:
        """Return which data sets no repository has, as they are only described."""
        if not self._described:
            return set()
        with _understood():
            theirs = columns_of(self._connection, [self._described])
            return {number for one in theirs for number in one.among(sorted(numbers))}

    @cached_property
    def _columns(self) -> list[Columns]:
        return columns_of(self._connection, self._owners)

    @cached_property
    def _shown(self) -> Shown:
        return Shown(self._connection, self._columns)

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """Return all that is said of data sets, in the same order."""
        from datamaestro.index.entries import entry_of
        from datamaestro.index.facts import completed

        with _understood():
            rows = (self._connection.execute(CARD, (number,)).fetchone() for number in numbers)
            return [
                entry_of(completed(json.loads(card)), size, described=owner == self._described)
                for card, size, owner in rows
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
                return [card_from_json(text) for (text,) in self._rows(CARDS, self._numbers)]
        except DefinitionError as error:
            raise Damaged(str(error)) from error

    def ids(self) -> set[str]:
        """Return all ids."""
        with _understood():
            return {name for (name,) in self._rows(IDS, self._numbers)}

    def repositories(self) -> list[ListedRepository]:
        """Return the repositories, those that cannot be used too, in their order."""
        with _understood():
            return [self._repository(number) for number in self._numbers]

    def _repository(self, number: int) -> ListedRepository:
        asked = (
            "SELECT name, description, provider, (SELECT coalesce(sum(data_sets), 0) FROM ranges "
            "WHERE owner = repositories.number), failure FROM repositories WHERE number = ?"
        )
        told = "SELECT module, reason FROM broken WHERE owner = ? ORDER BY rowid"
        facts = self._connection.execute(asked, (number,)).fetchone()
        broken = self._connection.execute(told, (number,)).fetchall()
        return ListedRepository._make([*facts, broken])

    def stocks(self) -> list[Stock]:
        """Return which ids each repository has, in their order, and whether it may have others."""
        with _understood():
            return [self._stock(number) for number in self._numbers]

    def _stock(self, number: int) -> Stock:
        one = self._repository(number)
        names = frozenset(name for (name,) in self._connection.execute(ALL_NAMES, (number,)))
        asked = "SELECT closed FROM repositories WHERE number = ?"
        (closed,) = self._connection.execute(asked, (number,)).fetchone()
        doubts = [one.failure, *(reason for _, reason in one.broken), "" if closed else OPEN]
        return Stock(one.name, names, next(filter(None, doubts), ""))

    def failures(self) -> list[str]:
        """Return a line for each repository that cannot be used."""
        query = "SELECT failure FROM repositories WHERE number = ? AND failure != ''"
        with _understood():
            return [failure for (failure,) in self._rows(query, self._numbers)]

    def problems(self) -> list[str]:
        """Return a line for each cause for which repositories, modules, data sets are left out."""
        with _understood():
            query = "SELECT reason FROM broken WHERE owner = ? ORDER BY rowid"
            broken = self._rows(query, self._owners)
            return list(dict.fromkeys([*self.failures(), *(reason for (reason,) in broken)]))

    def _rows(self, query: str, owners: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        for number in owners:
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
