"""A reception: the connections that fill a spool from one URL.

The last connection that breaks is opened again where it stopped, with pauses that grow. One that
only helps is given up instead, and the others do its work.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from datamaestro.engine.connection import Connection
from datamaestro.engine.crew import Crew
from datamaestro.engine.hosts import host_of
from datamaestro.engine.run import Cancelled
from datamaestro.errors import TransferError

if TYPE_CHECKING:
    from collections.abc import Callable

    from datamaestro.engine.content import Content
    from datamaestro.engine.pieces import Piece
    from datamaestro.engine.ramp import Ramp
    from datamaestro.engine.retries import Patience
    from datamaestro.engine.run import Run
    from datamaestro.engine.spool import Spool

EVERY = 0.1
"""Seconds between two reports of how much has arrived."""

SHORTEST, LONGEST = 1 << 20, 1 << 25
"""Bytes of a piece, at least and at most."""

PACE = 1.5
"""Seconds that one connection is to take for a piece."""

AHEAD = 32
"""Pieces beyond the frontier that may be taken."""

HELP, HELPS = 2.0, 20
"""Seconds that a connection which only helps has to open and to bring bytes, at least; and how many
times as long as others took to open."""

WORTH = 0.5
"""Seconds that a transfer must still take for more connections to be worth their opening."""


class ContentChanged(TransferError):
    """What is behind a URL is not what an earlier part came from."""

    def __init__(self, url: str) -> None:
        reason = "it broke off, and what is there now cannot be joined to what had arrived"
        super().__init__(url, reason, retry=True)


class Reception:
    """The connections to one URL; a context manager, at whose end all are closed.

    Args:
        run: that it belongs to.
        content: what is behind the URL.
        spool: to be filled.
        ramp: how many connections there are.
        patience: with connections that break.
        advanced: told how many bytes are there, now and then.

    Attributes:
        joined: whether a connection broke, and was opened again where it had stopped.
    """

    def __init__(
        self,
        run: Run,
        content: Content,
        spool: Spool,
        ramp: Ramp,
        patience: Patience,
        advanced: Callable[[int], None],
    ) -> None:
        self.run = run
        self.content = content
        self.spool = spool
        self.crew = Crew(ramp)
        self.patience = patience
        self.advanced = advanced
        self._told = time.monotonic()
        self._shared = False
        self._stopped = False
        self.joined = False
        self._connections: set[Connection] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped = True
        self.spool.fail(Cancelled("stopped"))
        for connection in list(self._connections):
            connection.break_off("stopped")
        for thread in self._threads:
            thread.join()

    def start(self, connection: Connection | None = None) -> None:
        """Receive in a thread of its own."""
        thread = threading.Thread(
            target=self.receive, args=(connection,), name="datamaestro-reception", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def receive(self, connection: Connection | None = None) -> None:
        """Receive until all is there, others do the rest, or the spool is told why not.

        Args:
            connection: open at the first byte that is missing; None: one of its own.
        """
        try:
            with connection or Connection(self.run, self.content.url) as mine:
                self._connections.add(mine)
                while not self.spool.complete:
                    length = self._length()
                    piece = self.spool.take(length, AHEAD * (length or LONGEST))
                    if piece is None:
                        gone = self.crew.leave()
                    else:
                        gone = self._receive_piece(piece, mine) or self.crew.leave_if_too_many()
                    if gone:
                        return
        except BaseException as failure:  # noqa: BLE001 - whoever reads the spool raises it
            self.spool.fail(failure)

    def _receive_piece(self, piece: Piece, connection: Connection) -> bool:
        """Receive a piece, or a part of it; return whether this connection is given up."""
        opened = False
        try:
            self._stand_at(piece, connection)
            opened = True
            self._fill(piece, connection)
        except TransferError as error:
            connection.close()
            self.spool.give_back(piece)
            self._check()
            if self.crew.leave(unwelcome=not opened):
                return True
            self.joined = True
            self.crew.ramp.broke()
            if not error.retry:
                error = ContentChanged(error.url)  # what is there now is another matter
            self.patience.after(error, self.spool.pieces.there)
            if isinstance(error, ContentChanged):
                raise error from None
        return False

    def _stand_at(self, piece: Piece, connection: Connection) -> None:
        """Open the connection at the beginning of a piece, unless it stands there already."""
        if connection.stands_at(piece.position, piece.stop):
            return
        url, validator = self.content.url, self.content.facts.validator
        timeout = self.run.settings.timeout
        if not self.crew.alone:  # one that only helps must not be waited for
            timeout = min(timeout, max(HELP, HELPS * self.crew.ramp.opening))
        began = time.monotonic()
        with self.crew.opening():
            response = connection.open(piece.position, piece.stop, validator, timeout)
        self.crew.ramp.opened(time.monotonic() - began)
        if response.start != piece.position or not self.content.is_of(response.facts):
            raise ContentChanged(url)

    def _fill(self, piece: Piece, connection: Connection) -> None:
        """Receive a piece, until all of it is there or fewer connections are wanted."""
        buffer, throttle = self.run.buffer(), self.run.throttle
        while piece.left != 0:
            self._check()
            wanted = len(buffer) if piece.left is None else min(len(buffer), piece.left)
            count = connection.readinto(buffer[: throttle.most(wanted)])
            if count == 0 and piece.stop is None:
                self.spool.end(piece)
                return
            if count == 0:
                reason = f"it ended after {piece.position:,} of {self.content.facts.size:,} bytes"
                raise TransferError(self.content.url, reason, retry=True)
            if connection.position == self.content.facts.size:
                self._check_end(connection)
            self.spool.write(piece, buffer[:count])
            self._arrived()
            self.run.pause(throttle.wait_for(count))
            if self.crew.too_many():
                self.spool.give_back(piece)
                return

    def _check_end(self, connection: Connection) -> None:
        """Make sure that nothing comes after the last byte."""
        if connection.readinto(memoryview(bytearray(1))):
            raise self.content.too_long()

    def _arrived(self) -> None:
        """Tell how much is there, and have more connections help where that pays."""
        now, pieces = time.monotonic(), self.spool.pieces
        if now - self._told >= EVERY:
            self._told = now
            self.advanced(pieces.there)
        self.crew.grow(pieces.received, now, self._join)

    def _join(self) -> bool:
        """Have one more connection, if it pays and the host may have one more."""
        pieces, rate = self.spool.pieces, self.crew.ramp.rate
        left = (pieces.size or 0) - pieces.there
        pays = left > max(2 * SHORTEST, WORTH * rate)
        if not pays or self.run.hosts.is_full(host_of(self.content.url)):
            return False
        self._shared = True
        self.spool.share(self._length() or SHORTEST)
        self.start()
        return True

    def _length(self) -> int | None:
        """Return the length of the next piece; None where one connection takes all that is left."""
        if not self._shared:
            return None
        each = self.crew.ramp.rate / self.crew.ramp.wanted
        return int(min(max(PACE * each, SHORTEST), LONGEST))

    def _check(self) -> None:
        """Raise if this is being stopped."""
        self.run.check()
        if self._stopped:
            raise Cancelled("stopped")
