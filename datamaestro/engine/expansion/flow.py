"""A flow: a named stream on its way through a chain, whose first bytes may be looked at."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from attrs import define, evolve

from datamaestro_hookspecs.unpackers import Member

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from datamaestro_hookspecs.unpackers import Readable

BUFFER = 1 << 18
"""Bytes that a reader holds; whoever reads more at a time gets them without a copy."""


class _Again(io.RawIOBase):
    """The bytes that were looked at, and then the rest of a stream."""

    def __init__(self, head: bytes, stream: io.BufferedIOBase) -> None:
        super().__init__()
        self._head = memoryview(head)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if not self._head:
            return self._stream.readinto(buffer)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._head))
        view[:count] = self._head[:count]
        self._head = self._head[count:]
        return count


class _Content(io.RawIOBase):
    """The content of a member of an archive."""

    def __init__(self, content: Readable) -> None:
        super().__init__()
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        block = self._content.read(len(view))
        view[: len(block)] = block
        return len(block)


@define
class Flow:
    """A stream and its name.

    Args:
        name: of what arrives, or of a member of an archive; for its suffix.
        stream: of its bytes.
        whole: returns a file with the same bytes, when all are there; None where there is none.
        member: of an archive, of which it is; its name is that of the archives that it is in, too.
    """

    name: str
    stream: io.BufferedIOBase
    whole: Callable[[], Path] | None = None
    member: Member | None = None

    @classmethod
    def of_member(cls, path: str, member: Member, content: Readable) -> Flow:
        """Return the flow of a file in an archive."""
        return cls(path, io.BufferedReader(_Content(content), BUFFER), member=member)

    def as_member(self) -> Member:
        """Return what has come out of a chain, as a member of the archive that it was in."""
        if self.member is None:
            return Member(self.name, content=self.stream)
        return evolve(self.member, content=self.stream)

    def head(self, size: int) -> bytes:
        """Return the first bytes, fewer only where there are no more; they are still to come."""
        head = self.stream.read(size)
        self.stream = io.BufferedReader(_Again(head, self.stream), BUFFER)
        return head
