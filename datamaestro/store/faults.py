"""Errors of the file system, in the terms of the error tree."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from datamaestro.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


DATA_DIRECTORY = "choose another data directory with --data"
"""What helps where the file is one of ours."""


@contextmanager
def storage_errors(path: Path, elsewhere: str = DATA_DIRECTORY) -> Iterator[None]:
    """Turn an ``OSError`` of the block into a :class:`StorageError` that names the place.

    Args:
        path: what is written or read.
        elsewhere: how the user has that done in another place.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(error, path, elsewhere) from error


def is_storage_fault(error: OSError) -> bool:
    """Return whether it is the file system that is full or refuses."""
    return error.errno in FULL | REFUSED


def storage_error(error: OSError, path: Path, elsewhere: str = DATA_DIRECTORY) -> StorageError:
    """Return the error that says where, why, and the next step."""
    if error.errno == errno.EXDEV:
        hint = "data/ and partial/ have to be on one file system"
    elif error.errno in FULL:
        hint = f"free some space, or {elsewhere}"
    elif error.errno in REFUSED:
        hint = f"change its permissions, or {elsewhere}"
    else:
        hint = f"look at what is there, or {elsewhere}"
    place = error.filename2 or error.filename or path
    reason = error.strerror or str(error)
    return StorageError(f"cannot use {place}: {reason}", hint=hint)
