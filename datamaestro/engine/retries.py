"""Which addresses are tried, in which order and how often: the one place for retries."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, TypeVar

from datamaestro.errors import (
    ActionNeeded,
    ContentError,
    DatamaestroError,
    PluginError,
    TransferError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from datamaestro.settings import Mirror

T = TypeVar("T")

log = logging.getLogger("datamaestro")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds before the second try; then twice as long each time, up to the longest."""

GRAVITY: tuple[type[DatamaestroError], ...] = (
    ContentError,
    ActionNeeded,
    TransferError,
    PluginError,
)
"""When every address failed: what is reported, the gravest first."""


def addresses(urls: Sequence[str], mirrors: Iterable[Mirror]) -> list[str]:
    """Return where to look, in order: each mirror of each URL first, then the URLs."""
    mirrored = [
        mirror.mirror + url.removeprefix(mirror.origin)
        for url in urls
        for mirror in mirrors
        if url.startswith(mirror.origin)
    ]
    return list(dict.fromkeys([*mirrored, *urls]))


def try_each(
    urls: Sequence[str],
    attempt: Callable[[str], T],
    *,
    retries: int,
    pause: Callable[[float], object],
) -> T:
    """Return what the first successful attempt returns.

    Raises:
        DatamaestroError: every address failed; the gravest failure.
    """
    failures: list[DatamaestroError] = []
    for url in urls:
        try:
            return _try_again(url, attempt, retries, pause)
        except GRAVITY as error:
            failures.append(error)
            if len(urls) > 1:
                log.info("%s", error)
    raise min(reversed(failures), key=_gravity)


def _try_again(
    url: str, attempt: Callable[[str], T], retries: int, pause: Callable[[float], object]
) -> T:
    for tried in range(retries + 1):
        try:
            return attempt(url)
        except TransferError as error:
            if not error.retry or tried == retries:
                raise
            seconds = min(FIRST_PAUSE * 2**tried, LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
            seconds = max(seconds, min(error.after or 0, LONGEST_PAUSE))
            level = logging.DEBUG if tried else logging.INFO
            log.log(level, "%s; trying again in %.1f s", error.message, seconds)
            pause(seconds)
    raise AssertionError("the loop above returns or raises")


def _gravity(error: DatamaestroError) -> int:
    return next(place for place, kind in enumerate(GRAVITY) if isinstance(error, kind))
