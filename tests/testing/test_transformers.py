"""A wrong transformer does not keep the contract."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import partial

import pytest

from datamaestro.testing import TransformerContract
from datamaestro.testing.transformers import MEMORY
from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.errors import DefinitionError
from datamaestro_hookspecs.streams import BlockStream
from datamaestro_hookspecs.transformers import Transformer


class Right:
    """Drops the dot that ends a stream; each of those below does one thing wrong."""

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> io.BufferedIOBase:
        if options:
            raise DefinitionError("there are no options")
        return io.BytesIO(self.change(self.take(stream)))

    def take(self, stream: io.BufferedIOBase) -> bytes:
        return b"".join(iter(partial(stream.read, 5), b""))

    def change(self, content: bytes) -> bytes:
        if not content.endswith(b"."):
            raise EOFError("there is no dot")
        if b"!" in content:
            raise ValueError("there is no need to shout")
        return content[:-1]


class LosesAByte(Right):
    def change(self, content: bytes) -> bytes:
        return super().change(content)[:-1]


class NeedsLargeBuffers(Right):
    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> io.BufferedIOBase:
        class Large(io.BytesIO):
            def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
                return super().readinto(buffer) if len(buffer) > 7 else 0

        return Large(super().open(stream, options).read())


class Seeks(Right):
    def take(self, stream: io.BufferedIOBase) -> bytes:
        stream.seek(0)
        return stream.read()


class OneStreamAtATime(Right):
    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> io.BufferedIOBase:
        self.latest = super().open(stream, options)
        transformer = self

        class Latest(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                return transformer.latest.read(-1 if size is None else size)

        return Latest()


class TrustsFullReads(Right):
    def take(self, stream: io.BufferedIOBase) -> bytes:
        return stream.read1(100)


class ForgivesAnEarlyEnd(Right):
    def change(self, content: bytes) -> bytes:
        return content.removesuffix(b".")


class NeverNoticesTheEnd(Right):
    def take(self, stream: io.BufferedIOBase) -> bytes:
        content = b""
        while not content.endswith(b"."):
            content += stream.read(5)
        return content


class AcceptsNothing(Right):
    def change(self, content: bytes) -> bytes:
        return super().change(content or b".")


class ForgivesDamage(Right):
    def change(self, content: bytes) -> bytes:
        return super().change(content.replace(b"!", b","))


class OverlooksOptions(Right):
    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> io.BufferedIOBase:
        return super().open(stream, {})


class HoldsEverything(Right):
    def take(self, stream: io.BufferedIOBase) -> bytes:
        return stream.read()


class Streaming:
    """Does what the right one does, and holds one block."""

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> BlockStream:
        return BlockStream(self.blocks(stream))

    def blocks(self, stream: io.BufferedIOBase) -> Iterator[bytes]:
        block = b""
        while following := stream.read(1 << 16):
            yield block
            block = following
        yield Right().change(block)


class TestRight(TransformerContract):
    record = Transformer("right", f"{Right.__module__}:Right")
    pairs = ((b"some words.", b"some words"), (b"some more.", b"some more"), (b".", b""))
    damaged = (b"some noise! ends here.",)
    wrong_options = ({"dots": False},)


class TestStreaming(TransformerContract):
    record = Transformer("streaming", f"{Right.__module__}:Streaming")
    pairs = TestRight.pairs

    def long(self) -> bytes:
        return b"word" * MEMORY + b"."


class TestForgiving(TransformerContract):
    """An author says where a part of a stream, or nothing, is a stream, too."""

    record = Transformer("forgiving", f"{Right.__module__}:ForgivesAnEarlyEnd")
    pairs = ((b"some words.", b"some words"), (b"", b""))

    def cuts(self, encoded: bytes) -> tuple[bytes, ...]:
        return ()


CAUGHT = [
    ("test_result_is_as_expected", LosesAByte, (1 << 20,)),
    ("test_result_is_as_expected", NeedsLargeBuffers, (7,)),
    ("test_result_is_as_expected", Seeks, (1 << 20,)),
    ("test_streams_are_read_side_by_side", OneStreamAtATime, ()),
    ("test_short_reads_make_no_difference", TrustsFullReads, ()),
    ("test_early_end_is_refused", ForgivesAnEarlyEnd, ()),
    ("test_early_end_is_refused", NeverNoticesTheEnd, ()),
    ("test_empty_stream_is_refused", AcceptsNothing, ()),
    ("test_damage_is_refused", ForgivesDamage, ()),
    ("test_wrong_options_are_refused", OverlooksOptions, ()),
]


@pytest.mark.parametrize(("test", "wrong", "arguments"), CAUGHT)
def test_wrong_transformer_is_caught(
    test: str, wrong: type[Right], arguments: tuple[object, ...]
) -> None:
    """What a transformer does wrong, the contract notices."""
    contract = TestRight()
    contract.transformer = wrong()
    with pytest.raises((AssertionError, OSError, EOFError, pytest.fail.Exception)):
        getattr(contract, test)(*arguments)


def test_holding_everything_is_caught() -> None:
    """What needs as much memory as a stream has bytes, the contract notices."""
    contract = TestStreaming()
    contract.transformer = HoldsEverything()
    with pytest.raises(AssertionError, match="bytes at a time"):
        contract.test_memory_is_bounded()


def test_a_stream_that_proves_nothing_is_caught() -> None:
    """What is not long does not show that memory is bounded."""
    contract = TestStreaming()
    contract.long = lambda: b"some words."  # type: ignore[method-assign]
    with pytest.raises(AssertionError, match="not long enough"):
        contract.test_memory_is_bounded()


def test_every_test_of_the_contract_is_tried() -> None:
    """No test of the contract is left out above."""
    tests = {name for name in vars(TransformerContract) if name.startswith("test_")}
    assert {"test_memory_is_bounded", *(test for test, *_ in CAUGHT)} == tests
