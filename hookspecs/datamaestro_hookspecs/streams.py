"""Streams: what transformers and unpackers are made of."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Protocol

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

log = logging.getLogger("datamaestro")

BLOCK = 1 << 20
"""Bytes that are given on at a time, at most."""

INPUT = 1 << 18
"""Bytes that a decompressor is given at a time; what it does not use of them is copied."""


class BlockStream(io.RawIOBase):
    """A stream of the blocks of bytes that an iterator yields.

    Args:
        blocks: of any size; an error that the iterator raises is raised by reading.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; return the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        taken = self._rest[: len(view)]
        view[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


class Decompressor(Protocol):
    """One compressed stream, in the form that Python's ``bz2``, ``lzma`` and ``zstd`` share."""

    @property
    def eof(self) -> bool:
        """Whether its end has been reached."""

    @property
    def needs_input(self) -> bool:
        """Whether it has nothing more to give before it is given more."""

    @property
    def unused_data(self) -> bytes:
        """What it was given beyond its end."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Return some of what the data expand to; raise where they are damaged."""


def decompressed(
    stream: io.BufferedIOBase,
    begin: Callable[[], Decompressor],
    magic: tuple[bytes, ...],
    *,
    trailing: bool = False,
) -> Iterator[bytes]:
    """Yield what compressed streams that follow each other expand to, in blocks of bounded size.

    Zeros after the last one are padding.

    Args:
        stream: of compressed bytes.
        begin: makes the decompressor of the next of them.
        magic: what each after the first begins with.
        trailing: whether anything else that follows the last one is left out, with a warning; if
            not, it is an error, since it may be a damaged part of the content.

    Raises:
        EOFError: it ends too early.
        ContentError: something else follows, or there is nothing at all.
        Exception: what the decompressor raises where the bytes are damaged.
    """
    longest = max(map(len, magic), default=0)
    data = stream.read(INPUT)
    if not data:
        raise ContentError("an empty file is no compressed file")
    while data:
        state = begin()
        while not state.eof:
            if state.needs_input and not data and not (data := stream.read(INPUT)):
                raise EOFError("the compressed stream ends too early")
            yield state.decompress(data, BLOCK)
            data = b""
        data = _after_zeros(state.unused_data, stream)
        if len(data) < longest:
            data += stream.read(INPUT)
        if data and not data.startswith(magic):
            _leave_out(data, stream, trailing=trailing)
            return


def _after_zeros(data: bytes, stream: io.BufferedIOBase) -> bytes:
    """Return the bytes that come next, without zeros before them."""
    while not (data := data.lstrip(b"\0")) and (data := stream.read(INPUT)):
        pass
    return data


def _leave_out(data: bytes, stream: io.BufferedIOBase, *, trailing: bool) -> None:
    """Report what follows the end of a compressed stream, whatever it is."""
    if not trailing:
        raise ContentError(
            "something else follows after its end",
            hint="damaged, or published so? the latter is said by the option trailing=True",
        )
    count = len(data)
    while rest := stream.read(INPUT):
        count += len(rest)
    log.warning("%s bytes after the end of a compressed stream are left out", f"{count:,}")
