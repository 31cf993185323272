"""The bytes of an answer: as many as there are, as soon as there are some, until it is closed."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from datamaestro_hookspecs.errors import TransferError
from datamaestro_plugins.http.failures import fail, known_failures, transfer_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    import urllib3


class Body:
    """The body of an answer.

    One that was read to its very end gives its connection back, for the next request; any other
    ends its connection when it is closed.

    Args:
        url: that was asked for, for messages.
        answer: not yet read.
        encoded: whether the body must be decoded.
    """

    def __init__(self, url: str, answer: urllib3.BaseHTTPResponse, *, encoded: bool) -> None:
        self.url = url
        self._raw: Any = answer  # its length and its connection are not in the types
        self._raw.decode_content = encoded
        self._encoded = encoded
        self._drained = False
        self._ahead = b""
        self._lock = threading.Lock()
        self._reading = self._closed = False

    def readinto(self, buffer: memoryview) -> int:
        """Fill a part of the buffer; return the number of bytes, 0 at the end.

        Raises:
            TransferError: the connection broke, nothing came for too long, or it was closed.
        """
        with self._kept_open():
            try:
                count = self._receive(buffer)
            except known_failures() as error:
                if self._closed:
                    raise self._was_closed() from None
                fail(self.url, error, reading=True)
        if self._closed and not count:  # this is no end
            raise self._was_closed()
        return count

    def comes(self, seconds: float) -> bool:
        """Return whether the next bytes, or the end, come within some seconds.

        It is not known while some may lie in the stream that the headers were read from, and where
        the connection is the answer's alone. What came encrypted may be of no use before more
        does; so the next byte is taken, unless it is the last.
        """
        try:
            with self._kept_open():
                return bool(self._ahead) or self._comes(seconds)
        except (TransferError, ValueError, OSError):
            return True  # as reading tells

    def close(self) -> None:
        """End it, also while another thread is in ``readinto`` or ``comes``."""
        with self._lock:
            first, self._closed = not self._closed, True
            reading = self._reading
            if first and reading:
                self._wake()
        if first and not reading:
            let_go(self._raw)

    @contextmanager
    def _kept_open(self) -> Iterator[None]:
        """Have whoever closes it leave that to this thread, as its descriptor is in use."""
        with self._lock:
            self._reading = not self._closed
        if not self._reading:
            raise self._was_closed()
        try:
            yield
        finally:
            with self._lock:
                self._reading = False
                if self._closed:
                    let_go(self._raw)

    def _was_closed(self) -> TransferError:
        return transfer_error(self.url, "it was closed", retry=True)

    def _wake(self) -> None:
        """Let the thread that waits for bytes go on; it closes the answer.

        An encrypted socket does not know of it: one that is told to shut down gives what still
        comes without decrypting it.
        """
        if not self._raw.closed:  # else the connection may be another answer's by now
            with (
                suppress(AttributeError, ValueError, OSError),
                socket.fromfd(self._raw.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same,
            ):
                same.shutdown(socket.SHUT_RD)

    @property
    def _socket(self) -> socket.socket | None:
        connection = self._raw.connection
        found: socket.socket | None = None if connection is None else connection.sock
        return found

    @property
    def _left(self) -> int | None:
        """Bytes that are to come; None where that is unknown, or they are not what is given."""
        left: int | None = None if self._encoded else self._raw.length_remaining
        return left

    def _comes(self, seconds: float) -> bool:
        source, left = self._socket, self._left
        if source is None or left is None or not self._drained:
            return False
        if not hasattr(source, "pending"):
            looking = select.poll()
            looking.register(source, select.POLLIN)
            return bool(looking.poll(seconds * 1000))
        if source.pending():
            return True
        ahead = bytearray(1)
        count = _soon(source, memoryview(ahead), seconds) if left > 1 else None
        if count:
            self._ahead, self._raw.length_remaining = bytes(ahead), left - 1
        return count is not None

    def _receive(self, buffer: memoryview) -> int:
        if self._ahead:
            buffer[:1], self._ahead = self._ahead, b""
            return 1
        left = self._left
        if left == 0:
            return 0
        source = self._socket
        if self._drained and source is not None and left is not None and left > len(buffer):
            return self._receive_directly(source, buffer, left)
        wanted = len(buffer) if left is None else min(len(buffer), left)
        block = self._raw.read1(wanted)
        buffer[: len(block)] = block
        self._drained = len(block) < wanted
        return len(block)

    def _receive_directly(self, source: socket.socket, buffer: memoryview, left: int) -> int:
        """Receive into the buffer itself, without the copy that ``read1`` makes.

        Nothing lies in the stream that the headers were read from, since ``read1`` has given less
        than it was asked for. The last bytes are left to it: it sees that the body ends. An
        encrypted socket gives 16 KiB at a time at most; any other has given all that it had.
        """
        count = received = source.recv_into(buffer)
        while received and count < len(buffer) and hasattr(source, "pending"):
            received = _soon(source, buffer[count:], 0) or 0
            count += received
        self._raw.length_remaining = left - count
        return count


def let_go(answer: urllib3.BaseHTTPResponse) -> None:
    """Close an answer; a connection that has more of it to bring is of no more use."""
    answer.close()
    answer.release_conn()


def _soon(source: socket.socket, buffer: memoryview, seconds: float) -> int | None:
    """Receive what comes within some seconds; None: nothing does, or reading tells why not."""
    patience = source.gettimeout()
    source.settimeout(seconds)
    try:
        return source.recv_into(buffer)
    except OSError:
        return None
    finally:
        source.settimeout(patience)
