"""What a list shows of data sets, and in which order."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from datamaestro.index.columns import ID, NAME, SIZE, TYPE
from datamaestro.index.values import marks, pieces

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from datamaestro.index.columns import Columns

REPOSITORY = "repository"

BRIEF = (REPOSITORY, ID, TYPE)
"""What a list shows at least."""

FEW = 0.05
"""The share of all data sets up to which each is read by itself: a row takes so much longer."""

RELEVANCE = "relevance"

SORTS: dict[str, tuple[tuple[str, Callable[[Any], Any], bool], ...]] = {
    RELEVANCE: (),
    ID: ((ID, str, False),),
    NAME: ((ID, str, False), (NAME, lambda name: name.casefold() or "\U0010ffff", False)),
    SIZE: ((ID, str, False), (SIZE, lambda size: -1 if size is None else size, True)),
}
"""How a list may be sorted: by which fields, the last first; by what of them; and whether the
greatest comes first. What has no name or size is last; what is equal, by repository and id."""


class Listed(NamedTuple):
    """What is shown of a data set in a table.

    Args:
        id: of it.
        repository: that defines it.
        type_name: the short name of its type.
        name: one line, or empty.
        size: bytes of its files; None where that is unknown.
    """

    id: str
    repository: str
    type_name: str
    name: str = ""
    size: int | None = None


class Shown:
    """What is shown of data sets.

    Args:
        connection: to the index.
        columns: of the repositories that are asked for, by name.
    """

    def __init__(self, connection: sqlite3.Connection, columns: Sequence[Columns]) -> None:
        self._connection = connection
        self._columns = columns

    def in_order(self, found: Iterable[int], scores: Mapping[int, int], sort: str) -> list[int]:
        """Return the numbers of data sets as they are listed, without those of other repositories.

        Args:
            found: the numbers.
            scores: by number, where they are sorted by relevance; of all, or none.
            sort: one of :data:`SORTS`.
        """
        numbers = self._by_repository(sorted(found))
        for field, key, is_reversed in SORTS[sort]:
            keys = {
                number: key(fact)
                for number, (fact,) in zip(numbers, self.of(numbers, (field,)), strict=True)
            }
            numbers.sort(key=keys.__getitem__, reverse=is_reversed)
        if scores:
            numbers.sort(key=scores.__getitem__, reverse=True)
        return numbers

    def of(self, numbers: Sequence[int], fields: Sequence[str]) -> Iterator[Sequence[Any]]:
        """Iterate over some fields of data sets, in the same order."""
        few = len(numbers) <= FEW * sum(len(one.numbers) for one in self._columns)
        if few:
            return map(self._each(numbers, fields).__getitem__, numbers)
        rising = sorted(numbers)
        together = self._together(rising, fields)
        if numbers == self._by_repository(rising):
            return together
        facts = dict(zip(self._by_repository(rising), together, strict=True))
        return map(facts.__getitem__, numbers)

    def _by_repository(self, rising: Sequence[int]) -> list[int]:
        """Return the numbers of data sets as their columns come."""
        return [number for one in self._columns for number in one.among(rising)]

    def _each(self, numbers: Sequence[int], fields: Sequence[str]) -> Mapping[int, Sequence[Any]]:
        found: dict[int, Sequence[Any]] = {}
        query = f"SELECT number, {', '.join(fields)} FROM data_sets WHERE number IN"  # noqa: S608 - ours
        rising = sorted(numbers)
        for some in pieces(rising):
            rows = self._connection.execute(f"{query} ({marks(len(some))})", some).fetchall()
            found.update((number, facts) for number, *facts in rows)
        return found

    def _together(self, rising: Sequence[int], fields: Sequence[str]) -> Iterator[Sequence[Any]]:
        for one in self._columns:
            some = one.among(rising)
            if some:
                first = one.numbers.start
                pick = _picking([number - first for number in some])
                yield from zip(*(_picked(one, field, pick) for field in fields), strict=True)


def _picking(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what picks some of the lines of a column."""
    if len(places) == 1:
        return lambda lines: (lines[places[0]],)
    return itemgetter(*places)


def _picked(
    columns: Columns, field: str, pick: Callable[[Sequence[Any]], Sequence[Any]]
) -> Sequence[Any]:
    """Return what some data sets of a repository say in a field."""
    if field == REPOSITORY:
        return pick([columns.repository] * len(columns.numbers))
    found = pick(columns.lines(field))
    if field == SIZE:
        return [int(size) if size else None for size in found]
    return found
