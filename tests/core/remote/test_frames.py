"""What two datamaestros say to each other arrives, and nothing else is taken for it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.remote.frames import GREETING, LINE, PROTOCOL, Frames, Greeting, greet, greeting
from datamaestro.version import __version__

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
FRAMES = st.lists(st.dictionaries(st.text(), VALUES) | st.binary(), min_size=1, max_size=4)


def sent(frames: list[dict[str, Any] | bytes]) -> bytes:
    """Return the bytes of some frames."""
    sink = io.BytesIO()
    sending = Frames(io.BytesIO(), sink)
    for frame in frames:
        if isinstance(frame, bytes):
            sending.give(frame)
        else:
            sending.tell(frame)
    return sink.getvalue()


@given(FRAMES)
def test_frames_arrive_as_they_were_sent(frames: list[dict[str, Any] | bytes]) -> None:
    """In order, and of the same kind; then comes the end."""
    receiving = Frames(io.BytesIO(sent(frames)), io.BytesIO())
    assert [*frames, None] == [receiving.next() for _ in range(len(frames) + 1)]


@given(FRAMES, st.data())
def test_a_pipe_that_ends_early_gives_no_more_than_was_sent(
    frames: list[dict[str, Any] | bytes], data: st.DataObject
) -> None:
    """Frames that are whole arrive; the cut one is an error, and is not given shorter."""
    whole = sent(frames)
    length = data.draw(st.integers(0, len(whole) - 1))
    receiving = Frames(io.BytesIO(whole[:length]), io.BytesIO())
    found = []
    try:
        while (frame := receiving.next()) is not None:
            found.append(frame)
    except EOFError:
        pass
    assert frames[: len(found)] == found
    assert len(found) < len(frames)


@given(st.binary(max_size=40))
def test_what_is_no_frame_is_refused(noise: bytes) -> None:
    """Whatever arrives: frames, their end, or one of two errors."""
    receiving = Frames(io.BytesIO(noise), io.BytesIO())
    try:
        while receiving.next() is not None:
            pass
    except (EOFError, ValueError):
        pass


@pytest.mark.parametrize(
    "noise", [b"", b"Welcome!\n", b"no line's end", b"\xff\0\n\n", b"x" * LINE, b"x" * 3 * LINE]
)
def test_what_a_login_script_prints_is_passed_over(noise: bytes) -> None:
    """The greeting is found after it, and what follows the greeting is left to be read."""
    pipe = io.BytesIO()
    pipe.write(noise)
    greet(pipe)
    pipe.write(b"\nresult")
    pipe.seek(0)
    assert Greeting(PROTOCOL, __version__) == greeting(pipe)
    assert b"\nresult" == pipe.read()


@pytest.mark.parametrize("said", [b"", b"bash: no\n", GREETING + b"{}\n", GREETING + b"[1]\n"])
def test_who_does_not_greet_is_not_datamaestro(said: bytes) -> None:
    """Neither silence nor other words are taken for it."""
    assert None is greeting(io.BytesIO(said))
