"""What two sides pass to each other: lines, and the contents of files.

Lines are frames of content, each compressed, up to an empty one. Contents are, for each file, a
frame with its path, size, offset and whether it may be run, and frames of what is in it, until that
is all or an empty one says that no more is to come; after all files comes the message
``{"end": true}``, or the answer to what was asked.
"""

from __future__ import annotations

import json
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define, field

from datamaestro_hookspecs.offers import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from datamaestro.moving.far.talk import Talk

CHUNK = 1 << 20
"""Bytes of a file that are sent in a frame at most."""

LINES = 1 << 18
"""Bytes of lines that are sent in a frame, about."""

MOST = 1 << 30
"""Bytes of lines that are taken in one go, which are some millions of files."""

WEIGHT = 100
"""Bytes for which each line counts besides, as it takes memory however short it is."""

ENDS = {"end", "done"}
"""What a message says after which there are no more contents."""


def give_lines(talk: Talk, lines: Iterable[str]) -> None:
    """Send lines, each with its end."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= LINES:
            talk.give(zlib.compress("".join(held).encode()))
            held, size = [], 0
    if held:
        talk.give(zlib.compress("".join(held).encode()))
    talk.give(b"")


def lines(talk: Talk) -> Iterator[bytes]:
    """Iterate over the lines that the other side gives, which may not be endless."""
    left = MOST
    while frame := talk.next():
        if not isinstance(frame, bytes):
            raise talk.lost("it does not give lines")
        packer = zlib.decompressobj()
        try:
            text = packer.decompress(frame, 64 * LINES)
        except zlib.error as error:
            raise talk.lost("its lines cannot be understood") from error
        if packer.unconsumed_tail:
            raise talk.lost("its lines are too long")
        left -= len(text) + WEIGHT * text.count(b"\n")
        if left < 0:
            raise talk.lost("it gives too many lines")
        yield from text.splitlines()


def give_contents(
    talk: Talk, contents: Iterable[Content], look: Callable[[], None] = lambda: None
) -> None:
    """Send the contents of files.

    Args:
        talk: with the other side.
        contents: of them.
        look: called now and then; raises if no more is to be sent.
    """
    buffer = memoryview(bytearray(CHUNK))
    sent = 0
    for content in contents:
        head = [content.path, content.size, content.offset, content.executable]
        talk.give(json.dumps(head).encode())
        left = content.size - content.offset
        while left > 0:
            count = content.readinto(buffer[:left])
            talk.give(buffer[:count])
            if count == 0:
                break
            left -= count
            sent += count
            if sent >= CHUNK:
                look()
                sent = 0


def contents(talk: Talk) -> Iterator[Content]:
    """Iterate over the contents that the other side gives."""
    while isinstance(frame := talk.next(), bytes):
        incoming = Incoming(talk, *_head(talk, frame))
        yield Content(
            incoming.path,
            incoming.size,
            incoming.readinto,
            incoming.offset,
            incoming.executable,
        )
        incoming.skip()
    if not frame.keys() & ENDS:
        raise talk.lost("it does not say the end of what it gives")


def skip_contents(talk: Talk) -> None:
    """Pass over contents that are of no use any more, up to their end."""
    while isinstance(talk.next(), bytes):
        pass


def _head(talk: Talk, frame: bytes) -> tuple[str, int, int, bool]:
    with suppress(ValueError, TypeError):
        path, size, offset, executable = json.loads(frame)
        if isinstance(path, str) and 0 <= int(offset) <= int(size):
            return path, int(size), int(offset), bool(executable)
    raise talk.lost("it does not say which file it gives")


@define(eq=False)
class Incoming:
    """A file that the other side gives.

    Args:
        talk: with it.
        path: of the file.
        size: of the whole.
        offset: of the first byte that is given.
        executable: whether it may be run.
    """

    talk: Talk
    path: str
    size: int
    offset: int
    executable: bool
    _left: int = field(init=False)
    _held: memoryview = field(init=False, factory=lambda: memoryview(b""))

    def __attrs_post_init__(self) -> None:
        self._left = self.size - self.offset

    def readinto(self, buffer: memoryview) -> int:
        """Fill a part of a buffer with what comes next; 0: no more comes."""
        if not self._held and not self._next():
            return 0
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def skip(self) -> None:
        """Pass over what has not been read."""
        self._held = memoryview(b"")
        while self._next():
            pass

    def _next(self) -> bool:
        """Take the next piece; return whether there is one."""
        if self._left == 0:
            return False
        frame = self.talk.next()
        if not isinstance(frame, bytes) or len(frame) > self._left:
            raise self.talk.lost("it gives another number of bytes than it says")
        self._held = memoryview(frame)
        self._left = self._left - len(frame) if frame else 0
        return bool(frame)
