"""A stream that is read in a thread of its own."""

import io
import itertools
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.engine.expansion import ahead
from datamaestro.engine.expansion.ahead import DEPTH, SIZE, Ahead
from datamaestro_hookspecs.streams import BlockStream
from support.waiting import eventually


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "datamaestro-ahead"]


class Gated(io.RawIOBase):
    """A stream without end; each block of it waits until it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.gate = 0, threading.Semaphore(0)

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.asked += 1
        self.gate.acquire()
        buffer[0] = self.asked
        return 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=20), max_size=12), st.integers(1, 30))
def test_it_gives_the_same_bytes(blocks: list[bytes], size: int) -> None:
    """In the same order, however they come and however many are asked for."""
    with Ahead(BlockStream(iter(blocks))) as stream:
        found = b"".join(iter(lambda: stream.read(size) or b"", b""))
    assert b"".join(blocks) == found


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=20), max_size=12),
    st.lists(st.integers(0, 9), min_size=1, max_size=9),
)
def test_blocks_are_taken_as_they_are(blocks: list[bytes], sizes: list[int]) -> None:
    """Also what is left of one of which a part was read; then nothing, again and again."""
    found, calls = b"", itertools.cycle(sizes)
    with Ahead(BlockStream(iter(blocks))) as stream:
        while block := (stream.read(size) if (size := next(calls)) else bytes(stream.take())):
            found += block
        assert [b"", b""] == [bytes(stream.take()), stream.read(1)]
    assert b"".join(blocks) == found


def test_large_streams_go_through_few_blocks() -> None:
    """Blocks are used again."""
    content = bytes(range(256)) * (3 * DEPTH * SIZE // 256) + b"end"
    with Ahead(io.BytesIO(content)) as stream:
        assert content == io.BufferedReader(stream, 1 << 16).read()


def test_the_end_stays_the_end() -> None:
    """Whoever asks again is told again."""
    with Ahead(io.BytesIO(b"x")) as stream:
        assert [b"x", b"", b"", b""] == [stream.read(5) for _ in range(4)]


def test_it_reads_ahead_but_not_without_end() -> None:
    """Memory is bounded, however slow its reader is."""
    slow = Gated()
    with Ahead(slow) as stream:
        slow.gate.release(100)
        eventually(lambda: slow.asked == DEPTH)
        assert [b"\1", b"\2"] == [stream.read(1), stream.read(1)]
        eventually(lambda: slow.asked == DEPTH + 1)


def test_what_reading_raises_is_raised_after_what_came_before() -> None:
    """It is that very error, each time."""
    error = EOFError("cut short")

    def blocks() -> object:
        yield b"before"
        raise error

    with Ahead(BlockStream(blocks())) as stream:  # type: ignore[arg-type]
        assert b"before" == stream.read(100)
        for _ in range(2):
            with pytest.raises(EOFError) as caught:
                stream.read(100)
            assert error is caught.value
    assert [] == threads()


def test_an_interrupt_in_the_thread_is_raised_too() -> None:
    """Whatever it is: nobody waits for a thread that has ended."""

    class Interrupted(io.RawIOBase):
        def readinto(self, buffer: object) -> int:
            raise KeyboardInterrupt

    with Ahead(Interrupted()) as stream, pytest.raises(KeyboardInterrupt):
        stream.read(1)


def test_a_stream_that_gives_nothing_and_does_not_end_is_an_error() -> None:
    """Otherwise its reader would wait for ever."""

    class Silent(io.RawIOBase):
        def readinto(self, buffer: object) -> None:
            return None

    with Ahead(Silent()) as stream, pytest.raises(ValueError, match="does not end"):
        stream.read(1)


def test_closing_ends_the_thread() -> None:
    """At its beginning, in the middle, at the end; twice does no harm."""
    for taken in (0, 3, 100):
        stream = Ahead(BlockStream(iter([b"x"] * 50)))
        for _ in range(taken):
            stream.read(1)
        assert ["datamaestro-ahead"] == threads() or taken == 100
        stream.close()
        stream.close()
        assert [] == threads()


def test_closing_waits_for_the_block_that_is_being_read() -> None:
    """What is below it may be closed afterwards."""
    slow = Gated()
    stream = Ahead(slow)
    eventually(lambda: slow.asked)
    closing = threading.Thread(target=stream.close)
    closing.start()
    eventually(lambda: stream._stopped)
    assert closing.is_alive()
    slow.gate.release(1)
    closing.join(60)
    assert ([], 1) == (threads(), slow.asked)


def test_a_part_of_a_block_fills_a_part_of_a_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks and buffers need not be of one size."""
    monkeypatch.setattr(ahead, "SIZE", 4)
    with Ahead(io.BytesIO(b"0123456789")) as stream:
        buffer = bytearray(3)
        sizes = [stream.readinto(buffer) for _ in range(6)]
    assert [3, 1, 3, 1, 2, 0] == sizes
