"""Pieces: whatever receivers do, each byte comes, and nobody is given what another is at."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from datamaestro.engine import pieces as module
from datamaestro.engine.pieces import LEAST, Piece, Pieces

receivers = st.integers(0, 3)


class Receivers(RuleBasedStateMachine):
    """Connections that do whatever they like with a small file."""

    @initialize(start=st.integers(0, 40), more=st.integers(0, 60), known=st.booleans())
    def begin(self, start: int, more: int, known: bool) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(module, "LEAST", 4)
        self.end = start + more
        self.pieces = Pieces(start, self.end if known else None)
        self.arrived = set(range(start))
        self.held: dict[int, Piece] = {}
        self.given_back: list[Piece] = []
        self.frontier = start

    @rule(receiver=receivers, length=st.none() | st.integers(1, 30), window=st.integers(0, 30))
    def take(self, receiver: int, length: int | None, window: int) -> None:
        if receiver in self.held:
            return
        limit, wanted = self.pieces.frontier + window, self.to_come()
        piece = self.pieces.take(length, window)
        if piece is None:
            return
        self.held[receiver] = piece
        if piece in self.given_back:
            self.given_back.remove(piece)
        elif piece.position not in wanted:  # nobody had it, nor a larger one that it is a part of
            assert piece.position <= limit
            assert length is None or piece.left is None or piece.left <= length

    @rule(receiver=receivers, count=st.integers(1, 30))
    def receive(self, receiver: int, count: int) -> None:
        piece = self.held.get(receiver)
        if piece is None:
            return
        count = min(count, self.end - piece.position)
        stop = self.end if piece.stop is None else piece.stop
        self.arrived |= set(range(piece.position, min(piece.position + count, stop)))
        if count:
            self.pieces.advance(piece, count)
        else:
            self.pieces.end(piece)
        if piece.left == 0:
            self.pieces.give_back(piece)
            del self.held[receiver]

    @rule(receiver=receivers)
    def give_back(self, receiver: int) -> None:
        if receiver in self.held:
            piece = self.held.pop(receiver)
            self.pieces.give_back(piece)
            self.given_back.append(piece)

    @rule(length=st.integers(1, 30))
    def share(self, length: int) -> None:
        self.pieces.share(length)

    def to_come(self) -> list[int]:
        """Return the offsets that somebody is at or has given back."""
        pieces = [*self.held.values(), *self.given_back]
        return [
            offset
            for piece in pieces
            for offset in range(piece.position, self.end if piece.stop is None else piece.stop)
        ]

    @invariant()
    def nobody_is_at_what_is_there_or_another_is_at(self) -> None:
        wanted = self.to_come()
        assert len(set(wanted)) == len(wanted)
        assert set() == self.arrived & set(wanted)

    @invariant()
    def the_frontier_is_the_first_byte_that_is_missing(self) -> None:
        first = next(offset for offset in range(self.end + 1) if offset not in self.arrived)
        assert first == self.pieces.frontier >= self.frontier
        self.frontier = first

    @invariant()
    def what_is_there_is_known(self) -> None:
        assert len(self.arrived) == self.pieces.there
        is_known = self.pieces.size is not None
        assert (is_known and len(self.arrived) == self.end) == self.pieces.complete

    def teardown(self) -> None:
        """In the end one receiver gets all that is left, whatever happened before."""
        for receiver in list(self.held):
            self.give_back(receiver)
        while not self.pieces.complete:
            self.take(0, None, 0)
            while 0 in self.held:
                self.receive(0, 30)
            self.the_frontier_is_the_first_byte_that_is_missing()
        assert set(range(self.end)) == self.arrived
        self.patch.undo()


TestReceivers = Receivers.TestCase
TestReceivers.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def taken(pieces: Pieces, length: int | None = None, window: int = 0) -> Piece:
    piece = pieces.take(length, window)
    assert piece is not None
    return piece


def test_one_takes_the_whole_until_others_are_to_help() -> None:
    """Then it keeps what comes next, and the rest is taken in order as far as the window goes."""
    pieces = Pieces(100, 1000)
    first = taken(pieces)
    assert (100, 1000) == (first.position, first.stop)
    pieces.advance(first, 50)
    pieces.share(200)
    assert (150, 350) == (first.position, first.stop)
    others = [taken(pieces, 300, window) for window in (200, 500)]
    assert [(350, 650), (650, 950)] == [(piece.position, piece.stop) for piece in others]
    assert None is pieces.take(300, 500)


def test_what_was_given_back_is_taken_first() -> None:
    """The first bytes first, since those who follow wait for them."""
    pieces = Pieces(0, 100)
    given_back = [taken(pieces, 10, 100) for _ in range(3)]
    for piece in reversed(given_back):
        pieces.give_back(piece)
    assert [*given_back, None] == [pieces.take(10, window) for window in (0, 0, 0, -1)]


@pytest.mark.parametrize(("left", "expected"), [(20, 100), (21, 89)])
def test_little_is_not_shared(left: int, expected: int) -> None:
    """Who is nearly done goes on alone."""
    pieces = Pieces(100 - left, 100)
    alone = taken(pieces)
    pieces.share(10)
    assert expected == alone.stop


def test_at_the_end_the_largest_piece_is_halved() -> None:
    """Who has nothing left helps where most is left, unless that is too little to be divided."""
    pieces = Pieces(0, 6 * LEAST)
    small, large = taken(pieces, 2 * LEAST), taken(pieces, 4 * LEAST, 6 * LEAST)
    half = taken(pieces)
    assert (4 * LEAST, 6 * LEAST) == (half.position, half.stop)
    assert (2 * LEAST, 4 * LEAST) == (large.position, large.stop)
    for piece in (small, large, half):
        pieces.advance(piece, 1)
    assert None is pieces.take(None, 0)


def test_a_file_of_unknown_size_has_one_receiver() -> None:
    """It ends where that one says, and a second one gets nothing to do."""
    pieces = Pieces(5, None)
    only = taken(pieces)
    assert None is pieces.take(10, 100)
    pieces.advance(only, 7)
    pieces.end(only)
    assert (12, 12, True) == (pieces.size, pieces.frontier, pieces.complete)
    assert None is pieces.take(None, 100)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=12), st.integers(1, 20))
def test_what_is_there_beyond_the_frontier_is_not_received_again(
    widths: list[int], length: int
) -> None:
    """Gaps and islands in turns: only the gaps are handed out, and then all is there."""
    ends = list(itertools.accumulate(widths))
    islands = list(zip(ends[::2], ends[1::2], strict=False))
    pieces = Pieces(0, ends[-1], islands)
    assert (0, islands) == (pieces.frontier, pieces.found_islands())
    received: set[int] = set()
    while (piece := pieces.take(length, ends[-1])) is not None:
        assert piece.stop is not None
        new = set(range(piece.position, piece.stop))
        assert not new & received
        received |= new
        pieces.advance(piece, piece.stop - piece.position)
    kept = {byte for start, stop in islands for byte in range(start, stop)}
    assert received == set(range(ends[-1])) - kept
    assert (True, ends[-1]) == (pieces.complete, pieces.there)


def test_islands_are_what_has_arrived_out_of_order() -> None:
    """The beginnings of pieces that come after others which are still to come."""
    pieces = Pieces(0, 100)
    first = pieces.take(10, 100)
    second, third = pieces.take(10, 100), pieces.take(10, 100)
    assert first is not None
    assert second is not None
    assert third is not None
    pieces.advance(second, 10)
    pieces.advance(third, 5)
    assert [(10, 25)] == pieces.found_islands()
    pieces.advance(first, 10)
    assert (25, []) == (pieces.frontier, pieces.found_islands())
