"""What stands in each row of the block: a run, and below it its files that are arriving."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Collection

    from datamaestro_plugins.progress.tally import Arriving, Tally

MOST = 8
"""Files that have a bar at the same time."""

BELOW = 2
"""Rows of the terminal that are kept free."""


@frozen
class Row:
    """What a bar shows.

    Args:
        label: of what.
        received: bytes that are there.
        size: bytes in all, where known.
        elapsed: seconds since it began.
        rate: bytes per second, 0 where it cannot be said.
        done: files that are there, of a run of several.
        files: how many there are to be.
        indent: columns before the label.
    """

    label: str
    received: int
    size: int | None
    elapsed: float
    rate: float
    done: int = 0
    files: int = 0
    indent: int = 0

    def figures(self) -> str:
        """Return bytes, time, what is left and rate as tqdm writes them, in columns."""
        from tqdm import tqdm

        size = left = rate = "?"
        if self.size is not None:
            size = tqdm.format_sizeof(self.size)
        if self.rate > 0:
            rate = tqdm.format_sizeof(self.rate)
            if self.size is not None:
                left = tqdm.format_interval((self.size - self.received) / self.rate)
        received, elapsed = tqdm.format_sizeof(self.received), tqdm.format_interval(self.elapsed)
        return f"{received:>5}/{size:>5} [{elapsed}<{left:>5}, {rate:>5}B/s]"


def choose_rows(tallies: Collection[Tally], now: float, lines: int) -> list[Row]:
    """Return as many rows as fit: first of all the runs', then those of files.

    A run of one file has one row; the second would say the same.
    """
    runs = list(islice(tallies, max(1, lines - BELOW)))
    room = max(0, min(MOST, lines - BELOW - len(runs)))
    rows = []
    for tally in runs:
        rows.append(_run(tally, now))
        if tally.resources > 1:
            files = list(islice(tally.arriving.values(), room))
            rows += [_file(arriving, now) for arriving in files]
            room -= len(files)
    return rows


def _run(tally: Tally, now: float) -> Row:
    label, done, count = tally.name, tally.done, tally.resources
    rate, elapsed = tally.pace.rate(now), now - tally.began
    if count == 1:
        return Row(f"{label}:", tally.received, tally.size, elapsed, rate)
    label += f" {done:{len(str(count))}}/{count}:"
    return Row(label, tally.received, tally.size, elapsed, rate, done, count)


def _file(arriving: Arriving, now: float) -> Row:
    size = None if arriving.size is None else max(arriving.size, arriving.received)
    rate, label = arriving.pace.rate(now), f"{arriving.resource}:"
    return Row(label, arriving.received, size, now - arriving.began, rate, indent=2)


def drawn(row: Row, width: int, columns: int, ascii_only: bool | str | None) -> str:
    """Return a row as it is drawn: the bar is of bytes, or of files where bytes are not known.

    Args:
        row: what it shows.
        width: of the label and its indentation, in columns.
        columns: of the whole row.
        ascii_only: whether, or of which characters, the bar is drawn in ASCII; as in tqdm.
    """
    from tqdm import tqdm

    part, whole = (row.received, row.size) if row.size else (row.done, row.files)
    percentage = "{percentage:3.0f}%" if whole else "    "
    return tqdm.format_meter(
        n=part,
        total=whole,
        elapsed=row.elapsed,
        ncols=columns,
        prefix=" " * row.indent + fitted(row.label, width - row.indent),
        ascii=ascii_only,
        bar_format=f"{{desc}} {percentage}|{{bar}}| {row.figures()}",
    )


def fitted(label: str, width: int) -> str:
    """Return a label in so many columns: filled up, or without its beginning, and printable."""
    text = "".join(letter if letter.isprintable() else "?" for letter in label)
    return text.ljust(width) if len(text) <= width else f"..{text[len(text) - width + 2 :]}"
