"""Columns: what all data sets of a repository say in a field, in one text, a line for each.

SQLite takes as long for a row of a table as Python for twenty lines of such a text; so where many
data sets are looked at or listed, they are taken from here. They stand in the order of their
numbers, which follow each other, and which is that of their ids.

Sizes also stand there in their own order, beside the numbers of those whose sizes they are; so all
that are larger than something follow each other.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from datamaestro_hookspecs.cards import Card

ID, TYPE, NAME, DOI, SIZE = ("id", "type_name", "name", "doi", "size")

RISING, RANKED = ("sizes", "by_size")
"""The fields of the sizes that are known, the smallest first, and of the numbers of theirs: each a
signed integer of eight bytes, the lowest byte first."""

WIDE = "q"
"""How :mod:`array` calls these."""

RANGES = "SELECT repository, first, data_sets FROM ranges WHERE owner = ?"
LINES = "SELECT lines FROM columns WHERE first = ? AND field = ?"


class Columns(NamedTuple):
    """The columns of one repository.

    Args:
        repository: its name.
        numbers: those of its data sets.
        connection: to the index.
    """

    repository: str
    numbers: range
    connection: sqlite3.Connection

    def among(self, rising: Sequence[int]) -> Sequence[int]:
        """Return which of some numbers, the lowest first, are of this repository."""
        start = bisect_left(rising, self.numbers.start)
        return rising[start : bisect_left(rising, self.numbers.stop, start)]

    def text(self, field: str) -> str:
        """Return a column as it is written."""
        lines = self._written(field)
        if not isinstance(lines, str):
            raise TypeError(f"{lines!r} is no text")
        return lines

    def _written(self, field: str) -> object:
        (found,) = self.connection.execute(LINES, (self.numbers.start, field)).fetchone()
        return found

    def by_size(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return the sizes that are known, the smallest first, and the numbers of the data sets.

        Raises:
            TypeError, ValueError: there are not as many.
        """
        sizes, numbers = _integers(self._written(RISING)), _integers(self._written(RANKED))
        if len(sizes) != len(numbers):
            raise ValueError(f"{len(sizes)} sizes of {len(numbers)} data sets")
        return sizes, numbers

    def lines(self, field: str) -> list[str]:
        """Return a column, a text for each data set.

        Raises:
            ValueError: it has more or less than there are data sets.
        """
        found = self.text(field).split("\n")
        if len(found) != len(self.numbers):
            raise ValueError(f"{len(found)} lines of {len(self.numbers)} data sets")
        return found


def columns_of(connection: sqlite3.Connection, owners: Iterable[int]) -> list[Columns]:
    """Return the columns of repositories, by name; those without data sets are left out."""
    rows = [row for owner in owners for row in connection.execute(RANGES, (owner,))]
    found = [Columns(name, range(first, first + many), connection) for name, first, many in rows]
    return sorted(found, key=lambda one: (one.repository, one.numbers.start))


def written(
    cards: Sequence[Card], sizes: Sequence[int | None], first: int
) -> Mapping[str, str | bytes]:
    """Return the columns of data sets as they are written.

    Args:
        cards: of them.
        sizes: of them; None where that is unknown.
        first: the number of the first of them.
    """
    known = sorted((size, number) for number, size in enumerate(sizes, first) if size is not None)
    fields = {
        ID: [card.id for card in cards],
        TYPE: [card.type_name for card in cards],
        NAME: [card.name for card in cards],
        DOI: [card.doi for card in cards],
        SIZE: ["" if size is None else str(size) for size in sizes],
    }
    return {
        **{field: "\n".join(map(one_line, texts)) for field, texts in fields.items()},
        RISING: _bytes(size for size, _ in known),
        RANKED: _bytes(number for _, number in known),
    }


def _bytes(numbers: Iterable[int]) -> bytes:
    return _turned(array(WIDE, numbers)).tobytes()


def _integers(content: object) -> array[int]:
    if not isinstance(content, bytes):
        raise TypeError(f"{content!r} is no column of numbers")
    return _turned(array(WIDE, content))


def _turned(numbers: array[int]) -> array[int]:
    """Return numbers as they are written, or as they are here; it is the same on most computers."""
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers


def one_line(text: str) -> str:
    """Return a text that has a line of its own."""
    return text.replace("\n", " ")
