"""What the index says of the data sets of some repositories."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from datamaestro.index.facts import Facts
    from datamaestro.query import Term
    from datamaestro_hookspecs.cards import Card

LISTS = ("tags", "tasks", "types")
"""The columns that are JSON; they have the names of a card's attributes, as all of them have."""

SELECT = "SELECT number, id, repository, type_name FROM data_sets WHERE owner = ?"
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
    """What is shown of a data set in a list."""

    number: int
    id: str
    repository: str
    type_name: str


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

    def search(self, terms: Sequence[Term]) -> list[Listed]:
        """Return what matches every term, by repository and id."""
        query = SELECT
        interrupts: list[KeyboardInterrupt] = []
        for number, term in enumerate(terms):
            test = _noting(interrupts, _on_column(term))
            self._connection.create_function(f"matches{number}", 1, test)
            query += f" AND matches{number}({term.attribute})"
        try:
            with _understood():
                found = [Listed(*row) for row in self._rows(query)]
        except Damaged:
            if interrupts:
                raise interrupts[0] from None
            raise
        return sorted(found, key=lambda one: (one.repository, one.id))

    def documents(self, found: Sequence[Listed]) -> list[dict[str, Any]]:
        """Return all fields of the cards of some, as JSON has them."""
        query = "SELECT card FROM cards WHERE data_set = ?"
        with _understood():
            rows = (self._connection.execute(query, (one.number,)).fetchone() for one in found)
            return [dict(json.loads(text)) for (text,) in rows]

    def named(self, name: str) -> list[Named]:
        """Return the data sets of an id or alias, or ``id@repository``; one of each repository."""
        from datamaestro.index.facts import completed

        wanted, _, chosen = name.partition("@")
        with _understood():
            rows = [
                row
                for owner in self._numbers
                for row in self._connection.execute(NAMED, (wanted, owner)).fetchall()
            ]
            found = [Named(completed(dict(json.loads(card))), module) for card, module in rows]
            return [one for one in found if chosen in ("", one.facts["repository"])]

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
            return {name for _, name, _, _ in self._rows(SELECT)}

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


def _noting(
    interrupts: list[KeyboardInterrupt], test: Callable[[str], bool]
) -> Callable[[str], bool]:
    """Return a test that notes when it is interrupted, of which SQLite only says that it failed."""

    def noting(text: str) -> bool:
        try:
            return test(text)
        except KeyboardInterrupt as error:
            interrupts.append(error)
            raise

    return noting


def _on_column(term: Term) -> Callable[[str], bool]:
    """Return a term's test of a column; few lists are different, so each is read once."""
    if term.attribute not in LISTS:
        return term.test
    return cache(lambda text: any(map(term.test, json.loads(text))))
