"""The lock of a data set. It saves work; correctness does not rest on it."""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from datamaestro.errors import BusyError
from datamaestro.store.faults import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from filelock import BaseFileLock

log = logging.getLogger("datamaestro")


@contextmanager
def locked(path: Path, what: str, timeout: float) -> Iterator[None]:
    """Hold a lock file, after waiting for whoever holds it; go on without where there are no locks.

    Args:
        path: of the lock file.
        what: is being prepared, for messages.
        timeout: seconds to wait; -1: as long as it takes.

    Raises:
        BusyError: another process still holds it after the timeout.
        StorageError: the file cannot be made.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        can_lock = _can_lock(path)
    if not can_lock:
        log.warning("%s: this file system has no locks; going on without", path)
        yield
        return
    lock = _acquire(path, what, timeout)
    try:
        yield
    finally:
        lock.release()


def _acquire(path: Path, what: str, timeout: float) -> BaseFileLock:
    from filelock import FileLock, Timeout

    lock = FileLock(path, mode=0o666)
    with storage_errors(path):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("another process is preparing %s; waiting for it", what)
            try:
                lock.acquire(timeout=timeout)
            except Timeout as error:
                raise BusyError(
                    f"waited {timeout:g} s for another process that prepares {what}",
                    hint=f"wait until it has ended; it holds {path}",
                ) from error
    return lock


def _can_lock(path: Path) -> bool:
    """Return whether this file system has locks, held or not."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
