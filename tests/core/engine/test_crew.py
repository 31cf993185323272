"""Who joins those that work at a file, and who may leave."""

import threading
from concurrent.futures import ThreadPoolExecutor

from attrs import define

from datamaestro.engine.crew import Crew
from datamaestro.engine.ramp import Ramp


@define
class Door:
    """Lets those in that want to join, as long as it is open."""

    open: bool = True
    let_in: int = 0

    def join(self) -> bool:
        self.let_in += self.open
        return self.open


def crew_of(count: int) -> Crew:
    """Return a crew of so many, which are as many as are wanted."""
    crew, door = Crew(Ramp(most=16, opening=0.0, wanted=count)), Door()
    crew.grow(0, 0.0, door.join)
    assert count == 1 + door.let_in
    return crew


def test_those_that_are_missing_join() -> None:
    """As many as have left; none where all are there."""
    crew, door = crew_of(4), Door()
    crew.grow(0, 0.0, door.join)
    assert 0 == door.let_in
    crew.leave()
    crew.grow(0, 0.0, door.join)
    assert 1 == door.let_in


def test_who_cannot_join_is_not_there() -> None:
    """It is tried again later."""
    crew, door = crew_of(4), Door(open=False)
    crew.leave()
    crew.grow(0, 0.0, door.join)
    assert not crew.too_many()
    door.open = True
    crew.grow(0, 0.0, door.join)
    assert 1 == door.let_in


def test_the_last_one_never_leaves() -> None:
    """However many want to leave at the same moment, one stays."""
    crew, together = crew_of(8), threading.Barrier(8)

    def leave(_: int) -> bool:
        together.wait(60)
        return crew.leave()

    with ThreadPoolExecutor(8) as pool:
        assert [False] + 7 * [True] == sorted(pool.map(leave, range(8)))
    assert not crew.leave()


def test_only_those_too_many_leave() -> None:
    """With half as many wanted, half of them leave."""
    crew = crew_of(4)
    assert (False, False) == (crew.too_many(), crew.leave_if_too_many())
    crew.ramp.wanted = 2
    assert [True, True, False, False] == [crew.leave_if_too_many() for _ in range(4)]
    assert not crew.too_many()


def test_who_is_unwelcome_is_not_replaced() -> None:
    """A server that refuses one of them gets no more than those that it goes on with."""
    crew, door = crew_of(4), Door()
    assert crew.leave(unwelcome=True)
    assert (3, 3) == (crew.ramp.most, crew.ramp.wanted)
    crew.grow(1 << 40, 100.0, door.join)
    assert 0 == door.let_in


def test_who_leaves_of_its_own_accord_says_nothing_about_the_server() -> None:
    """A connection that broke may be followed by another one."""
    crew = crew_of(4)
    assert crew.leave()
    assert (16, 4) == (crew.ramp.most, crew.ramp.wanted)


def test_the_only_one_is_never_unwelcome() -> None:
    """It stays, and says nothing about how many there may be."""
    crew = crew_of(1)
    assert not crew.leave(unwelcome=True)
    assert 16 == crew.ramp.most


def test_who_delivers_does_not_leave_to_one_that_is_still_opening() -> None:
    """Only connections that are open count as too many."""
    crew = Crew(Ramp(most=16, opening=0.0, wanted=2))
    crew.grow(0, 0.0, lambda: True)
    crew.ramp.limit(1)
    with crew.opening():
        assert not crew.leave_if_too_many()
    assert crew.leave_if_too_many()
    assert crew.alone
