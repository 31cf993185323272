"""Folders as a whole: what is in them, and how they are removed."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from datamaestro.store.manifest import FileFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def tree_digest(facts: Iterable[FileFacts]) -> str:
    """Return a digest of all names, contents and links below a folder, whatever their order."""
    lines = sorted(f"{fact.path}\0{fact.sha256 or f'-> {fact.link}'}\0" for fact in facts)
    return hashlib.sha256("".join(lines).encode(errors="surrogatepass")).hexdigest()


def link_digest(target: str) -> str:
    """Return a digest of where a link leads."""
    return hashlib.sha256(f"-> {target}".encode(errors="surrogatepass")).hexdigest()


def read_tree(
    folder: Path, besides: Callable[[str], bool] = lambda _: False
) -> Iterator[FileFacts]:
    """Iterate over the files and links below a folder, reading each file.

    Args:
        folder: that is read.
        besides: says of a folder in it whether it is left out.

    Raises:
        OSError: something cannot be read.
    """
    for where, folders, names in os.walk(folder, onerror=raised):
        inside = {name: os.path.join(where, name) for name in folders}  # noqa: PTH118
        links = [name for name, path in inside.items() if os.path.islink(path)]  # noqa: PTH114
        folders[:] = [name for name, path in inside.items() if not besides(path)]
        for name in [*names, *links]:
            path = Path(where, name)
            status, relative = path.lstat(), path.relative_to(folder).as_posix()
            link = str(path.readlink()) if path.is_symlink() else ""
            if not link and not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is neither a file nor a folder", str(path))
            digest = "" if link else sha256_of(path)
            size = 0 if link else status.st_size
            yield FileFacts(relative, size, status.st_mtime_ns, digest, link)


def same_content(place: Path, scratch: Path) -> bool:
    """Return whether two files, links or folders have the same content."""
    if place.is_symlink() != scratch.is_symlink():
        return False
    if place.is_symlink():
        return place.readlink() == scratch.readlink()
    if place.is_file() and scratch.is_file():
        return sha256_of(place) == sha256_of(scratch)
    if not (place.is_dir() and scratch.is_dir()):
        return False
    found, wanted = (
        {fact.path: (fact.sha256, fact.link) for fact in read_tree(each)}
        for each in (place, scratch)
    )
    return found == wanted


def raised(error: OSError) -> None:
    """Raise what :func:`os.walk` would pass over."""
    raise error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
