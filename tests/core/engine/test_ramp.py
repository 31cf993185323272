"""How many connections a file gets; time is made of steps, and nobody waits."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.engine.ramp import OPENINGS, REST, SPAN, Ramp

STEP = SPAN / 4


def watched(ramp: Ramp, rate: Callable[[int], float], spans: int) -> list[tuple[int, float]]:
    """Return each number of connections and for how many spans it was kept.

    Args:
        ramp: to be asked.
        rate: bytes per second that so many connections bring.
        spans: until when.
    """
    arrived, kept = 0.0, [(ramp.saw(0, 0), 0.0)]
    for step in range(1, 4 * spans + 1):
        arrived += rate(ramp.wanted) * STEP
        before, length = kept[-1]
        kept[-1] = before, length + STEP / SPAN
        wanted = ramp.saw(int(arrived), step * STEP)
        if wanted != before:
            kept.append((wanted, 0.0))
    return kept


def ramp(most: int = 16, opening: float = 0.0) -> Ramp:
    return Ramp(most, opening)


@pytest.mark.parametrize(
    ("most", "expected"), [(16, [1, 2, 4, 8, 16]), (6, [1, 2, 4, 6]), (1, [1])]
)
def test_it_doubles_while_that_pays(most: int, expected: list[int]) -> None:
    """Where each connection is limited by itself there are as many as may be, and they stay."""
    kept = watched(ramp(most), lambda wanted: 1000 * wanted, 60)
    assert expected == [wanted for wanted, _ in kept]
    assert [1] * (len(kept) - 1) == [length for _, length in kept[:-1]]


def test_it_goes_back_where_more_do_not_help() -> None:
    """It tries again after a rest, and each rest is twice as long as the one before."""
    kept = watched(ramp(), lambda wanted: 1000, 30)
    assert [1, 2, 1, 2, 1, 2, 1] == [wanted for wanted, _ in kept]
    assert [REST, 2 * REST] == [length for wanted, length in kept[1:-1] if wanted == 1]
    assert [1, 1, 1] == [length for wanted, length in kept if wanted == 2]


def test_it_finds_the_number_that_pays() -> None:
    """With a line that four connections fill, it keeps to four but for short tries."""
    kept = watched(ramp(), lambda wanted: 1000 * min(wanted, 4), 30)
    assert [1, 2, 4, 8, 4, 8, 4, 8, 4] == [wanted for wanted, _ in kept]
    assert [1, 1, 1] == [length for wanted, length in kept if wanted == 8]


def test_a_line_that_gets_better_is_noticed() -> None:
    """What did not pay at first pays later; the next try after a rest finds out."""
    one = ramp()
    watched(one, lambda wanted: 1000, 4)
    one.broke()
    kept = watched(one, lambda wanted: 1000 * wanted, 40)
    assert [1, 2, 4, 8, 16] == [wanted for wanted, _ in kept]


def test_what_comes_in_a_burst_decides_nothing_early() -> None:
    """A number of connections is watched for its whole span."""
    one = ramp()
    assert [1, 1, 2] == [one.saw(1 << 40, now) for now in (0.0, 0.9 * SPAN, SPAN)]


def test_a_burst_at_first_holds_it_up_only_for_a_rest() -> None:
    """Servers that send the first bytes at once and then slow down get more connections, too."""
    one = ramp()
    one.saw(0, 0.0)
    one.saw(1 << 30, SPAN)
    one.broke()
    kept = watched(one, lambda wanted: 1000 * wanted, 40)
    assert [2, 1, 2, 4, 8, 16] == [wanted for wanted, _ in kept]
    assert REST == kept[1][1]


def test_a_break_is_not_held_against_it() -> None:
    """The time in which nothing came is not counted; watching begins with the next bytes."""
    one = ramp()
    one.saw(0, 0.0)
    one.broke()
    assert [1, 1, 2] == [one.saw(1000, now) for now in (100.0, 100 + 0.9 * SPAN, 100 + SPAN)]


def test_slow_openings_are_given_time() -> None:
    """Where opening takes long the span is longer, until an opening is quicker."""
    one = ramp(opening=SPAN)
    one.saw(0, 0.0)
    assert [1, 2] == [one.saw(1000, now) for now in (0.9 * OPENINGS * SPAN, OPENINGS * SPAN)]
    one.opened(10 * SPAN)
    one.opened(0.0)
    assert 4 == one.saw(10_000, (OPENINGS + 1) * SPAN)


def test_a_limit_is_for_good() -> None:
    """After a refusal there are never more than the server went on with, and always one."""
    one = ramp()
    watched(one, lambda wanted: 1000 * wanted, 4)
    one.limit(6)
    assert 6 == one.wanted
    one.broke()
    assert 6 == max(wanted for wanted, _ in watched(one, lambda wanted: 1000 * wanted, 40))
    one.limit(0)
    assert (1, 1) == (one.wanted, one.most)


def test_a_pause_is_nobodys_fault() -> None:
    """When nothing came since all connections broke, it begins to watch with the next bytes."""
    one = ramp()
    assert [1, 2] == [one.saw(arrived, now) for arrived, now in [(0, 0.0), (1000, SPAN)]]
    one.broke()
    assert [2, 2] == [one.saw(arrived, 100.0 + now) for arrived, now in [(1000, 0), (9000, 0.1)]]
    assert 4 == one.saw(1000 + 2000, 100.0 + SPAN)


def test_the_rate_is_that_of_all_together() -> None:
    """As it was last measured: over a span, and not since the beginning."""
    one = ramp()
    watched(one, lambda wanted: 1000 * wanted, 3)
    assert 4000 == one.rate


@settings(deadline=None)
@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 1 << 40), st.floats(0, 5), st.none() | st.integers(0, 20))),
)
def test_there_is_always_one_and_never_more_than_allowed(
    most: int, looks: list[tuple[int, float, int | None]]
) -> None:
    """Whatever arrives and whenever, and however often the server refuses."""
    one, arrived, now = ramp(most), 0, 0.0
    for count, seconds, limit in looks:
        arrived, now = arrived + count, now + seconds
        if limit is not None:
            one.limit(limit)
            most = max(1, limit)
        assert 1 <= one.saw(arrived, now) <= most
