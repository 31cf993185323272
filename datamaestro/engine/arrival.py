"""An arrival: a response's bytes, spooled and digested as whoever reads it pulls them."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from datamaestro.errors import DatamaestroError, PluginError, TransferError
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

    from datamaestro.engine.digests import Digester
    from datamaestro_hookspecs.downloaders import Response

BLOCK = 1 << 20
"""Bytes moved at a time."""

EVERY = 0.1
"""Seconds between two reports of how much has arrived."""


class Cancelled(DatamaestroError):
    """The run is being stopped; told to nobody."""


class Arrival(io.RawIOBase):
    """A stream of the response's bytes; what is read is also spooled and digested.

    Args:
        url: for messages.
        response: open, from its first byte.
        spool: the file, open for writing, that takes the bytes as they are.
        digester: of the bytes as they are.
        cancelled: asked before each block.
        advanced: told how many bytes have arrived, now and then.
    """

    def __init__(
        self,
        url: str,
        response: Response,
        spool: BinaryIO,
        digester: Digester,
        cancelled: Callable[[], bool],
        advanced: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.url = url
        self.response = response
        self.spool = spool
        self.digester = digester
        self.cancelled = cancelled
        self.advanced = advanced
        self.received = 0
        self._told = time.monotonic()

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer with the next bytes; 0 at the end.

        Raises:
            TransferError: the stream broke, or ended too early.
            StorageError: the spool cannot be written.
        """
        view = memoryview(buffer).cast("B")
        count = self._receive(view)
        block = view[:count]
        with storage_errors(Path(self.spool.name)):
            self.spool.write(block)
        self.digester.update(block)
        self.received += count
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self.advanced(self.received)
        if count == 0:
            self._check_length()
        return count

    def drain(self) -> None:
        """Take what is left."""
        buffer = bytearray(BLOCK)
        while self.readinto(buffer):
            pass

    def _receive(self, view: memoryview) -> int:
        if self.cancelled():
            raise Cancelled("stopped")
        try:
            count = self.response.readinto(view)
        except DatamaestroError:
            raise
        except Exception as error:
            reason = f"the connection broke: {error}"
            raise TransferError(self.url, reason, retry=True) from error
        if not (isinstance(count, int) and 0 <= count <= len(view)):
            raise PluginError(f"{shown(self.url)}: its downloader says that it read {count} bytes")
        return count

    def _check_length(self) -> None:
        size = self.response.facts.size
        if size is not None and self.received != size:
            reason = f"it ended after {self.received:,} of {size:,} bytes"
            raise TransferError(self.url, reason, retry=True)
