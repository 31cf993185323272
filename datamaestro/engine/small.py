"""Small files: received in memory, and written in one go, where nothing is in the way.

What does not come at once, or breaks off, goes the usual way from what is there, by a spool; a
connection that broke tells again why.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from datamaestro.descriptors import write_all
from datamaestro.engine.run import BLOCK
from datamaestro.errors import TransferError
from datamaestro.sharing import share
from datamaestro.store.faults import storage_errors
from datamaestro.store.space import require_space

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.connection import Connection
    from datamaestro.engine.content import Content
    from datamaestro.engine.run import Run

AT_ONCE = 0.1
"""Seconds in which a small file is to come; of one that takes longer, users are told how much is
there."""


def receive_small(run: Run, connection: Connection, content: Content) -> memoryview | None:
    """Return what comes at once of a file; None where all of it has to go the usual way.

    Args:
        run: that it belongs to.
        connection: open at the first byte.
        content: what is behind it.

    Raises:
        TransferError: more comes than was said.
    """
    size = content.facts.size
    if size is None or size >= BLOCK or run.throttle.rate is not None:
        return None
    buffer, there, end = run.buffer(), 0, time.monotonic() + AT_ONCE
    try:
        while there <= size:
            run.check()
            count = connection.readinto(buffer[there : size + 1])
            there += count
            if count == 0 or (there < size and not connection.comes(end - time.monotonic())):
                break
    except TransferError as error:
        connection.failure = error
    if there > size:
        raise content.too_long()
    return buffer[:there]


def write_small(path: Path, block: memoryview) -> None:
    """Write a file, instead of what is there.

    Raises:
        StorageError: it cannot be written, or there is no room for it.
    """
    with storage_errors(path):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            share(path)
            require_space(path, len(block))
            write_all(file, block)
        finally:
            os.close(file)
