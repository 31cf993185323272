"""Tables whose lines are rows and whose values are separated by a character."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from datamaestro.data import File, read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE = -1
"""The number of a row that is not there."""

ASIDE = {"identity": False}
"""Marks fields that say how a file is written, and do not make the data other data."""


@define(slots=False, kw_only=True, eq=False)
class Generic(File):
    """A table of any values.

    Args:
        path: absolute.
        delimiter: between two values.
        ignore: lines at the beginning that are no rows.
        names_row: the row with the names of the columns, the first after those lines being 0;
            -1 where there is none.
    """

    delimiter: str = field(default=",", metadata=ASIDE)
    ignore: int = field(default=0, metadata=ASIDE)
    names_row: int = field(default=NONE, metadata=ASIDE)

    def columns(self) -> list[str] | None:
        """Return the names of the columns; None where the table does not say them.

        Raises:
            ContentError: the table ends before.
        """
        names: list[str] | None = read(self).columns
        return names


@define(slots=False, kw_only=True, eq=False)
class Matrix(Generic):
    """A table of numbers.

    Args:
        path: absolute.
        delimiter: between two values.
        ignore: lines at the beginning that are no rows.
        names_row: the row with the names of the columns; -1 where there is none.
        size_row: the row with the numbers of rows and columns; -1 where there is none.
        target: the column that is to be predicted; None where there is none.
    """

    names_row: int = NONE
    size_row: int = NONE
    target: str | None = None

    def data(
        self,
    ) -> (
        tuple[list[str], NDArray[np.float64]]
        | tuple[list[str], NDArray[np.float64], NDArray[np.float64]]
    ):
        """Return the names of the columns, and the values as float64, (rows, columns).

        Where there is a target, its values, (rows,), come third, and are not among the others;
        its name is among the names, which are empty where the table does not say them.

        Raises:
            ContentError: the file is not such a table.
        """
        matrix: Any = read(self).matrix()
        return matrix  # type: ignore[no-any-return]
