"""The spool: the file that takes what arrives, from several connections at once.

Those that receive write anywhere in it; those that read (a digest, an expansion) follow its
*frontier*, the offset before which all is there. What they read was written a moment ago, so that
it comes from memory; and what an earlier run has left is read just the same.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Self

from datamaestro.engine.pieces import Piece, Pieces
from datamaestro.sharing import share
from datamaestro.store.faults import storage_errors
from datamaestro.store.space import allocate, require_space

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


LARGE = 1 << 20
"""Bytes from which on the room of a file is taken before it is filled."""


class Spool:
    """A file that is being filled; a context manager.

    Args:
        path: of the file, there or not.
        start: bytes that are there.
        size: of the whole, None where it is unknown.
        islands: ranges beyond them that are there, too.

    Raises:
        StorageError: it cannot be opened, or there is no room for it.
    """

    def __init__(
        self, path: Path, start: int, size: int | None, islands: Sequence[tuple[int, int]] = ()
    ) -> None:
        self.path = path
        self.pieces = Pieces(start, size, islands)
        self._changed = threading.Condition()
        self._failure: BaseException | None = None
        with storage_errors(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                share(path)
                os.truncate(self._file, max([start, *(stop for _, stop in islands)]))
                if size is not None and size > start:
                    require_space(path, size - os.fstat(self._file).st_blocks * 512)
                    if size >= LARGE:
                        allocate(self._file, size)
            except BaseException:
                os.close(self._file)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._file)

    def islands(self) -> list[tuple[int, int]]:
        """Return the ranges of bytes beyond the frontier that are there."""
        with self._changed:
            return self.pieces.found_islands()

    @property
    def complete(self) -> bool:
        """Whether all is there."""
        with self._changed:
            return self.pieces.complete

    def take(self, length: int | None, window: int) -> Piece | None:
        """Return a piece to be received; None where there is none."""
        with self._changed:
            return self.pieces.take(length, window)

    def share(self, length: int) -> None:
        """Let other connections help."""
        with self._changed:
            self.pieces.share(length)

    def give_back(self, piece: Piece) -> None:
        """Let somebody else receive the rest of a piece."""
        with self._changed:
            self.pieces.give_back(piece)

    def write(self, piece: Piece, block: memoryview) -> None:
        """Write the next bytes of a piece.

        Raises:
            StorageError: they cannot be written.
        """
        position = piece.position
        with storage_errors(self.path):
            written = os.pwrite(self._file, block, position)
            while written < len(block):
                written += os.pwrite(self._file, block[written:], position + written)
        with self._changed:
            self.pieces.advance(piece, len(block))
            self._changed.notify_all()

    def end(self, piece: Piece) -> None:
        """Say that a file of unknown size ends with what is there."""
        with self._changed:
            self.pieces.end(piece)
            self._changed.notify_all()

    def fail(self, failure: BaseException) -> None:
        """Say that no more will come; the first reason counts."""
        with self._changed:
            self._failure = self._failure or failure
            self._changed.notify_all()

    def read(
        self, position: int, buffer: memoryview, *, patience: float | None = None, last: bool = True
    ) -> int | None:
        """Fill a buffer with what is there from a position on; wait for the first byte.

        Args:
            position: at the frontier or before it.
            buffer: to be filled, at least in part.
            patience: seconds to wait; None: as long as it takes.
            last: after a failure, return what is there before raising it.

        Returns:
            The number of bytes; 0 at the end; None if nothing came while there was patience.

        Raises:
            Exception: what was given to :meth:`fail`.
            StorageError: it cannot be read.
        """
        with self._changed:
            self._changed.wait_for(self._has_news(position), patience)
            count = min(self.pieces.frontier - position, len(buffer))
            if self._failure is not None and not (last and count):
                raise self._failure
            if not count:
                return 0 if self.pieces.complete else None
        with storage_errors(self.path):
            return os.preadv(self._file, [buffer[:count]], position)

    def wait(self) -> int:
        """Wait until all is there; return how many bytes that is.

        Raises:
            Exception: what was given to :meth:`fail`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.pieces.complete or self._failure is not None)
            if self._failure is not None:
                raise self._failure
            return self.pieces.there

    def _has_news(self, position: int) -> Callable[[], bool]:
        pieces = self.pieces
        return lambda: pieces.frontier > position or pieces.complete or self._failure is not None
