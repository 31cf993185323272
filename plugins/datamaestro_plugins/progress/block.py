"""A block of rows on a terminal, redrawn in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

CLEAR_ROW, CLEAR_BELOW = "\x1b[K", "\x1b[J"


class Block(Protocol):
    """Rows at the cursor, which stays where the first begins.

    Args:
        ascii: whether, or of which characters, bars are drawn in ASCII; as in tqdm.
    """

    ascii: bool | str | None

    def show(self, rows: Sequence[str]) -> None:
        """Draw these rows in place of those before; each must fit the width."""

    def close(self) -> None:
        """Leave nothing behind."""


def _up(count: int) -> str:
    return f"\x1b[{count}A\r" if count else "\r"


def open_block(file: TextIO) -> Block:
    """Return a block on a terminal.

    To tqdm it is one bar. So ``tqdm.write`` prints above it, and it goes below a bar that
    surrounds the run. One write per frame does not flicker; and since the cursor stays at the
    beginning, clearing all below leaves nothing even where a new width of the terminal has
    broken the rows.
    """
    from tqdm import tqdm

    tqdm.get_lock()  # type: ignore[no-untyped-call]  # made here, so that all bars have this one

    class Drawn(tqdm):  # type: ignore[type-arg]
        monitor_interval = 0  # no thread
        ascii: bool | str | None = False
        rows: Sequence[str] = ()

        def show(self, rows: Sequence[str]) -> None:
            with self.get_lock():  # type: ignore[no-untyped-call]
                self.rows = rows
                self.refresh(nolock=True)

        def display(self, msg: str | None = None, pos: int | None = None) -> None:
            """Draw; nothing where ``msg`` is empty, as tqdm has it at the end."""
            self._draw(self.rows if msg is None else (), pos)

        def clear(self, nolock: bool = False) -> None:
            """Make room; called with tqdm's lock held."""
            self._draw((), None)

        def _draw(self, rows: Sequence[str], pos: int | None) -> None:
            above = abs(self.pos if pos is None else pos)
            text = f"{CLEAR_ROW}\r\n".join(rows) + CLEAR_BELOW
            self.fp.write("\r\n" * above + "\r" + text + _up(above + max(len(rows) - 1, 0)))
            self.fp.flush()

    return Drawn(file=file, leave=False)
