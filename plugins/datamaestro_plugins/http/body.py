"""The bytes of an answer: as many as there are, as soon as there are some, until it is closed."""

from __future__ import annotations

import select
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from datamaestro_plugins.http.failures import fail, known_failures, transfer_error

if TYPE_CHECKING:
    import socket

    import urllib3

    from datamaestro_hookspecs.errors import TransferError


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
        self._lock = threading.Lock()
        self._reading = self._closed = False

    def readinto(self, buffer: memoryview) -> int:
        """Fill a part of the buffer; return the number of bytes, 0 at the end.

        Raises:
            TransferError: the connection broke, nothing came for too long, or it was closed.
        """
        with self._lock:
            self._reading = not self._closed
        if not self._reading:
            raise self._was_closed()
        try:
            count = self._receive(buffer)
        except known_failures() as error:
            if self._closed:
                raise self._was_closed() from None
            fail(self.url, error, reading=True)
        finally:
            with self._lock:
                self._reading = False
                if self._closed:
                    let_go(self._raw)
        if self._closed and not count:  # this is no end
            raise self._was_closed()
        return count

    def comes(self, seconds: float) -> bool:
        """Return whether the next bytes, or the end, come within some seconds.

        It is not known while some may lie in the stream that the headers were read from, and where
        the connection is the answer's alone.
        """
        connection = self._raw.connection
        socket = None if connection is None else connection.sock
        if socket is None or not self._drained:
            return False
        try:
            return _comes(socket, seconds)
        except (ValueError, OSError):  # it is closed, as reading tells
            return True

    def close(self) -> None:
        """End it, also while another thread is in ``readinto``."""
        with self._lock:
            first, self._closed = not self._closed, True
            reading = self._reading
            if first and reading:
                self._wake()
        if first and not reading:
            let_go(self._raw)

    def _was_closed(self) -> TransferError:
        return transfer_error(self.url, "it was closed", retry=True)

    def _wake(self) -> None:
        """Let the thread that waits for bytes go on; it closes the answer."""
        if not self._raw.closed:  # else the connection may be another answer's by now
            with suppress(RuntimeError, ValueError, OSError):
                self._raw.shutdown()

    def _receive(self, buffer: memoryview) -> int:
        left = None if self._encoded else self._raw.length_remaining
        if left == 0:
            return 0
        if self._drained and left is not None and left > len(buffer):
            connection = self._raw.connection
            if connection is not None and connection.sock is not None:
                return self._receive_directly(connection.sock, buffer, left)
        wanted = len(buffer) if left is None else min(len(buffer), left)
        block = self._raw.read1(wanted)
        buffer[: len(block)] = block
        self._drained = len(block) < wanted
        return len(block)

    def _receive_directly(self, socket: socket.socket, buffer: memoryview, left: int) -> int:
        """Receive into the buffer itself, without the copy that ``read1`` makes.

        Nothing lies in the stream that the headers were read from, since ``read1`` has given less
        than it was asked for. The last bytes are left to it: it sees that the body ends.
        """
        count = received = socket.recv_into(buffer)
        while received and count < len(buffer) and _has_more(socket):
            received = socket.recv_into(buffer[count:])
            count += received
        self._raw.length_remaining = left - count
        return count


def let_go(answer: urllib3.BaseHTTPResponse) -> None:
    """Close an answer; a connection that has more of it to bring is of no more use."""
    answer.close()
    answer.release_conn()


def _has_more(socket: socket.socket) -> bool:
    """Return whether an encrypted socket has more bytes: it gives 16 KiB at a time at most.

    Any other has given all that it had.
    """
    return hasattr(socket, "pending") and _comes(socket, 0)


def _comes(socket: socket.socket, seconds: float) -> bool:
    """Return whether a socket has bytes, or ends, within some seconds."""
    if hasattr(socket, "pending") and socket.pending():
        return True
    looking = select.poll()
    looking.register(socket, select.POLLIN)
    return bool(looking.poll(seconds * 1000))
