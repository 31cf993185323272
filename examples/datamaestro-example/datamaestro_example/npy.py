"""NPY files, in which numpy keeps an array (``numpy.lib.format`` describes them)."""

from pathlib import Path
from typing import Any

from attrs import define

from datamaestro.data import File, read
from datamaestro.data.tensor import Tensor
from datamaestro_hookspecs.errors import ContentError


@define(slots=False, kw_only=True, eq=False)
class NPY(File, Tensor):
    """An array of any shape and dtype, except objects, in an NPY file."""

    def data(self) -> Any:
        """Return the array, read-only and mapped into memory: a ``numpy.memmap``."""
        return read(self)


class NPYReader:
    """Reads and checks NPY files."""

    def open(self, data: NPY) -> Any:
        """Return the array; raises ContentError where the file is no NPY file, or not whole."""
        from numpy.lib.format import open_memmap

        try:
            return open_memmap(data.path, mode="r")
        except ValueError as error:
            raise ContentError(f"{data.path} is not a whole NPY file: {error}") from error

    def check(self, path: Path) -> None:
        """Check the magic, the header and the size; no item is read."""
        self.open(NPY(path=path))
