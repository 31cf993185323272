"""The tally: what is there, how fast it grows, how long it will take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro_hookspecs.events import (
    Event,
    ResourceReady,
    RunStarted,
    TransferAdvanced,
    TransferEnded,
    TransferStarted,
)
from datamaestro_plugins.progress.tally import STEP, WINDOW, Pace, Tally

NAMES = ("a", "b", "c")
SIZES = {"a": 1_000, "b": 20_000, "c": 0}
URL = "https://example.org/a"


def tally(resources: int = 3, size: int | None = None) -> Tally:
    """Return the tally of a run that begins at 100 s."""
    return Tally.of(RunStarted("x@y", resources, size), 100.0)


def started(name: str, received: int = 0, size: int | None = None) -> TransferStarted:
    """Return the beginning of a transfer."""
    return TransferStarted("x@y", name, URL, size, received)


@st.composite
def told(draw: st.DrawFn) -> Event:
    """Return an event about a resource, in which no more is there than its size."""
    name = draw(st.sampled_from(NAMES))
    received = draw(st.integers(0, SIZES[name]))
    events: list[Event] = [
        started(name, received, SIZES[name]),
        TransferAdvanced("x@y", name, received),
        TransferEnded("x@y", name, received, draw(st.sampled_from(["", "broken"]))),
        ResourceReady("x@y", name, "/data"),
    ]
    return draw(st.sampled_from(events))


HISTORY = st.lists(st.tuples(told(), st.floats(0, 30)))
"""Events of three resources in any order, and the seconds before each."""


@given(HISTORY)
def test_what_is_there_is_the_sum_of_what_was_told_last(history: list[tuple[Event, float]]) -> None:
    """Whatever is tried again or begun anew, nothing is counted twice or goes beyond the size."""
    total = sum(SIZES.values())
    run, latest, now = tally(size=total), dict.fromkeys(NAMES, 0), 100.0
    for event, pause in history:
        now += pause
        run.note(event, now)
        if isinstance(event, TransferStarted | TransferAdvanced | TransferEnded):
            latest[event.resource] = event.received
        assert sum(latest.values()) == run.received <= total == run.size


@given(HISTORY)
def test_a_rate_counts_what_arrived(history: list[tuple[Event, float]]) -> None:
    """It is never negative, and bytes that were there when a try began do not count."""
    run, latest, arrived, now = tally(), dict.fromkeys(NAMES, 0), 0, 100.0
    for event, pause in history:
        now += pause
        run.note(event, now)
        assert run.pace.rate(now) >= 0
        assert (run.remaining(now) or 0) >= 0
        if isinstance(event, TransferStarted):
            latest[event.resource] = event.received
        elif isinstance(event, TransferAdvanced | TransferEnded):
            arrived += max(0, event.received - latest[event.resource])
            latest[event.resource] = event.received
    assert arrived == run.pace.arrived


def test_a_pace_remembers_no_more_than_its_window() -> None:
    """However much comes, and whether or not somebody asks."""
    pace = Pace(0.0)
    for tick in range(1_000):
        pace.add(100, tick / 10)
        assert len(pace.marks) <= WINDOW / STEP + 2


def test_a_rate_is_that_of_the_last_seconds() -> None:
    """What was fast a minute ago says nothing about now."""
    pace = Pace(0.0)
    for second in range(1, 61):
        pace.add(1_000_000, float(second))
    for second in range(61, 81):
        pace.add(1_000, float(second))
    assert pytest.approx(1_000) == pace.rate(80.0)
    assert 0.0 == pace.rate(1_000.0)


def test_it_is_too_early_for_a_rate() -> None:
    """The first packet says nothing."""
    pace = Pace(0.0)
    pace.add(1_000_000, 0.001)
    assert 0.0 == pace.rate(0.001)


def test_waiting_for_a_server_is_not_slowness() -> None:
    """The rate is measured from when the first bytes could come."""
    run = tally(size=4_000)
    run.note(started("a"), 109.0)
    run.note(TransferAdvanced("x@y", "a", 1_000), 110.0)
    assert 1_000 == run.pace.rate(110.0)
    assert 3.0 == run.remaining(110.0)


def test_bytes_of_an_earlier_run_are_there_and_have_no_rate() -> None:
    """Neither that of the file nor that of the run."""
    run = tally(size=4_000)
    run.note(started("a", 3_000, 4_000), 100.0)
    assert 3_000 == run.received
    run.note(TransferAdvanced("x@y", "a", 3_500), 101.0)
    assert [500, 500] == [run.pace.rate(101.0), run.arriving["a"].pace.rate(101.0)]


def test_the_size_is_known_when_each_source_has_been_heard() -> None:
    """Where it is not declared; a file that was made from others has no source."""
    run = tally()
    run.note(started("a", size=1_000), 100.0)
    run.note(started("b", size=500), 100.0)
    assert run.size is None
    run.note(ResourceReady("x@y", "c", "/data/c"), 100.0)
    assert 1_500 == run.size


def test_more_than_was_declared_makes_the_size_grow() -> None:
    """Nothing is shown as more than whole."""
    run = tally(size=1_000)
    run.note(started("a"), 100.0)
    run.note(TransferAdvanced("x@y", "a", 1_200), 101.0)
    assert 1_200 == run.size
    assert 0.0 == run.remaining(101.0)


def test_files_arrive_in_the_order_in_which_they_began() -> None:
    """A file that is tried again goes last, and one that has ended goes."""
    run = tally()
    for name in ("a", "b", "c", "a"):
        run.note(started(name), 100.0)
    assert ["b", "c", "a"] == list(run.arriving)
    run.note(TransferEnded("x@y", "c", 10, "broken"), 101.0)
    assert ["b", "a"] == list(run.arriving)


def test_a_size_that_was_heard_is_kept() -> None:
    """A further address need not know it."""
    run = tally()
    run.note(started("a", size=1_000), 100.0)
    run.note(started("a"), 101.0)
    assert 1_000 == run.arriving["a"].size
