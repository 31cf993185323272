"""A witness of what a file was while others were at work."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Self

LOOK = 0.002
"""Seconds between two looks."""


class Witness:
    """Looks at a file again and again while the block lasts.

    Args:
        path: of the file, there or not.

    Attributes:
        digests: SHA-256 of every content that it had when it was looked at, in order.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digests: list[str] = []
        self._last: tuple[int, int, int] | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._ended.wait(LOOK):
            self._look()

    def _look(self) -> None:
        try:
            status = self.path.stat()
            known = (status.st_ino, status.st_mtime_ns, status.st_size)
            if known != self._last:
                self._last = known
                self.digests.append(hashlib.sha256(self.path.read_bytes()).hexdigest())
        except FileNotFoundError:
            return
