"""Small files: whole at once, or as far as they come."""

import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from datamaestro.engine import small as module
from datamaestro.engine.content import Content
from datamaestro.engine.run import BLOCK
from datamaestro.engine.small import receive_small, write_small
from datamaestro.engine.throttle import Throttle
from datamaestro.errors import TransferError
from datamaestro_hookspecs.downloaders import Facts

BROKEN = TransferError("https://example.org/x", "it broke", retry=True)


class Source:
    """A connection from which blocks come; in place of one, an error is raised."""

    failure: TransferError | None = None

    def __init__(self, *blocks: bytes | TransferError) -> None:
        self.blocks = list(blocks)

    def readinto(self, buffer: memoryview) -> int:
        block = self.blocks.pop(0) if self.blocks else b""
        if isinstance(block, TransferError):
            raise block
        buffer[: len(block)] = block
        return len(block)

    def comes(self, seconds: float) -> bool:
        return bool(self.blocks) and seconds > 0


def receive(source: Source, size: int | None, rate: float | None = None) -> bytes | None:
    """Return what comes of a file of some size."""
    buffer = memoryview(bytearray(BLOCK))
    run: Any = SimpleNamespace(throttle=Throttle(rate), check=lambda: None, buffer=lambda: buffer)
    connection: Any = source
    content = Content("https://example.org/x", Facts(size), checkable=False)
    block = receive_small(run, connection, content)
    return None if block is None else bytes(block)


def test_what_is_whole_and_ends_is_taken() -> None:
    """In whatever blocks it comes; that it ends has been seen."""
    assert (b"abcde", b"") == (receive(Source(b"abc", b"de"), 5), receive(Source(), 0))


def test_of_what_breaks_that_is_taken_which_has_come() -> None:
    """Why it broke is told to whoever goes on with it."""
    source = Source(b"abc", BROKEN)
    assert (b"abc", BROKEN) == (receive(source, 5), source.failure)


@pytest.mark.parametrize("size", [None, BLOCK])
def test_what_is_large_or_of_unknown_size_is_left_alone(size: int | None) -> None:
    """As is anything where there is a limit on the bytes per second."""
    source = Source(b"abc")
    assert (None, None, [b"abc"]) == (
        receive(source, size),
        receive(source, 3, 10.0),
        source.blocks,
    )


def test_what_goes_on_after_its_end_is_refused() -> None:
    """Nobody knows which of it is right."""
    with pytest.raises(TransferError, match="goes on after the 4 bytes") as caught:
        receive(Source(b"abc", b"de"), 4)
    assert caught.value.retry


def test_what_is_slow_is_taken_as_far_as_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users want to see how it comes on."""
    clock = SimpleNamespace(monotonic=itertools.count(0, module.AT_ONCE * 0.6).__next__)
    monkeypatch.setattr(module, "time", clock)
    assert receive(Source(b"abc", b"de", b"f"), 6) == b"abcde"


def test_nobody_waits_for_what_does_not_come() -> None:
    """What has come is kept, and shown, before there is anything to wait for."""
    assert receive(Source(b"abc"), 6) == b"abc"


def test_a_written_file_has_nothing_of_what_was_there(tmp_path: Path) -> None:
    """However long that was."""
    place = tmp_path / "x"
    place.write_bytes(b"something longer")
    write_small(place, memoryview(b"abc"))
    assert b"abc" == place.read_bytes()
