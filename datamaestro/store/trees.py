"""Folders as a whole: what is in them, and how they get to their places and away from there."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.store.manifest import FileFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
"""What a rename of a folder says where something is."""


def tree_digest(facts: Iterable[FileFacts]) -> str:
    """Return a digest of all names, contents and links below a folder, whatever their order."""
    lines = sorted(f"{fact.path}\0{fact.sha256 or f'-> {fact.link}'}\0" for fact in facts)
    return hashlib.sha256("".join(lines).encode(errors="surrogatepass")).hexdigest()


def link_digest(target: str) -> str:
    """Return a digest of where a link leads."""
    return hashlib.sha256(f"-> {target}".encode(errors="surrogatepass")).hexdigest()


def read_tree(folder: Path) -> Iterator[FileFacts]:
    """Iterate over the files and links below a folder, reading each file.

    Raises:
        OSError: something cannot be read.
    """
    for where, folders, names in os.walk(folder, onerror=_raise):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]  # noqa: PTH114, PTH118
        for name in [*names, *links]:
            path = Path(where, name)
            status, relative = path.lstat(), path.relative_to(folder).as_posix()
            link = str(path.readlink()) if path.is_symlink() else ""
            if not link and not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is neither a file nor a folder", str(path))
            digest = "" if link else sha256_of(path)
            size = 0 if link else status.st_size
            yield FileFacts(relative, size, status.st_mtime_ns, digest, link)


def _raise(error: OSError) -> None:
    raise error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def remove_all(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it; nothing where there is nothing.

    Raises:
        OSError: it cannot be removed.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def remove_files(folder: Path, paths: Iterable[str]) -> None:
    """Remove files and links below a folder, and folders that are empty then; all else stays.

    What is only reached through a link is elsewhere, and stays, too.

    Raises:
        OSError: one cannot be removed.
    """
    real = {"": folder.is_dir()}

    def is_real(path: str) -> bool:
        if path not in real:
            place = folder / path
            real[path] = is_real(path.rpartition("/")[0]) and (
                place.is_dir() and not place.is_symlink()
            )
        return real[path]

    for path in paths:
        if is_real(path.rpartition("/")[0]):
            with suppress(FileNotFoundError, IsADirectoryError):
                (folder / path).unlink()
    for top in {path.split("/")[0] for path in real if path}:
        for where, _, _ in os.walk(folder / top, topdown=False):
            with suppress(OSError):
                Path(where).rmdir()
    with suppress(OSError):
        folder.rmdir()
