"""What is tried next when something fails, and how often: the one place for retries."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, TypeVar

from attrs import define

from datamaestro.errors import (
    ActionNeeded,
    ContentError,
    DatamaestroError,
    PluginError,
    TransferError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

log = logging.getLogger("datamaestro")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before the second try; then twice as long each time, up to the longest."""

LONGEST_WAIT = 300.0
"""Seconds for which a server may ask to be left alone; one that asks for more is given up."""

PROGRESS = 1 << 20
"""Bytes by which a try has to come further than those before it to count as a success of sorts."""

GRAVITY: tuple[type[DatamaestroError], ...] = (
    ContentError,
    ActionNeeded,
    TransferError,
    PluginError,
)
"""When every address failed: what is reported, the gravest first."""


def try_each(urls: Sequence[str], attempt: Callable[[str], T]) -> T:
    """Return what the first successful attempt returns.

    Raises:
        DatamaestroError: every address failed; the gravest failure.
    """
    failures: list[DatamaestroError] = []
    for url in urls:
        try:
            return attempt(url)
        except GRAVITY as error:
            failures.append(error)
            if len(urls) > 1:
                log.info("%s", error)
    raise gravest(failures)


def gravest(failures: Sequence[DatamaestroError]) -> DatamaestroError:
    """Return what is reported of several failures: the gravest, of those the last."""
    return min(reversed(failures), key=_gravity)


@define
class Patience:
    """How often one address is tried again, and after how long.

    Args:
        retries: further tries after one that brought nothing new.
        pause: waits for some seconds.
    """

    retries: int
    pause: Callable[[float], object]
    _tried: int = 0
    _furthest: int = 0

    def after(self, error: TransferError, there: int) -> None:
        """Wait before the next try, or raise the error where there is to be none.

        Args:
            error: of the try that failed.
            there: bytes of the file that were there in the end; where that is well beyond what
                any try before has brought, counting begins anew.
        """
        if there >= self._furthest + PROGRESS:
            self._tried, self._furthest = 0, there
        asked = error.after or 0.0
        if not error.retry or self._tried == self.retries or asked > LONGEST_WAIT:
            raise error
        seconds = min(FIRST_PAUSE * 2**self._tried, LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
        seconds = max(seconds, asked)
        level = logging.DEBUG if self._tried else logging.INFO
        log.log(level, "%s; trying again in %.1f s", error.message, seconds)
        self._tried += 1
        self.pause(seconds)


def _gravity(error: DatamaestroError) -> int:
    places = (place for place, kind in enumerate(GRAVITY) if isinstance(error, kind))
    return next(places, len(GRAVITY))
