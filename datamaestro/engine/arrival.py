"""An arrival: what a spool receives, as a stream for those who expand it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from datamaestro.engine.spool import Spool


class Arrival(io.RawIOBase):
    """A stream of the bytes of a spool along its frontier; reading waits for what is to come.

    Args:
        url: for messages.
        spool: to be read.
    """

    def __init__(self, url: str, spool: Spool) -> None:
        super().__init__()
        self.url = url
        self.spool = spool
        self.position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer with the next bytes; return how many, 0 at the end.

        Raises:
            Exception: why no more arrives.
        """
        count = self.spool.read(self.position, memoryview(buffer).cast("B"), last=False) or 0
        self.position += count
        return count
