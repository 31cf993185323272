"""Reading one file for its digest, whatever is in its place.

As a program, this reads what it is asked for on stdin, and tells on stdout what was found: one list
after the other, as :mod:`marshal` has them. It imports little, since it is there to be quick.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import sys
from contextlib import suppress
from errno import EINVAL
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, Any

BLOCK = 1 << 18
"""Bytes read at a time; they stay in the processor's cache until they are digested."""

FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""Not waiting for whoever might write into a pipe that is in a file's place."""

DIGITS = 12
"""Of the length of what is given."""

Asked = tuple[str, int]
"""The path of a file that is to be read, and the size that it is likely to have, which says when.

There may be very many, so it is nothing but that.
"""


class Found(NamedTuple):
    """What was found at a path.

    Args:
        error: why it cannot be read, as errno has it; 0 where it can.
        size: in bytes.
        mtime_ns: modification time in nanoseconds.
        ctime_ns: time of the last change of any kind, in nanoseconds.
        inode: its number.
        sha256: hexadecimal.
    """

    error: int
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    inode: int = 0
    sha256: str = ""


def read(path: str, told: Callable[[int], None]) -> Found:
    """Read one file; ``told`` is called with the bytes that were read, now and then."""
    try:
        descriptor = os.open(path, FLAGS)
    except OSError as error:
        return Found(error.errno or EINVAL)
    try:
        # as it is before: who looks again reads it again, if it is written to meanwhile
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Found(EINVAL)
        size = status.st_size
        digest = _digest(descriptor, size, told)
    except OSError as error:
        return Found(error.errno or EINVAL)
    finally:
        os.close(descriptor)
    return Found(0, size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, digest)


def _digest(descriptor: int, size: int, told: Callable[[int], None]) -> str:
    """Return the digest of an open file; of one that grows, that of a little more than it had."""
    if size < BLOCK:
        block = os.read(descriptor, size + 1)
        if len(block) == size:
            told(size)
            return hashlib.sha256(block).hexdigest()
        os.lseek(descriptor, 0, os.SEEK_SET)
    state, buffer, left = hashlib.sha256(), memoryview(bytearray(BLOCK)), size
    while left >= 0 and (count := os.readv(descriptor, [buffer])):
        state.update(buffer[:count])
        left -= count
        told(count)
    return state.hexdigest()


def serve() -> None:
    """Read what is asked for, until nobody asks any more."""
    asker, answers = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):
        while True:
            give(answers, [tuple(read(path, _untold)) for path in take(asker)])


def give(sink: IO[bytes], values: list[Any]) -> None:
    """Write plain values, and before them how long they are."""
    body = marshal.dumps(values)
    sink.write(b"%*d" % (DIGITS, len(body)) + body)
    sink.flush()


def take(source: IO[bytes]) -> list[Any]:
    """Return what :func:`give` has written.

    Raises:
        EOFError: there is no more.
    """
    if not (head := source.read(DIGITS)):
        raise EOFError
    return list(marshal.loads(source.read(int(head))))  # noqa: S302 - from the same program


def _untold(count: int) -> None:
    pass


if __name__ == "__main__":
    serve()
