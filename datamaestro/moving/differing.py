"""Files of which the receiver has another version: only the difference travels.

A copy of the other version is changed into the new one, by a transport that knows how; then it is
taken like anything that has arrived, and so its digest is looked at.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from datamaestro.store.descent import FOLDER, open_below, pinned
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.offers import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from datamaestro_hookspecs.offers import OtherVersion, Wanted

LEAST = 1 << 20
"""Bytes of a file from which it is worth while."""


class Deltas(Protocol):
    """Turns a copy of another version of a file into that file, where both sides can."""

    def send(self, here: Path, there: str) -> int | None:
        """Change a file there into one here.

        Returns:
            how many bytes were sent; None where it could not be done.
        """

    def fetch(self, there: str, here: Path) -> int | None:
        """Change a file here into one there, likewise."""


def may_differ(wanted: Wanted) -> bool:
    """Return whether the difference to another version could be enough."""
    return wanted.other is not None and wanted.offset == 0 and wanted.size >= LEAST


def name_of_copy(other: OtherVersion) -> str:
    """Return what a copy of another version is called in its folder, the same each time."""
    return hashlib.sha256(str(other.file).encode(errors="surrogatepass")).hexdigest()[:16]


@contextmanager
def copied(other: OtherVersion) -> Iterator[Path]:
    """Give a copy of another version, which is to be changed; in the end it goes.

    Where the block fails, it stays: the next time, what has been changed by then is gone on with,
    since whoever changes it only needs what still differs.

    Raises:
        StorageError: it cannot be copied.
    """
    with ExitStack() as stack:
        with storage_errors(other.scratch):
            place = stack.enter_context(_private(other.scratch)) / name_of_copy(other)
            if not place.is_file():
                _copy(other.file, place)
        yield place
        with suppress(OSError):
            place.unlink()


def _copy(file: Path, place: Path) -> None:
    """Copy a file to a place where it is whole, or not at all."""
    begun = place.with_suffix(".begun")
    try:
        shutil.copyfile(file, begun)
        begun.rename(place)
    except BaseException:
        with suppress(OSError):
            begun.unlink()
        raise


@contextmanager
def _private(scratch: Path) -> Iterator[Path]:
    """Give a folder that nobody else can enter, which is made, and goes if nothing is in it.

    So nobody can lead elsewhere what another program writes there, which knows but its path.

    Raises:
        OSError: it cannot be made, or is another user's.
    """
    around = os.open(scratch.parent.parent, FOLDER | os.O_NOFOLLOW)
    try:
        with open_below(around, scratch.parent.name, making=True) as above:
            with suppress(FileExistsError):
                os.mkdir(scratch.name, 0o700, dir_fd=above)
            with open_below(above, scratch.name) as folder, pinned(folder, scratch) as path:
                status = os.fstat(folder)
                if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                    raise OSError(errno.EPERM, "others may write there", str(scratch))
                try:
                    yield path
                finally:
                    with suppress(OSError):
                        os.rmdir(scratch.name, dir_fd=above)
    finally:
        os.close(around)


def content_of(
    file: Path,
    path: str,
    *,
    executable: bool,
    passed: Callable[[int], None] | None = None,
    travelled: int | None = None,
) -> Iterator[Content]:
    """Yield the content of a file, if nothing is wrong with it.

    Args:
        file: where it is.
        path: as the offer has it.
        executable: whether it may be run.
        passed: is told how much has been read.
        travelled: bytes of it; None: all of them.

    Raises:
        StorageError: it cannot be read.
    """
    with storage_errors(file):
        opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC)

    def readinto(buffer: memoryview) -> int:
        count = os.readv(opened, [buffer])
        if passed is not None:
            passed(count)
        return count

    try:
        size = os.fstat(opened).st_size
        saved = 0 if travelled is None else max(0, size - travelled)
        yield Content(path, size, readinto, 0, executable, file, saved=saved)
    finally:
        os.close(opened)
