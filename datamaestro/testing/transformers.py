"""What every transformer does."""

from __future__ import annotations

import io
import tracemalloc
from functools import cached_property, partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from datamaestro_hookspecs.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from _typeshed import WriteableBuffer

    from datamaestro_hookspecs.cards import Option
    from datamaestro_hookspecs.transformers import Transformer, TransformerProtocol

MEMORY = 1 << 24
"""Bytes that a transformer may take at a time, as far as Python knows."""


class Arriving(io.RawIOBase):
    """A stream that cannot seek, and gives at most ``most`` bytes at a time."""

    def __init__(self, content: bytes, most: int = 1 << 20) -> None:
        super().__init__()
        self.content, self.most, self.patience = io.BytesIO(content), most, 100

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill part of the buffer; fail where the end is not noticed."""
        count = self.content.readinto(memoryview(buffer)[: self.most])
        self.patience -= not count
        return count if self.patience else pytest.fail("it reads on and on after the end")


class TransformerContract:
    """What the engine relies on in every transformer.

    The method ``cuts`` is overridden where a part of a stream may be a stream, too; the method
    ``long`` where the transformer does not need all bytes at once.

    Attributes:
        record: as the plugin's hook returns it.
        pairs: bytes as they arrive, and what is to come of them.
        options: what the transformer is told.
        damaged: bytes that are no such stream, with those options.
        wrong_options: each is something that the transformer cannot be told.
    """

    record: ClassVar[Transformer]
    pairs: ClassVar[Sequence[tuple[bytes, bytes]]]
    options: ClassVar[Mapping[str, Option]] = {}
    damaged: ClassVar[Sequence[bytes]] = ()
    wrong_options: ClassVar[Sequence[Mapping[str, Option]]] = ()

    def long(self) -> bytes:
        """Return a stream that has, or becomes, four times :data:`MEMORY`; nothing if none has."""
        return b""

    def cuts(self, encoded: bytes) -> Iterable[bytes]:
        """Return beginnings of a stream that are no streams; nothing where that cannot be told."""
        return {encoded[:1], encoded[: len(encoded) // 2], encoded[:-1]} - {encoded, b""}

    @cached_property
    def transformer(self) -> TransformerProtocol:
        """The record's implementation, made as the engine makes it."""
        made: TransformerProtocol = resolve_name(self.record.implementation)()
        return made

    def open(self, stream: io.BufferedIOBase) -> Any:
        """Return the stream that reads what becomes of ``stream``."""
        return self.transformer.open(stream, self.options)

    def result(self, stream: io.BufferedIOBase, size: int = 1 << 20) -> bytes:
        """Return what becomes of a stream, read as the engine does, ``size`` bytes at a time."""
        changed, received, buffer = self.open(stream), bytearray(), memoryview(bytearray(size))
        while count := changed.readinto(buffer):
            received += buffer[:count]
        return bytes(received)

    def peak(self, stream: io.BufferedIOBase) -> tuple[int, int]:
        """Return how many bytes were held at a time, at most, and how many the result has."""
        buffer, received = bytearray(1 << 18), 0
        tracemalloc.start()
        try:
            changed = self.open(stream)
            while count := changed.readinto(buffer):
                received += count
            return tracemalloc.get_traced_memory()[1], received
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("size", [1, 7, 1 << 20])
    def test_result_is_as_expected(self, size: int) -> None:
        """The result is the same, read in one go or in small pieces."""
        for encoded, expected in self.pairs:
            assert self.result(io.BufferedReader(Arriving(encoded)), size) == expected

    def test_streams_are_read_side_by_side(self) -> None:
        """One transformer serves several streams; the next transformer may ``read`` from each."""
        pairs = [*self.pairs, *self.pairs]
        streams = [self.open(io.BufferedReader(Arriving(encoded))) for encoded, _ in pairs]
        for changed, (_, expected) in zip(streams, pairs, strict=True):
            assert b"".join(iter(partial(changed.read, 3), b"")) == expected

    def test_short_reads_make_no_difference(self) -> None:
        """The result is the same where bytes arrive one by one."""
        for encoded, expected in self.pairs:
            assert self.result(io.BufferedReader(Arriving(encoded, 1))) == expected

    def test_early_end_is_refused(self) -> None:
        """Reading raises where the stream ends too early; no result is short without a word."""
        for cut in {cut for encoded, _ in self.pairs for cut in self.cuts(encoded)}:
            with pytest.raises(Exception):  # noqa: B017, PT011 - the engine takes any
                self.result(io.BufferedReader(Arriving(cut)))

    def test_empty_stream_is_refused(self) -> None:
        """Reading raises where nothing at all arrives, unless that is one of the pairs."""
        if not any(encoded == b"" for encoded, _ in self.pairs):
            with pytest.raises(Exception):  # noqa: B017, PT011 - the engine takes any
                self.result(io.BufferedReader(Arriving(b"")))

    def test_damage_is_refused(self) -> None:
        """Reading raises where the bytes are not what they should be."""
        for damaged in self.damaged:
            with pytest.raises(Exception):  # noqa: B017, PT011 - the engine takes any
                self.result(io.BufferedReader(Arriving(damaged)))

    def test_wrong_options_are_refused(self) -> None:
        """What the transformer cannot be told is an error of the definition, not overlooked."""
        for options in self.wrong_options:
            with pytest.raises(DefinitionError):
                self.transformer.open(io.BufferedReader(Arriving(self.pairs[0][0])), options).read()

    def test_memory_is_bounded(self) -> None:
        """However long a stream is, and whatever it expands to, little of it is held at a time."""
        if long := self.long():
            most, received = self.peak(io.BufferedReader(Arriving(long)))
            assert max(received, len(long)) >= 4 * MEMORY, "it is not long enough"
            assert most <= MEMORY, f"it takes {most:,} bytes at a time"
