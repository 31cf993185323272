"""Pieces: which bytes of a file are whose while several connections receive it.

One connection takes the whole. When others are to help, it keeps what comes next, and the rest is
taken in pieces, in order: a window that slides along. At the end, who has nothing left to take
halves the largest piece that somebody else is at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 1 << 18
"""Bytes below which a piece is not divided."""


@define(eq=False)
class Piece:
    """A range of bytes that one connection receives.

    Args:
        position: offset of the next byte to come.
        stop: offset after its last byte; None: the end of a file of unknown size.
    """

    position: int
    stop: int | None

    @property
    def left(self) -> int | None:
        """Bytes still to come; None where that is unknown."""
        return None if self.stop is None else self.stop - self.position


@define(eq=False)
class Pieces:
    """The pieces of one file; not safe to use from several threads without a lock.

    Args:
        start: offset before which all is there.
        size: of the file in bytes, None where it is unknown.
        islands: ranges of bytes beyond it that are there, too, in order and with gaps between.
    """

    start: int
    size: int | None
    islands: Sequence[tuple[int, int]] = ()
    received: int = 0
    _next: int = field(init=False)
    _taken: list[Piece] = field(factory=list)
    _left: list[Piece] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self._next = self.start
        for start, stop in self.islands:
            self._left.append(Piece(self._next, start))
            self._next = stop
        self.start += sum(stop - start for start, stop in self.islands)

    @property
    def frontier(self) -> int:
        """Offset before which all is there."""
        beginnings = [piece.position for piece in (*self._taken, *self._left)]
        return min(beginnings, default=self._next)

    @property
    def there(self) -> int:
        """Bytes that are there, with gaps or without."""
        return self.start + self.received

    def found_islands(self) -> list[tuple[int, int]]:
        """Return the ranges of bytes beyond the frontier that are there."""
        missing = sorted((*self._taken, *self._left), key=lambda piece: piece.position)
        begins = [piece.position for piece in missing[1:]] + [self._next]
        return [
            (piece.stop, begin)
            for piece, begin in zip(missing, begins, strict=False)
            if piece.stop is not None and piece.stop < begin
        ]

    @property
    def complete(self) -> bool:
        """Whether all is there."""
        return self.size is not None and self.frontier >= self.size

    def take(self, length: int | None, window: int) -> Piece | None:
        """Return a piece to be received by who asks; None where there is none.

        Args:
            length: of the piece in bytes; None: all that is left.
            window: bytes beyond the frontier in which new pieces may lie.
        """
        if self._left:
            piece = min(self._left, key=lambda left: left.position)
            self._left.remove(piece)
        elif self._next != self.size and self._next <= self.frontier + window:
            piece = Piece(self._next, self._stop(length))
            self._next = self._next if piece.stop is None else piece.stop
            if piece.stop is None and any(taken.stop is None for taken in self._taken):
                return None
        else:
            return self._divide()
        self._taken.append(piece)
        return piece

    def share(self, length: int) -> None:
        """Let others take what lies beyond the next bytes of who has taken the rest."""
        for piece in self._taken:
            if piece.stop == self._next == self.size and piece.stop > piece.position + 2 * length:
                self._next = piece.stop = piece.position + length

    def advance(self, piece: Piece, count: int) -> None:
        """Record that the next bytes of a piece are there; beyond its end they are not counted."""
        stop = piece.position + count if piece.stop is None else piece.stop
        before, piece.position = piece.position, min(piece.position + count, stop)
        self.received += piece.position - before
        if piece.stop is None:
            self._next = piece.position
        if piece.position == piece.stop:
            self._taken.remove(piece)

    def end(self, piece: Piece) -> None:
        """Record that a file of unknown size ends here."""
        piece.stop = self.size = self._next = piece.position
        self._taken.remove(piece)

    def give_back(self, piece: Piece) -> None:
        """Let somebody else take what is left of a piece."""
        if piece in self._taken:
            self._taken.remove(piece)
            self._left.append(piece)

    def _stop(self, length: int | None) -> int | None:
        if self.size is None or length is None:
            return self.size
        return min(self._next + length, self.size)

    def _divide(self) -> Piece | None:
        sized = [piece for piece in self._taken if piece.stop is not None]
        largest = max(sized, key=lambda piece: piece.left or 0, default=None)
        if largest is None or largest.stop is None or (largest.left or 0) < 2 * LEAST:
            return None
        middle = (largest.position + largest.stop) // 2
        piece = Piece(middle, largest.stop)
        largest.stop = middle
        self._taken.append(piece)
        return piece
