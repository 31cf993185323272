"""Files that are replaced whole, by a rename: readers see the old one or the new one."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from datamaestro.descriptors import write_all
from datamaestro.sharing import make_folder, share, share_below
from datamaestro.store.faults import DATA_DIRECTORY, storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def replace(
    path: Path,
    text: str | Iterable[str],
    *,
    lasting: bool = True,
    elsewhere: str = DATA_DIRECTORY,
    shared: bool = True,
) -> None:
    """Replace a file at once, and for good.

    Args:
        path: of the file.
        text: whole, or piece by piece.
        lasting: whether it is on disk for good when this returns.
        elsewhere: how the user has it written to another place.
        shared: whether all who may write in its folder may replace it, whatever the umask says.

    Raises:
        StorageError: it cannot be written.
    """
    with replaced_later(path, text, lasting=lasting, elsewhere=elsewhere, shared=shared):
        pass


def replace_inside(folder: int, name: str, text: str, *, lasting: bool = True) -> None:
    """Replace a file in an open folder, likewise, whatever is exchanged above that.

    Args:
        folder: descriptor of it.
        name: of the file there.
        text: whole.
        lasting: whether it is on disk for good when this returns.

    Raises:
        OSError: it cannot be written.
    """
    scratch = f".{name}.{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(scratch, flags, 0o666, dir_fd=folder)
    try:
        try:
            share_below(folder, scratch)
            write_all(descriptor, text.encode())
            if lasting:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(scratch, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(scratch, dir_fd=folder)
        raise
    if lasting:
        os.fsync(folder)


@contextmanager
def replaced_later(
    path: Path,
    text: str | Iterable[str],
    *,
    lasting: bool = True,
    elsewhere: str = DATA_DIRECTORY,
    shared: bool = True,
) -> Iterator[None]:
    """Have the new content of a file on disk, and replace the file when the block ends.

    So several files are replaced one right after the other, once there is room for all of them.
    Where the block fails, the file stays as it is. Arguments and errors are those of
    :func:`replace`.
    """
    with storage_errors(path, elsewhere):
        make_folder(path.parent)
    scratch = _scratch(path)
    try:
        with storage_errors(path, elsewhere), scratch.open("x", encoding="utf-8") as file:
            if shared:
                share(scratch)
            file.writelines([text] if isinstance(text, str) else text)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        yield
        with storage_errors(path, elsewhere):
            scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink()
        raise


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """Have a file as it was where the block fails; it has a second name, or a copy, meanwhile.

    One that was not there is not there then, either.

    Raises:
        StorageError: there is no room for that.
    """
    scratch, was_there = _scratch(path), True
    try:
        with storage_errors(path):
            try:
                _double(path, scratch)
            except FileNotFoundError:
                was_there = False
        try:
            yield
        except BaseException:
            with suppress(OSError):
                if was_there:
                    scratch.replace(path)
                else:
                    path.unlink()
            raise
    finally:
        with suppress(OSError):
            scratch.unlink()


def _double(path: Path, scratch: Path) -> None:
    """Give a file a second name, or copy it where that cannot be."""
    try:
        scratch.hardlink_to(path)
    except OSError:
        shutil.copy2(path, scratch)


def _scratch(path: Path) -> Path:
    """Return a place beside a file that nobody else has."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")
