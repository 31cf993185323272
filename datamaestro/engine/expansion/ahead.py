"""Reading ahead: a stream is read in a thread of its own, so that what it costs overlaps."""

from __future__ import annotations

import io
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DEPTH = 4
"""Blocks that are read ahead, at most."""

SIZE = 1 << 20
"""Bytes of a block."""


class Ahead(io.RawIOBase):
    """A stream that is read in a thread of its own; to be closed, which ends the thread.

    Args:
        stream: to be read.
    """

    def __init__(self, stream: io.RawIOBase | io.BufferedIOBase) -> None:
        super().__init__()
        self._stream = stream
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        self._full: queue.SimpleQueue[tuple[bytearray, int] | BaseException] = queue.SimpleQueue()
        for _ in range(DEPTH):
            self._free.put(bytearray(SIZE))
        self._block = bytearray()
        self._position = self._end = 0
        self._ended: BaseException | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._read, name="datamaestro-ahead", daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; return the number of bytes, 0 at the end.

        Raises:
            Exception: what reading the stream raised.
        """
        view = memoryview(buffer).cast("B")
        if self._position == self._end and not self._next():
            return 0
        count = min(len(view), self._end - self._position)
        view[:count] = memoryview(self._block)[self._position : self._position + count]
        self._position += count
        return count

    def take(self) -> memoryview:
        """Return the next bytes without a copy, none at the end; they stay until the next call.

        Raises:
            Exception: what reading the stream raised.
        """
        if self._position == self._end and not self._next():
            return memoryview(b"")
        taken = memoryview(self._block)[self._position : self._end]
        self._position = self._end
        return taken

    def close(self) -> None:
        """End the thread as soon as it has read its block."""
        if not self.closed:
            self._stopped = True
            self._free.put(bytearray())
            self._thread.join()
        super().close()

    def _next(self) -> bool:
        """Take the next block; return False at the end."""
        if self._ended is not None:
            raise self._ended
        if self._block:
            self._free.put(self._block)
        taken = self._full.get()
        if isinstance(taken, BaseException):
            self._block, self._ended = bytearray(), taken
            raise taken
        self._block, self._position, self._end = taken[0], 0, taken[1]
        if not self._end:  # what ends a stream stays there
            self._block = bytearray()
            self._full.put((bytearray(), 0))
        return self._end > 0

    def _read(self) -> None:
        try:
            while True:
                block = self._free.get()
                if self._stopped:
                    return
                count = self._stream.readinto(block)
                if count is None:
                    raise ValueError("its stream gives nothing and does not end")
                self._full.put((block, count))
                if not count:
                    return
        except BaseException as error:  # noqa: BLE001 - whoever reads raises it
            self._full.put(error)
