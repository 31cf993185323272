"""A wrong transformer does not keep the contract."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

import pytest

from datamaestro.testing import TransformerContract
from datamaestro_hookspecs.cards import Option
from datamaestro_hookspecs.transformers import Transformer


class Right:
    """Drops the dot that ends a stream; each of those below does one thing wrong."""

    def open(self, stream: io.BufferedIOBase, options: Mapping[str, Option]) -> io.BufferedIOBase:
        return io.BytesIO(self.change(self.take(stream)))

    def take(self, stream: io.BufferedIOBase) -> bytes:
        return b"".join(iter(partial(stream.read, 5), b""))

    def change(self, content: bytes) -> bytes:
        if not content.endswith(b"."):
            raise EOFError("there is no dot")
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


class TestRight(TransformerContract):
    record = Transformer("right", f"{Right.__module__}:Right")
    pairs = ((b"some words.", b"some words"), (b"some more.", b"some more"), (b".", b""))


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


def test_every_test_of_the_contract_is_tried() -> None:
    """No test of the contract is left out above."""
    tests = {name for name in vars(TransformerContract) if name.startswith("test_")}
    assert {test for test, *_ in CAUGHT} == tests
