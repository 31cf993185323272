"""Waiting for others: what is told, and the end of it."""

import pytest

from datamaestro.errors import BusyError
from datamaestro.store import waiting as module
from datamaestro.store.waiting import TELL, Waiting
from support.clocks import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_who_is_waited_for_is_told_now_and_then(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """At once, and then again after a while; each time those who are there then."""
    waiting = Waiting("a of x@y", -1, began=clock.now)
    told = []
    for seconds, holders in [(0, ["p"]), (TELL - 1, ["q"]), (1, ["q", "r"]), (TELL, [])]:
        clock.now += seconds
        caplog.clear()
        waiting.look(holders)
        told.append(caplog.messages)
    assert [
        ["waiting for p to make a of x@y"],
        [],
        ["waiting for q and r to make a of x@y"],
        ["waiting for another process to make a of x@y"],
    ] == told


def test_a_wait_without_end(clock: Clock) -> None:
    """-1: as long as it takes."""
    waiting = Waiting("a", -1, began=clock.now)
    clock.now += 1e9
    waiting.look(["p"])


@pytest.mark.parametrize("timeout", [0.0, 2.5, 100.0])
def test_a_wait_ends(timeout: float, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """Not before its time; the error names who is waited for, and what to do."""
    waiting = Waiting("a of x@y", timeout, began=clock.now)
    if timeout:
        clock.now += timeout - 0.5
        waiting.look(["p"])
        clock.now += 0.5
    caplog.clear()
    message = f"waited {timeout:g} s for p and q to make a of x@y .*DATAMAESTRO_LOCK_TIMEOUT"
    with pytest.raises(BusyError, match=message):
        waiting.look(["p", "q"])
    assert [] == caplog.messages


def test_a_wait_begins_now() -> None:
    """The time before does not count."""
    Waiting("a", 1000.0).look(["p"])
