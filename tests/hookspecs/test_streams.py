"""Streams for transformers, and what transformers are told."""

import bz2
import io
import logging
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro_hookspecs.errors import ContentError, DefinitionError
from datamaestro_hookspecs.streams import (
    FIRST,
    INPUT,
    OUTPUT,
    BlockStream,
    check_options,
    decompressed,
)


@given(st.lists(st.binary(max_size=20), max_size=10), st.integers(1, 30))
def test_a_stream_of_blocks_is_the_blocks(blocks: list[bytes], size: int) -> None:
    """Whatever their sizes, empty ones too, and whatever is asked for at a time."""
    stream = io.BufferedReader(BlockStream(iter(blocks)), 16)
    found = b"".join(iter(lambda: stream.read(size), b""))
    assert b"".join(blocks) == found


TIMES = 8


class Repeated:
    """Expands ``(``, some bytes, ``)``: each of them becomes eight of it."""

    given: list[int]
    unused: list[int]

    def __init__(self) -> None:
        self.eof, self.unused_data, self._rest = False, b"", b""

    @property
    def needs_input(self) -> bool:
        return not self._rest

    def decompress(self, data: bytes | memoryview, max_length: int = -1, /) -> bytes:
        self.given.append(len(data))
        self._rest = self._rest or bytes(data)
        count = max_length // TIMES
        taken, self._rest = self._rest[:count], self._rest[count:]
        content, end, after = taken.partition(b")")
        if end:
            self.eof, self.unused_data, self._rest = True, after + self._rest, b""
            self.unused.append(len(self.unused_data))
        return b"".join(bytes([byte]) * TIMES for byte in content.removeprefix(b"("))


@pytest.fixture(autouse=True)
def counted() -> None:
    """Forget what decompressors were given in other tests."""
    Repeated.given, Repeated.unused = [], []


def repeated(content: bytes, **options: Any) -> list[bytes]:
    return list(decompressed(io.BytesIO(content), Repeated, (b"(",), **options))


@given(st.lists(st.integers(0, 3) | st.integers(0, 3 * FIRST), max_size=8), st.integers(0, 9))
@example([INPUT - 2, 5], 0)
@example([INPUT - 3, 5], INPUT)
@example([1, 2], 2 * INPUT)
def test_streams_that_follow_each_other_are_one(lengths: list[int], zeros: int) -> None:
    """Wherever they end, and with zeros after each."""
    lengths = lengths or [1]
    content = b"".join(b"(" + b"a" * length + b")" + bytes(zeros) for length in lengths)
    assert TIMES * sum(lengths) == sum(map(len, repeated(content)))


def test_blocks_have_a_bounded_size() -> None:
    """However much a decompressor could give for what it was given."""
    blocks = repeated(b"(" + b"a" * OUTPUT + b")")
    assert OUTPUT == max(map(len, blocks))
    assert INPUT == max(Repeated.given)


def test_many_short_streams_cost_no_more_than_one_long() -> None:
    """What each decompressor leaves is little, so that copying it is no matter."""
    blocks = repeated(b"(ab)" * 100_000)
    assert 100_000 == len(blocks)
    assert max(Repeated.unused) < FIRST


def test_a_stream_takes_more_and_more_at_a_time() -> None:
    """One that is long is not cut into many pieces."""
    repeated(b"(" + b"a" * (10 * INPUT) + b")")
    assert len([size for size in Repeated.given if size]) < 10 + 6


@pytest.mark.parametrize("content", [b"(", b"(a", b"(a)(b", b"(a)\0\0(b"])
def test_early_end_of_a_stream_is_refused(content: bytes) -> None:
    """At any place, in any of them."""
    with pytest.raises(EOFError, match="too early"):
        repeated(content)


@pytest.mark.parametrize("trailing", [False, True])
@pytest.mark.parametrize("length", [1, 2])
def test_early_end_of_a_beginning_is_refused(length: int, trailing: bool) -> None:
    """A part of what a stream begins with is no other content."""
    stream = bz2.compress(b"a")
    with pytest.raises(EOFError, match="too early"):
        list(
            decompressed(
                io.BytesIO(stream + stream[:length]),
                bz2.BZ2Decompressor,
                (b"BZh",),
                trailing=trailing,
            )
        )


@pytest.mark.parametrize("content", [b"(a)b", b"(a)\0b", b"(a)" + bytes(2 * INPUT) + b"b"])
def test_other_content_after_the_end_is_refused(content: bytes) -> None:
    """It may be a damaged part; the error says how to go on if it is not."""
    with pytest.raises(ContentError, match=r"something else follows.*trailing=True"):
        repeated(content)


@pytest.mark.parametrize("count", [1, 1234, 3 * INPUT])
def test_other_content_after_the_end_is_left_out(
    count: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it is said that there may be some; the log has how much it was."""
    with caplog.at_level(logging.WARNING, "datamaestro"):
        assert b"a" * TIMES == b"".join(repeated(b"(a)\0" + b"b" * count, trailing=True))
    (message,) = caplog.messages
    assert message.startswith(f"{count:,} bytes after the end")


def test_zeros_are_left_out_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    """They are how tapes and blocks are filled."""
    assert b"a" * TIMES == b"".join(repeated(b"(a)" + bytes(3 * INPUT)))
    assert [] == caplog.messages


def test_nothing_is_no_compressed_stream() -> None:
    """An empty file is a download that failed, not an empty content."""
    with pytest.raises(ContentError, match="empty"):
        repeated(b"")


def test_what_a_decompressor_raises_is_raised() -> None:
    """Damage is told as the library tells it."""
    with pytest.raises(OSError, match="Invalid data"):
        list(decompressed(io.BytesIO(b"no bzip2"), bz2.BZ2Decompressor, (b"BZh",)))


@pytest.mark.parametrize(
    "options", [{}, {"trailing": True}, {"trailing": None, "level": 3}, {"level": None}]
)
def test_known_options_are_taken(options: dict[str, Any]) -> None:
    """Those that are there, or None."""
    check_options("unrot", options, trailing=bool, level=int)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trialing": True}, r"unrot has no option 'trialing' \(there are: trailing, level\)"),
        ({"trailing": 1}, "unrot: the option trailing is 1, which is no bool"),
        ({"level": True}, "unrot: the option level is True, which is no int"),
        ({"level": "3"}, "unrot: the option level is '3', which is no int"),
    ],
)
def test_other_options_are_refused(options: dict[str, Any], message: str) -> None:
    """What is misspelt, or of another type, is not overlooked."""
    with pytest.raises(DefinitionError, match=message):
        check_options("unrot", options, trailing=bool, level=int)


def test_no_options_are_known() -> None:
    """A transformer that takes none says so."""
    with pytest.raises(DefinitionError, match=r"unrot has no option 'x' \(there are none\)"):
        check_options("unrot", {"x": 1})
