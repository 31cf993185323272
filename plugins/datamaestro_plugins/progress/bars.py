"""Bars on a terminal: one for each run, and one for each of its files that is arriving."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from datamaestro_hookspecs.events import CheckAdvanced, TransferAdvanced
from datamaestro_plugins.progress.block import open_block
from datamaestro_plugins.progress.rows import choose_rows, drawn

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TextIO

    from datamaestro_hookspecs.events import Event
    from datamaestro_plugins.progress.block import Block
    from datamaestro_plugins.progress.tally import Tally

ADVANCED = TransferAdvanced | CheckAdvanced

DELAY = 0.3
"""Seconds before anything is drawn, so that what is short does not flash."""

EVERY = 0.1
"""Seconds between two frames."""


class Bars:
    """Draws a block of bars, from the beginning of a first run to the end of the last.

    A frame is drawn every tenth of a second at most; and at once when a file comes or goes,
    in a run of few files, where the next event may be far.

    Args:
        file: the terminal.
        now: seconds, of the clock that all calls go by.
    """

    def __init__(self, file: TextIO, now: float) -> None:
        self.file = file
        self.first = now + DELAY
        self.last = now
        self.widest = 0
        self.block: Block | None = None

    def show(self, event: Event, tally: Tally, tallies: Collection[Tally], now: float) -> list[str]:
        """Draw a frame where it is time for one; nothing is for the log."""
        if not tallies:
            self.close()
        elif now >= self.first and (
            now - self.last >= EVERY or (tally.few and not isinstance(event, ADVANCED))
        ):
            self.last = now
            self._draw(tallies, now)
        return []

    def close(self) -> None:
        """Leave nothing behind."""
        if self.block is not None:
            self.block.close()
            self.block = None

    def _draw(self, tallies: Collection[Tally], now: float) -> None:
        if self.block is None:
            self.block = open_block(self.file)
        columns, lines = terminal_size(self.file)
        rows = choose_rows(tallies, now, lines)
        # as wide as the widest label so far: bars that jump to and fro are hard to read
        self.widest = max(self.widest, *(row.indent + len(row.label) for row in rows))
        width, columns = min(self.widest, columns // 3), columns - 1  # the last may break the line
        self.block.show([drawn(row, width, columns, self.block.ascii) for row in rows])


def terminal_size(file: TextIO) -> tuple[int, int]:
    """Return the columns and lines of a terminal; 80 and 24 where it does not say."""
    try:
        columns, lines = os.get_terminal_size(file.fileno())
    except (OSError, ValueError, AttributeError):
        columns, lines = 0, 0
    usual = shutil.get_terminal_size()
    return columns or usual.columns, lines or usual.lines
