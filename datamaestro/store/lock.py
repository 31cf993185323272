"""The lock of a data set. It saves work; correctness does not rest on it."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from datamaestro.sharing import make_folder, share
from datamaestro.store.faults import storage_errors
from datamaestro.store.waiting import Waiting
from datamaestro.store.writers import writers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger("datamaestro")

LOOK = 0.1
"""Seconds after which whoever waits looks again."""

TIMES_TAKEN = 100
"""How often a lock file's folder may be gone again before it is opened, until that is no chance."""


@contextmanager
def locked(path: Path, what: str, timeout: float) -> Iterator[None]:
    """Hold a lock file, after waiting for whoever holds it; go on without where there are no locks.

    Args:
        path: of the lock file; writers are beside it.
        what: is being prepared, for messages.
        timeout: seconds to wait; -1: as long as it takes.

    Raises:
        BusyError: another process still holds it after the timeout.
        StorageError: the file cannot be made.
    """
    waiting = Waiting(what, timeout)
    descriptor = _held(path, waiting)
    if descriptor is None:
        log.debug("%s is closed to this user; going on without", path)
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):  # processes that were forked meanwhile hold it, too
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _held(path: Path, waiting: Waiting) -> int | None:
    """Return a lock file, open and locked; None where it is closed to this user.

    It is opened anew where somebody has taken it away before it was locked.

    Raises:
        StorageError: it cannot be made, such as in ``/proc``, where no folder ever can.
    """
    taken = 0
    while True:
        with storage_errors(path):
            try:
                make_folder(path.parent)
                descriptor = _opened(path)
            except FileNotFoundError:
                taken += 1
                if taken == TIMES_TAKEN:
                    raise
                continue
        if descriptor is None:
            return None
        try:
            if not _acquire(descriptor, path, waiting):
                log.warning("%s: this file system has no locks; going on without", path)
                return descriptor
            if _is_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """Return whether an open file is what is at a path."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _opened(path: Path) -> int | None:
    """Open a lock file; only for reading where another user's is; None where not even that is.

    Raises:
        OSError: there is none, and it cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except PermissionError:
        if not path.exists():
            raise
    else:
        try:
            share(path)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except PermissionError:
        return None


def _acquire(descriptor: int, path: Path, waiting: Waiting) -> bool:
    """Wait for an open lock file; return False where the file system has no locks."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owners = [writer.read()[0] for writer in writers(path.parent)]
            waiting.look([str(owner) for owner in owners if owner and not owner.has_ended()])
            time.sleep(LOOK)
        except OSError:
            return False  # such as for a file that is only open for reading, on NFS
        else:
            return True
