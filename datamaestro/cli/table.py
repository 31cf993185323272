"""Tables for a person: each line fits the terminal, whatever stands in the cells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from datamaestro.messages import escaped

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

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

KEPT = f"{JOINERS}\n\t"
"""Characters that are kept in lines, though they are not printable."""


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


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int | None,
    paths: Container[str] = (),
) -> Iterator[str]:
    """Iterate over the lines of a table: its head, then its rows, without their ends.

    What does not fit is cut, with ``…`` in its place, the last column first; the last ones are left
    out before the first, which says what a row is about, is cut.

    Args:
        head: what stands above each column.
        rows: as many cells as the head has, each.
        width: of the terminal, in columns; None: there is none, and nothing is cut.
        paths: the heads of columns with paths, or other names of files (:func:`exact`).
    """
    shown = [exact if title in paths else harmless for title in head]
    first, *others = (
        [show(cell) for show, cell in zip(shown, row, strict=True)] for row in (head, *rows)
    )
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
    return harmless_lines(" ".join(text.split()))


def harmless_lines(text: str) -> str:
    r"""Return a text as it is, but that nothing in it does more to a terminal than end a line.

    >>> harmless_lines("red  \x1b[31m\nalert")
    'red  \\x1b[31m\nalert'
    """
    return escaped(text, KEPT)


def exact(path: str) -> str:
    r"""Return a path as one line that no other path has; the escapes are those of ``printf %b``.

    >>> exact("red \x1b[31m\nalert  \udcff")
    'red \\x1b[31m\\nalert  \\xff'
    """
    if path.isprintable() and "\\" not in path:
        return path
    return "".join(map(_exact, path))


SHORT = {"\\": r"\\", "\n": r"\n", "\t": r"\t", "\r": r"\r"}
"""Characters with an escape of their own."""


def _exact(char: str) -> str:
    if char in SHORT:
        return SHORT[char]
    if char.isprintable() or char in JOINERS:
        return char
    is_byte = "\udc80" <= char <= "\udcff"  # of a name that is no text
    encoded = char.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in encoded)


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
