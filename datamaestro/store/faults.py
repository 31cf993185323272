"""Errors of the file system, in the terms of the error tree."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from datamaestro.errors import StorageError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


DATA_DIRECTORY = "choose another data directory with --data"
"""What helps where the file is one of ours."""


class storage_errors:  # noqa: N801 - reads as what a block does
    """Turn an ``OSError`` of the block into a :class:`StorageError` that names the place.

    That nobody reads a pipe any more is none: a :class:`BrokenPipeError` stays what it is.

    Args:
        path: what is written or read.
        elsewhere: how the user has that done in another place.
    """

    __slots__ = ("elsewhere", "path")

    def __init__(self, path: Path, elsewhere: str = DATA_DIRECTORY) -> None:
        self.path = path
        self.elsewhere = elsewhere

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """End the block, with another error where one of the file system has ended it."""
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise storage_error(error, self.path, self.elsewhere) from error


def is_storage_fault(error: OSError) -> bool:
    """Return whether it is the file system that is full or refuses."""
    return error.errno in FULL | REFUSED


def storage_error(error: OSError, path: Path, elsewhere: str = DATA_DIRECTORY) -> StorageError:
    """Return the error that says where, why, and the next step."""
    place = _whole(error.filename2 or error.filename, path)
    if error.errno == errno.EXDEV:
        hint = "data/ and partial/ have to be on one file system"
    elif error.errno in FULL:
        hint = f"free some space, or {elsewhere}"
    elif error.errno == errno.EROFS:
        hint = elsewhere
    elif error.errno in REFUSED:
        hint = f"{_permission(error, place, elsewhere)}, or {elsewhere}"
    else:
        hint = f"look at what is there, or {elsewhere}"
    reason = error.strerror or str(error)
    return StorageError(f"cannot use {place}: {reason}", hint=hint)


def _whole(name: object, path: Path) -> Path:
    """Return where an error was, which may name what is in an open folder by its name alone."""
    if not isinstance(name, str | os.PathLike):
        return path
    known = Path(name)
    if known.is_absolute() or not path.is_absolute():
        return known
    return path if str(known) == path.name else path / known


def _permission(error: OSError, place: Path, elsewhere: str) -> str:
    """Return what gives this user the permission that he has not got."""
    there = place
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    try:
        status, around = there.lstat(), there.parent.stat()
    except OSError:
        return "change its permissions"
    if status.st_uid == os.geteuid():
        return "change its permissions"
    kept = error.errno == errno.EPERM and there == place and around.st_mode & stat.S_ISVTX
    if kept and os.access(there.parent, os.W_OK):
        # what is not of a data directory, such as /tmp, has the bit for good reason
        to_do = f": chmod -t {there.parent}" if elsewhere == DATA_DIRECTORY else ""
        return f"{there} is another user's, and the sticky bit of {there.parent} keeps it so{to_do}"
    return f"ask {_name(status.st_uid)} to change the permissions of {there}"


def _name(uid: int) -> str:
    """Return the name of a user."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
