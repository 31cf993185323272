"""The room that things take on disk: each file once, however many names it has."""

from __future__ import annotations

import os
import stat
from typing import NamedTuple

from attrs import define, field

BLOCK = 512
"""Bytes that ``st_blocks`` counts in, whatever the file system (inode(7))."""


class Weight(NamedTuple):
    """The room that something takes.

    Args:
        size: bytes that are allocated.
        files: how many files and links there are, by their names.
    """

    size: int
    files: int


@define
class Scales:
    """Weighs one thing after the other; a file that was weighed already weighs nothing more."""

    _seen: set[tuple[int, int]] = field(factory=set)

    def weigh(self, path: str) -> Weight:
        """Return the room that a file, a link or a folder takes; links are not followed.

        What cannot be looked at is passed over.
        """
        try:
            status = os.lstat(path)
        except OSError:
            return Weight(0, 0)
        if not stat.S_ISDIR(status.st_mode):
            return Weight(self._size(status), 1)
        size, files, left, device = self._size(status), 0, [path], status.st_dev
        while left:
            try:
                with os.scandir(left.pop()) as all_:
                    for entry in all_:
                        status = entry.stat(follow_symlinks=False)
                        if status.st_dev != device:
                            continue
                        if stat.S_ISDIR(status.st_mode):
                            left.append(entry.path)
                            size += status.st_blocks * BLOCK
                        else:
                            files += 1
                            size += self._size(status)
            except OSError:
                continue
        return Weight(size, files)

    def _size(self, status: os.stat_result) -> int:
        if status.st_nlink > 1 and not stat.S_ISDIR(status.st_mode):
            key = status.st_dev, status.st_ino
            if key in self._seen:
                return 0
            self._seen.add(key)
        return status.st_blocks * BLOCK
