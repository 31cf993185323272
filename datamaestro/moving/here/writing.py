"""Writing what arrives: content gets into a file, and its digest is computed meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from datamaestro.descriptors import write_all
from datamaestro.sharing import access_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from datamaestro.sharing import Access
    from datamaestro.store.descent import Descent
    from datamaestro_hookspecs.files import FileFacts
    from datamaestro_hookspecs.offers import Content

BLOCK = 1 << 20
"""Bytes moved at a time."""


class Hand:
    """Writes files, one after the other; a second thread digests while the first reads and writes.

    Used in a ``with`` block, by one thread.

    Args:
        descent: below which they are.
    """

    def __init__(self, descent: Descent) -> None:
        self._descent = descent
        self._buffers = (memoryview(bytearray(BLOCK)), memoryview(bytearray(BLOCK)))
        self._stack = ExitStack()
        self._other: ThreadPoolExecutor | None = None
        self._access: dict[str, Access | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def write(self, content: Content, place: str, facts: FileFacts) -> bool:
        """Write a content: to a new file, or after the bytes that are there where it goes on.

        What has been written stays, whatever happens, but for what is wrong in the end.

        Args:
            content: begins at the end of what is there, or at 0.
            place: of the file, below the folder that was opened; no link is followed on the way.
            facts: what the file is to be.

        Returns:
            whether it is that.

        Raises:
            OSError: it cannot be written.
        """
        folder, name = self._descent.at(place, making=True)
        file = _open(folder, name, content.offset)
        try:
            self._share(folder, place)
            right = self._write(file, content, facts)
            if right and facts.mtime_ns:
                _set_time(file, facts.mtime_ns)
        finally:
            os.close(file)
        if not right:
            os.unlink(name, dir_fd=folder)
        return right

    def _write(self, file: int, content: Content, facts: FileFacts) -> bool:
        """Write a content to an open file; return whether that is what it should be."""
        digest = hashlib.sha256()
        if content.offset:
            status = os.fstat(file)
            if status.st_nlink > 1 or not stat.S_ISREG(status.st_mode):
                return False  # somebody has just put it there, and may be using it
            os.ftruncate(file, content.offset)
        there = self._digest_of(file, content.offset, digest)
        if there < content.offset or not self._fill(file, content, digest, facts.size - there):
            return False
        if content.executable:
            mode = os.fstat(file).st_mode
            os.fchmod(file, mode | (mode & 0o444) >> 2)  # whoever may read it may run it
        return digest.hexdigest() == facts.sha256

    def _share(self, folder: int, place: str) -> None:
        """Let another user go on with a file, where its folder is shared."""
        around, _, name = place.rpartition("/")
        if around not in self._access:
            self._access[around] = access_of(folder)
        if (access := self._access[around]) is not None:
            access.grant(name, below=folder)

    def _digest_of(self, file: int, length: int, digest: hashlib._Hash) -> int:
        """Digest the first bytes of a file; return how many there are."""
        buffer, there = self._buffers[0], 0
        while there < length:
            count = os.readv(file, [buffer[: length - there]])
            if not count:
                break
            digest.update(buffer[:count])
            there += count
        return there

    def _fill(self, file: int, content: Content, digest: hashlib._Hash, most: int) -> bool:
        """Write what a content gives where the file stands; return False if it is too long."""
        digesting: Future[None] | None = None
        turn, large = 0, most > BLOCK
        while count := content.readinto(self._buffers[turn]):
            block = self._buffers[turn][:count]
            if digesting is not None:
                digesting.result()
            most -= count
            if most < 0:
                return False
            if large:
                digesting = self._second().submit(digest.update, block)
            else:
                digest.update(block)
            write_all(file, block)
            turn = 1 - turn
        if digesting is not None:
            digesting.result()
        return True

    def _second(self) -> ThreadPoolExecutor:
        """Return the thread that digests large files."""
        if self._other is None:
            self._other = self._stack.enter_context(ThreadPoolExecutor(1, "datamaestro-digest"))
        return self._other


def _open(folder: int, name: str, offset: int) -> int:
    """Open a file in an open folder that is to be continued at some offset; at 0, a new one."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    if offset:
        return os.open(name, flags | os.O_NONBLOCK, dir_fd=folder)
    try:
        return os.open(name, flags | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder)
    except FileExistsError:
        os.unlink(name, dir_fd=folder)
        return os.open(name, flags | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=folder)


def _set_time(file: int, mtime_ns: int) -> None:
    """Let a file be as old as it was; where that cannot be, it is new."""
    with suppress(OSError, OverflowError):
        os.utime(file, ns=(mtime_ns, mtime_ns))
