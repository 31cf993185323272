"""How far what arrives may expand."""

import io

import pytest

from datamaestro.engine.expansion.limits import Meter, Metered
from datamaestro.engine.expansion.refusal import Refused
from datamaestro.engine.run import Cancelled
from datamaestro_hookspecs.cards import Limits
from datamaestro_hookspecs.resources import HARMLESS


def meter(limits: Limits | None = None, arrived: int = 0) -> Meter:
    return Meter(limits or Limits(), lambda: arrived, lambda: None)


def stop() -> None:
    raise Cancelled("stopped")


def test_as_many_members_as_are_allowed() -> None:
    """One more is refused; the error says how the definition would allow it."""
    counting = meter(Limits(members=2))
    counting.count_member()
    counting.count_member()
    with pytest.raises(Refused, match="has more than 2 members") as caught:
        counting.count_member()
    assert "max_members= in its definition" in caught.value.hint


def test_as_many_bytes_as_are_allowed() -> None:
    """One more is refused, in whatever pieces they come."""
    counting = meter(Limits(size=1000))
    for size in (1, 0, 999):
        counting.count(size)
    with pytest.raises(Refused, match="expands to more than 1,000 bytes") as caught:
        counting.count(1)
    assert "max_size= in its definition" in caught.value.hint


def test_what_is_small_may_expand_as_it_likes() -> None:
    """A page of zeros becomes one that is a thousand times as large, and does no harm."""
    counting = meter(Limits(ratio=1), arrived=1)
    counting.count(HARMLESS)
    counting.check_ratio(HARMLESS)
    with pytest.raises(Refused, match="expands to more than 1 times its size") as caught:
        counting.count(1)
    assert "max_ratio= in its definition" in caught.value.hint


def test_what_is_large_may_be_as_many_times_as_large_as_is_allowed() -> None:
    """The ratio is that to what has arrived until then."""
    arrived = HARMLESS // 100
    counting = meter(Limits(ratio=200.5), arrived)
    most = int(200.5 * arrived)
    counting.check_ratio(most)
    counting.count(most)
    why = r"expands to more than 200\.5 times its size"
    with pytest.raises(Refused, match=why):
        counting.check_ratio(most + 1)
    with pytest.raises(Refused, match=why):
        counting.count(1)


def test_without_limits_nothing_is_refused() -> None:
    """The definition's author has said so."""
    counting = meter(Limits(None, None, None))
    counting.members = 1 << 40
    counting.count_member()
    counting.count(1 << 50)
    counting.check_ratio(1 << 60)
    assert ((1 << 40) + 1, 1 << 50) == (counting.members, counting.size)


def test_a_run_that_is_stopped_stops_here() -> None:
    """At the next member, be it empty, and at the next bytes, be they thrown away."""
    counting = Meter(Limits(), lambda: 0, stop)
    stream = Metered(io.BytesIO(b"content"), counting)
    for step in (counting.count_member, lambda: counting.count(1), lambda: stream.read(1)):
        with pytest.raises(Cancelled):
            step()


def test_a_metered_stream_gives_the_same_bytes() -> None:
    """And then its end."""
    assert b"content" == io.BufferedReader(Metered(io.BytesIO(b"content"), meter())).read()


def test_what_a_step_expands_to_counts_even_if_the_next_one_drops_it() -> None:
    """A bomb costs time, too."""

    class Endless(io.RawIOBase):
        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            return len(buffer)

    stream, buffer = Metered(Endless(), meter(arrived=1000)), bytearray(HARMLESS // 2)
    assert [len(buffer)] * 2 == [stream.readinto(buffer) for _ in range(2)]
    with pytest.raises(Refused, match="200 times its size"):
        stream.readinto(buffer)


def test_a_stream_that_gives_nothing_and_does_not_end_is_an_error() -> None:
    """Otherwise it would be asked for ever."""

    class Silent(io.RawIOBase):
        def readinto(self, buffer: object) -> None:
            return None

    with pytest.raises(ValueError, match="gives nothing and does not end"):
        Metered(Silent(), meter()).readinto(bytearray(9))
