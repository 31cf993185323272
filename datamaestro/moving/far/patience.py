"""Noticing when the other side is gone: at once, or after a time without a word."""

from __future__ import annotations

import _thread
import fcntl
import io
import os
import select
import threading
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, cast

from datamaestro.remote.handshake import BUFFER, Pipes
from datamaestro.remote.hearing import Patient, close, milliseconds

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from datamaestro_hookspecs.transports import Running

WIDE = 1 << 20
"""Bytes that may be on their way in a pipe; Linux gives no more to who is not root."""

LEFT = 5.0
"""Seconds for which work may go on that nobody waits for any more."""


class Heeded(io.RawIOBase):
    """A descriptor that is written, as long as the other side takes it, or at least says a word.

    Args:
        descriptor: of it; writing to it does not block any more.
        source: where the other side is heard, and for how long it may be silent.
        stream: that has the descriptor, and is closed with this; None: it stays open.
    """

    def __init__(self, descriptor: int, source: Patient, stream: IO[bytes] | None = None) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._source = source
        self._stream = stream
        self._gone = False
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def writable(self) -> bool:
        """Return that it is."""
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Write a part of something; return how many bytes.

        Raises:
            TimeoutError: nothing has been taken or heard for too long.
        """
        while not self._gone:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:
                come, seconds = self._source.come(), self._source.seconds
            taken = self._poll.poll(milliseconds(seconds))
            self._gone = not taken and self._source.come() == come
        raise TimeoutError("nothing was taken or heard any more")

    def close(self) -> None:
        """Close the stream, if it is given."""
        super().close()
        close(self._stream)


def widen(pipe: int) -> None:
    """Let more be on its way in a pipe, so that who writes and who reads wait less for each other.

    Where the system refuses, or this is no pipe, all goes on as it was.
    """
    with suppress(OSError, AttributeError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDE)


def pipes_between(running: Running) -> Pipes:
    """Return the pipes from and to a program elsewhere, to which nothing is said for ever."""
    heard, said = cast("IO[bytes]", running.stdout), cast("IO[bytes]", running.stdin)
    for pipe in (heard, said):
        widen(pipe.fileno())
    source = Patient(heard.fileno(), heard)
    sink = Heeded(said.fileno(), source, said)
    return Pipes(source, io.BufferedReader(source, BUFFER), io.BufferedWriter(sink, BUFFER))


def interrupt_when_alone(descriptor: int) -> None:
    """Interrupt the main thread, as Ctrl-C does, a moment after the other side has ended.

    Whoever reads notices at once; this is for who computes meanwhile, what nobody waits for.
    """

    def watch() -> None:
        poll = select.poll()
        poll.register(descriptor, getattr(select, "POLLRDHUP", 0))
        poll.poll()
        time.sleep(LEFT)
        _thread.interrupt_main()

    threading.Thread(target=watch, daemon=True).start()
