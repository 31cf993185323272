"""The lock of a data set. It saves work; correctness does not rest on it."""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from datamaestro.store.faults import storage_errors
from datamaestro.store.waiting import Waiting
from datamaestro.store.writers import writers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from filelock import BaseFileLock

log = logging.getLogger("datamaestro")

LOOK = 0.5
"""Seconds after which whoever waits looks again whom it waits for."""


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

    lock, waiting, wait = FileLock(path, mode=0o666), Waiting(what, timeout), 0.0
    while True:
        with storage_errors(path):
            try:
                lock.acquire(timeout=wait)
            except Timeout:
                wait = LOOK if timeout < 0 else min(LOOK, timeout)
            else:
                return lock
        owners = [writer.read()[0] for writer in writers(path.parent)]
        waiting.look([str(owner) for owner in owners if owner and not owner.has_ended()])


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
