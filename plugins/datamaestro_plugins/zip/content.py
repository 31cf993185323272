"""The content of members, read and expanded when it is asked for, and checked at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError
from datamaestro_hookspecs.streams import INPUT
from datamaestro_plugins.zip.directory import LOCAL
from datamaestro_plugins.zip.methods import END_MARK, LZMA, STORED

if TYPE_CHECKING:
    import io

    from datamaestro_hookspecs.streams import Decompressor
    from datamaestro_plugins.zip.entry import Entry
    from datamaestro_plugins.zip.methods import Methods

LOCAL_MAGIC = b"PK\3\4"

MORE = 64
"""Bytes of further fields that a local header is expected to have, at most."""


class Content:
    """A file's content.

    Args:
        stream: of the archive; can seek.
        entry: of the file.
        limit: where its content has to end, at most.
        methods: that expand it.
    """

    __slots__ = (
        "_ahead",
        "_at",
        "_crc",
        "_entry",
        "_given",
        "_left",
        "_limit",
        "_methods",
        "_state",
        "_stream",
    )

    def __init__(
        self, stream: io.BufferedIOBase, entry: Entry, limit: int, methods: Methods
    ) -> None:
        self._stream = stream
        self._entry = entry
        self._limit = limit
        self._methods = methods
        self._state: Decompressor | None = None
        self._at = -1
        self._left = entry.stored
        self._ahead = b""
        self._given = 0
        self._crc = 0

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are asked for, fewer only at the end.

        Raises:
            ContentError: it is damaged, or compressed in a way that is not supported.
            EOFError: it ends too early.
            Exception: what expands it raises where it is damaged.
        """
        if self._at < 0:
            self._begin()
        missing = self._entry.size - self._given
        if not missing and self._given:
            return b""
        wanted = missing if size < 0 else min(size, missing)
        block = self._next(wanted)
        if len(block) < wanted:
            blocks, wanted = [block], wanted - len(block)
            while wanted:
                block = self._next(wanted)
                blocks.append(block)
                wanted -= len(block)
            block = b"".join(blocks)
        self._crc = self._methods.crc32(block, self._crc)
        self._given += len(block)
        if self._given == self._entry.size:
            self._end()
        return block

    def locate(self) -> None:
        """Read the local header, and with it as much of the content as is quickly done.

        Raises:
            ContentError: it is not that of this member.
        """
        entry = self._entry
        size = LOCAL + len(entry.raw)
        self._stream.seek(entry.start)
        ahead = self._stream.read(size + MORE + min(entry.stored, INPUT))
        named = int.from_bytes(ahead[26:28], "little")
        start = LOCAL + named + int.from_bytes(ahead[28:30], "little")
        if ahead[:4] != LOCAL_MAGIC or ahead[LOCAL : LOCAL + named] != entry.raw:
            raise ContentError(
                f"{entry.where} has another name where its content is, or is damaged"
            )
        if entry.start + start + entry.stored > self._limit:
            raise ContentError(
                f"{entry.where} overlaps another one", hint="it is damaged, or meant to do harm"
            )
        self._ahead = ahead[start : start + entry.stored]
        self._at = entry.start + start + len(self._ahead)

    def _begin(self) -> None:
        self.locate()
        entry = self._entry
        if entry.method == STORED:
            if entry.stored != entry.size:
                raise self._odd()
        else:
            self._state = self._methods.begin(entry, self._stored)

    def _stored(self, size: int) -> bytes:
        """Return so many bytes of what is stored, fewer only at its end."""
        size = min(size, self._left)
        block = self._ahead
        if block:
            block, self._ahead = block[:size], block[size:]
        else:
            self._stream.seek(self._at)
            block = self._stream.read(size)
            self._at += len(block)
            if not block and size:
                raise EOFError(f"the archive ends too early, in {self._entry.where}")
        self._left -= len(block)
        return block

    def _next(self, size: int) -> bytes:
        """Return up to so many bytes of content; none only where none is wanted."""
        state = self._state
        if state is None:
            return self._stored(size)
        while size:
            data = self._stored(INPUT) if state.needs_input and self._left else b""
            block = b"" if state.eof else state.decompress(data, size)
            if block:
                return block
            if state.eof or not (data or self._left):
                raise EOFError(f"{self._entry.where} expands to less than it says")
        return b""

    def _end(self) -> None:
        """Make sure that the content ends where it has to, and is what it was.

        Raises:
            ContentError: it is not.
        """
        state = self._state
        if state is not None and not self._ends_unmarked():
            while not state.eof:
                data = self._stored(INPUT) if state.needs_input and self._left else b""
                if state.decompress(data, 1) or not (data or self._left or state.eof):
                    raise self._odd()
            if self._left or state.unused_data:
                raise self._odd()
        if self._crc != self._entry.crc:
            raise ContentError(
                f"{self._entry.where} is damaged: its CRC-32 is not what the archive says",
                hint="it was damaged on its way, or by its publisher",
            )

    def _ends_unmarked(self) -> bool:
        """Return whether nothing in the content says where it ends."""
        return self._entry.method == LZMA and not self._entry.flags & END_MARK

    def _odd(self) -> ContentError:
        return ContentError(f"{self._entry.where} has another size than the archive says")
