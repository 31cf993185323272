"""Tables as RFC 4180 has them, with any separator; numbers as numpy arrays."""

from __future__ import annotations

import csv
from array import array
from typing import TYPE_CHECKING, Any

from attrs import frozen

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro.data.csv import Generic

LOOK = 1 << 16
"""Bytes at the beginning that tell whether a file is a text."""


class CSVReader:
    """Reads and checks tables."""

    def open(self, data: Generic) -> Table:
        """Return the table, of which nothing has been read yet but the names of its columns.

        Raises:
            ContentError: it ends before these.
        """
        table = Table(data, None)
        if data.names_row < 0:
            return table
        for number, _, row in table.rows():
            if number == data.names_row:
                return Table(data, row)
        raise ContentError(f"{data.path} has no row {data.names_row} with the names of its columns")

    def check(self, path: Path) -> None:
        """Check that a file is a text.

        Raises:
            ContentError: it is none.
        """
        with path.open("rb") as file:
            if b"\0" in file.read(LOOK):
                raise ContentError(f"{path} is no text, so it is no table")


@frozen
class Table:
    """A table on disk.

    Args:
        data: the data object.
        columns: their names, None where the table does not say them.
    """

    data: Generic
    columns: list[str] | None

    def rows(self) -> Iterator[tuple[int, int, list[str]]]:
        """Iterate over the rows: the number of each, of its last line in the file, and its values.

        Raises:
            ContentError: something in it is no table.
        """
        with self.data.path.open(newline="", encoding="utf-8-sig") as file:
            lines = csv.reader(file, delimiter=self.data.delimiter)
            try:
                for _ in range(self.data.ignore):
                    file.readline()
                for number, row in enumerate(lines):
                    yield number, self.data.ignore + lines.line_num, row
            except (csv.Error, UnicodeDecodeError) as error:
                where = f"after line {self.data.ignore + lines.line_num}"
                raise ContentError(f"{self.data.path}, {where}: {error}") from error

    def matrix(self) -> Any:
        """Return what ``Matrix.data()`` does.

        Raises:
            ContentError: something in it is no number, or is missing.
        """
        import numpy as np

        data: Any = self.data
        names = self.columns or []
        if data.target is not None and data.target not in names:
            raise ContentError(f"{data.path} has no column {data.target!r}, but {names}")
        size, width, values = self._values()
        shape = (len(values) // width if width else 0, width or len(names))
        if size is not None and tuple(size) != shape:
            raise ContentError(f"{data.path} says that it has {size} values, it has {shape}")
        found = np.frombuffer(values, dtype=np.float64).reshape(shape)
        if data.target is None:
            return names, found
        target = names.index(data.target)
        if target >= shape[1]:
            raise ContentError(f"{data.path} has {shape[1]} columns, but {len(names)} names")
        return names, np.delete(found, target, axis=1), found[:, target].copy()

    def _values(self) -> tuple[list[int] | None, int, array[float]]:
        """Return what the table says of its size, the width of a row, and its values in a row."""
        data: Any = self.data
        size: list[int] | None = None
        width, values = 0, array("d")  # eight bytes each, where a list would take four times that
        for number, line, row in self.rows():
            if number == data.names_row or not row:
                continue
            where = f"{data.path}, line {line}"
            try:
                if number == data.size_row:
                    size = [int(value) for value in row[:2]]
                    continue
                values.extend(map(float, row))
            except ValueError as error:
                raise ContentError(f"{where}: {error}") from error
            width = width or len(row)
            if len(row) != width:
                raise ContentError(f"{where} has {len(row)} values, not {width}")
        return size, width, values
