"""Streams: what transformers and unpackers are made of."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any, Protocol

from datamaestro_hookspecs.errors import ContentError, DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from _typeshed import WriteableBuffer

    from datamaestro_hookspecs.cards import Option

log = logging.getLogger("datamaestro")

BLOCK = 1 << 20
"""Bytes that are given on at a time, at most."""

INPUT, OUTPUT = 1 << 17, 1 << 19
"""Bytes that a decompressor is given, and gives, at a time, at most; measured, for they are copied
once more, which is quicker where a processor has them at hand."""

FIRST = 1 << 14
"""Bytes that a decompressor is given first, then twice as many each time.

What it does not use it copies; so where there are many short streams, that is little, too.
"""


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


class Section:
    """The next bytes of a stream, such as the content of an archive's member.

    Args:
        stream: that stands where they begin.
        size: how many they are.
    """

    def __init__(self, stream: io.BufferedIOBase, size: int) -> None:
        self._stream = stream
        self.left = size

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are asked for, fewer only at the end.

        Raises:
            EOFError: the stream ends too early.
        """
        wanted = min(size, self.left)
        data = self._stream.read(wanted)
        if len(data) < wanted:
            raise EOFError("it ends too early")
        self.left -= wanted
        return data

    def skip(self) -> None:
        """Read what is left of them.

        Raises:
            EOFError: the stream ends too early.
        """
        while self.left:
            self.read(BLOCK)


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
        """What it was given last that is beyond its end."""

    def decompress(self, data: bytes | memoryview, max_length: int = -1, /) -> bytes:
        """Return some of what the data expand to; raise where they are damaged."""


def decompressed(
    stream: io.BufferedIOBase,
    begin: Callable[[], Decompressor],
    magic: tuple[bytes, ...],
    *,
    trailing: bool = False,
) -> Iterator[bytes]:
    """Yield what compressed streams that follow each other expand to, in blocks of bounded size.

    Zeros between them and after the last one are padding.

    Args:
        stream: of compressed bytes.
        begin: makes the decompressor of the next of them.
        magic: what each after the first begins with; nothing begins with a zero.
        trailing: whether anything else that follows the last one is left out, with a warning; if
            not, it is an error, since it may be a damaged part of the content.

    Raises:
        EOFError: it ends too early.
        ContentError: something else follows, or there is nothing at all.
        Exception: what the decompressor raises where the bytes are damaged.
    """
    source = _Source(stream)
    if not source.ahead(1):
        raise ContentError("an empty file is no compressed file")
    longest = max(map(len, magic), default=1)
    while True:
        yield from _one(source, begin())
        source.skip_zeros()
        ahead = source.ahead(longest)
        if not ahead:
            return
        if ahead.startswith(magic):
            continue
        if any(known.startswith(ahead) for known in magic):
            raise EOFError(TOO_EARLY)
        _leave_out(source, trailing=trailing)
        return


TOO_EARLY = "the compressed stream ends too early"


class _Source:
    """What is read of a stream, of which some may be given back.

    Args:
        stream: is read in blocks of :data:`INPUT` bytes.
    """

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._data = memoryview(b"")
        self._next = 0

    def take(self, size: int) -> memoryview:
        """Return some bytes, at most ``size``; none at the end."""
        if self._next == len(self._data):
            self._data, self._next = memoryview(self._stream.read(INPUT)), 0
        taken = self._data[self._next : self._next + size]
        self._next += len(taken)
        return taken

    def give_back(self, count: int) -> None:
        """Return to the place ``count`` bytes before, within what was taken last."""
        self._next -= count

    def ahead(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end; they are still to be taken."""
        if len(self._data) - self._next < size:
            rest = bytes(self._data[self._next :])
            self._data, self._next = memoryview(rest + self._stream.read(INPUT)), 0
        return bytes(self._data[self._next : self._next + size])

    def skip_zeros(self) -> None:
        """Go on to the next byte that is no zero."""
        while taken := self.take(FIRST):
            if rest := bytes(taken).lstrip(b"\0"):
                self.give_back(len(rest))
                return


def _one(source: _Source, state: Decompressor) -> Iterator[bytes]:
    """Yield what one compressed stream expands to."""
    size = FIRST
    while not state.eof:
        given = memoryview(b"")
        if state.needs_input:
            given = source.take(size)
            size = min(2 * size, INPUT)
            if not given:
                raise EOFError(TOO_EARLY)
        if block := state.decompress(given, OUTPUT):
            yield block
    source.give_back(len(state.unused_data))


def _leave_out(source: _Source, *, trailing: bool) -> None:
    """Report what follows the end of a compressed stream, whatever it is."""
    if not trailing:
        raise ContentError(
            "something else follows after its end",
            hint="damaged, or published so? the latter is said by the option trailing=True",
        )
    count = 0
    while rest := source.take(INPUT):
        count += len(rest)
    log.warning("%s bytes after the end of a compressed stream are left out", f"{count:,}")


class ZlibDecompressor:
    """One stream of Python's zlib, or of a library like it, as a :class:`Decompressor`.

    Args:
        library: with ``decompressobj``.
        wbits: which says what the stream is (zlib.h, ``inflateInit2``).
    """

    def __init__(self, library: Any, wbits: int) -> None:
        self._state = library.decompressobj(wbits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether its end has been reached, and it was what its trailer says."""
        return bool(self._state.eof)

    @property
    def unused_data(self) -> bytes:
        """What it was given last that is beyond its end."""
        unused: bytes = self._state.unused_data
        return unused

    def decompress(self, data: bytes | memoryview, max_length: int = -1, /) -> bytes:
        """Return some of what the data expand to; raise where they are damaged."""
        state = self._state
        block: bytes = state.decompress(state.unconsumed_tail or data, max(max_length, 0))
        self.needs_input = not state.unconsumed_tail and len(block) != max_length
        return block


def check_options(name: str, options: Mapping[str, Option], **known: type) -> None:
    """Refuse options that a transformer does not know: they may be misspelt.

    Args:
        name: of the transformer.
        options: what it is told; None counts as nothing.
        known: the type of each option that there is.

    Raises:
        DefinitionError: there is no such option, or its value is of another type.
    """
    for option, value in options.items():
        if option not in known:
            hint = f"there are: {', '.join(known)}" if known else "there are none"
            raise DefinitionError(f"{name} has no option {option!r}", hint=hint)
        if value is not None and type(value) is not known[option]:
            raise DefinitionError(
                f"{name}: the option {option} is {value!r}, which is no {known[option].__name__}"
            )
