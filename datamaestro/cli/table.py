"""Tables for a person: each line fits the terminal, whatever stands in the cells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

GAP = "  "

LEAST = 8
"""Columns to which a cell is cut before the one on its left is."""

USUAL = 80
"""Columns of a terminal that does not say how many it has."""

DIGITS = 5
"""Of a number of columns that somebody may mean."""

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"

JOINERS = "\u200c\u200d"
"""Characters that count as not printable, but are harmless and part of words and pictures."""


def terminal_width() -> int | None:
    """Return how many columns the terminal has that shows the result; None: stdout is none."""
    from datamaestro.cli.result import Result

    try:
        found = os.get_terminal_size(Result.descriptor).columns
    except OSError:
        return None
    wanted = os.environ.get("COLUMNS", "")
    is_width = wanted.isdecimal() and len(wanted) <= DIGITS and int(wanted)
    return int(wanted) if is_width else found or USUAL


def table(head: Sequence[str], rows: Iterable[Sequence[str]], width: int | None) -> Iterator[str]:
    """Iterate over the lines of a table: its head, then its rows, without their ends.

    What does not fit is cut, with ``…`` in its place, the last column first; the last ones are left
    out before the first, which says what a row is about, is cut.

    Args:
        head: what stands above each column.
        rows: as many cells as the head has, each.
        width: of the terminal, in columns; None: there is none, and nothing is cut.
    """
    first, *others = ([harmless(cell) for cell in row] for row in (head, *rows))
    natural = [max(map(columns, cells)) for cells in zip(first, *others, strict=True)]
    room = _taken(natural) if width is None else width
    widths = _fitting(natural, room)
    yield heading(_line(first, widths, room), width)
    for cells in others:
        yield _line(cells, widths, room)


def heading(line: str, width: int | None) -> str:
    """Return a harmless line in bold, unless ``NO_COLOR`` is set or there is no terminal."""
    return line if width is None or os.environ.get("NO_COLOR") else f"{BOLD}{line}{PLAIN}"


def harmless(text: str) -> str:
    r"""Return a text as one line, in which nothing moves the cursor or turns what is read around.

    >>> harmless("red \x1b[31m\nalert")
    'red \\x1b[31m alert'
    """
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(
        char if char.isprintable() or char in JOINERS else ascii(char)[1:-1] for char in line
    )


def columns(text: str) -> int:
    """Return how many columns a terminal takes for a harmless text."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(char: str) -> int:
    from unicodedata import category, east_asian_width

    if char in JOINERS or category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _fitting(natural: Sequence[int], room: int) -> list[int]:
    """Return the widths of the columns that are shown."""
    widths = list(natural)
    least = [widths[0], *(min(LEAST, width) for width in widths[1:])]
    while len(widths) > 2 and _taken(least) > room:
        widths.pop()
        least.pop()
    least[0] = 0
    for number in reversed(range(len(widths))):
        excess = max(0, _taken(widths) - room)
        widths[number] -= min(excess, widths[number] - least[number])
    return widths


def _taken(widths: Sequence[int]) -> int:
    """Return how many columns of a terminal the columns of a table take, with their gaps."""
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _line(cells: Sequence[str], widths: Sequence[int], width: int) -> str:
    fitting = (
        f"{cut}{' ' * (room - columns(cut))}"
        for cut, room in zip(map(_cut, cells, widths), widths, strict=True)
    )
    return _cut(GAP.join(fitting).rstrip(), width)


def _cut(text: str, room: int) -> str:
    """Return as much of a harmless text as there is room for."""
    if columns(text) <= room:
        return text
    taken, left = 0, room - 1
    for char in text:
        left -= columns(char)
        if left < 0:
            break
        taken += 1
    return f"{text[:taken].rstrip()}…" if room > 0 else ""
