"""Waiting for somebody else: who it is is told now and then, and it ends."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger("datamaestro")

TELL = 10.0
"""Seconds between two lines about who is waited for."""


@define
class Waiting:
    """A wait for other processes.

    Args:
        what: they are making, for messages.
        timeout: seconds until it is given up; -1: as long as it takes.
    """

    what: str
    timeout: float
    _began: float = field(factory=time.monotonic)
    _told: float = -math.inf

    def look(self, holders: Sequence[str]) -> None:
        """Tell who is waited for, if that has not been told for a while.

        Args:
            holders: the other processes, where they are known.

        Raises:
            BusyError: it has taken too long.
        """
        now = time.monotonic()
        who = " and ".join(holders) or "another process"
        if 0 <= self.timeout <= now - self._began:
            raise BusyError(
                f"waited {self.timeout:g} s for {who} to make {self.what}",
                hint="wait until it has ended, or set DATAMAESTRO_LOCK_TIMEOUT to wait longer",
            )
        if now - self._told >= TELL:
            self._told = now
            log.warning("waiting for %s to make %s", who, self.what)
