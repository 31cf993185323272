"""How files, links and folders get to another place: by a rename, wherever one will do."""

from __future__ import annotations

import errno
import secrets
import shutil
from typing import TYPE_CHECKING

from datamaestro.store.trees import remove_all

if TYPE_CHECKING:
    from pathlib import Path

OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
"""What a rename of a folder says where something is."""

NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
"""What file systems say that have no hard links, or not for this user."""


def rename_over(scratch: Path, place: Path) -> None:
    """Move a file to a place, instead of what is there.

    A rename does nothing where both are names of one file, such as one that goes on being used.
    """
    scratch.replace(place)
    scratch.unlink(missing_ok=True)


def link_once(scratch: Path, place: Path) -> bool:
    """Move a file to a place where nothing is; return False where something is.

    A rename would replace what another process put there a moment ago.
    """
    try:
        place.hardlink_to(scratch)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        scratch.replace(place)
    else:
        scratch.unlink()
    return True


def rename_once(scratch: Path, place: Path) -> bool:
    """Move a folder to a place where nothing is; return False where something is.

    Raises:
        OSError: it cannot be moved.
    """
    try:
        scratch.rename(place)
    except OSError as error:
        if error.errno not in OCCUPIED:
            raise
        return False
    return True


def move(place: Path, other: Path) -> None:
    """Move whatever is at a place to where nothing is, be that on another file system.

    Raises:
        OSError: it cannot be moved.
    """
    try:
        place.rename(other)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        place.lstat()  # which says so where nothing is there
        copied = bring_near(place, other.parent)
        copied.rename(other)
        remove_all(place)


def bring_near(scratch: Path, folder: Path) -> Path:
    """Copy a file, a link or a folder into a folder, under a name that nobody else has.

    Raises:
        OSError: it cannot be copied.
    """
    copy = folder / f".new-{secrets.token_hex(8)}"
    try:
        if scratch.is_dir() and not scratch.is_symlink():
            shutil.copytree(scratch, copy, symlinks=True)
        else:
            shutil.copy2(scratch, copy, follow_symlinks=False)
    except BaseException:
        remove_all(copy)
        raise
    return copy


def move_away(place: Path, scratch: Path) -> Path | None:
    """Move whatever is at a place beside a scratch place; return where it is now, if it was there.

    Raises:
        OSError: it cannot be moved.
    """
    aside = scratch.with_name(f".old-{secrets.token_hex(8)}")
    try:
        place.rename(aside)
    except FileNotFoundError:
        return None
    return aside
