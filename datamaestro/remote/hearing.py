"""Hearing the other side, for as long as it may say nothing."""

from __future__ import annotations

import fcntl
import io
import os
import select
import struct
import termios
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Patient(io.RawIOBase):
    """A descriptor that is read; a word has to come now and then.

    Args:
        descriptor: of it.
        stream: that has the descriptor, and is closed with this; None: it stays open.
    """

    def __init__(self, descriptor: int, stream: IO[bytes] | None = None) -> None:
        self.seconds: float | None = None
        self._descriptor = descriptor
        self._stream = stream
        self._read = 0
        self._waits = True
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def hear_for(self, seconds: float | None) -> None:
        """Say for how long nothing may be heard; None, as at first: for as long as it takes."""
        self.seconds = seconds

    def come(self) -> int:
        """Return how many bytes the other side has said, whether they have been read or not."""
        unread = fcntl.ioctl(self._descriptor, termios.FIONREAD, bytes(4))
        return self._read + int(struct.unpack("i", unread)[0])

    def has_more(self, source: io.BufferedReader) -> bool:
        """Return whether there is something to be read that has come already.

        Args:
            source: which reads this.
        """
        self._waits = False
        try:
            return bool(source.peek(1))
        finally:
            self._waits = True

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """Fill a part of a buffer; 0: the other side has ended, None: nothing has come yet.

        Raises:
            TimeoutError: nothing has been heard for too long.
        """
        if not self._poll.poll(milliseconds(self.seconds if self._waits else 0)):
            if not self._waits:
                return None
            raise TimeoutError(f"nothing was heard for {self.seconds} seconds")
        count = os.readv(self._descriptor, [buffer])
        self._read += count
        return count

    def close(self) -> None:
        """Close the stream, if it is given."""
        super().close()
        close(self._stream)


def milliseconds(seconds: float | None) -> float | None:
    """Return seconds as :func:`select.poll` takes them."""
    return None if seconds is None else seconds * 1000


def close(stream: IO[bytes] | None) -> None:
    """Close a stream, if there is one."""
    if stream is not None:
        stream.close()
