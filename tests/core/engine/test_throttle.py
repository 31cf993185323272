"""The limit on the bytes per second of all that receive; the clock is the test's own."""

import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.engine import throttle as module
from datamaestro.engine.throttle import LEAST, SLICE, Throttle
from support.clocks import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@settings(deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.floats(0, 1e6))
def test_all_together_keep_to_the_rate(counts: list[int], began: float) -> None:
    """Each that receives waits for its turn; together they are neither too fast nor too slow."""
    rate, clock, read = 10_000.0, Clock(began), 0
    throttle = Throttle(rate)
    turns = [(began, count) for count in counts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        for _ in range(200):
            clock.now, count = heapq.heappop(turns)
            due = rate * (clock.now - began)
            assert due - 1 <= read <= due + sum(counts)
            read += count
            heapq.heappush(turns, (clock.now + throttle.wait_for(count), count))


def test_a_pause_is_not_made_up_for(clock: Clock) -> None:
    """After nobody received for a while, it goes on at the rate and not faster."""
    throttle = Throttle(100.0)
    assert 1.0 == throttle.wait_for(100)
    clock.now += 60
    assert [1.0, 2.0] == [throttle.wait_for(100) for _ in range(2)]


def test_without_a_limit_nobody_waits() -> None:
    """Blocks are as large as wanted, and follow each other at once."""
    throttle = Throttle(None)
    assert (1 << 30, 0.0) == (throttle.most(1 << 30), throttle.wait_for(1 << 30))


@pytest.mark.parametrize(
    ("rate", "wanted", "expected"),
    [
        (1e6, 1 << 20, int(1e6 * SLICE)),
        (1e6, 10, 10),
        (1.0, 1 << 20, LEAST),
        (1.0, 10, 10),
        (1e12, 1 << 20, 1 << 20),
    ],
)
def test_little_is_read_at_a_time(rate: float, wanted: int, expected: int) -> None:
    """So that pauses are short; but not so little that reading costs more than waiting."""
    assert expected == Throttle(rate).most(wanted)
