"""Room on the disk: asked for before anything is fetched, and taken before it is filled."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

from datamaestro.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

KEEP_SIZE = 1
"""``FALLOC_FL_KEEP_SIZE`` of fallocate(2): the file does not look longer than it is."""


def free_space(path: Path) -> int:
    """Return the bytes that may still be written below a place, there or not.

    Raises:
        OSError: it cannot be told.
    """
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def require_space(path: Path, needed: int) -> None:
    """Make sure that so many bytes can still be written below a place.

    Raises:
        StorageError: they cannot; the message says how many are missing.
    """
    free = free_space(path)
    if needed > free:
        raise StorageError(
            f"not enough space below {path}: {needed:,} bytes are needed and {free:,} are free, "
            f"so {needed - free:,} are missing",
            hint="free some space, or choose another data directory with --data",
        )


def allocate(descriptor: int, size: int) -> None:
    """Take the room for a file of some size, on file systems that can do that at once.

    Raises:
        OSError: there is not so much room.
    """
    fallocate = _fallocate()
    if fallocate is None or fallocate(descriptor, KEEP_SIZE, 0, size) == 0:
        return
    number = ctypes.get_errno()
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        raise OSError(number, os.strerror(number))


@cache
def _fallocate() -> Any:
    """Return the system's function; ``os.posix_fallocate`` would write where it cannot allocate."""
    function = getattr(ctypes.CDLL(None, use_errno=True), "fallocate", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return function
