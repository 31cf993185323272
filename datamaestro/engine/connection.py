"""A connection: opened at some byte of a URL, read, opened again elsewhere, and always watched."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from datamaestro.engine.hosts import host_of
from datamaestro.engine.opening import open_url
from datamaestro.errors import DatamaestroError, PluginError, TransferError
from datamaestro_hookspecs.downloaders import Request, Response
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.engine.run import Run

SLACK = 1.0
"""Seconds that a downloader has to notice by itself that nothing comes."""


class Connection:
    """A connection of a run, used by one thread; a context manager, at whose end it is closed.

    Args:
        run: that it belongs to.
        url: to be opened.

    Attributes:
        failure: told by every read until it is opened again; set by who leaves it to another.
    """

    def __init__(self, run: Run, url: str) -> None:
        self.run = run
        self.url = url
        self.host = host_of(url)
        self.position = -1
        self._stop: int | None = None
        self._timeout = run.settings.timeout
        self._response: Response | None = None
        self._reading_since: float | None = None
        self._broken = ""
        self.failure: TransferError | None = None

    def __enter__(self) -> Self:
        self.run.connections.add(self)
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
        self.run.connections.discard(self)

    def open(
        self,
        start: int,
        stop: int | None = None,
        validator: str | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Open the URL, once its host may have one more connection.

        Args:
            start: offset of the first byte.
            stop: offset after the last byte that is wanted, None: the end.
            validator: of the content that an earlier part came from.
            timeout: seconds without a byte, None: as the settings say.

        Raises:
            TransferError: it cannot be opened.
        """
        self.close()
        run = self.run
        self._timeout = run.settings.timeout if timeout is None else timeout
        request = Request(self.url, start, stop, validator, self._timeout)
        run.hosts.wait_for_one(self.host, run.check)
        try:
            self._response = open_url(request, run.plugins)
        finally:
            if self._response is None:
                run.hosts.release(self.host)
        self.position, self._stop = self._response.start, stop
        run.check()
        return self._response

    def stands_at(self, start: int, stop: int | None) -> bool:
        """Return whether it is open at a byte, and has been asked for all up to another."""
        return self.position == start and (self._stop is None or self._stop == stop)

    def readinto(self, buffer: memoryview) -> int:
        """Fill a part of the buffer with the next bytes; return how many, 0 at the end.

        Raises:
            TransferError: the stream broke, or nothing came for too long.
            PluginError: the downloader does not say how many.
        """
        if self._response is None:
            raise TransferError(self.url, "it is not open", retry=True)
        if self.failure is not None:
            raise self.failure
        self._reading_since = time.monotonic()
        try:
            with self._telling():
                count = self._response.readinto(buffer)
        finally:
            self._reading_since = None
        if not (isinstance(count, int) and 0 <= count <= len(buffer)):
            raise PluginError(f"{shown(self.url)}: its downloader says that it read {count} bytes")
        if count == 0:
            self._tell_why_broken()
        self.position += count
        return count

    def comes(self, seconds: float) -> bool:
        """Return whether more is known to come within some seconds, or the end.

        Raises:
            TransferError: the stream broke.
        """
        comes = None if self._response is None else self._response.comes
        if comes is None:
            return False
        with self._telling():
            return bool(comes(max(seconds, 0)))

    def close(self) -> None:
        """Close it; it may be opened again."""
        if self._response is not None:
            self.failure = None
            self._response.close()
            self._response, self.position = None, -1
            self.run.hosts.release(self.host)

    def watch(self, now: float) -> None:
        """Break it off if nothing has come for too long; called from another thread."""
        since, timeout = self._reading_since, self._timeout
        if since is not None and now - since > timeout + SLACK:
            self.break_off(f"nothing came for {timeout:g} s")

    def break_off(self, reason: str) -> None:
        """Wake the thread that reads, which raises; called from another thread."""
        self._broken = reason
        if (response := self._response) is not None:
            response.close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Let whatever a downloader raises be told as what it is: the stream broke."""
        try:
            yield
        except Exception as error:
            self._tell_why_broken()
            if isinstance(error, DatamaestroError):
                raise
            reason = f"the connection broke: {error}"
            raise TransferError(self.url, reason, retry=True) from error

    def _tell_why_broken(self) -> None:
        if self._broken:
            reason, self._broken = self._broken, ""
            raise TransferError(self.url, reason, retry=True)
