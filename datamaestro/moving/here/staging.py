"""Staging: where a data set is put together while it arrives, and nobody sees it yet.

::

    run-<token>/moved/<resource>.file        a file
    run-<token>/moved/<resource>.tree/...    a folder

The folder is a writer's own (:mod:`datamaestro.store.writers`). What an interrupted delivery has
left there is taken over by the next one, which reads it before it believes it. All is reached from
that folder through no link, since others may write there, too, where it is shared.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro.store.descent import Descent, names_in, open_below
from datamaestro.store.renaming import NO_LINKS
from datamaestro.store.writers import OWNER, Watch, writers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datamaestro.moving.resources import Resources
    from datamaestro.store.writers import Writer
    from datamaestro_hookspecs.files import FileFacts

MOVED = "moved"

ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EXDEV}
"""Errors of what is not there; what is behind a link or in another file system is none of it."""

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


def left_behind(partial: Path, besides: Writer | None = None) -> Iterator[Writer]:
    """Iterate over those whose deliveries have certainly ended, and have left something.

    That may be no more than who it was, where it ended before anything arrived.
    """
    watch = Watch()
    for writer in writers(partial, besides=besides):
        try:
            with writer.opened() as folder:
                names = set(names_in(folder))
        except OSError:  # it has just gone, or is another user's
            continue
        if (MOVED in names or names <= {OWNER}) and watch.certainly_ended(writer):
            yield writer


@define
class Staging:
    """A folder in which the resources of an offer are put together.

    Args:
        writer: whose folder it is in; it may be there or not.
        resources: of the offer.
    """

    writer: Writer
    resources: Resources
    _areas: dict[str, str] = field(factory=dict)

    @property
    def folder(self) -> Path:
        """Its path."""
        return self.writer.folder / MOVED

    @contextmanager
    def opened(self) -> Iterator[Descent]:
        """Open the writer's folder, below which all places are.

        Raises:
            OSError: it cannot be opened.
        """
        with self.writer.opened() as folder, Descent(os.dup(folder)) as descent:
            yield descent

    def area(self, name: str) -> str:
        """Return the place in which a resource is put together."""
        if name not in self._areas:
            key = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
            kind = "tree" if self.resources.entries[name].folder else "file"
            self._areas[name] = f"{MOVED}/{key}.{kind}"
        return self._areas[name]

    def place(self, facts: FileFacts) -> str:
        """Return the place of a file, as text, since there may be very many."""
        name = self.resources.owner(facts.path)
        if name is None:
            raise ValueError(f"{facts.path} is of no resource")
        area, is_folder = self.area(name), self.resources.entries[name].folder
        return f"{area}/{self.resources.below(name, facts.path)}" if is_folder else area

    def left(self, facts: FileFacts, descent: Descent) -> int | None:
        """Return how many bytes of a file are there; all of them only if they are right.

        Args:
            facts: what it is to be.
            descent: of :meth:`opened`.

        Returns:
            None where no file is there that can be used.

        Raises:
            OSError: it cannot be read.
        """
        try:
            folder, name = descent.at(self.place(facts))
            status = os.lstat(name, dir_fd=folder)
        except OSError as error:
            if error.errno in ABSENT:
                return None
            raise
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or status.st_size > facts.size:
            return None  # what has another name may be in use, and must not be written to
        if status.st_size == facts.size and _sha256_of(folder, name) != facts.sha256:
            return None
        return status.st_size

    def take_over(self, other: Writer) -> None:
        """Take over what an ended delivery has left; what this has of a resource stays."""
        with suppress(OSError), self.writer.opened() as own, other.opened() as its:
            # somebody else may be quicker, or it is another user's
            with (
                suppress(OSError),
                open_below(its, MOVED) as left,
                open_below(own, MOVED, making=True) as ours,
            ):
                for area in set(names_in(left)) - set(names_in(ours)):
                    with suppress(OSError):  # that one alone
                        os.rename(area, area, src_dir_fd=left, dst_dir_fd=ours)
            shutil.rmtree(MOVED, ignore_errors=True, dir_fd=its)
            with suppress(OSError):  # others may have put a link or a file there
                os.unlink(MOVED, dir_fd=its)
            if set(names_in(its)) <= {OWNER}:
                other.remove()

    def tidy(self, wanted: set[str]) -> None:
        """Remove all but the files at some places: what is left of what is not offered any more.

        A link goes itself; where it leads, and what another file system has, stays as it is.

        Raises:
            OSError: something cannot be removed.
        """
        with self.writer.opened() as own:
            if MOVED not in names_in(own):
                return
            device = os.fstat(own).st_dev
            for where, folders, names, inside in os.fwalk(MOVED, topdown=False, dir_fd=own):
                if os.fstat(inside).st_dev != device:
                    continue
                for name in folders:
                    try:
                        os.rmdir(name, dir_fd=inside)
                    except NotADirectoryError:  # a link to one
                        os.unlink(name, dir_fd=inside)
                    except OSError:  # something is in it
                        continue
                for name in names:
                    if f"{where}/{name}" not in wanted:
                        os.unlink(name, dir_fd=inside)

    def link(self, facts: FileFacts, descent: Descent) -> None:
        """Put a link in its place.

        Raises:
            OSError: it cannot be made.
        """
        folder, name = self._clear(facts, descent)
        os.symlink(facts.link, name, dir_fd=folder)

    def complete(self, facts: FileFacts, present: str, descent: Descent) -> None:
        """Put a file in its place that is in the data directory already.

        Raises:
            OSError: it cannot be linked or copied.
        """
        folder, name = self._clear(facts, descent)
        try:
            os.link(present, name, dst_dir_fd=folder)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            _copy(present, folder, name)

    def _clear(self, facts: FileFacts, descent: Descent) -> tuple[int, str]:
        """Return the folder that a file is to be in, and its name; nothing is there then."""
        folder, name = descent.at(self.place(facts), making=True)
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
        return folder, name


def _sha256_of(folder: int, name: str) -> str:
    """Return the SHA-256 of a file in an open folder."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(present: str, folder: int, name: str) -> None:
    """Copy a file to an open folder, with its time and permissions."""
    with open(present, "rb") as file:  # noqa: PTH123
        status = os.fstat(file.fileno())
        with os.fdopen(os.open(name, NEW, 0o666, dir_fd=folder), "wb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fchmod(copy.fileno(), stat.S_IMODE(status.st_mode))
            os.utime(copy.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
