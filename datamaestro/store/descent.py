"""Folders below the data directory, opened one in the other, so that no link leads out of it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Self

from datamaestro.sharing import make_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

THROUGH_A_LINK = "it is reached through a link"
MOUNTED = "another file system is mounted there"

_making = Lock()


class FolderFacts(NamedTuple):
    """What a folder is, besides what is in it.

    Args:
        mode: its permissions.
        mtime_ns: its modification time in nanoseconds.
    """

    mode: int
    mtime_ns: int


@contextmanager
def open_top(root: Path) -> Iterator[int]:
    """Open the data directory, which may be a link itself.

    Raises:
        OSError: it is not there, or cannot be opened.
    """
    top = os.open(root, FOLDER)
    try:
        yield top
    finally:
        os.close(top)


@contextmanager
def open_below(
    top: int,
    relative: str,
    made: Mapping[str, FolderFacts] | None = None,
    *,
    making: bool = False,
) -> Iterator[int]:
    """Open a folder below an open one, following no link and leaving no file system.

    Args:
        top: the open one.
        relative: path of the folder; empty: the open one itself.
        made: folders that are made where they are missing, by their paths.
        making: whether any is, for all who share the one around it.

    Raises:
        OSError: it cannot be opened; it is reached through a link, or on another file system.
    """
    descriptor = _descend(top, relative, made or {}, making=making)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class Descent:
    """Places below an open folder, reached through no link, whatever others exchange meanwhile.

    It is used by one thread, and keeps the folder open in which it has been last.

    Args:
        top: descriptor of the open one, which it closes in the end.
    """

    def __init__(self, top: int) -> None:
        self._top = top
        self._folder = ""
        self._inside = top

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._leave()
        os.close(self._top)

    def at(self, path: str, *, making: bool = False) -> tuple[int, str]:
        """Return the folder that something is in, open until the next call, and its name there.

        Args:
            path: of it, below the open folder.
            making: whether folders are made where they are missing, for all who share these.

        Raises:
            OSError: the folder cannot be opened; it is reached through a link.
        """
        folder, _, name = path.rpartition("/")
        if folder != self._folder:
            self._leave()
            if folder:
                self._inside = _descend(self._top, folder, {}, making=making)
                self._folder = folder
        return self._inside, name

    def _leave(self) -> None:
        if self._folder:
            os.close(self._inside)
            self._folder, self._inside = "", self._top


@contextmanager
def pinned(folder: int, otherwise: Path) -> Iterator[Path]:
    """Give a path of an open folder that leads there, whatever is exchanged above it.

    It does so for all processes of this user, while the folder is open.

    Args:
        folder: the open one.
        otherwise: its usual path, for systems that have no other.
    """
    path = Path(f"/proc/{os.getpid()}/fd/{folder}")  # as Linux has it, where /proc is mounted
    yield path if path.is_dir() else otherwise


def _descend(
    top: int, relative: str, made: Mapping[str, FolderFacts], *, making: bool = False
) -> int:
    """Open a folder below an open one, name by name."""
    descriptor, device, path = os.dup(top), os.fstat(top).st_dev, ""
    try:
        for name in filter(None, relative.split("/")):
            path = f"{path}/{name}".lstrip("/")
            inner = _open(descriptor, name, made.get(path), path, making=making)
            os.close(descriptor)
            descriptor = inner
            if os.fstat(descriptor).st_dev != device:
                raise OSError(errno.EXDEV, MOUNTED, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open(
    folder: int, name: str, made: FolderFacts | None, path: str, *, making: bool = False
) -> int:
    new = False
    if made is not None:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
            new = True
    try:
        descriptor = os.open(name, FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as error:
        if making and error.errno == errno.ENOENT:
            return _made(folder, name, path)
        if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, THROUGH_A_LINK, path) from None
        raise
    if made is not None and new:
        try:
            os.fchmod(descriptor, made.mode | stat.S_IRWXU)  # so that it can be filled
        except BaseException:
            os.close(descriptor)
            raise
    return descriptor


def _made(folder: int, name: str, path: str) -> int:
    """Open a folder, which is made where no other thread has just made it.

    One that was made a moment ago must stay, since somebody may be in it; and a rename replaces it.
    """
    with _making:
        try:
            return _open(folder, name, None, path)
        except FileNotFoundError:
            make_inside(folder, name)
        return _open(folder, name, None, path)


def names_in(folder: int) -> list[str]:
    """Return the names in an open folder, sorted."""
    return sorted(os.listdir(folder))


def facts_above(top: int, path: str, known: dict[str, FolderFacts]) -> None:
    """Look at all folders that a path below an open folder is in.

    Args:
        top: the open one.
        path: of what is in them.
        known: what is known of folders, by path; it is added to.

    Raises:
        OSError: one cannot be opened.
    """
    parent = path.rpartition("/")[0]
    if not parent or parent in known:
        return
    with open_below(top, parent) as folder:
        status = os.fstat(folder)
    known[parent] = FolderFacts(stat.S_IMODE(status.st_mode), status.st_mtime_ns)
    facts_above(top, parent, known)
