"""Many values in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

MOST_VALUES = 500
"""How many values a statement has room for; in all versions of SQLite there is some more."""


def marks(number: int) -> str:
    """Return what stands in a statement for a number of values."""
    return ",".join("?" * number)


def pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Iterate over as many values at a time as a statement has room for."""
    for start in range(0, len(values), MOST_VALUES):
        yield values[start : start + MOST_VALUES]
