"""How full a file system gets while something runs."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

EVERY = 0.02
"""Seconds between two looks; one takes a few microseconds, however many files there are."""


class Filling:
    """By how many bytes a file system gets fuller during a block, at most.

    The file system is asked (statvfs), so files that are open but have no name any more count, too;
    and so does what anybody else writes there.

    Args:
        folder: on the file system.

    Attributes:
        most: the bytes.

    """

    def __init__(self, folder: Path) -> None:
        self.most = 0
        self._folder = folder
        self._before = self._used()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        over = False
        while not over:
            over = self._over.wait(EVERY)
            self.most = max(self.most, self._used() - self._before)

    def _used(self) -> int:
        status = os.statvfs(self._folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize
