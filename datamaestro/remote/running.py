"""A command that runs on another computer: its result, what it says and its exit code are here."""

from __future__ import annotations

import io
import os
import signal
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Self

from datamaestro.errors import HostError
from datamaestro.remote.handshake import absent, hear_greeting, refuse_other
from datamaestro.remote.hearing import Patient
from datamaestro.remote.orders import order
from datamaestro.remote.streams import Aside, pass_on
from datamaestro.remote.terminals import STDERR, STDOUT, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro_hookspecs.transports import Running

OWN = ("NO_COLOR", "TERM", "COLUMNS", "DATAMAESTRO_PROGRESS", "DATAMAESTRO_LOG_LEVEL")
"""The variables that say how a user here wants to be shown things; these go along."""


class There:
    """A command on another computer; a context manager that ends it.

    Args:
        running: the program there that is to be asked.
        host: its name, as the user gave it.
        stdout: the descriptor that takes the result.
        timeout: seconds for which nothing need be heard before datamaestro there greets.
    """

    def __init__(
        self, running: Running, host: str, stdout: int = STDOUT, timeout: float = 30.0
    ) -> None:
        self._running = running
        self._host = host
        self._stdout = stdout
        self._timeout = timeout
        out = _pipe(running.stdout)
        self._heard = Patient(out.fileno(), out)
        self._source = io.BufferedReader(self._heard)
        self._aside = Aside(_raw(running.stderr))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._aside.hush()  # what is said of being ended from here
        self._running.terminate()
        for stream in (self._running.stdin, self._source, self._running.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def ask(self, arguments: Sequence[str], before: Sequence[str] = ()) -> None:
        """Let a command be run.

        Args:
            arguments: of it.
            before: what stands before it here, so that what is advised there can be done here.

        Raises:
            ActionNeeded: there is no datamaestro that can be asked.
            TransferError: the connection has ended; or nothing is heard for too long.
        """
        self._meet()
        self._aside.open()
        self.order(
            arguments=list(arguments),
            before=list(before),
            environment={name: os.environ[name] for name in OWN if name in os.environ},
            stdout=size_of(self._stdout),
            stderr=size_of(STDERR),
        )

    def order(self, **said: object) -> None:
        """Say something to the command; where it has ended, nobody hears it."""
        stdin = _pipe(self._running.stdin)
        with suppress(OSError, ValueError):
            stdin.write(order(**said))
            stdin.flush()

    def hang_up(self) -> None:
        """Say nothing more, which interrupts the command if it has not ended."""
        with suppress(OSError):
            _pipe(self._running.stdin).close()

    def resized(self) -> None:
        """Say how large the terminal is now."""
        size = size_of(STDERR) or size_of(self._stdout)
        if size:
            self.order(size=size)

    def follow(self) -> int:
        """Pass the result on as it comes; return the exit code.

        Whoever is interrupted here may go on.

        Raises:
            BrokenPipeError: nobody reads the result any more.
            StorageError: it cannot be written, as to a full disk.
            TransferError: the connection has ended.
        """
        pass_on(self._source, self._stdout)
        code = self._running.wait()
        self._aside.end()
        if code < 0:
            name = signal.Signals(-code).name
            raise HostError(self._host, f"what holds the connection was ended by {name}")
        return code

    def _meet(self) -> None:
        found = hear_greeting(self._heard, self._source, self._host, self._timeout)
        if found is not None:
            refuse_other(found, self._host)
            return
        self.hang_up()
        self._source.close()
        code = self._running.wait()
        self._aside.end()
        raise absent(self._host, code, self._aside.lines)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the program was started without a pipe here")
    return stream


def _raw(stream: IO[bytes] | None) -> io.RawIOBase:
    found: Any = _pipe(stream)
    raw: io.RawIOBase = getattr(found, "raw", found)
    return raw
