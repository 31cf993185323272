"""The content of members, read from the archive's stream when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError
from datamaestro_plugins.tar.header import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datamaestro_plugins.tar.header import Header

CLOSED = -1
"""Bytes that are left of a content when the next member has been asked for."""


class Content:
    """A file's content.

    Args:
        read: the archive.
        header: of the file.
        stored: bytes of it in the archive.

    Attributes:
        left: bytes of it that have not been read.
        padding: bytes after it.
    """

    __slots__ = ("_header", "_read", "left", "padding")

    def __init__(self, read: Callable[[int], bytes], header: Header, stored: int) -> None:
        self._read = read
        self._header = header
        self.left = stored
        self.padding = -stored % BLOCK

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are asked for, fewer only at the end.

        Raises:
            EOFError: the archive ends too early.
            ValueError: the next member has been asked for.
        """
        left = self.left
        if size > left or size < 0:
            if left < 0:
                raise ValueError(f"{self._header.where} is gone")
            size = left
        data = self._read(size)
        if len(data) < size:
            raise self.cut()
        self.left = left - size
        return data

    def cut(self) -> EOFError:
        """Return the error that is to be raised where the archive ends in it."""
        return EOFError(f"the archive ends too early, in {self._header.where}")


class SparseContent(Content):
    """The content of a file with holes.

    Args:
        read: the archive.
        header: of the file.
        stored: bytes of it in the archive.
        regions: that are stored: offset and size of each, one after the other.
        size: of the file.

    Raises:
        ContentError: the regions cannot be those of this file.
    """

    __slots__ = ("_at", "_next", "_position", "_regions", "_size")

    def __init__(
        self,
        read: Callable[[int], bytes],
        header: Header,
        stored: int,
        regions: Sequence[int],
        size: int,
    ) -> None:
        super().__init__(read, header, stored)
        self._regions = regions
        self._size = size
        self._position = 0
        self._next = 0
        if len(regions) % 2:
            raise ContentError(f"{header.where}: its map has no pairs")
        end = 0
        for offset, length in zip(regions[::2], regions[1::2], strict=True):
            if offset < end:
                raise ContentError(f"{header.where}: its map is not in order")
            end = offset + length
        if end > size or sum(regions[1::2]) != stored:
            raise ContentError(f"{header.where}: its map is not that of a file of its size")

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are asked for, zeros for holes; fewer only at the end.

        Raises:
            EOFError: the archive ends too early.
            ValueError: the next member has been asked for.
        """
        stop = self._size if size < 0 else min(self._size, self._position + size)
        pieces = []
        while self._position < stop:
            start, end = self._region()
            if self._position < start:
                piece = bytes(min(start, stop) - self._position)
            else:
                piece = super().read(min(end, stop) - self._position)
            pieces.append(piece)
            self._position += len(piece)
        return b"".join(pieces)

    def _region(self) -> tuple[int, int]:
        """Return where the stored region begins and ends that is the next, or is being read."""
        while self._next < len(self._regions):
            start, length = self._regions[self._next : self._next + 2]
            if self._position < start + length:
                return start, start + length
            self._next += 2
        return self._size, self._size
