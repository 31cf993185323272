"""What is described in a data directory and no repository has, as the index lists it.

Such as data sets that were copied here without the package that defines them. They stand in the
index as a repository does, one for each data directory, whose name none can have. What a repository
lists is left out, so that its definition goes first, and nothing is found twice.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from datamaestro.index.values import marks, pieces

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from datamaestro.index.keys import Keys
    from datamaestro.store.layout import Store

PREFIX = "described in "
"""How the names begin that stand for data directories: repositories' have no blanks."""

MOST = 8
"""How many data directories are kept of each environment, those that were written last."""

LISTED = """
SELECT names.name FROM names JOIN data_sets ON data_sets.number = data_set
WHERE repository = ? AND owner IN ({}) AND names.name IN ({})
"""

KEY = """
SELECT repositories.number, key
FROM repositories JOIN environments ON environments.number = environment
WHERE environments.name = ? AND repositories.name = ?
"""

CARDS = """
SELECT repository, id, card FROM data_sets JOIN cards ON data_set = number WHERE owner = ?
"""


class Place(NamedTuple):
    """Where a data set is described.

    Args:
        repository: that would define it.
        id: of it.
        path: of the description.
    """

    repository: str
    id: str
    path: str

    @property
    def identity(self) -> str:
        """The full name, ``id@repository``."""
        return f"{self.id}@{self.repository}"

    def stamp(self) -> list[str | int]:
        """Return what changes whenever the description does, or who may read it."""
        with suppress(OSError):
            facts = os.stat(self.path)  # noqa: PTH116 - there may be very many
            return [self.path, facts.st_ctime_ns, facts.st_size]
        return [self.path]


def name_of(store: Store) -> str:
    """Return the name that stands in the index for a data directory, or a search path."""
    return PREFIX + json.dumps([str(one.root) for one in store.stores])


def described_only(
    connection: sqlite3.Connection, numbers: Iterable[int], store: Store
) -> list[Place]:
    """Return what is described, and that none of some repositories lists, in order.

    Where the data directory cannot be looked at, nothing is.
    """
    found: dict[str, list[str]] = {}
    with suppress(OSError):
        for repository, dataset_id in store.descriptions():
            found.setdefault(repository, []).append(dataset_id)
    owners = ", ".join(map(str, numbers))
    return [
        Place(repository, one, str(store.description_seen(repository, one)))
        for repository, ids in sorted(found.items())
        for one in sorted(set(ids) - _listed(connection, owners, repository, ids))
    ]


def _listed(
    connection: sqlite3.Connection, owners: str, repository: str, ids: Sequence[str]
) -> set[str]:
    """Return which ids are those, or aliases, of data sets that a repository has."""
    found: set[str] = set()
    if not repository.isprintable():  # nor need it be a text
        return found
    for some in pieces([one for one in ids if one.isprintable()]):
        query = LISTED.format(owners, marks(len(some)))
        found.update(name for (name,) in connection.execute(query, (repository, *some)))
    return found


def key_of(places: Sequence[Place], keys: Keys) -> str:
    """Return what is the same as long as the rows of descriptions are good.

    Empty where there are no descriptions.
    """
    return json.dumps([keys.own, [one.stamp() for one in places]]) if places else ""


def current_number(connection: sqlite3.Connection, keys: Keys, name: str, key: str) -> int | None:
    """Return the number that stands for a data directory; 0: nothing is described only there.

    Returns:
        None where its rows are not good.
    """
    number, known = _known(connection, keys, name)
    return number if known == key else None


def _known(connection: sqlite3.Connection, keys: Keys, name: str) -> tuple[int, str]:
    found: tuple[int, str] = connection.execute(KEY, (keys.environment, name)).fetchone() or (0, "")
    return found


def unchanged(
    connection: sqlite3.Connection, keys: Keys, name: str, places: Iterable[Place]
) -> dict[Place, str]:
    """Return the cards, as JSON, of descriptions that are as they were when they were read."""
    number, known = _known(connection, keys, name)
    own, stamps = json.loads(known or '["", []]')
    if own != keys.own:
        return {}
    before = set(map(tuple, stamps))
    rows = connection.execute(CARDS, (number,))
    cards = {(repository, one): card for repository, one, card in rows}
    return {
        place: cards[place.repository, place.id]
        for place in places
        if (place.repository, place.id) in cards and tuple(place.stamp()) in before
    }


def current_descriptions(
    connection: sqlite3.Connection, keys: Keys, numbers: Iterable[int], store: Store | None
) -> int | None:
    """Return the number that stands for a data directory, given those of all repositories.

    Returns:
        0 where nothing is described only there, or no data directory is asked for; None where its
        rows are not good.
    """
    if store is None:
        return 0
    places = described_only(connection, numbers, store)
    return current_number(connection, keys, name_of(store), key_of(places, keys))
