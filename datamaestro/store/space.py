"""Room on the disk: asked for before anything is fetched, and taken before it is filled."""

from __future__ import annotations

import errno
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from datamaestro.errors import StorageError
from datamaestro.store.faults import DATA_DIRECTORY

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
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def require_space(path: Path, needed: int) -> None:
    """Make sure that so many bytes can still be written below a place.

    Raises:
        StorageError: they cannot; the message says how many are missing.
    """
    require_room(str(path), needed, free_space(path))


def require_room(place: str, needed: int, free: int) -> None:
    """Make sure that so many bytes are free.

    Args:
        place: below which, as users call it.
        needed: bytes.
        free: bytes.

    Raises:
        StorageError: they are not; the message says how many are missing.
    """
    if needed > free:
        raise StorageError(
            f"not enough space below {place}: {needed:,} bytes are needed and {free:,} are free, "
            f"so {needed - free:,} are missing",
            hint=f"free some space, or {DATA_DIRECTORY}",
        )


def allocate(descriptor: int, size: int) -> None:
    """Take the room for a file of some size, on file systems that can do that at once.

    Raises:
        OSError: there is not so much room.
    """
    import ctypes

    fallocate = _fallocate()
    if fallocate is None or fallocate(descriptor, KEEP_SIZE, 0, size) == 0:
        return
    number = ctypes.get_errno()
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        raise OSError(number, os.strerror(number))


@cache
def _fallocate() -> Any:
    """Return the system's function; ``os.posix_fallocate`` would write where it cannot allocate."""
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), "fallocate", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return function
