"""Folders that several people share: whoever may write in one may use all that is made in it.

What is made below the data directory has the permissions that the user's umask leaves, and beyond
these what its folder gives: where a folder is writable for its group, what is made in it is that
group's, too, who may do with it what its owner may; and likewise for all others. A folder with the
sticky bit is not shared: there, what each one makes is that one's own.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Access(NamedTuple):
    """What a shared folder gives to what is made in it.

    Args:
        group: that it belongs to.
        bits: of a mode: what the group and others may do.
        inherits: whether the kernel gives the group to what is made in it.
    """

    group: int
    bits: int
    inherits: bool

    def grant(self, path: Path | str, *, below: int | None = None) -> None:
        """Give it to a file or a folder, as far as this user and the file system can.

        Nobody gets what its owner has not got; what a link leads to is left alone.

        Args:
            path: of the file or folder.
            below: descriptor of the folder that the path is relative to.
        """
        with suppress(OSError):  # another user's, or a file system without such things
            status = os.stat(path, dir_fd=below, follow_symlinks=False)
            mode, bits, inherits = status.st_mode, self.bits, self.inherits
            if stat.S_ISLNK(mode):
                return
            if bits & stat.S_IRWXG and status.st_gid != self.group:
                try:
                    os.chown(path, -1, self.group, dir_fd=below, follow_symlinks=False)
                    inherits = True
                except OSError:  # not one of this user's groups
                    bits &= stat.S_IRWXO
            owner = mode & stat.S_IRWXU
            wanted = mode | (bits & (owner >> 3 | owner >> 6))
            if stat.S_ISDIR(mode) and inherits and bits & stat.S_IRWXG:
                wanted |= stat.S_ISGID
            if wanted != mode:
                _change_mode(path, stat.S_IMODE(wanted), below)


def _change_mode(path: Path | str, mode: int, below: int | None) -> None:
    """Change the mode of a file or folder, and not of what a link leads to that is there meanwhile.

    Raises:
        OSError: it is a link, or another user's; or its owner may not read it.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, dir_fd=below)
    try:
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def access_of(folder: Path | int) -> Access | None:
    """Return what a folder gives to what is made in it; None where it is not shared.

    Args:
        folder: its path, or its descriptor.

    Raises:
        OSError: it cannot be looked at.
    """
    status = os.stat(folder)  # noqa: PTH116 - which takes both
    mode, bits = status.st_mode, 0
    if mode & stat.S_ISVTX:
        return None
    if mode & stat.S_IWGRP:
        bits |= mode & stat.S_IRWXG
    if mode & stat.S_IWOTH:
        bits |= mode & stat.S_IRWXO
    return Access(status.st_gid, bits, bool(mode & stat.S_ISGID)) if bits else None


def make_folder(path: Path) -> None:
    """Make a folder, and those that it is in; nothing where it is there.

    Raises:
        OSError: it cannot be made.
    """
    if os.path.isdir(path):  # noqa: PTH112 - which is quicker, for whoever makes many
        return
    around = path.parent
    try:
        access = access_of(around)
    except FileNotFoundError:
        make_folder(around)
        access = access_of(around)
    _make(str(path), access, None)


def make_inside(folder: int, name: str) -> None:
    """Make a folder in an open one; nothing where it is there.

    Raises:
        OSError: it cannot be made.
    """
    _make(name, access_of(folder), folder)


def _make(path: str, access: Access | None, below: int | None) -> None:
    """Make a folder with what that around it gives, seen by nobody who may not use it yet."""
    if access is None:
        try:
            os.mkdir(path, dir_fd=below)
        except FileExistsError:
            if not _is_folder(path, below):
                raise
        return
    import secrets  # takes a while, and most commands make no folder

    around, slash, _ = path.rpartition("/")
    scratch = f"{around}{slash}.{secrets.token_hex(8)}"
    os.mkdir(scratch, dir_fd=below)
    try:
        access.grant(scratch, below=below)
        os.rename(scratch, path, src_dir_fd=below, dst_dir_fd=below)
    except OSError:
        os.rmdir(scratch, dir_fd=below)
        if not _is_folder(path, below):
            raise


def _is_folder(path: str, below: int | None) -> bool:
    """Return whether a folder is there; below an open one, a link to a folder is none."""
    with suppress(OSError):
        status = os.stat(path, dir_fd=below, follow_symlinks=below is None)
        return stat.S_ISDIR(status.st_mode)
    return False


def share_below(folder: int, name: str) -> None:
    """Give to what was just made in an open folder what that gives, where it is shared.

    Args:
        folder: descriptor of it.
        name: of what was made.
    """
    access = access_of(folder)
    if access is not None:
        access.grant(name, below=folder)


def share(path: Path, folder: Path | None = None) -> None:
    """Give to a file, or to a folder and all that is in it, what is made in a shared folder.

    Args:
        path: of what was just made.
        folder: where it is, or will be; None: where it is.

    Raises:
        OSError: the folder cannot be looked at.
    """
    access = access_of(path.parent if folder is None else folder)
    if access is not None:
        access.grant(path)
        if path.is_dir() and not path.is_symlink():
            for _, folders, names, inside in os.fwalk(path):  # through no link
                for name in [*folders, *names]:
                    access.grant(name, below=inside)
