"""What a program on another computer writes, passed on to the streams of this process."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from datamaestro.descriptors import write_all
from datamaestro.remote.terminals import CHUNK, STDERR
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from io import BufferedReader, RawIOBase

KEPT = 1 << 16
"""Bytes of what a program says that are kept until it is known whose they are."""


def pass_on(source: BufferedReader[Any], sink: int) -> None:
    """Copy all that is read to a descriptor, as it comes.

    Raises:
        BrokenPipeError: nobody reads it any more.
        StorageError: it cannot be written.
    """
    while data := source.read1(CHUNK):
        with storage_errors(Path("stdout"), "send it elsewhere"):
            write_all(sink, data)


class Aside:
    """What a program says on stderr: kept at first, then passed on to ours.

    Args:
        source: its stderr, not buffered.
    """

    def __init__(self, source: RawIOBase) -> None:
        self._source = source
        self._kept = b""
        self._open = False
        self._lock = Lock()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def lines(self) -> list[str]:
        """The lines that are kept."""
        return [line for line in self._kept.decode(errors="replace").splitlines() if line.strip()]

    def open(self) -> None:
        """Pass on what is kept, and from now on everything at once."""
        with self._lock:
            self._open = True
            _say(self._kept)

    def hush(self) -> None:
        """Pass on nothing more."""
        with self._lock:
            self._open = False

    def end(self) -> None:
        """Wait until nothing more is said."""
        self._thread.join()

    def _listen(self) -> None:
        with suppress(OSError, ValueError):  # it is closed
            while data := self._source.read(CHUNK):
                with self._lock:
                    if self._open:
                        _say(data)
                    else:
                        self._kept = (self._kept + data)[-KEPT:]


def _say(data: bytes) -> None:
    """Write to stderr; where nobody listens, what is said is lost."""
    with suppress(OSError):
        write_all(STDERR, data)
