"""The IDX format: two zero bytes, a code for the item type, the rank, the sizes, the items.

Sizes are unsigned 32-bit integers; sizes and items are big-endian; the last dimension changes
fastest. Source: http://yann.lecun.com/exdb/mnist/, "the IDX file format".
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any, BinaryIO

from attrs import frozen

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from datamaestro_hookspecs.datatypes import HasPath

DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""numpy's name for each item type."""


MOST_DIMENSIONS = 32
"""Of an array in any supported numpy (NPY_MAXDIMS)."""


@frozen
class Header:
    """What an IDX file says of itself.

    Args:
        dtype: numpy's name for its item type.
        shape: its sizes, the slowest first.
        offset: of the first item, in bytes.
    """

    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """The size that the whole file has to have, in bytes."""
        return self.offset + math.prod(self.shape) * int(self.dtype[-1])


class IDXReader:
    """Reads and checks IDX files."""

    def open(self, data: HasPath) -> NDArray[Any]:
        """Return the tensor, read-only and mapped into memory; an empty one is just empty.

        Raises:
            ContentError: the file is not an IDX file, or not whole.
        """
        import numpy as np

        header = read_header(data.path)
        dtype = np.dtype(header.dtype)
        if 0 in header.shape:
            try:
                return np.empty(header.shape, dtype)
            except ValueError as error:
                raise ContentError(f"{data.path} has no shape for numpy: {error}") from error
        return np.memmap(data.path, dtype, "r", header.offset, header.shape or (1,)).reshape(
            header.shape
        )

    def check(self, path: Path) -> None:
        """Check that a file is a whole IDX file, by its header and size.

        Raises:
            ContentError: it is not.
        """
        read_header(path)


def read_header(path: Path) -> Header:
    """Return the header of an IDX file.

    Raises:
        ContentError: the file is not an IDX file, or not whole.
    """
    with path.open("rb") as file:
        header = _parse(path, file)
        found = file.seek(0, 2)
    if found != header.size:
        shape = " x ".join(map(str, header.shape))
        raise ContentError(
            f"{path} has {found:,} bytes, a {shape} IDX file of {header.dtype} has {header.size:,}",
            hint="it is cut short or damaged",
        )
    return header


def _parse(path: Path, file: BinaryIO) -> Header:
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in DTYPES:
        raise ContentError(
            f"{path} is not an IDX file: it begins with {start!r}",
            hint="an IDX file begins with two zero bytes and a known type code",
        )
    rank = start[3]
    if rank > MOST_DIMENSIONS:
        raise ContentError(f"{path} has {rank} dimensions, numpy can have {MOST_DIMENSIONS}")
    sizes = file.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise ContentError(f"{path} ends in its IDX header", hint="it is cut short")
    return Header(DTYPES[start[2]], struct.unpack(f">{rank}I", sizes), 4 + 4 * rank)
