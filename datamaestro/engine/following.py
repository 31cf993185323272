"""Following the frontier: what arrives is digested at once, and the journal is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from datamaestro.engine.digests import ALWAYS, Digester
from datamaestro.errors import DatamaestroError, StorageError
from datamaestro.store.partial import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from datamaestro.engine.run import Run
    from datamaestro.engine.spool import Spool
    from datamaestro.store.partial import Partial

EVERY = 0.5
"""Seconds between two entries in the journal."""

LARGEST = 1 << 23
"""Bytes that are digested at a time, at most: threads that only compute get no turn as often as
others, so that each has to count."""

LASTING = 1 << 20
"""Bytes from which on a complete file has its end in the journal, too."""


class Spoiled(DatamaestroError):
    """What an earlier run has left is not what its journal says.

    Args:
        good: bytes that are right.
    """

    def __init__(self, good: int) -> None:
        super().__init__("what an earlier run has left is damaged")
        self.good = good


class Follower:
    """Digests a spool along its frontier; what is left of an earlier run is checked on the way.

    Args:
        run: that it belongs to.
        spool: to be followed.
        partial: whose journal is kept.
        algorithms: of the digests, beside SHA-256.
        idle: told how many bytes are there while none come, now and then.
        journalled: False where no later run could go on with a part of the file.
        lasting: whether all of it is worth keeping for a later run, however small it is.
    """

    def __init__(
        self,
        run: Run,
        spool: Spool,
        partial: Partial,
        algorithms: Iterable[str],
        idle: Callable[[int], object],
        *,
        journalled: bool,
        lasting: bool = False,
    ) -> None:
        self.run = run
        self.spool = spool
        self.partial = partial
        self.digester = Digester(algorithms)
        self.idle = idle
        self.journalled = journalled
        self.lasting = lasting
        self.position = 0
        self._to_check = list(partial.journal.marks)
        self._told = time.monotonic()

    def follow(self) -> dict[str, str]:
        """Digest all that arrives; return the digests of the whole by algorithm.

        Raises:
            Spoiled: what was there before is not what the journal says.
            Exception: why no more arrives; all that has arrived is in the journal.
        """
        buffer = memoryview(bytearray(min(LARGEST, max(self.spool.pieces.size or LARGEST, 1))))
        try:
            while (count := self._read(buffer)) != 0:
                if count is None:
                    self.idle(self.spool.pieces.there)
                else:
                    self.digester.update(buffer[:count])
                    self.position += count
                    self._check_marks()
                if time.monotonic() - self._told >= EVERY:
                    self._tell()
        except Spoiled:
            raise
        except BaseException:
            self._keep()
            raise
        if self.lasting or self.position >= LASTING:
            self._tell_end()
        return self.digester.result()

    def _read(self, buffer: memoryview) -> int | None:
        """Return how many bytes have come, 0 at the end, None if none for a while."""
        if self._to_check:
            self.run.check()
            buffer = buffer[: self._to_check[0].length - self.position]
        return self.spool.read(self.position, buffer, patience=EVERY)

    def _check_marks(self) -> None:
        """Compare with the next mark of an earlier run, where that has been reached."""
        while self._to_check and self._to_check[0].length == self.position:
            mark = self._to_check.pop(0)
            if self.digester.result()[ALWAYS] != mark.sha256:
                good = [one for one in self.partial.journal.marks if one.length < mark.length]
                raise Spoiled(good[-1].length if good else 0)

    def _tell(self) -> None:
        """Write down what is there, if that is more than before."""
        self._told = time.monotonic()
        if self.journalled and self.position > self.partial.journal.length:
            mark = Mark(self.position, self.digester.result()[ALWAYS])
            self.partial.add(mark, self.spool.islands())

    def _tell_end(self) -> None:
        """Write down that all is there: that can be used again, even where no part of it could."""
        journal = self.partial.journal
        if journal.length < self.position:
            self.partial.identify(journal.validator, self.position)
            self.partial.add(Mark(self.position, self.digester.result()[ALWAYS]))

    def _keep(self) -> None:
        """Write down what is there; where there is no room for that, give some back."""
        try:
            self._tell()
        except StorageError:
            self.partial.shrink()
